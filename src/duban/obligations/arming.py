"""Arming (催办阶梯重排): when the ladder of an obligation speaks next, for days that stay or have moved.

Whoever gives an obligation other days, opens it again or changes its ladder arms it here: opening, the actions of people,
and the applying of content. A rung that has spoken does not speak again; one whose moment is past and that has not spoken
is due at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from duban.ledger.choosing import portions
from duban.ledger.tables import NOTICE, OBLIGATION, OPEN_STATES
from duban.obligations.rungs import next_rung_at, rung_times

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.ladders.ladder import Ladder, Rung
    from duban.workdays import WorkdayCalendar

Days = tuple[date, date, date]
"""The day it opened, its target, its deadline."""
_DAYS = (OBLIGATION.c.opened_on, OBLIGATION.c.target, OBLIGATION.c.deadline)


def armed(
    connection: Connection,
    definitions: Definitions,
    ladder: Ladder,
    row: Row[Any],
    target: date,
    deadline: date,
) -> dict[str, Any]:
    """The changes that give one obligation these days and arm its ladder.

    `row` has the obligation's id, its unit and the day it opened. Raises UnknownYear past the calendar's end.
    """
    calendar = definitions.calendar.for_unit(row.unit)
    times = rung_times(ladder, row.opened_on, target, deadline, definitions.project, calendar)
    said = select(NOTICE.c.rung).where(NOTICE.c.obligation_id == row.id)
    fired = set(connection.execute(said).scalars())
    return {"target": target, "deadline": deadline, "next_rung_at": next_rung_at(times, fired)}


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
        waiting = and_(OBLIGATION.c.state.in_(OPEN_STATES), these)
        times = _times(connection, definitions, ladder, calendar, waiting)
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
    found = connection.execute(select(*_DAYS).where(waiting).distinct()).all()
    return {
        (opened_on, target, deadline): rung_times(
            ladder, opened_on, target, deadline, definitions.project, calendar
        )
        for opened_on, target, deadline in found
    }


def _arm_silent(
    connection: Connection, times: dict[Days, list[tuple[Rung, datetime]]], waiting: ColumnElement[bool]
) -> None:
    """Those of which no rung has spoken yet: all of the same days at once."""
    silent = ~select(NOTICE.c.id).where(NOTICE.c.obligation_id == OBLIGATION.c.id).exists()
    for days, moments in times.items():
        same = and_(*(column == day for column, day in zip(_DAYS, days, strict=True)))
        _set(connection, and_(waiting, same, silent), next_rung_at(moments))


def _arm_spoken(
    connection: Connection, times: dict[Days, list[tuple[Rung, datetime]]], waiting: ColumnElement[bool]
) -> None:
    """Those of which the same rungs have spoken, together."""
    spoken: dict[int, tuple[Days, set[str]]] = {}
    query = (
        select(OBLIGATION.c.id, *_DAYS, NOTICE.c.rung)
        .join(NOTICE, NOTICE.c.obligation_id == OBLIGATION.c.id)
        .where(waiting)
    )
    for number, opened_on, target, deadline, rung in connection.execute(query):
        spoken.setdefault(number, ((opened_on, target, deadline), set()))[1].add(rung)
    alike: dict[tuple[Days, frozenset[str]], list[int]] = defaultdict(list)
    for number, (days, rungs) in spoken.items():
        alike[days, frozenset(rungs)].append(number)
    for (days, said), numbers in alike.items():
        moment = next_rung_at(times[days], said)
        for portion in portions(numbers):
            _set(connection, OBLIGATION.c.id.in_(portion), moment)


def _set(connection: Connection, which: ColumnElement[bool], moment: datetime | None) -> None:
    """Write the moment where another stands."""
    other = OBLIGATION.c.next_rung_at.is_distinct_from(moment)
    connection.execute(update(OBLIGATION).where(which, other).values(next_rung_at=moment))
