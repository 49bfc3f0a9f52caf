"""How shares stand: the two counts of each unit, and what it has not reported.

| awkward case | rule |
|---|---|
| a share of registered subjects | each subject counts once; those no longer active, or registered after the day it is due, do not |
| a unit with no such subject on the register | not reported, until it reports that it has none |
| figures of statistics (`amount`) that a source brings each month, taken by the quarter | every month has to be reported |
| facts that may not happen (线索, 指令) | one fact, or a report of zero |
| against the year before | both years have to be reported |
"""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlmodel import col

from duban.cadence.by_period import PeriodCadence
from duban.cadence.counting import Cohort, EarlierYear, RegisteredSubjects, ShareToKeep, Tally
from duban.cadence.standing import ShareStanding, Whole, standing
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.duties.schedules import as_ordered
from duban.ledger.rows import named
from duban.ledger.tables import Fact, Subject, UnitRecord
from duban.obligations.cohorts import answered
from duban.obligations.counts import Counts, PeriodDays, counting, counts, matching
from duban.obligations.one_duty import responsible_unit
from duban.obligations.reported import unreported
from duban.workdays import period_key

Columns = TypeVar("Columns", bound=tuple[object, ...])


def standings(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    share: ShareToKeep,
    span: PeriodDays,
    units: Collection[str],
    on: date,
) -> dict[str, ShareStanding]:
    """How each of these units stands on the local day `on`, with what it has not reported yet."""
    pending: Mapping[str, int] = {}
    match share.among:
        case Tally() as among:
            kind_of_whole = Whole.CASES
            part = counts(connection, definitions, duty, share.of, span)
            whole = counts(connection, definitions, duty, among, span)
        case Cohort() as among:
            kind_of_whole = Whole.CASES
            part, whole, pending = answered(connection, definitions, duty, share.of, among, span, on)
        case RegisteredSubjects() as among:
            kind_of_whole = Whole.STOCK
            due = _due_day(definitions, duty, span)
            part = _subjects_with(connection, definitions, duty, share.of, among, span, due)
            whole = _registered(connection, definitions, duty, among, due)
        case EarlierYear():
            kind_of_whole = Whole.LAST_YEAR
            part = counts(connection, definitions, duty, share.of, span)
            whole = counts(connection, definitions, duty, share.of, span.year_before)
    missing = unreported(connection, definitions, duty, share, span, units, on)
    nothing = Fraction(0)
    return {
        unit: standing(
            share.bound,
            part.get(unit, nothing),
            whole.get(unit, nothing),
            at_least=share.at_least,
            of=kind_of_whole,
            pending=pending.get(unit, 0),
            unreported=()
            if kind_of_whole is Whole.STOCK and whole.get(unit)
            else tuple(missing.get(unit, ())),
        )
        for unit in units
    }


def _due_day(definitions: Definitions, duty: Duty, span: PeriodDays) -> date:
    """The day of the period by which the work is due: who is registered later is none of the stock."""
    cadence, calendar = duty.cadence, definitions.calendar
    if not isinstance(cadence, PeriodCadence):
        return span.last
    occurrence = cadence.occurrence(calendar, period_key(span.first, cadence.every))
    return (
        min(span.last, as_ordered(duty, occurrence, calendar).reckoning.deadline) if occurrence else span.last
    )


def _number_by_unit(connection: Connection, rows: Select[Columns]) -> Counts:
    """How many rows each unit has; the rows' first column is their unit."""
    counted = rows.subquery()
    unit = next(iter(counted.c))
    query = select(unit, func.count()).group_by(unit)
    return {code: Fraction(many) for code, many in connection.execute(query).tuples()}


def _of_kind(among: RegisteredSubjects, due: date) -> list[ColumnElement[bool]]:
    registered = col(Subject.registered_on)
    return [
        *matching(among),
        col(Subject.active).is_(True),
        or_(registered.is_(None), registered <= due),
    ]


def _registered(
    connection: Connection, definitions: Definitions, duty: Duty, among: RegisteredSubjects, due: date
) -> Counts:
    subjects = (
        select(responsible_unit(definitions, duty))
        .select_from(Subject)
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
    )
    return _number_by_unit(connection, subjects.where(*_of_kind(among, due)))


def _subjects_with(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    counted: Tally,
    among: RegisteredSubjects,
    span: PeriodDays,
    due: date,
) -> Counts:
    first = _first_days(definitions, duty, counted, among, span, due)
    return _number_by_unit(connection, first)


def _first_days(
    definitions: Definitions,
    duty: Duty,
    counted: Tally,
    among: RegisteredSubjects,
    span: PeriodDays,
    due: date,
) -> Select[tuple[str, date]]:
    """The first day that counts for each subject, with the unit that owes it."""
    unit = responsible_unit(definitions, duty)
    return (
        select(
            named(unit, "unit"),
            named(func.min(col(Fact.happened_on)), "first"),
        )
        .select_from(Fact)
        .join(Subject, col(Subject.id) == col(Fact.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .where(*_of_kind(among, due), *counting(counted, span))
        .group_by(unit, col(Subject.id))
    )


def reached_on(
    connection: Connection,
    definitions: Definitions,
    duty: Duty,
    share: ShareToKeep,
    span: PeriodDays,
    unit: str,
) -> date | None:
    """The day on which enough of a unit's stock was done; None for a share of anything else, or while it is not."""
    if not isinstance(share.among, RegisteredSubjects) or not share.at_least:
        return None
    due = _due_day(definitions, duty, span)
    there_are = _registered(connection, definitions, duty, share.among, due).get(unit, Fraction(0))
    days = _first_days(definitions, duty, share.of, share.among, span, due).subquery()
    query = select(days.c.first).where(days.c.unit == unit).order_by(days.c.first)
    enough = max(ceil(Fraction(share.bound) * there_are), 1)
    return connection.execute(query.offset(enough - 1).limit(1)).scalar()
