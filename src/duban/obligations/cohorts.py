"""Cohorts: the cases of a period, each with its own answer, whenever in the year that came.

| awkward case | rule |
|---|---|
| an answer after the period, within the case's own time | counts for the period in which the case came |
| an answer too late | the case is a miss |
| an answer of the same number by another unit, or about another subject | none of this case |
| two cases of one number | the first answer is the first case's, the second the second's |
| a case without the number it is matched by | is never answered: it is put right by a correction |
| not answered, its time not up | may still be answered: `pending` |
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select
from sqlmodel import col

from duban.base.json_values import JsonObject
from duban.cadence.counting import Cohort, Tally
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import Fact
from duban.obligations.counts import Counts, PeriodDays, matching, of_facts
from duban.obligations.one_duty import responsible_unit
from duban.workdays import reckon

Case = tuple[object, ...]
"""What a case and its answer have in common: the unit or subject, and the particulars they are matched by."""


class _Event(NamedTuple):
    unit: str
    place: str | None
    subject_id: int | None
    happened_on: date
    data: JsonObject

    def case(self, same: Sequence[str]) -> Case | None:
        """What it is matched by; None where it carries nothing under one of the names."""
        numbers = tuple(str(self.data[name]) for name in same if self.data.get(name) is not None)
        return (self.place, self.subject_id, *numbers) if len(numbers) == len(same) else None


def answered(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    answers: Tally,
    cohort: Cohort,
    span: PeriodDays,
    on: date,
) -> tuple[Counts, Counts, Mapping[str, int]]:
    """By unit: how many cases of the span were answered in time, how many there are, and how many may still be."""
    part: dict[str, Fraction] = defaultdict(Fraction)
    whole: dict[str, Fraction] = defaultdict(Fraction)
    pending: dict[str, int] = defaultdict(int)
    given: dict[Case, list[date]] = defaultdict(list)
    for event in _events(
        connection, definitions, duty, answers, PeriodDays(span.first, date.max), cohort.same
    ):
        if (case := event.case(cohort.same)) is not None:
            given[case].append(event.happened_on)
    of_these = matching(cohort.about) if cohort.about else []
    for event in _events(connection, definitions, duty, cohort.asked, span, cohort.same, *of_these):
        whole[event.unit] += 1
        calendar = definitions.calendar.for_unit(event.unit)
        until = (
            date.max if cohort.within is None else reckon(calendar, event.happened_on, cohort.within).deadline
        )
        case = event.case(cohort.same)
        days = given[case] if case is not None else []
        answer = next((day for day in days if day >= event.happened_on), None)
        if answer is not None:
            days.remove(answer)
        if answer is not None and answer <= until:
            part[event.unit] += 1
        elif answer is None and on <= until:
            pending[event.unit] += 1
    return part, whole, pending


def _events(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    counted: Tally,
    span: PeriodDays,
    same: Sequence[str],
    *conditions: ColumnElement[bool],
) -> Iterator[_Event]:
    """The facts of the span that count, in the order they happened."""
    query = select(
        named(responsible_unit(definitions, duty), "unit"),
        named(col(Fact.unit), "place"),
        col(Fact.subject_id),
        col(Fact.happened_on),
        col(Fact.data),
    )
    query = (
        of_facts(query, counted, span, same).where(*conditions).order_by(col(Fact.happened_on), col(Fact.id))
    )
    yield from rows_of(connection, query, _Event)
