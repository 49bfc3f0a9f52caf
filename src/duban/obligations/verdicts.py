"""Whether what was opened is still owed under other content, and when it is then due.

Obligations are judged in groups that share all that matters (period or day of the fact, dates, version): a change that
touches a hundred thousand of them is worked out once for each period, not once for each obligation.

| awkward case | rule |
|---|---|
| the period's name is the same | it is the same obligation, dated anew |
| the rhythm has no such period any more, or the duty is no longer in force then | it is no longer owed |
| another unit or subject owes it now | this one is no longer owed |
| a person extended or resumed it | the person's days stand, unless the new ones are later |
| another level of units owes it for the same subject | the same obligation, handed over (`handover`) |
| a finding whose evidence no longer meets the rule | is no longer owed |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from duban.cadence import within
from duban.cadence.occurrence import Occurrence
from duban.cadence.schedules import in_force, occurrence_of
from duban.cadence.threshold import Happened, holds
from duban.cadence.visit_keys import of_rhythm
from duban.duties.cadences import Scheduled
from duban.duties.grammar import Duty, Frequency, Threshold, Within
from duban.ledger.tables import DUTY_VERSION, FACT, OBLIGATION, RECKONING, SUBJECT
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_fact import PAGE
from duban.obligations.opening_by_period import by_calendar, groups
from duban.obligations.responsible import owing_units
from duban.workdays import Reckoning, WorkdayCalendar, reckon


@dataclass(frozen=True)
class ObligationGroup:
    """Obligations of one duty that share what a change may turn on.

    `day` is the day of the fact they rest on, None for those of a period. `owing`: the unit or subject still owes it.
    `recorded` are the days of their reckoning; days that differ from it were set by a person. `members` selects exactly
    these obligations, in a statement over OBLIGATION; `calendar` is the one they go by.
    """

    version_id: int
    version_digest: str
    period_key: str
    day: date | None
    opened_on: date
    target: date
    deadline: date
    reckoning_id: int
    provisional: bool
    confidential: bool
    owing: bool
    count: int
    recorded: tuple[date, date, bool, date, date]
    members: ColumnElement[bool]
    calendar: WorkdayCalendar

    @property
    def set_by_hand(self) -> bool:
        """Whether a person moved its days."""
        return (self.target, self.deadline) != self.recorded[:2]


@dataclass(frozen=True)
class Verdict:
    """What becomes of a group: still owed or not, and with which reckoning and days (working days apart)."""

    owed: bool
    reckoning: Reckoning | None = None
    target: date | None = None
    deadline: date | None = None


def calendars(run: DutyPass) -> list[tuple[WorkdayCalendar, ColumnElement[bool]]]:
    """The calendars the duty's obligations go by, each with the condition, over OBLIGATION, that one goes by it."""
    return by_calendar(run.definitions.calendar, OBLIGATION.c.unit)


def open_groups(run: DutyPass, which: ColumnElement[bool], *, judge_scope: bool) -> list[ObligationGroup]:
    """The duty's obligations that `which` selects, grouped; oldest deadline first."""
    return [
        group
        for calendar, whose in calendars(run)
        for group in _groups(run, and_(which, whose), calendar, judge_scope=judge_scope)
    ]


def _groups(
    run: DutyPass, which: ColumnElement[bool], calendar: WorkdayCalendar, *, judge_scope: bool
) -> list[ObligationGroup]:
    by_fact = not isinstance(run.duty.cadence, Scheduled)
    owing = _owing(run, which) if judge_scope else true()
    each = (
        select(
            OBLIGATION.c.duty_version_id,
            DUTY_VERSION.c.digest,
            case((OBLIGATION.c.fact_id.is_(None), OBLIGATION.c.period_key), else_="").label("period"),
            FACT.c.happened_on,
            OBLIGATION.c.opened_on,
            OBLIGATION.c.target,
            OBLIGATION.c.deadline,
            OBLIGATION.c.reckoning_id,
            OBLIGATION.c.provisional,
            OBLIGATION.c.confidential,
            case((owing, 1), else_=0).label("owing"),
            RECKONING.c.target.label("reckoned_target"),
            RECKONING.c.deadline.label("reckoned_deadline"),
            RECKONING.c.provisional.label("reckoned_provisional"),
            RECKONING.c.earliest,
            RECKONING.c.latest,
        )
        .join_from(OBLIGATION, RECKONING, RECKONING.c.id == OBLIGATION.c.reckoning_id)
        .join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)
        .outerjoin(FACT, FACT.c.id == OBLIGATION.c.fact_id)
        .where(OBLIGATION.c.duty_id == run.duty.id, which)
        .subquery()
    )
    query = (
        select(*each.c, func.count())
        .group_by(*each.c)
        .order_by(
            each.c.deadline, each.c.period, each.c.happened_on, each.c.opened_on, each.c.duty_version_id
        )
    )
    found = []
    for row in run.connection.execute(query):
        values: Sequence[Any] = tuple(row)
        owes = bool(values[10]) and by_fact == (values[3] is not None)
        these = and_(_alike(run, values), which, owing if values[10] else not_(owing))
        version, digest, period, day, opened_on, target, deadline, reckoning, provisional, confidential = (
            values[:10]
        )
        found.append(
            ObligationGroup(
                version_id=version,
                version_digest=digest,
                period_key=period,
                day=day,
                opened_on=opened_on,
                target=target,
                deadline=deadline,
                reckoning_id=reckoning,
                provisional=provisional,
                confidential=confidential,
                owing=owes,
                count=values[16],
                recorded=(values[11], values[12], values[13], values[14], values[15]),
                members=these,
                calendar=calendar,
            )
        )
    return found


def judge(duty: Duty, group: ObligationGroup) -> Verdict:
    """Whether a group is still owed, and its days. Raises UnknownYear when they lie past the calendar's end."""
    if not group.owing:
        return Verdict(owed=False)
    reckoning = _reckoning(duty, group)
    if reckoning is None:
        return Verdict(owed=False)
    target, deadline = reckoning.target, reckoning.deadline
    if group.set_by_hand and group.deadline >= deadline:
        target, deadline = group.target, group.deadline
    return Verdict(True, reckoning, target, deadline)


def occurrence_owed(duty: Duty, calendar: WorkdayCalendar, period_key: str) -> Occurrence | None:
    """The duty's occurrence of that name, if it is in force for it."""
    occurrence = occurrence_of(duty, calendar, period_key)
    return occurrence if occurrence is not None and in_force(duty, occurrence) else None


def _alike(run: DutyPass, values: Sequence[Any]) -> ColumnElement[bool]:
    """That an obligation has the values a group shares, in a statement over OBLIGATION."""
    version, _, period, day, opened_on, target, deadline, reckoning, provisional, confidential = values[:10]
    same: list[ColumnElement[bool]] = [
        OBLIGATION.c.duty_id == run.duty.id,
        OBLIGATION.c.duty_version_id == version,
        OBLIGATION.c.opened_on == opened_on,
        OBLIGATION.c.target == target,
        OBLIGATION.c.deadline == deadline,
        OBLIGATION.c.reckoning_id == reckoning,
        OBLIGATION.c.provisional == provisional,
        OBLIGATION.c.confidential == confidential,
    ]
    if day is None:
        return and_(*same, OBLIGATION.c.period_key == period, OBLIGATION.c.fact_id.is_(None))
    fact = FACT.alias("its_fact")
    rests_on = select(fact.c.id).where(fact.c.id == OBLIGATION.c.fact_id, fact.c.happened_on == day)
    return and_(*same, rests_on.exists())


def _reckoning(duty: Duty, group: ObligationGroup) -> Reckoning | None:
    cadence, calendar = duty.cadence, group.calendar
    if group.day is None:
        occurrence = occurrence_owed(duty, calendar, group.period_key)
        return occurrence.reckoning if occurrence else None
    if not duty.effective.covers(group.day):
        return None
    if isinstance(cadence, Within):
        return within.reckon(cadence, calendar, group.day)
    if isinstance(cadence, Threshold):
        return reckon(calendar, group.day, cadence.due, law=cadence.law)
    return None


def _owing(run: DutyPass, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the unit or subject of an obligation still owes it, in a statement over OBLIGATION."""
    duty = run.duty
    if duty.for_each.subject is None:
        if isinstance(duty.cadence, Within):
            units: Sequence[str] = list(run.definitions.project.units)
        else:
            units = owing_units(run.definitions.project, duty)
        condition = and_(OBLIGATION.c.subject_id.is_(None), OBLIGATION.c.unit.in_(units))
    else:
        condition = _of_its_subject(run)
    if isinstance(duty.cadence, Within):
        fact = FACT.alias("its_fact")
        carries = [fact.c.data[name].as_string().in_(values) for name, values in duty.cadence.where.items()]
        of = select(fact.c.id).where(
            fact.c.id == OBLIGATION.c.fact_id, fact.c.kind == duty.cadence.of, *carries
        )
        return and_(condition, of.exists())
    if isinstance(duty.cadence, Threshold):
        failing = list(_unfounded(run, duty.cadence, which))
        ids: BindParameter[Any] = bindparam(
            "failing", failing, expanding=True, literal_execute=True, unique=True
        )
        return and_(condition, OBLIGATION.c.id.not_in(ids)) if failing else condition
    return condition


def _of_its_subject(run: DutyPass) -> ColumnElement[bool]:
    """Whether the subject is one the duty is about. One that was closed down since keeps what it owed."""
    kind, _active, *where = run.of_this_duty()
    its_own = SUBJECT.c.id == OBLIGATION.c.subject_id
    if not isinstance(run.duty.cadence, Frequency):
        return exists().where(its_own, kind, *where)
    by_grade = [
        and_(
            # What is over under another grade stays owed as it was.
            or_(OBLIGATION.c.period_key.like(of_rhythm(group.visits)), OBLIGATION.c.deadline < run.today),
            exists().where(its_own, kind, *where, group.condition),
        )
        for group in groups(run)
        if group.visits is not None
    ]
    return or_(false(), *by_grade)


def _unfounded(run: DutyPass, cadence: Threshold, which: ColumnElement[bool]) -> Iterator[int]:
    """The findings whose evidence does not meet the rule."""
    last = 0
    query = (
        select(OBLIGATION.c.id, OBLIGATION.c.evidence_facts)
        .where(OBLIGATION.c.duty_id == run.duty.id, which)
        .order_by(OBLIGATION.c.id)
        .limit(PAGE)
    )
    while page := run.connection.execute(query.where(OBLIGATION.c.id > last)).all():
        numbers = sorted({number for row in page for number in row.evidence_facts or ()})
        facts: dict[int, Happened] = {}
        for start in range(0, len(numbers), PAGE):
            known = select(FACT.c.id, FACT.c.happened_on, FACT.c.kind).where(
                FACT.c.id.in_(numbers[start : start + PAGE])
            )
            facts |= {
                row.id: Happened(row.id, row.happened_on, row.kind) for row in run.connection.execute(known)
            }
        for row in page:
            if not holds(cadence, [facts[number] for number in row.evidence_facts or () if number in facts]):
                yield row.id
        last = page[-1].id
