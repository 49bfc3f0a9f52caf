"""Other ways to keep what falls due, as peers of the curves: APScheduler with its SQL store, and the loop that healthchecks has.

APScheduler (3) is used as it ships, with its SQL store on a SQLite file. The loop is that of healthchecks' `sendalerts` in the
least of code: of what is due it looks for the first, claims it by compare-and-set, notes the change, takes the change up and marks it done,
each statement kept by itself; without Django, whose own work comes to that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert, select

LATER: Final = datetime(2100, 1, 1, tzinfo=UTC)
_LOOKS: Final = 50


@dataclass(frozen=True)
class PeerCosts:
    """What a peer takes, in seconds by the clock, while so many wait."""

    one_more: float  #: to take one up, or to handle one that is due
    nothing_due: float  #: to wake up and find nothing due


def apscheduler(folder: Path, size: int, *, more: int = 200) -> PeerCosts:
    """APScheduler with `size` jobs in its store: to add one, of `more`; and to wake up."""
    store = SQLAlchemyJobStore(f"sqlite:///{folder / 'jobs.db'}")
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    try:
        scheduler.add_job(print, "date", run_date=LATER, id="first")
        with store.engine.begin() as connection:
            kept = connection.execute(select(store.jobs_t)).one()._asdict()
            rows = (
                {**kept, "id": str(number), "next_run_time": kept["next_run_time"] + number}
                for number in range(1, size)
            )
            for portion in iter(lambda: [row for row, _ in zip(rows, range(10_000), strict=False)], []):
                connection.execute(insert(store.jobs_t), portion)

        def add() -> None:
            for number in range(more):
                scheduler.add_job(print, "date", run_date=LATER, id=f"more-{number}")

        def wake_up() -> None:
            store.get_due_jobs(LATER - timedelta(days=1))
            store.get_next_run_time()

        return PeerCosts(_seconds(add) / more, median(_seconds(wake_up) for _ in range(_LOOKS)))
    finally:
        scheduler.shutdown(wait=False)


def healthchecks_loop(folder: Path, size: int, *, due: int = 500) -> PeerCosts:
    """The loop over `size` checks, `due` of which are to be told of: for each of these; and once nothing is due."""
    with sqlite3.connect(folder / "checks.db", isolation_level=None) as ledger:
        ledger.execute("PRAGMA journal_mode=WAL")
        ledger.executescript(
            "CREATE TABLE checks (id INTEGER PRIMARY KEY, status TEXT, alert_after INTEGER);"
            "CREATE TABLE flip (id INTEGER PRIMARY KEY, owner INTEGER, processed INTEGER);"
            "CREATE INDEX waiting ON checks (alert_after); CREATE INDEX unprocessed ON flip (id) WHERE processed IS NULL; BEGIN"
        )
        ledger.executemany(
            "INSERT INTO checks (status, alert_after) VALUES ('up', ?)",
            ((0 if number < due else number,) for number in range(size)),
        )
        ledger.execute("COMMIT")

        def all_due() -> None:
            while _goes_down(ledger):
                _tell(ledger)

        return PeerCosts(
            _seconds(all_due) / due, median(_seconds(lambda: _goes_down(ledger)) for _ in range(_LOOKS))
        )


def _goes_down(ledger: sqlite3.Connection) -> bool:
    found = ledger.execute(
        "SELECT id FROM checks WHERE alert_after < 1 AND status = 'up' ORDER BY alert_after LIMIT 1"
    ).fetchone()
    if found is None:
        return False
    claim = "UPDATE checks SET status = 'down', alert_after = NULL WHERE id = ? AND status = 'up'"
    if ledger.execute(claim, found).rowcount:
        ledger.execute("INSERT INTO flip (owner) VALUES (?)", found)
    return True


def _tell(ledger: sqlite3.Connection) -> None:
    (flip,) = ledger.execute("SELECT id FROM flip WHERE processed IS NULL ORDER BY id LIMIT 1").fetchone()
    ledger.execute("UPDATE flip SET processed = 1 WHERE id = ? AND processed IS NULL", (flip,))


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
