"""Counting: what the facts of a period add up to, unit by unit, for duties that facts measure (quota, ratio).

| awkward case | rule |
|---|---|
| a fact about a subject | counts for the unit in whose charge the subject is |
| a station's fact, owed by the county; a county's, owed by the city | counts upwards |
| the city's own fact, owed by the counties | counts for none of them |
| a corrected or withdrawn fact | counts as corrected, or not at all |
| a fact reported late | counts in the period in which it happened |
| a fact without the number it should carry | counts for nothing |
| a share of registered subjects | each subject counts once; those no longer active do not |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlmodel import col

from duban.cadence.counting import RegisteredSubjects, ShareToKeep, Tally, YearBefore
from duban.cadence.standing import ShareStanding, standing
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.ledger.tables import Fact, Subject, UnitRecord
from duban.obligations.one_duty import carrying, responsible_unit, still_stands
from duban.workdays import add_months

Columns = TypeVar("Columns", bound=tuple[object, ...])
Counts = Mapping[str, Fraction]
"""What was counted, by the code of the unit that owes it; a unit without any is not there."""


class CountedFact(NamedTuple):
    """One fact that counts: for which unit, when it happened, for how much."""

    #: the fact's number
    id: int
    #: the code of the unit it counts for
    unit: str
    #: the local day it happened
    happened_on: date
    #: what it adds
    amount: Fraction


@dataclass(frozen=True)
class PeriodDays:
    """The days of a period, both inclusive."""

    #: the first local day
    first: date
    #: the last local day
    last: date

    @property
    def year_before(self) -> PeriodDays:
        """The same period of the year before."""
        ends = self.last.replace(day=1)
        return PeriodDays(add_months(self.first, -12), _month_end(add_months(ends, -12)))


def counts(
    connection: Connection, definitions: Definitions, duty: Duty, counted: Tally, span: PeriodDays
) -> Counts:
    """What the facts of the span add up to, by unit."""
    if counted.amount is None:
        unit = responsible_unit(definitions, duty)
        query = _of_facts(select(unit, func.count()), counted, span).group_by(unit)
        return {code: Fraction(many) for code, many in connection.execute(query).tuples()}
    found: dict[str, Fraction] = defaultdict(Fraction)
    for fact in counted_facts(connection, definitions, duty, counted, span):
        found[fact.unit] += fact.amount
    return found


def counted_facts(
    connection: Connection, definitions: Definitions, duty: Duty, counted: Tally, span: PeriodDays
) -> Iterator[CountedFact]:
    """The facts of the span that count, in the order they happened."""
    unit = responsible_unit(definitions, duty)
    query = _of_facts(
        select(col(Fact.id), unit, col(Fact.happened_on), col(Fact.data)), counted, span
    ).order_by(col(Fact.happened_on), col(Fact.id))
    for number, code, happened_on, data in connection.execute(query).tuples():
        yield CountedFact(number, code, happened_on, _amount(counted, data))


def standings(
    connection: Connection, definitions: Definitions, duty: Duty, share: ShareToKeep, span: PeriodDays
) -> dict[str, ShareStanding]:
    """How each unit stands that has anything counted, numerator or denominator."""
    match share.among:
        case Tally() as among:
            part = counts(connection, definitions, duty, share.of, span)
            whole = counts(connection, definitions, duty, among, span)
        case RegisteredSubjects() as among:
            part = _subjects_with(connection, definitions, duty, share.of, among, span)
            whole = _registered(connection, definitions, duty, among)
        case YearBefore():
            part = counts(connection, definitions, duty, share.of, span)
            whole = counts(connection, definitions, duty, share.of, span.year_before)
    nothing = Fraction(0)
    return {
        unit: standing(
            share.bound,
            part.get(unit, nothing),
            whole.get(unit, nothing),
            at_least=share.at_least,
            of_whole=not isinstance(share.among, YearBefore),
        )
        for unit in {*part, *whole}
    }


def reported(connection: Connection, share: ShareToKeep, span: PeriodDays) -> bool:
    """Whether anybody at all reported what the share is taken of: a silent feed is nobody's failure."""
    any_fact = select(col(Fact.id)).where(
        col(Fact.kind).in_(share.facts),
        col(Fact.happened_on) >= span.first,
        col(Fact.happened_on) <= span.last,
    )
    return connection.execute(any_fact.limit(1)).first() is not None


def _number_by_unit(connection: Connection, rows: Select[Columns]) -> Counts:
    """How many rows each unit has; the rows' first column is their unit."""
    counted = rows.subquery()
    unit = next(iter(counted.c))
    query = select(unit, func.count()).group_by(unit)
    return {code: Fraction(many) for code, many in connection.execute(query).tuples()}


def _of_facts(query: Select[Columns], counted: Tally, span: PeriodDays) -> Select[Columns]:
    """The statement over the facts of the span that count, each with the unit in whose charge it is."""
    place = func.coalesce(col(Subject.unit), col(Fact.unit))
    return (
        query.select_from(Fact)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == place)
        .where(*_counting(counted, span))
    )


def _counting(counted: Tally, span: PeriodDays) -> list[ColumnElement[bool]]:
    return [
        col(Fact.kind) == counted.fact,
        col(Fact.happened_on) >= span.first,
        col(Fact.happened_on) <= span.last,
        still_stands(),
        *carrying(counted.where),
    ]


def _of_kind(among: RegisteredSubjects) -> list[ColumnElement[bool]]:
    return [
        col(Subject.kind) == among.subject,
        col(Subject.active).is_(True),
        *(col(Subject.attributes)[name].as_string().in_(values) for name, values in among.where.items()),
    ]


def _registered(
    connection: Connection, definitions: Definitions, duty: Duty, among: RegisteredSubjects
) -> Counts:
    subjects = (
        select(responsible_unit(definitions, duty))
        .select_from(Subject)
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
    )
    return _number_by_unit(connection, subjects.where(*_of_kind(among)))


def _subjects_with(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    counted: Tally,
    among: RegisteredSubjects,
    span: PeriodDays,
) -> Counts:
    once_each = (
        select(responsible_unit(definitions, duty), col(Subject.id))
        .select_from(Fact)
        .join(Subject, col(Subject.id) == col(Fact.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .distinct()
    )
    return _number_by_unit(connection, once_each.where(*_of_kind(among), *_counting(counted, span)))


def _amount(counted: Tally, data: Mapping[str, object]) -> Fraction:
    if counted.amount is None:
        return Fraction(1)
    value = data.get(counted.amount)
    return (
        Fraction(str(value))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else Fraction(0)
    )


def _month_end(first: date) -> date:
    return date.fromordinal(add_months(first, 1).toordinal() - 1)
