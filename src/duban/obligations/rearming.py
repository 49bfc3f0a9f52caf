"""Arming many obligations together: those of the same days, of which the same was said, with one statement.

It is for what was dated anew set-wise, by an edit or another calendar; `arming` has the rules.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, select, update
from sqlmodel import col

from duban.definitions.definitions import Definitions
from duban.ladders.ladder import Ladder, Rung
from duban.ledger.choosing import portions
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OPEN_STATES, Notice, Obligation
from duban.obligations.arming import Days, times_of
from duban.obligations.rungs import counts, next_rung_at, rung_of
from duban.workdays import WorkdayCalendar


class _Spoken(NamedTuple):
    id: int
    opened_on: date
    target: date
    deadline: date
    opened_at: datetime | None
    due_at: datetime | None
    course: int
    course_at: datetime | None
    rung: str


def rearm(
    connection: Connection,
    definitions: Definitions,
    ladder: Ladder,
    which: Iterable[tuple[WorkdayCalendar, ColumnElement[bool]]],
) -> None:
    """Set when the ladder speaks next for the open obligations that each condition selects, by its calendar.

    A few statements for each due day, however many obligations there are. Raises UnknownYear past the calendar's end.
    """
    for calendar, these in which:
        waiting = and_(col(Obligation.state).in_(OPEN_STATES), these)
        times = _times(connection, definitions, ladder, calendar, waiting)
        if not times:
            continue  # nothing waits
        _arm_silent(connection, times, waiting)
        _arm_spoken(connection, times, waiting)


def _times(
    connection: Connection,
    definitions: Definitions,
    ladder: Ladder,
    calendar: WorkdayCalendar,
    waiting: ColumnElement[bool],
) -> dict[Days, list[tuple[Rung, datetime]]]:
    """The moments of the rungs for each combination of days there is."""
    each = select(*_DAYS).where(waiting).distinct()
    return {days: times_of(ladder, days, definitions, calendar) for days in rows_of(connection, each, Days)}


_DAYS: Final = (
    col(Obligation.opened_on),
    col(Obligation.target),
    col(Obligation.deadline),
    named(case((col(Obligation.due_at).is_not(None), col(Obligation.opened_at))), "opened_at"),
    col(Obligation.due_at),
)
"""The columns of `Days`."""


def _arm_silent(
    connection: Connection, times: dict[Days, list[tuple[Rung, datetime]]], waiting: ColumnElement[bool]
) -> None:
    """Those of which no rung has spoken yet: all of the same days at once."""
    silent = ~select(col(Notice.id)).where(col(Notice.obligation_id) == col(Obligation.id)).exists()
    for days, moments in times.items():
        same = and_(
            col(Obligation.opened_on) == days.opened_on,
            col(Obligation.target) == days.target,
            col(Obligation.deadline) == days.deadline,
            *_same_moments(days),
        )
        _set(connection, and_(waiting, same, silent), next_rung_at(moments))


def _same_moments(days: Days) -> list[ColumnElement[bool]]:
    if days.due_at is None:
        return [col(Obligation.due_at).is_(None)]
    return [col(Obligation.due_at) == days.due_at, col(Obligation.opened_at) == days.opened_at]


def _arm_spoken(
    connection: Connection, times: dict[Days, list[tuple[Rung, datetime]]], waiting: ColumnElement[bool]
) -> None:
    """Those of which the same rungs have spoken, together."""
    spoken: dict[int, tuple[Days, datetime | None, set[str]]] = {}
    query = (
        select(
            col(Obligation.id), *_DAYS, col(Obligation.course), col(Obligation.course_at), col(Notice.rung)
        )
        .join(Notice, col(Notice.obligation_id) == col(Obligation.id))
        .where(waiting)
    )
    for row in rows_of(connection, query, _Spoken):
        days = Days(row.opened_on, row.target, row.deadline, row.opened_at, row.due_at)
        rungs = spoken.setdefault(row.id, (days, row.course_at, set()))[2]
        if counts(row.rung, row.course):
            rungs.add(rung_of(row.rung))
    alike: dict[tuple[Days, datetime | None, frozenset[str]], list[int]] = defaultdict(list)
    for number, (days, since, rungs) in spoken.items():
        alike[days, since, frozenset(rungs)].append(number)
    for (days, since, said), numbers in alike.items():
        moment = next_rung_at(times[days], said, since)
        for portion in portions(numbers):
            _set(connection, col(Obligation.id).in_(portion), moment)


def _set(connection: Connection, which: ColumnElement[bool], moment: datetime | None) -> None:
    """Write the moment where another stands."""
    other = col(Obligation.next_rung_at).is_distinct_from(moment)
    connection.execute(update(Obligation).where(which, other).values(next_rung_at=moment))
