"""A hundred lives of a small bureau in which everything fails that can; and ten bugs that each is found by them.

`python -m tests.simulation_of_faults --seed N` lives a run again. Two programs never are within a transaction at once: that
rows are shared out among workers of PostgreSQL is held by the tests of leasing.
"""

import re
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from duban.ledger.database import open_ledger
from tests.simulation_of_faults.__main__ import main
from tests.simulation_of_faults.bugs import BUGS
from tests.simulation_of_faults.checker import Violation
from tests.simulation_of_faults.lives import live

ON_SQLITE = range(80)
ON_POSTGRESQL = range(80, 100)
TRIED = 12
"""So many lives a bug has to be found in."""


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_life_is_lived_again_by_its_command(monkeypatch, capsys, database):
    given = ["simulation_of_faults", "--seed", "7", "--steps", "20", "--database", database]
    monkeypatch.setattr(sys, "argv", given)
    main()
    assert re.fullmatch(r"seed 7: \d+ kills, \d+ messages, \d+ transactions\n", capsys.readouterr().out)


@pytest.fixture
def new_file(migrated_sqlite_file, tmp_path):
    """A new ledger in a file, as often as it is asked for."""
    made = []

    def new():
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(migrated_sqlite_file, path)
        made.append(open_ledger(f"sqlite:///{path}"))
        return made[-1]

    yield new
    for each in made:
        each.dispose()


@pytest.mark.parametrize("ten", range(len(ON_SQLITE) // 10))
def test_nothing_that_is_promised_is_broken(new_file, ten):
    lives = [live(seed, new_file()) for seed in ON_SQLITE[ten * 10 : ten * 10 + 10]]
    assert sum(each.kills for each in lives) > 10
    assert sum(each.sends for each in lives) > 20


@pytest.mark.postgres
@pytest.mark.parametrize("seed", ON_POSTGRESQL)
def test_nor_on_postgresql(postgresql_ledger, seed):
    live(seed, postgresql_ledger)


def test_a_seed_lives_the_same_life_again(new_file):
    one, other = live(3, new_file()), live(3, new_file())
    assert (one.kills, one.ticks, one.service.got) == (other.kills, other.ticks, other.service.got)
    with one.ledger.connect() as first, other.ledger.connect() as second:
        for table in ("obligation_event", "notice", "delivery"):
            query = text(f"SELECT * FROM {table} ORDER BY id")
            assert first.execute(query).all() == second.execute(query).all()


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_a_bug_is_found(new_file, bug):
    for seed in range(TRIED):
        try:
            live(seed, new_file(), bug=bug)
        except Violation:
            return
    pytest.fail(f"{bug} was not found in {TRIED} lives")


def test_each_bug_is_described():
    words = Path(__file__).with_name("bugs.py").read_text(encoding="utf-8").split('"""')[1]
    assert all(f"`{name}`" in words for name in BUGS)
    assert len(BUGS) == 10
