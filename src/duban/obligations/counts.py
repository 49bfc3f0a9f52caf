"""Counting: what the facts of a period add up to, unit by unit, for duties that facts measure (quota, ratio).

What has been reported stands in `reported`, what was answered case by case in `cohorts`, how shares stand in `shares`.

| awkward case | rule |
|---|---|
| a fact about a subject | counts for the unit in whose charge the subject is |
| a station's fact, owed by the county; a county's, owed by the city | counts upwards |
| the city's own fact, owed by the counties | counts for none of them |
| a second fact of the same county, where each counts once | counts for nothing, as does one of no county |
| a corrected or withdrawn fact | counts as corrected, or not at all |
| an event that several units report | counts once (`statements`) |
| a fact reported late | counts in the period in which it happened |
| a fact without the number it should carry | counts for nothing |
| a number that is all there is each time (`stock`) | counts for what it adds to what its unit told before in the period |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlmodel import col

from duban.cadence.counting import RegisteredSubjects, Tally
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.ledger.tables import Fact, Subject, UnitRecord
from duban.obligations.one_duty import responsible_unit
from duban.obligations.statements import carrying, counts_for_event
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

    def holds(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last

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
        many = func.count(col(UnitRecord.code).distinct()) if counted.each_below else func.count()
        query = of_facts(select(unit, many), counted, span)
        query = query.where(*whose(duty, counted)).group_by(unit)
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
    place, data = col(UnitRecord.code), col(Fact.data)
    query = of_facts(select(col(Fact.id), unit, place, col(Fact.happened_on), data), counted, span)
    query = query.where(*whose(duty, counted)).order_by(col(Fact.happened_on), col(Fact.id))
    before: dict[str, Fraction] = {}
    for number, code, at, happened_on, particulars in connection.execute(query).tuples():
        if not (counted.each_below and at in before):
            amount = _amount(counted, particulars)
            yield CountedFact(
                number, code, happened_on, amount - before.get(at, Fraction(0)) if counted.stock else amount
            )
            before[at] = amount


def of_facts(
    query: Select[Columns], counted: Tally, span: PeriodDays, same: Sequence[str] = ()
) -> Select[Columns]:
    """The statement over the facts of the span that count, each with the unit in whose charge it is.

    `same` names further particulars that are read: facts that differ there are of different events.
    """
    place = func.coalesce(col(Subject.unit), col(Fact.unit))
    return (
        query.select_from(Fact)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == place)
        .where(*counting(counted, span, same))
    )


def counting(counted: Tally, span: PeriodDays, same: Sequence[str] = ()) -> list[ColumnElement[bool]]:
    """That a fact of the span stands and counts for its event, in a statement over Fact; `same` as in `of_facts`."""
    amount = () if counted.amount is None else (counted.amount,)
    return [
        col(Fact.kind) == counted.fact,
        col(Fact.happened_on) >= span.first,
        col(Fact.happened_on) <= span.last,
        counts_for_event((*counted.where, *amount, *same)),
        *carrying(counted.where),
    ]


def whose(duty: Duty, counted: Tally) -> list[ColumnElement[bool]]:
    """That a fact is of a unit of the owner's own level, where nothing from below counts, or of the level right below,
    where each unit there counts once; in a statement over UnitRecord.
    """
    if counted.each_below:
        return [col(UnitRecord.level) == ("county" if duty.owner.unit == "city" else "station")]
    return [col(UnitRecord.level) == duty.owner.unit] if counted.own else []


def matching(among: RegisteredSubjects) -> list[ColumnElement[bool]]:
    """That a subject is of the kind and has the attributes, in a statement over Subject."""
    return [
        col(Subject.kind) == among.subject,
        *(col(Subject.attributes)[name].as_string().in_(values) for name, values in among.where.items()),
    ]


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
