"""Whether an obligation is overdue, and whether it was done late: one answer for every list, board and report.

| awkward case | rule |
|---|---|
| an emergency whose hour is past on its last day | overdue from that minute, by the clock of whoever asks, whether the engine ran or not |
| the same once it is reported done | late: what was over is kept in `missed`, the same day as its deadline |
| done within its hours, said only later, by a fact that says at what time | in time: it goes by that time |
| reported an hour late, closed in review the next week | late: `missed` stays |
| put off, sent back or resumed when its day was over | late for ever, however early in the new days it was done |
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update
from sqlmodel import col

from duban.base.clock import Present
from duban.ledger.choosing import among_those
from duban.ledger.tables import OPEN_STATES, Obligation

IS_OPEN: Final = (col(Obligation.state).in_(OPEN_STATES), col(Obligation.closed_at).is_(None))
"""That somebody still has to do it. That it is not closed follows, and is said for the indexes of what is not."""


def is_over(present: Present) -> ColumnElement[bool]:
    """That its last day, or the hour of an emergency, is past."""
    deadline, due_at = col(Obligation.deadline), col(Obligation.due_at)
    by_hour = and_(due_at.is_not(None), due_at < present.at)
    return and_(deadline <= present.on, or_(deadline < present.on, by_hour))


def done_in_time() -> ColumnElement[bool]:
    """Of what is done: that it was done by its last day, and by every one it had before."""
    return and_(col(Obligation.closed_on) <= col(Obligation.deadline), col(Obligation.missed).is_(None))


def over(deadline: date, due_at: datetime | None, present: Present, reported_on: date | None = None) -> bool:
    """The same of one that was read: whether its last day (`deadline`), or the moment it is due (`due_at`, aware UTC), is past.

    Of one that waits for review, whether its last day was over on the local day it was reported done (`reported_on`).
    """
    if reported_on is not None:
        return deadline < reported_on
    return deadline < present.on or (due_at is not None and due_at < present.at)


def late(deadline: date, missed: date | None, done_on: date | None) -> bool:
    """Whether what was done, or reported done, on the local day `done_on` was so after its last day (`deadline`).

    `missed` is a last day that was over once; what had one stays late, whatever day it was given since.
    """
    return missed is not None or (done_on is not None and done_on > deadline)


def open_emergencies() -> tuple[ColumnElement[bool], ...]:
    """That it is due by a moment and not closed. There are few: an index has them alone, by their last day.

    That they have one is said for it to be gone by: without, SQLite goes through all that burns, whose index tells the moment, too.
    """
    return (
        col(Obligation.due_at).is_not(None),
        col(Obligation.closed_at).is_(None),
        col(Obligation.deadline) >= date.min,
    )


def keep_hours_over(connection: Connection, at: datetime, these: Collection[int] | None = None) -> int:
    """Keep of each emergency, or of `these` by number, that its hour was past at `at` (aware UTC) and nobody had reported it
    done; returns of how many.

    One look into the index of emergencies where there is none.
    """
    past = [
        *open_emergencies(),
        col(Obligation.due_at) < at,
        col(Obligation.missed).is_(None),
        col(Obligation.state).in_(OPEN_STATES),
    ]
    given = {}
    if these is not None:
        past.append(among_those(col(Obligation.id)))
        given["those"] = list(these)
    found = list(connection.scalars(select(col(Obligation.id)).where(*past), given))
    if found:
        kept = update(Obligation).where(among_those(col(Obligation.id)))
        connection.execute(kept.values(missed=col(Obligation.deadline)), {"those": found})
    return len(found)


def judge_hours(connection: Connection, done: Mapping[int, datetime | None], at: datetime) -> None:
    """Keep of each emergency that is said to be done at `at` (aware UTC) whether its hour was past by then.

    `done` has, by number, the moment it was done where that is known: late or not goes by it, and what was only said
    too late is late no more. One that was sent back stays as it is: what was said of it before did not hold.
    """
    keep_hours_over(connection, at, [number for number, moment in done.items() if moment is None])
    for number, moment in done.items():
        if moment is None:
            continue
        owed = [col(Obligation.id) == number, col(Obligation.due_at).is_not(None)]
        in_time = [col(Obligation.due_at) >= moment, col(Obligation.returns) == 0]
        was_kept = col(Obligation.missed) == col(Obligation.deadline)
        connection.execute(update(Obligation).where(*owed, *in_time, was_kept).values(missed=None))
        late = [col(Obligation.due_at) < moment, col(Obligation.missed).is_(None)]
        connection.execute(update(Obligation).where(*owed, *late).values(missed=col(Obligation.deadline)))
