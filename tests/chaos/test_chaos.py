"""A short storm on each database: real processes killed, services that cut and stall, a full disk, a database restarted.

The long form is `python -m tests.chaos --kills 100 --database postgres --workers 3`; docs/reliability.md says what it has shown.
"""

import pytest

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
