"""Which obligations a filter selects, nearest deadline first: for the command line, the HTTP API and the pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from duban.ledger.short_ids import short_id
from duban.ledger.tables import DUTY_VERSION, OBLIGATION, OPEN_STATES, SUBJECT, UNIT

if TYPE_CHECKING:
    from sqlalchemy import Select

NOT_CLOSED: Final = (*OPEN_STATES, "suspended")


@dataclass(frozen=True)
class Filter:
    """What to list. Without a state: everything not closed.

    `units` are codes, None for all. `overdue`, `due_before` and `due_after` look at the legal deadline, exclusively.
    Without `undisclosed`, a confidential obligation is listed only once it is done.
    """

    units: Collection[str] | None = None
    line: str | None = None
    duty: str | None = None
    state: str | None = None
    overdue: bool = False
    due_before: date | None = None
    due_after: date | None = None
    subject: tuple[str, str] | None = None
    undisclosed: bool = True


@dataclass(frozen=True)
class Listed:
    """One obligation as a list shows it. An obligation that came from facts has no period."""

    id: str
    duty: str
    title: str
    line: str
    unit: str
    unit_code: str
    subject: str | None
    subject_kind: str | None
    subject_code: str | None
    period: str
    state: str
    opened_on: date
    target: date
    deadline: date
    provisional: bool
    overdue: bool
    confidential: bool


def disclosed() -> ColumnElement[bool]:
    """What everybody may see: a flight check is announced to nobody before it is done."""
    return or_(~OBLIGATION.c.confidential, OBLIGATION.c.state == "done")


def how_many(connection: Connection, wanted: Filter, on: date) -> int:
    """How many obligations `wanted` selects on the business date `on`."""
    query = _joined(select(func.count()).select_from(OBLIGATION), wanted)
    return int(connection.execute(query.where(*_conditions(wanted, on))).scalar_one())


def listed(
    connection: Connection,
    wanted: Filter,
    on: date,
    *,
    size: int,
    offset: int = 0,
    after: tuple[date, int] | None = None,
) -> list[Listed]:
    """At most `size` of what `wanted` selects on the business date `on`.

    `offset` skips so many; `after` (deadline and number of the last one seen) goes on where a list ended, whatever was
    added or closed meanwhile.
    """
    query = _joined(select(*_SHOWN).select_from(OBLIGATION), None).where(*_conditions(wanted, on))
    if after is not None:
        deadline, number = after
        query = query.where(
            or_(
                OBLIGATION.c.deadline > deadline,
                and_(OBLIGATION.c.deadline == deadline, OBLIGATION.c.id > number),
            )
        )
    query = query.order_by(OBLIGATION.c.deadline, OBLIGATION.c.id).limit(size).offset(offset)
    return [listed_of(row, on) for row in connection.execute(query)]


def one(connection: Connection, number: int, wanted: Filter) -> Row[Any] | None:
    """The obligation of this number with what a list shows of it; None if there is none, or it lies outside the units
    of `wanted` or is not disclosed.
    """
    query = _joined(select(*_SHOWN, DUTY_VERSION.c.content).select_from(OBLIGATION), None)
    query = query.where(OBLIGATION.c.id == number)
    if wanted.units is not None:
        query = query.where(OBLIGATION.c.unit.in_(sorted(wanted.units)))
    if not wanted.undisclosed:
        query = query.where(disclosed())
    return connection.execute(query).one_or_none()


_SHOWN = (
    OBLIGATION,
    DUTY_VERSION.c.title,
    DUTY_VERSION.c.line,
    UNIT.c.name.label("unit_name"),
    SUBJECT.c.name.label("subject_name"),
    SUBJECT.c.kind.label("subject_kind"),
    SUBJECT.c.code.label("subject_code"),
)


def _joined(query: Select[Any], wanted: Filter | None) -> Select[Any]:
    """With the tables the columns need, or, to count, only those the filter looks at."""
    query = query.join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)
    if wanted is None or wanted.subject is not None:
        query = query.outerjoin(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
    return query if wanted is not None else query.join(UNIT, UNIT.c.code == OBLIGATION.c.unit)


def listed_of(row: Any, on: date) -> Listed:
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
        period=row.period_key if row.fact_id is None and row.evidence_facts is None else "",
        state=row.state,
        opened_on=row.opened_on,
        target=row.target,
        deadline=row.deadline,
        provisional=row.provisional,
        overdue=row.state in OPEN_STATES and row.deadline < on,
        confidential=row.confidential,
    )


def _conditions(wanted: Filter, on: date) -> Iterator[ColumnElement[bool]]:
    if wanted.units is not None:
        yield OBLIGATION.c.unit.in_(sorted(wanted.units))
    if wanted.line is not None:
        yield DUTY_VERSION.c.line == wanted.line
    if wanted.duty is not None:
        yield OBLIGATION.c.duty_id == wanted.duty
    if wanted.subject is not None:
        kind, code = wanted.subject
        yield and_(SUBJECT.c.kind == kind, SUBJECT.c.code == code)
    if wanted.state is not None:
        yield OBLIGATION.c.state == wanted.state
    elif not wanted.overdue:
        yield OBLIGATION.c.state.in_(NOT_CLOSED)
        yield OBLIGATION.c.closed_at.is_(None)
    if wanted.overdue:
        yield OBLIGATION.c.state.in_(OPEN_STATES)
        yield OBLIGATION.c.closed_at.is_(None)
        yield OBLIGATION.c.deadline < on
    if wanted.due_before is not None:
        yield OBLIGATION.c.deadline < wanted.due_before
    if wanted.due_after is not None:
        yield OBLIGATION.c.deadline > wanted.due_after
    if not wanted.undisclosed:
        yield disclosed()
