"""How the made-up offices work: most do what they owe before it is due, a few counties let much of it lie."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlmodel import col

from duban.base.language import say
from duban.demo.made_up import MARK, SEED
from duban.ledger.database import reading, writing
from duban.ledger.tables import Obligation
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.moves import MOVES
from duban.obligations.transitions import Cause

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.workspace.workspace import Workspace

DILIGENT, LAZY = 0.99, 0.9
AHEAD = timedelta(days=10)
"""So long before its safe day an office sits down to what it owes."""


def lazy_counties(project: Project) -> set[str]:
    """The counties that let things lie."""
    return {unit.code for unit in project.units_at("county")[3::4]}


def complete_most(ws: Workspace, now: datetime, on: date, reported: Collection[str]) -> int:
    """Complete what no made-up fact completes and offices have sat down to by business date `on`; returns how many.

    `reported` are the kinds of facts that were made up. Who gets round to what is decided by the obligation itself, so that it comes out the same for everybody.
    """
    lazy = lazy_counties(ws.definitions.project)
    by_hand = [duty.id for duty in ws.definitions.duties.values() if duty.done_by not in reported]
    due = select(col(Obligation.id), col(Obligation.unit)).where(
        col(Obligation.closed_at).is_(None),
        col(Obligation.due_at).is_(None),
        col(Obligation.confidential).is_(False),
        col(Obligation.state).in_(MOVES["complete"].starts),
        or_(col(Obligation.subject_id).is_(None), col(Obligation.duty_id).in_(by_hand)),
        col(Obligation.target) <= on + AHEAD,
    )
    with reading(ws.ledger) as connection:
        rows = connection.execute(due.order_by(col(Obligation.id))).all()
    done = [
        row.id for row in rows if Random(SEED + row.id).random() < (LAZY if row.unit in lazy else DILIGENT)
    ]
    cause = Cause(
        f"{say(zh='经办人', en='the office')}{MARK}",
        now,
        on,
        say(zh="演示数据", en="made up for the demonstration"),
    )
    with writing(ws.ledger) as connection:
        complete(connection, {number: Fulfilment(on) for number in done}, cause)
    return len(done)
