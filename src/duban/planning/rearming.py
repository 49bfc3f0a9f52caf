"""When the ladder of an open obligation speaks next, after its days, its ladder or the office hours changed.

A rung that has spoken does not speak again; one whose moment is past and that has not spoken is due at once.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select, update

from duban.definitions import Definitions
from duban.ladders import Rung
from duban.ledger.tables import NOTICE, OBLIGATION, OPEN_STATES
from duban.ledger.transitions import AT_A_TIME
from duban.opening.one_duty import DutyPass
from duban.planning.judging import calendars
from duban.rungs import next_rung_at, rung_times
from duban.workdays import WorkdayCalendar

Days = tuple[date, date, date]


def rearm(run: DutyPass, definitions: Definitions) -> None:
    """Set when the ladder speaks next for every open obligation of the duty, in a few statements for each due day."""
    for calendar, whose in calendars(run):
        waiting = and_(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.state.in_(OPEN_STATES), whose)
        _rearm(run, definitions, calendar, waiting)


def _rearm(
    run: DutyPass, definitions: Definitions, calendar: WorkdayCalendar, waiting: ColumnElement[bool]
) -> None:
    columns = (OBLIGATION.c.opened_on, OBLIGATION.c.target, OBLIGATION.c.deadline)
    times: dict[Days, list[tuple[Rung, datetime]]] = {}
    for opened_on, target, deadline in run.connection.execute(
        select(*columns).where(waiting).distinct()
    ).all():
        times[opened_on, target, deadline] = rung_times(
            definitions.ladders[run.duty.ladder],
            opened_on,
            target,
            deadline,
            definitions.project,
            calendar,
        )
    silent = ~select(NOTICE.c.id).where(NOTICE.c.obligation_id == OBLIGATION.c.id).exists()
    for days, moments in times.items():
        same = and_(*(column == day for column, day in zip(columns, days, strict=True)))
        _set(run, and_(waiting, same, silent), next_rung_at(moments))
    spoken: dict[int, tuple[Days, set[str]]] = {}
    query = (
        select(OBLIGATION.c.id, *columns, NOTICE.c.rung)
        .join(NOTICE, NOTICE.c.obligation_id == OBLIGATION.c.id)
        .where(waiting)
    )
    for number, opened_on, target, deadline, rung in run.connection.execute(query):
        spoken.setdefault(number, ((opened_on, target, deadline), set()))[1].add(rung)
    alike: dict[tuple[Days, frozenset[str]], list[int]] = defaultdict(list)
    for number, (days, rungs) in spoken.items():
        alike[days, frozenset(rungs)].append(number)
    for (days, said), numbers in alike.items():
        moment = next_rung_at(times[days], said)
        for start in range(0, len(numbers), AT_A_TIME):
            _set(run, OBLIGATION.c.id.in_(numbers[start : start + AT_A_TIME]), moment)


def _set(run: DutyPass, which: ColumnElement[bool], moment: datetime | None) -> None:
    """Write the moment where another stands."""
    other = OBLIGATION.c.next_rung_at.is_distinct_from(moment)
    run.connection.execute(update(OBLIGATION).where(which, other).values(next_rung_at=moment))
