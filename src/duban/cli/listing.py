"""Which obligations a filter selects, one page at a time, nearest deadline first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, func, select

from duban.cadence.occurrence import period_word
from duban.cli.failures import WrongUsage
from duban.language import say
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DUTY_VERSION, OBLIGATION, OPEN_STATES, STATES, SUBJECT, UNIT
from duban.problems import did_you_mean

if TYPE_CHECKING:
    from sqlalchemy import Select

NOT_CLOSED = (*OPEN_STATES, "suspended")


@dataclass(frozen=True)
class Filter:
    """What to list. Without a state: everything not closed. `due_before` and `overdue` look at the legal deadline."""

    unit: str | None = None
    line: str | None = None
    duty: str | None = None
    state: str | None = None
    overdue: bool = False
    due_before: date | None = None


@dataclass(frozen=True)
class Listed:
    """One obligation as a list shows it. An obligation that came from facts has no period."""

    id: str
    duty: str
    title: str
    line: str
    unit: str
    subject: str | None
    period: str
    state: str
    opened_on: date
    target: date
    deadline: date
    provisional: bool
    overdue: bool
    confidential: bool


@dataclass(frozen=True)
class Page:
    """One page of a list and how many obligations the filter selects in all."""

    total: int
    page: int
    size: int
    obligations: tuple[Listed, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def page_of_obligations(connection: Connection, wanted: Filter, *, on: date, page: int, size: int) -> Page:
    """Page `page`, from 1, of what `wanted` selects on the business date `on`.

    Raises WrongUsage for a unit, line, duty or state that is not there.
    """
    where = list(_conditions(connection, wanted, on))
    counted = _joined(select(func.count()).select_from(OBLIGATION)).where(*where)
    total: int = connection.execute(counted).scalar_one()
    rows = connection.execute(
        _joined(
            select(
                OBLIGATION,
                DUTY_VERSION.c.title,
                DUTY_VERSION.c.line,
                UNIT.c.name.label("unit_name"),
                SUBJECT.c.name.label("subject_name"),
            ).select_from(OBLIGATION)
        )
        .outerjoin(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
        .join(UNIT, UNIT.c.code == OBLIGATION.c.unit)
        .where(*where)
        .order_by(OBLIGATION.c.deadline, OBLIGATION.c.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    listed = tuple(
        Listed(
            id=short_id(row.id),
            duty=row.duty_id,
            title=row.title,
            line=row.line,
            unit=row.unit_name,
            subject=row.subject_name,
            period=period_word(row.period_key) if row.fact_id is None and row.evidence_facts is None else "",
            state=row.state,
            opened_on=row.opened_on,
            target=row.target,
            deadline=row.deadline,
            provisional=row.provisional,
            overdue=row.state in OPEN_STATES and row.deadline < on,
            confidential=row.confidential,
        )
        for row in rows
    )
    return Page(total, page, size, listed)


def _joined(query: Select[Any]) -> Select[Any]:
    return query.join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)


def _conditions(connection: Connection, wanted: Filter, on: date) -> Iterable[ColumnElement[bool]]:
    if wanted.unit:
        yield OBLIGATION.c.unit.in_(units_below(connection, wanted.unit))
    if wanted.line:
        yield DUTY_VERSION.c.line == _known(
            connection, DUTY_VERSION.c.line, wanted.line, say(zh="条线", en="line")
        )
    if wanted.duty:
        yield OBLIGATION.c.duty_id == _known(
            connection, DUTY_VERSION.c.duty_id, wanted.duty, say(zh="事项", en="duty")
        )
    if wanted.state:
        if wanted.state not in STATES:
            raise _not_there(say(zh="状态", en="state"), wanted.state, STATES)
        yield OBLIGATION.c.state == wanted.state
    elif not wanted.overdue:
        yield OBLIGATION.c.state.in_(NOT_CLOSED)
        yield OBLIGATION.c.closed_at.is_(None)
    if wanted.overdue:
        yield OBLIGATION.c.state.in_(OPEN_STATES)
        yield OBLIGATION.c.closed_at.is_(None)
        yield OBLIGATION.c.deadline < on
    if wanted.due_before:
        yield OBLIGATION.c.deadline < wanted.due_before


def units_below(connection: Connection, named: str) -> list[str]:
    """The codes of the unit with this code or name and of every unit below it. Raises WrongUsage if there is none."""
    units = connection.execute(select(UNIT.c.code, UNIT.c.name, UNIT.c.parent)).all()
    found = [unit.code for unit in units if named in (unit.code, unit.name)]
    if not found:
        found = [unit.code for unit in units if named in unit.name]
    if not found:
        raise _not_there(say(zh="单位", en="unit"), named, [unit.name for unit in units])
    reached = set(found)
    while below := {unit.code for unit in units if unit.parent in reached} - reached:
        reached |= below
    return sorted(reached)


def _known(connection: Connection, column: ColumnElement[str], named: str, what: str) -> str:
    known = list(connection.execute(select(column).distinct()).scalars())
    if named not in known:
        raise _not_there(what, named, known)
    return named


def _not_there(what: str, named: str, known: Iterable[str]) -> WrongUsage:
    near = did_you_mean(named, known)
    return WrongUsage(
        say(zh=f"没有{what}“{named}”，{near}", en=f"no {what} “{named}”, {near}").rstrip("，, ")
    )
