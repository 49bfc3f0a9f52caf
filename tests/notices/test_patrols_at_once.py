"""Several patrols at the same moment add up, and one that is killed leaves nothing half done."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

import duban.notices.patrol
from duban.ledger.database import open_ledger, writing
from duban.ledger.tables import OBLIGATION
from duban.notices.patrol import patrol
from tests.notices.bureau import ROOT, Bureau, at

MOMENT = "2023-10-10 09:00"
OWED = 200


@pytest.fixture
def many_owed(bureau_on_either):
    for number in range(OWED):
        bureau_on_either.owe(subject=f"食品店{number:03}")
    return bureau_on_either


def test_two_patrols_at_once_decide_each_rung_once(many_owed, ledger_database, monkeypatch):
    monkeypatch.setattr(duban.notices.patrol, "BATCH", 10)
    together = Barrier(2)
    ledgers = [open_ledger(ledger_database) for _ in range(2)]

    def one_patrol(ledger):
        together.wait()
        return patrol(type(many_owed.ws)(**{**vars(many_owed.ws), "ledger": ledger}), at(MOMENT))

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one_patrol, ledgers)
    for ledger in ledgers:
        ledger.dispose()
    assert first.notices + second.notices == OWED * 3
    assert Counter(many_owed.notices()) == {"remind-1": OWED, "remind-2": OWED, "urge-1": OWED}
    assert len(many_owed.deliveries()) == first.deliveries + second.deliveries == OWED * 4


KILLED_PATROL = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from duban.base.clock import FixedClock
from duban.ledger.database import open_ledger
from duban.notices.patrol import patrol
from tests.notices.bureau import Bureau, at

root, url, statement, moment = sys.argv[1:]
ledger = open_ledger(url)
bureau = Bureau(Path(root), ledger, FixedClock(at(moment)))

@event.listens_for(ledger, "before_cursor_execute")
def die(connection, cursor, sent, *rest):
    if sent.startswith(statement):
        os.kill(os.getpid(), signal.SIGKILL)

patrol(bureau.ws, at(moment))
print("was not killed")
"""


@pytest.mark.parametrize(
    "killed_before",
    ['INSERT INTO "notice"', 'INSERT INTO "delivery"', "UPDATE obligation"],
    ids=["deciding", "enqueueing", "moving on"],
)
def test_a_patrol_killed_halfway_leaves_nothing_and_the_next_one_does_it_all(
    many_owed, ledger_database, killed_before
):
    child = subprocess.run(
        [sys.executable, "-c", KILLED_PATROL, str(many_owed.root), ledger_database, killed_before, MOMENT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert many_owed.notices() == []
    assert many_owed.deliveries() == []

    _wait_for_the_killed_ones_locks(many_owed)
    assert patrol(many_owed.ws, at(MOMENT)).notices == OWED * 3
    assert Counter(many_owed.notices()) == {"remind-1": OWED, "remind-2": OWED, "urge-1": OWED}
    assert len(many_owed.deliveries()) == OWED * 4


def _wait_for_the_killed_ones_locks(bureau: Bureau) -> None:
    """PostgreSQL gives a dead client's rows back when it notices; a patrol would skip them until then."""
    with writing(bureau.ledger) as connection:
        connection.execute(select(OBLIGATION.c.id).with_for_update()).all()
