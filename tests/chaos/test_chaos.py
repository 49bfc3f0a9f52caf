"""A short storm on each database: real processes killed, services that cut and stall, a full disk, a database restarted.

The long form is `python -m tests.chaos --kills 100 --database postgres --workers 3`; docs/reliability.md says what it has shown.
"""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.chaos.beside import opened_beside, what_is_missing
from tests.chaos.storm import storm


@pytest.mark.slow
@pytest.mark.parametrize(
    ("database", "workers"), [("sqlite", 1), pytest.param("postgres", 3, marks=pytest.mark.postgres)]
)
def test_nothing_is_lost_and_only_what_was_in_flight_arrives_twice(database, workers):
    with storm(database, workers, seed=1) as bureau:
        bureau.stretch(8)
    assert bureau.kills["engine"] > 0
    assert bureau.arrivals.by_number


@contextmanager
def open_to_all():
    """A folder that every account may enter; pytest's own are closed."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(what_is_missing() != "", reason=f"missing here: {what_is_missing()}")
def test_what_prefect_keeps_beside_the_ledger_comes_back_with_what_it_had():
    with open_to_all() as folder, opened_beside(folder) as (redis, postgresql):
        redis.asked("set", "kept", "this")
        redis.restart()
        postgresql.restart()
        assert redis.asked("get", "kept") == "this"
        assert postgresql.answers()
    assert redis.asked("ping") == ""
    assert not postgresql.answers()
