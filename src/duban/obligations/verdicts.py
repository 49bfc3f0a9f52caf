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
from typing import NamedTuple

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
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.cadence.findings import DatedFact
from duban.cadence.occurrence import Occurrence
from duban.cadence.opening import ByCalendar, PerFact, PerFinding
from duban.cadence.visit_keys import of_rhythm
from duban.duties.grammar import Duty
from duban.duties.schedules import in_force
from duban.ledger.choosing import portions
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import DutyVersion, Fact, Obligation, ReckoningRecord, Subject
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_fact import PAGE
from duban.obligations.opening_by_period import by_calendar, groups
from duban.obligations.responsible import owing_units
from duban.workdays import Reckoning, WorkdayCalendar


class RecordedDays(NamedTuple):
    """What a reckoning says of the days it led to."""

    target: date
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
    version_digest: str
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
    version_digest: str
    #: the period they are owed for; empty for those of facts
    period_key: str
    #: the day of the fact they rest on; None for those of a period
    day: date | None
    opened_on: date
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    reckoning_id: int
    provisional: bool
    confidential: bool
    #: whether the unit or subject still owes it
    owing: bool
    #: how many they are
    count: int
    #: the days of their reckoning; days that differ from it were set by a person
    recorded: RecordedDays
    #: selects exactly these obligations, in a statement over Obligation
    members: ColumnElement[bool]
    #: the calendar they go by
    calendar: WorkdayCalendar

    @property
    def set_by_hand(self) -> bool:
        """Whether a person moved its days."""
        return (self.target, self.deadline) != (self.recorded.target, self.recorded.deadline)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a group: still owed or not, and with which reckoning and days (working days apart)."""

    owed: bool
    reckoning: Reckoning | None = None
    target: date | None = None
    deadline: date | None = None


def calendars(run: DutyPass) -> list[tuple[WorkdayCalendar, ColumnElement[bool]]]:
    """The calendars the duty's obligations go by, each with the condition, over OBLIGATION, that one goes by it."""
    return by_calendar(run.definitions.calendar, col(Obligation.unit))


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
    by_fact = not isinstance(run.duty.cadence.opening, ByCalendar)
    owing = _owing(run, which) if judge_scope else true()
    each = (
        select(
            named(col(Obligation.duty_version_id), "version_id"),
            named(col(DutyVersion.digest), "version_digest"),
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
        .subquery()
    )
    query = (
        select(*each.c, func.count().label("many"))
        .group_by(*each.c)
        .order_by(each.c.deadline, each.c.period_key, each.c.day, each.c.opened_on, each.c.version_id)
    )
    return [
        ObligationGroup(
            version_id=row.version_id,
            version_digest=row.version_digest,
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
            members=and_(_like(run, row), which, owing if row.owing else not_(owing)),
            calendar=calendar,
        )
        for row in rows_of(run.connection, query, _Alike)
    ]


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
    occurrence = duty.cadence.occurrence(calendar, period_key)
    return occurrence if occurrence is not None and in_force(duty, occurrence) else None


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


def _reckoning(duty: Duty, group: ObligationGroup) -> Reckoning | None:
    opening, calendar = duty.cadence.opening, group.calendar
    if group.day is None:
        occurrence = occurrence_owed(duty, calendar, group.period_key)
        return occurrence.reckoning if occurrence else None
    if isinstance(opening, ByCalendar) or not duty.effective.covers(group.day):
        return None
    return opening.due_after(calendar, group.day)


def _owing(run: DutyPass, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the unit or subject of an obligation still owes it, in a statement over OBLIGATION."""
    duty, opening = run.duty, run.duty.cadence.opening
    if duty.for_each.subject is None:
        if isinstance(opening, PerFact):
            units: Sequence[str] = list(run.definitions.project.units)
        else:
            units = owing_units(run.definitions.project, duty)
        condition = and_(col(Obligation.subject_id).is_(None), col(Obligation.unit).in_(units))
    else:
        condition = _of_its_subject(run)
    if isinstance(opening, PerFact):
        fact = aliased(Fact, name="its_fact")
        carries = [col(fact.data)[name].as_string().in_(values) for name, values in opening.where.items()]
        of = select(col(fact.id)).where(
            col(fact.id) == col(Obligation.fact_id), col(fact.kind) == opening.fact, *carries
        )
        return and_(condition, of.exists())
    if isinstance(opening, PerFinding):
        failing = list(_unfounded(run, opening, which))
        ids: BindParameter[list[int]] = bindparam(
            "failing", failing, expanding=True, literal_execute=True, unique=True
        )
        return and_(condition, col(Obligation.id).not_in(ids)) if failing else condition
    return condition


def _of_its_subject(run: DutyPass) -> ColumnElement[bool]:
    """Whether the subject is one the duty is about. One that was closed down since keeps what it owed."""
    kind, _active, *where = run.of_this_duty()
    its_own = col(Subject.id) == col(Obligation.subject_id)
    if run.duty.cadence.visits(None) is None:
        return exists().where(its_own, kind, *where)
    by_grade = [
        and_(
            # What is over under another grade stays owed as it was.
            or_(
                col(Obligation.period_key).like(of_rhythm(group.visits)), col(Obligation.deadline) < run.today
            ),
            exists().where(its_own, kind, *where, group.condition),
        )
        for group in groups(run)
        if group.visits is not None
    ]
    return or_(false(), *by_grade)


def _unfounded(run: DutyPass, opening: PerFinding, which: ColumnElement[bool]) -> Iterator[int]:
    """The findings whose evidence does not meet the rule."""
    last = 0
    query = (
        select(col(Obligation.id), col(Obligation.evidence_facts))
        .where(col(Obligation.duty_id) == run.duty.id, which)
        .order_by(col(Obligation.id))
        .limit(PAGE)
    )
    while page := run.connection.execute(query.where(col(Obligation.id) > last)).tuples().all():
        facts: dict[int, DatedFact] = {}
        for portion in portions(sorted({number for _, evidence in page for number in evidence or ()})):
            known = select(col(Fact.id), col(Fact.happened_on), col(Fact.kind)).where(
                col(Fact.id).in_(portion)
            )
            happened = (DatedFact(*row) for row in run.connection.execute(known).tuples())
            facts |= {fact.id: fact for fact in happened}
        for number, evidence in page:
            if not opening.holds([facts[each] for each in evidence or () if each in facts]):
                yield number
        last = page[-1][0]
