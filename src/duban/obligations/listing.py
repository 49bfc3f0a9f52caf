"""Which obligations a filter selects, nearest deadline first: for the command line, the HTTP API and the pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, SQLColumnExpression, and_, func, or_, select
from sqlmodel import col

from duban.ledger.principals import Principal
from duban.ledger.rows import columns_of, named, one_or_none, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    DUTY_VERSION,
    OPEN_STATES,
    REPORTED,
    SUBJECT,
    UNIT,
    DutyVersion,
    Fact,
    Obligation,
    Subject,
    UnitRecord,
)
from duban.ledger.visibility import disclosed, of_units, visible
from duban.obligations.co_handlers import co_handlers
from duban.obligations.judgement import not_reported
from duban.obligations.listed import Listed, OwnColumns, Shown, listed_of

NOT_CLOSED: Final = (*OPEN_STATES, REPORTED, "suspended")


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


def opening_event() -> ColumnElement[bool]:
    """The fact that is the event an obligation is owed for; the last one of a finding's evidence is none."""
    return and_(col(Fact.id) == col(Obligation.fact_id), col(Obligation.evidence_facts).is_(None))


def urgent() -> ColumnElement[bool]:
    """Emergencies that are not closed. There are few: an index has them alone."""
    return and_(col(Obligation.due_at).is_not(None), col(Obligation.closed_at).is_(None))


def how_many(connection: Connection, wanted: Filter, on: date, *, at_most: int | None = None) -> int:
    """How many obligations `wanted` selects on the business date `on`; counting stops at `at_most`."""
    counted = _numbers(*_conditions(wanted, on)).limit(at_most).subquery()
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

    `offset` skips so many; `after` goes on where a list ended. Which they are is found first, from an index alone where
    nothing but the obligation's own unit, duty and days was asked for; only of these is read what is shown.
    """
    query = _numbers(*_conditions(wanted, on))
    order = (col(Obligation.deadline), col(Obligation.id))
    if wanted.latest_first:
        if after is not None:
            query = query.where(_beyond(after, latest_first=True))
        latest = tuple(each.desc() for each in order)
        return _read(connection, query.order_by(*latest).limit(size).offset(offset), latest, on)
    query = query.order_by(*order)
    first = _read(connection, query.where(urgent()), order, on)
    if after is not None and any(each.id == short_id(after.id) for each in first):
        first = [each for each in first if (each.deadline, each.id) > (after.deadline, short_id(after.id))]
    elif after is not None:
        first = []
        query = query.where(_beyond(after, latest_first=False))
    shown = first[offset : offset + size]
    others = query.where(col(Obligation.id).not_in(select(col(Obligation.id)).where(urgent())))
    rest = others.limit(size - len(shown)).offset(max(0, offset - len(first)))
    return shown + _read(connection, rest, order, on)


def _numbers(*conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    """The numbers of the obligations that meet the conditions, with those tables beside theirs that the conditions name."""
    query = select(col(Obligation.id)).where(*conditions)
    named_there = query.get_final_froms()
    query = query.select_from(Obligation)
    if DUTY_VERSION in named_there:
        query = query.join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
    if SUBJECT in named_there:
        query = query.outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
    if UNIT in named_there:
        query = query.join(UnitRecord, col(UnitRecord.code) == col(Obligation.unit))
    return query


def _read(
    connection: Connection, numbers: Select[tuple[int]], order: Sequence[SQLColumnExpression[Any]], on: date
) -> list[Listed]:
    """What is shown of the obligations with these numbers, in this order."""
    chosen = numbers.subquery()
    query = _shown().join(chosen, chosen.c.id == col(Obligation.id)).order_by(*order)
    rows = rows_of(connection, query, Shown)
    along = co_handlers(connection, [row.id for row in rows])
    return [listed_of(row, on, along.get(row.id, ())) for row in rows]


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
        query = query.where(of_units(wanted.units))
    if not wanted.undisclosed:
        query = query.where(disclosed())
    if wanted.seen_by is not None:
        query = query.where(visible(wanted.seen_by))
    return one_or_none(connection, query, Shown)


@cache
def _shown() -> Select[Any]:
    """Obligations with what is shown of them, the columns of `Shown`; put together once, as it never differs."""
    return (
        select(
            *columns_of(Obligation, OwnColumns),
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


def _conditions(wanted: Filter, on: date) -> Iterator[ColumnElement[bool]]:
    if wanted.units is not None:
        yield of_units(wanted.units)
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
