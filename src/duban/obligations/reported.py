"""Who has reported: silence is never compliance, and nothing happened only where somebody reported that it did not.

A unit has reported a period when facts of the kind that the share is taken of, or the number is told by, are there, or a
zero report of that kind (`zero.reported`). Where events are counted, each for one, there is nothing to report. Statistics that a source brings more often than the share is judged have to be there for each of its
periods that is over.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select
from sqlmodel import col

from duban.cadence.counting import (
    ZERO_OF,
    ZERO_REPORTED,
    Aim,
    Among,
    Cohort,
    EarlierYear,
    RegisteredSubjects,
    ShareToKeep,
    Tally,
)
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.duties.sources import source_that_brings
from duban.ledger.standing_facts import still_stands
from duban.ledger.tables import Fact, Subject, UnitRecord
from duban.obligations.counts import PeriodDays
from duban.obligations.one_duty import responsible_unit
from duban.obligations.statements import carrying
from duban.workdays import TimeGrain, period_key, period_span, periods_between
from duban.workdays.periods import MONTHS_IN


def unreported(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    aim: Aim,
    span: PeriodDays,
    units: Collection[str],
    on: date,
) -> Mapping[str, list[str]]:
    """The periods that each of these units has not reported by the local day `on`, oldest first; without those that
    have reported everything that is over.
    """
    missing: dict[str, list[str]] = defaultdict(list)
    by, among = aim.reported_by, aim.among if isinstance(aim, ShareToKeep) else None
    if by is None:
        return missing
    wanted = [*_wanted(definitions, among, by, span, on)]
    for name, days in wanted:
        there = _reporting(connection, definitions, duty, among, by, days)
        for unit in units:
            if unit not in there:
                missing[unit].append(name)
    return missing


def _wanted(
    definitions: Definitions, among: Among | None, by: Tally, span: PeriodDays, on: date
) -> Iterator[tuple[str, PeriodDays]]:
    """Each period that has to be reported by `on`, by its name."""
    own = _own_period(span)
    if isinstance(among, EarlierYear):
        before = span.year_before
        yield period_key(before.first, own), before
    source = source_that_brings(definitions.vocabulary.sources.values(), (by.fact,))
    each = source.every if source is not None and by.amount is not None and source.every in MONTHS_IN else own
    if MONTHS_IN[each] > MONTHS_IN[own]:
        each = own
    for key in periods_between(each, span.first, span.last):
        days = PeriodDays(*period_span(key))
        if days.last < on or each is own:
            yield key, days


def _own_period(span: PeriodDays) -> TimeGrain:
    """The length of a period, by its days."""
    return next(
        (each for each in MONTHS_IN if period_span(period_key(span.first, each)) == (span.first, span.last)),
        TimeGrain.YEAR,
    )


def _reporting(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    among: Among | None,
    by: Tally,
    days: PeriodDays,
) -> set[str]:
    """The units that have reported something for these days, zero or more."""
    said: list[ColumnElement[bool]] = []
    zero_of = [by.fact]
    if isinstance(among, RegisteredSubjects):
        zero_of = [among.subject]
    elif by.amount is not None:
        told = col(Fact.data)[by.amount].as_string().is_not(None)
        of_these = carrying(by.where) if among is None else []
        said.append(and_(col(Fact.kind) == by.fact, told, *of_these))
    else:
        about = among.about if isinstance(among, Cohort) else None
        of_these = [col(Subject.kind) == about.subject] if about else []
        said.append(and_(col(Fact.kind) == by.fact, *of_these))
    zero = and_(col(Fact.kind) == ZERO_REPORTED, col(Fact.data)[ZERO_OF].as_string().in_(zero_of))
    query = (
        select(responsible_unit(definitions, duty))
        .select_from(Fact)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == func.coalesce(col(Subject.unit), col(Fact.unit)))
        .where(or_(*said, zero), col(Fact.happened_on).between(days.first, days.last), still_stands())
        .distinct()
    )
    return set(connection.execute(query).scalars())
