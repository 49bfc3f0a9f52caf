"""A ledger with many open obligations of the starter project, for the measurements of patrol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from duban.base.clock import SHANGHAI, FixedClock
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.tables import OBLIGATION, RECKONING, DutyVersion, ReckoningRecord
from duban.obligations.rungs import rung_moments
from duban.workspace.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
NOW = datetime(2023, 10, 9, 9, 0, tzinfo=SHANGHAI)
OPENED = date(2023, 9, 1)
OPENING_DAYS = 30
DUE = (date(2023, 10, 12), date(2023, 10, 13), date(2023, 10, 16))
"""Due days whose first reminder, five working days before, lies on or before NOW, and the second after it."""
AHEAD = tuple(date(2023, 11, day) for day in (13, 14, 15, 16, 17, 20, 21, 22, 23, 24))


@contextmanager
def ledger_with(
    folder: Path, count: int, *, due: int, together: int = 1, url: str | None = None
) -> Iterator[Workspace]:
    """A ledger of `count` open obligations, `due` of them with one rung due at NOW, the others' all ahead: in SQLite below
    `folder`, or at `url`.

    What is due lies in runs of `together` rows: obligations that were opened together fall due together.
    """
    ws = open_workspace(ROOT, FixedClock(NOW), url=url or f"sqlite:///{folder / 'ledger.db'}")
    try:
        _fill(ws, count, due, together)
        yield ws
    finally:
        ws.ledger.dispose()


def _fill(ws: Workspace, count: int, due: int, together: int) -> None:
    duty = next(
        duty
        for duty in ws.definitions.duties.values()
        if duty.ladder == "standard" and duty.owner.unit == "county"
    )
    units = [unit.code for unit in ws.definitions.project.units_at("county")]
    with writing(ws.ledger) as connection:
        insert_ignore(connection, RECKONING, [_reckoning(ws, day) for day in (*DUE, *AHEAD)])
    with reading(ws.ledger) as connection:
        version = connection.execute(
            select(col(DutyVersion.id)).where(col(DutyVersion.fingerprint) == duty.fingerprint)
        ).scalar_one()
        reckonings = {row.deadline: row.id for row in connection.execute(select(ReckoningRecord))}
    first_rungs = {day: _first_rung(ws, day) for day in (*DUE, *AHEAD)}
    every = count // due if due else 1

    def rows() -> Iterator[dict[str, Any]]:
        for n in range(count):
            run, place = divmod(n, every * together)
            is_due = place < together and run * together + place < due
            days = DUE if is_due else AHEAD
            deadline = days[n % len(days)]
            yield {
                "duty_id": duty.id,
                "duty_version_id": version,
                "unit": units[n % len(units)],
                "period_key": str(n),
                "opened_on": OPENED + timedelta(days=n % OPENING_DAYS),
                "opened_at": NOW,
                "target": deadline,
                "deadline": deadline,
                "reckoning_id": reckonings[deadline],
                "next_rung_at": first_rungs[deadline],
            }

    with writing(ws.ledger) as connection:
        insert_ignore(connection, OBLIGATION, rows())


def _first_rung(ws: Workspace, deadline: date) -> datetime:
    moments = rung_moments(
        ws.definitions.ladders["standard"],
        opened_on=OPENED,
        target=deadline,
        deadline=deadline,
        calendar=ws.definitions.calendar,
        project=ws.definitions.project,
    )
    return moments[0][2]


def _reckoning(ws: Workspace, day: date) -> dict[str, Any]:
    return {
        "key": f"bench/{day}",
        "nominal": day,
        "target": day,
        "deadline": day,
        "earliest": day,
        "latest": day,
        "calendar_version": ws.definitions.calendar.version,
    }
