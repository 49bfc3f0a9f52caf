"""Obligations of one duty in groups that share all that a change may turn on: period or day of the fact, dates, version.

A change that touches a hundred thousand obligations is worked out once for each group.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, func, not_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.cadence.opening import CalendarOpening
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import DutyVersion, Fact, Obligation, ReckoningRecord
from duban.obligations.entitlement import still_owing
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_period import by_calendar
from duban.workdays import Reckoning, WorkdayCalendar


class RecordedDays(NamedTuple):
    """What a reckoning says of the days it led to."""

    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: whether a year they rest on is not settled yet
    provisional: bool
    #: the earliest the deadline may still become
    earliest: date
    #: the latest the deadline may still become
    latest: date


def recorded_days(reckoning: Reckoning) -> RecordedDays:
    """The days of a reckoning, as the ledger records them."""
    return RecordedDays(
        reckoning.target,
        reckoning.deadline,
        reckoning.provisional,
        reckoning.earliest,
        reckoning.latest,
    )


class _Alike(NamedTuple):
    """What obligations of one group share, and how many they are."""

    version_id: int
    version_fingerprint: str
    period_key: str
    day: date | None
    opened_on: date
    target: date
    deadline: date
    reckoning_id: int
    provisional: bool
    confidential: bool
    owing: int
    reckoned_target: date
    reckoned_deadline: date
    reckoned_provisional: bool
    earliest: date
    latest: date
    many: int


@dataclass(frozen=True)
class ObligationGroup:
    """Obligations of one duty that share what a change may turn on."""

    #: the version of the duty they were opened or carried under
    version_id: int
    #: the fingerprint of that version's content
    version_fingerprint: str
    #: the period they are owed for; empty for those of facts
    period_key: str
    #: the day of the fact they rest on; None for those of a period
    day: date | None
    #: the local day it opened, or should have
    opened_on: date
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: the row that says how its days came about
    reckoning_id: int
    #: whether a year its days rest on is not settled yet
    provisional: bool
    #: whether only its own posts may see what it is about
    confidential: bool
    #: whether the unit or subject still owes it
    owing: bool
    #: how many they are
    count: int
    #: the days of their reckoning; days that differ from it were set by a person
    recorded: RecordedDays
    #: the calendar they go by
    calendar: WorkdayCalendar
    #: all that they share, as `each_by_group` has it
    shared: tuple[object, ...]
    #: makes `members`
    selected_by: Callable[[], ColumnElement[bool]]

    @cached_property
    def members(self) -> ColumnElement[bool]:
        """Selects exactly these obligations, in a statement over Obligation; made when it is asked for, as it costs more than the group."""
        return self.selected_by()

    @property
    def set_by_hand(self) -> bool:
        """Whether a person moved its days."""
        return (self.target, self.deadline) != (self.recorded.target, self.recorded.deadline)


def calendars(run: DutyPass) -> list[tuple[WorkdayCalendar, ColumnElement[bool]]]:
    """The calendars the duty's obligations go by, each with the condition, over Obligation, that one goes by it."""
    return by_calendar(run.definitions.calendar, col(Obligation.unit))


def open_groups(run: DutyPass, which: ColumnElement[bool], *, judge_scope: bool) -> list[ObligationGroup]:
    """The duty's obligations that `which` selects, grouped by what a change may turn on; a calendar's together, oldest deadline first.

    `judge_scope`: ask of each whether its unit or subject still owes it; without, all are taken to.
    """
    return [
        group
        for place, (calendar, whose) in enumerate(calendars(run))
        for group in _groups(run, and_(which, whose), calendar, place, judge_scope=judge_scope)
    ]


def each_by_group(
    run: DutyPass, which: ColumnElement[bool], *, judge_scope: bool
) -> Iterator[tuple[tuple[object, ...], int, str]]:
    """Each of the duty's obligations that `which` selects, by number: what its group has `shared`, its number, its unit.

    For very many groups, of which each would be asked for its members otherwise. `judge_scope` as in `open_groups`.
    """
    for place, (_, whose) in enumerate(calendars(run)):
        those = and_(which, whose)
        owing = still_owing(run, those) if judge_scope else true()
        query = _each(run, those, owing, col(Obligation.id), col(Obligation.unit)).order_by(
            col(Obligation.id)
        )
        for number, unit, *shared in run.connection.execute(query).tuples():
            yield (place, *shared), number, unit


def _each(
    run: DutyPass, which: ColumnElement[bool], owing: ColumnElement[bool], *first: SQLColumnExpression[Any]
) -> Select[Any]:
    """The duty's obligations that `which` selects, each with what it shares with its group."""
    return (
        select(
            *first,
            named(col(Obligation.duty_version_id), "version_id"),
            named(col(DutyVersion.fingerprint), "version_fingerprint"),
            case((col(Obligation.fact_id).is_(None), col(Obligation.period_key)), else_="").label(
                "period_key"
            ),
            named(col(Fact.happened_on), "day"),
            col(Obligation.opened_on),
            col(Obligation.target),
            col(Obligation.deadline),
            col(Obligation.reckoning_id),
            col(Obligation.provisional),
            col(Obligation.confidential),
            case((owing, 1), else_=0).label("owing"),
            named(col(ReckoningRecord.target), "reckoned_target"),
            named(col(ReckoningRecord.deadline), "reckoned_deadline"),
            named(col(ReckoningRecord.provisional), "reckoned_provisional"),
            col(ReckoningRecord.earliest),
            col(ReckoningRecord.latest),
        )
        .select_from(Obligation)
        .join(ReckoningRecord, col(ReckoningRecord.id) == col(Obligation.reckoning_id))
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .outerjoin(Fact, col(Fact.id) == col(Obligation.fact_id))
        .where(col(Obligation.duty_id) == run.duty.id, which)
    )


def _groups(
    run: DutyPass, which: ColumnElement[bool], calendar: WorkdayCalendar, place: int, *, judge_scope: bool
) -> list[ObligationGroup]:
    by_fact = not isinstance(run.duty.cadence.opening, CalendarOpening)
    owing = still_owing(run, which) if judge_scope else true()
    each = _each(run, which, owing).subquery()
    query = (
        select(*each.c, func.count().label("many"))
        .group_by(*each.c)
        .order_by(each.c.deadline, each.c.period_key, each.c.day, each.c.opened_on, each.c.version_id)
    )
    return [
        ObligationGroup(
            version_id=row.version_id,
            version_fingerprint=row.version_fingerprint,
            period_key=row.period_key,
            day=row.day,
            opened_on=row.opened_on,
            target=row.target,
            deadline=row.deadline,
            reckoning_id=row.reckoning_id,
            provisional=row.provisional,
            confidential=row.confidential,
            owing=bool(row.owing) and by_fact == (row.day is not None),
            count=row.many,
            recorded=RecordedDays(
                row.reckoned_target,
                row.reckoned_deadline,
                row.reckoned_provisional,
                row.earliest,
                row.latest,
            ),
            calendar=calendar,
            shared=(place, *row[:-1]),
            selected_by=partial(_members, run, row, which, owing),
        )
        for row in rows_of(run.connection, query, _Alike)
    ]


def _members(
    run: DutyPass, row: _Alike, which: ColumnElement[bool], owing: ColumnElement[bool]
) -> ColumnElement[bool]:
    return and_(_like(run, row), which, owing if row.owing else not_(owing))


def _like(run: DutyPass, row: _Alike) -> ColumnElement[bool]:
    """That an obligation has what a group shares, in a statement over Obligation."""
    same = and_(
        col(Obligation.duty_id) == run.duty.id,
        col(Obligation.duty_version_id) == row.version_id,
        col(Obligation.opened_on) == row.opened_on,
        col(Obligation.target) == row.target,
        col(Obligation.deadline) == row.deadline,
        col(Obligation.reckoning_id) == row.reckoning_id,
        col(Obligation.provisional) == row.provisional,
        col(Obligation.confidential) == row.confidential,
    )
    if row.day is None:
        return and_(same, col(Obligation.period_key) == row.period_key, col(Obligation.fact_id).is_(None))
    fact = aliased(Fact, name="its_fact")
    rests_on = select(col(fact.id)).where(
        col(fact.id) == col(Obligation.fact_id), col(fact.happened_on) == row.day
    )
    return and_(same, rests_on.exists())
