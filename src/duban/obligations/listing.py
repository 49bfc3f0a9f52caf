"""Which obligations a filter selects, nearest deadline first: for the command line, the HTTP API and the pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select
from sqlmodel import col

from duban.base.cases import CaseIdentity, case_of
from duban.base.json_values import JsonObject
from duban.ledger.principals import Principal
from duban.ledger.rows import columns_of, named, one_or_none, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OPEN_STATES, DutyVersion, Fact, Obligation, Subject, UnitRecord
from duban.ledger.visibility import disclosed, visible
from duban.obligations.judgement import not_reported

NOT_CLOSED: Final = (*OPEN_STATES, "suspended")


@dataclass(frozen=True)
class Filter:
    """What to list. Without a state: everything not closed."""

    #: codes of units; None for all
    units: Collection[str] | None = None
    #: the line of business (条线)
    line: str | None = None
    #: a duty's id
    duty: str | None = None
    #: one of `STATES`; None: everything not closed
    state: str | None = None
    #: whether the legal deadline is past, and it is open
    overdue: bool = False
    #: before which day the legal deadline lies
    due_before: date | None = None
    #: after which day the legal deadline lies
    due_after: date | None = None
    #: a subject's kind and code
    subject: tuple[str, str] | None = None
    #: whether confidential obligations are listed before they are done
    undisclosed: bool = True
    #: what else must hold, over Obligation, DutyVersion, UnitRecord and Subject
    also: Sequence[ColumnElement[bool]] = ()
    #: whether the latest deadline comes first
    latest_first: bool = False
    #: for whom: what does not exist for them is not listed; None: for whoever is at the machine
    seen_by: Principal | None = None


class ListEnd(NamedTuple):
    """Where a list ended: it goes on there, whatever was added or closed meanwhile."""

    #: the legal deadline of the last one seen
    deadline: date
    #: its number
    id: int


@dataclass(frozen=True)
class Listed:
    """One obligation as a list shows it."""

    #: the short id
    id: str
    #: the duty's id
    duty: str
    #: what the duty is called
    title: str
    #: the line of business (条线)
    line: str
    #: the unit's name
    unit: str
    #: the unit's code
    unit_code: str
    #: the subject's name; None for what is owed for none
    subject: str | None
    #: the subject's kind; None for what is owed for none
    subject_kind: str | None
    #: the subject's code; None for what is owed for none
    subject_code: str | None
    #: the event it is owed for, as its source tells it; None for what a period or a finding brought about
    case: CaseIdentity | None
    #: the period's key; empty for what came from facts
    period: str
    #: one of `STATES`
    state: str
    #: the local day it opened, or should have
    opened_on: date
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: the local day it counts as closed on; None while it is not
    closed_on: date | None
    #: the moment an emergency is due (aware UTC); None for everything that is due on a day
    due_at: datetime | None
    #: whether a year its days rest on is not settled yet
    provisional: bool
    #: whether it is open and the legal deadline is past
    overdue: bool
    #: whether only its own posts may see what it is about
    confidential: bool
    #: whether it is open because the figures it is judged by were not reported (未报数)
    unreported: bool


@dataclass(frozen=True)
class _Own:
    """The columns of Obligation that are shown."""

    id: int
    duty_id: str
    unit: str
    period_key: str
    state: str
    opened_on: date
    target: date
    deadline: date
    due_at: datetime | None
    provisional: bool
    reckoning_id: int
    confidential: bool
    fact_id: int | None
    evidence_facts: list[int] | None
    acknowledged_at: datetime | None
    closed_on: date | None


@dataclass(frozen=True)
class Shown(_Own):
    """What a list reads of one obligation."""

    #: what the duty is called
    title: str
    #: the line of business (条线)
    line: str
    #: the unit's name
    unit_name: str
    #: the subject's name; None for what is owed for none
    subject_name: str | None
    #: the subject's kind; None for what is owed for none
    subject_kind: str | None
    #: the subject's code; None for what is owed for none
    subject_code: str | None
    #: the number of the fact that brought it about; None when a period or a finding did
    fact_ref: str | None
    #: the particulars of that fact
    fact_data: JsonObject | None
    #: whether it is open because the figures it is judged by were not reported
    unreported: bool


def opening_event() -> ColumnElement[bool]:
    """The fact that is the event an obligation is owed for; the last one of a finding's evidence is none."""
    return and_(col(Fact.id) == col(Obligation.fact_id), col(Obligation.evidence_facts).is_(None))


def urgent() -> ColumnElement[bool]:
    """Emergencies that are not closed. There are few: an index has them alone."""
    return and_(col(Obligation.due_at).is_not(None), col(Obligation.closed_at).is_(None))


def how_many(connection: Connection, wanted: Filter, on: date, *, at_most: int | None = None) -> int:
    """How many obligations `wanted` selects on the business date `on`; counting stops at `at_most`."""
    query = select(col(Obligation.id)).join(
        DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id)
    )
    if wanted.subject is not None or wanted.also:
        query = query.outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
    counted = query.where(*_conditions(wanted, on)).limit(at_most).subquery()
    return connection.execute(select(func.count()).select_from(counted)).scalar_one()


def listed(
    connection: Connection,
    wanted: Filter,
    on: date,
    *,
    size: int,
    offset: int = 0,
    after: ListEnd | None = None,
) -> list[Listed]:
    """At most `size` of what `wanted` selects on the business date `on`, emergencies first.

    `offset` skips so many; `after` goes on where a list ended.
    """
    query = _shown().where(*_conditions(wanted, on))
    order = (col(Obligation.deadline), col(Obligation.id))
    if wanted.latest_first:
        if after is not None:
            query = query.where(_beyond(after, latest_first=True))
        query = query.order_by(*(each.desc() for each in order)).limit(size).offset(offset)
        return [listed_of(row, on) for row in rows_of(connection, query, Shown)]
    query = query.order_by(*order)
    first = [listed_of(row, on) for row in rows_of(connection, query.where(urgent()), Shown)]
    if after is not None and any(each.id == short_id(after.id) for each in first):
        first = [each for each in first if (each.deadline, each.id) > (after.deadline, short_id(after.id))]
    elif after is not None:
        first = []
        query = query.where(_beyond(after, latest_first=False))
    shown = first[offset : offset + size]
    rest = query.where(~urgent()).limit(size - len(shown)).offset(max(0, offset - len(first)))
    return shown + [listed_of(row, on) for row in rows_of(connection, rest, Shown)]


def _beyond(after: ListEnd, *, latest_first: bool) -> ColumnElement[bool]:
    """That an obligation comes after the end of a list."""
    deadline, number = col(Obligation.deadline), col(Obligation.id)
    same_day = deadline == after.deadline
    if latest_first:
        return or_(deadline < after.deadline, and_(same_day, number < after.id))
    return or_(deadline > after.deadline, and_(same_day, number > after.id))


def one(connection: Connection, number: int, wanted: Filter) -> Shown | None:
    """The obligation of this number with what a list shows of it; None if there is none, or it lies outside the units
    of `wanted` or is not disclosed.
    """
    query = _shown().where(col(Obligation.id) == number, *wanted.also)
    if wanted.units is not None:
        query = query.where(col(Obligation.unit).in_(sorted(wanted.units)))
    if not wanted.undisclosed:
        query = query.where(disclosed())
    if wanted.seen_by is not None:
        query = query.where(visible(wanted.seen_by))
    return one_or_none(connection, query, Shown)


def _shown() -> Select[Any]:
    """Obligations with what is shown of them, the columns of `Shown`."""
    return (
        select(
            *columns_of(Obligation, _Own),
            col(DutyVersion.title),
            col(DutyVersion.line),
            named(col(UnitRecord.name), "unit_name"),
            named(col(Subject.name), "subject_name"),
            named(col(Subject.kind), "subject_kind"),
            named(col(Subject.code), "subject_code"),
            named(col(Fact.ref), "fact_ref"),
            named(col(Fact.data), "fact_data"),
            named(not_reported(), "unreported"),
        )
        .select_from(Obligation)
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == col(Obligation.unit))
        .outerjoin(Fact, opening_event())
    )


def listed_of(row: Shown, on: date) -> Listed:
    """One row of the list."""
    return Listed(
        id=short_id(row.id),
        duty=row.duty_id,
        title=row.title,
        line=row.line,
        unit=row.unit_name,
        unit_code=row.unit,
        subject=row.subject_name,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        case=case_of(row.fact_ref, row.fact_data),
        period=row.period_key if row.fact_id is None and row.evidence_facts is None else "",
        state=row.state,
        opened_on=row.opened_on,
        target=row.target,
        deadline=row.deadline,
        closed_on=row.closed_on,
        due_at=row.due_at,
        provisional=row.provisional,
        overdue=row.state in OPEN_STATES and row.deadline < on,
        confidential=row.confidential,
        unreported=row.unreported,
    )


def _conditions(wanted: Filter, on: date) -> Iterator[ColumnElement[bool]]:
    if wanted.units is not None:
        yield col(Obligation.unit).in_(sorted(wanted.units))
    if wanted.line is not None:
        yield col(DutyVersion.line) == wanted.line
    if wanted.duty is not None:
        yield col(Obligation.duty_id) == wanted.duty
    if wanted.subject is not None:
        kind, code = wanted.subject
        yield and_(col(Subject.kind) == kind, col(Subject.code) == code)
    if wanted.state is not None:
        yield col(Obligation.state) == wanted.state
    elif not wanted.overdue:
        yield col(Obligation.state).in_(NOT_CLOSED)
        yield col(Obligation.closed_at).is_(None)
    if wanted.overdue:
        yield col(Obligation.state).in_(OPEN_STATES)
        yield col(Obligation.closed_at).is_(None)
        yield col(Obligation.deadline) < on
    if wanted.due_before is not None:
        yield col(Obligation.deadline) < wanted.due_before
    if wanted.due_after is not None:
        yield col(Obligation.deadline) > wanted.due_after
    if not wanted.undisclosed:
        yield disclosed()
    yield from wanted.also
    if wanted.seen_by is not None:
        yield visible(wanted.seen_by)
