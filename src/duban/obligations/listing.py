"""Which obligations a filter selects, nearest deadline first: for the command line, the HTTP API and the pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    SQLColumnExpression,
    and_,
    func,
    or_,
    select,
    union,
)
from sqlmodel import col

from duban.base.clock import Present
from duban.ledger.lateness import is_over, open_emergencies
from duban.ledger.principals import Principal
from duban.ledger.rows import columns_of, named, one_or_none, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    DUTY_VERSION,
    NOT_OPEN,
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
from duban.obligations.listed import ListedObligation, OwnColumns, ShownObligation, listed_of

NOT_CLOSED: Final = (*OPEN_STATES, REPORTED, "suspended")


def known_lines(connection: Connection) -> list[str]:
    """The lines of all duties there are or were, and of what was assigned."""
    return list(connection.execute(select(col(DutyVersion.line)).distinct()).scalars())


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
    #: whether the legal deadline, or the hour of an emergency, is past, and it is open
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
    #: of which at least one must hold, over the same; each is looked for by itself, and every list goes by its own index
    any_of: Sequence[ColumnElement[bool]] = ()
    #: whether few meet the conditions: they are found first and put in order then, instead of being looked for along the
    #: whole order
    few: bool = False
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


_URGENT: Final = select(col(Obligation.id)).where(*open_emergencies())


def how_many(connection: Connection, wanted: Filter, present: Present, *, at_most: int | None = None) -> int:
    """How many obligations `wanted` selects at `present`; counting stops at `at_most`."""
    ways = _ways(wanted, present)
    found = ways[0].limit(at_most).subquery()
    if len(ways) > 1:
        several = union(*(select(each.limit(at_most).subquery().c.id) for each in ways))
        found = several.limit(at_most).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def listed(
    connection: Connection,
    wanted: Filter,
    present: Present,
    *,
    size: int,
    offset: int = 0,
    after: ListEnd | None = None,
) -> list[ListedObligation]:
    """At most `size` of what `wanted` selects at `present`, emergencies first.

    `offset` skips so many; `after` goes on where a list ended. Which they are is found first, from an index alone where
    nothing but the obligation's own unit, duty and days was asked for; only of these is read what is shown.
    """

    def read(
        *conditions: ColumnElement[bool], size: int | None = None, offset: int = 0
    ) -> list[ListedObligation]:
        ways = [each.where(*conditions) for each in _ways(wanted, present)]
        return _read(connection, _in_order(wanted, ways, size, offset), wanted, present)

    if wanted.latest_first:
        beyond = () if after is None else (_beyond(after, latest_first=True),)
        return read(*beyond, size=size, offset=offset)
    first: list[ListedObligation] = []
    others: list[ColumnElement[bool]] = []
    if connection.execute(_URGENT.limit(1)).first() is not None:  # otherwise nobody need look for them twice
        first = read(col(Obligation.id).in_(_URGENT))
        others.append(col(Obligation.id).not_in(_URGENT))
    if after is not None and any(each.id == short_id(after.id) for each in first):
        first = [each for each in first if (each.deadline, each.id) > (after.deadline, short_id(after.id))]
    elif after is not None:
        first = []
        others.append(_beyond(after, latest_first=False))
    shown = first[offset : offset + size]
    return shown + read(*others, size=size - len(shown), offset=max(0, offset - len(first)))


def _ways(wanted: Filter, present: Present) -> list[Select[tuple[int]]]:
    """The numbers of what `wanted` selects, or, where one of several things must hold, of each of them."""
    conditions = list(_conditions(wanted, present))
    return [_numbers(*conditions, each) for each in wanted.any_of] or [_numbers(*conditions)]


def _in_order(
    wanted: Filter, ways: Sequence[Select[tuple[int]]], size: int | None, offset: int
) -> Select[tuple[int]]:
    """The first of what was found in any of the ways."""
    day: SQLColumnExpression[date] = col(Obligation.deadline)
    number = col(Obligation.id)
    if wanted.few:
        day = func.coalesce(day, col(Obligation.target))  # the same day, which no index is in the order of
    if len(ways) == 1:
        return ways[0].order_by(*_order(wanted, day, number)).limit(size).offset(offset)
    beginnings = (
        each.add_columns(col(Obligation.deadline))
        .order_by(*_order(wanted, day, number))
        .limit(None if size is None else size + offset)
        .subquery()
        for each in ways
    )
    found = union(*(select(each.c.id, each.c.deadline) for each in beginnings)).subquery()
    return (
        select(found.c.id).order_by(*_order(wanted, found.c.deadline, found.c.id)).limit(size).offset(offset)
    )


def _order(
    wanted: Filter, day: SQLColumnExpression[date], number: SQLColumnExpression[int]
) -> Sequence[ColumnElement[Any]]:
    """The nearest deadline first, or the latest."""
    return (day.desc(), number.desc()) if wanted.latest_first else (day.asc(), number.asc())


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
    connection: Connection, numbers: Select[tuple[int]], wanted: Filter, present: Present
) -> list[ListedObligation]:
    """What is shown of the obligations with these numbers, in the order that is wanted."""
    chosen = numbers.subquery()
    query = _shown().join(chosen, chosen.c.id == col(Obligation.id))
    query = query.order_by(*_order(wanted, col(Obligation.deadline), col(Obligation.id)))
    rows = rows_of(connection, query, ShownObligation)
    along = co_handlers(connection, [row.id for row in rows])
    return [listed_of(row, present, along.get(row.id, ())) for row in rows]


def _beyond(after: ListEnd, *, latest_first: bool) -> ColumnElement[bool]:
    """That an obligation comes after the end of a list."""
    deadline, number = col(Obligation.deadline), col(Obligation.id)
    if latest_first:
        return and_(deadline <= after.deadline, or_(deadline < after.deadline, number < after.id))
    return and_(deadline >= after.deadline, or_(deadline > after.deadline, number > after.id))


def one(connection: Connection, number: int, wanted: Filter) -> ShownObligation | None:
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
    return one_or_none(connection, query, ShownObligation)


@cache
def _shown() -> Select[Any]:
    """Obligations with what is shown of them, the columns of `ShownObligation`; put together once, as it never differs."""
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


def _conditions(wanted: Filter, present: Present) -> Iterator[ColumnElement[bool]]:
    if wanted.units is not None:
        yield of_units(wanted.units)
    if wanted.line is not None:
        of_line = select(col(DutyVersion.id)).where(col(DutyVersion.line) == wanted.line)
        yield col(Obligation.duty_version_id).in_(of_line)
    if wanted.duty is not None:
        yield col(Obligation.duty_id) == wanted.duty
    if wanted.subject is not None:
        kind, code = wanted.subject
        yield and_(col(Subject.kind) == kind, col(Subject.code) == code)
    if wanted.state is not None:
        yield col(Obligation.state) == wanted.state
        if wanted.state != "open" and not wanted.few:
            yield NOT_OPEN
    elif not wanted.overdue:
        yield col(Obligation.state).in_(NOT_CLOSED)
        yield col(Obligation.closed_at).is_(None)
    if wanted.overdue:
        yield col(Obligation.state).in_(OPEN_STATES)
        yield col(Obligation.closed_at).is_(None)
        yield is_over(present)
    if wanted.due_before is not None:
        yield col(Obligation.deadline) < wanted.due_before
    if wanted.due_after is not None:
        yield col(Obligation.deadline) > wanted.due_after
    if not wanted.undisclosed:
        yield disclosed()
    yield from wanted.also
    if wanted.seen_by is not None:
        yield visible(wanted.seen_by)
