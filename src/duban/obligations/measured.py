"""What facts measure: the obligations of a duty by period, and which periods new facts say something about."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.clock import business_date
from duban.cadence.by_period import PeriodCadence
from duban.cadence.counting import Aim, Cohort, EarlierYear, ShareToKeep
from duban.ledger.rows import columns_of, named, rows_of
from duban.ledger.tables import Fact, Obligation, Subject
from duban.obligations.one_duty import DutyPass
from duban.workdays import add_months, period_key, periods_between

_ANSWERED_WITHIN: Final = timedelta(days=400)
"""An answer says something about what was asked so long before it."""


class MeasuredObligation(NamedTuple):
    """An obligation that facts measure."""

    #: its number
    id: int
    #: the code of the unit that owes it
    unit: str
    #: 2026-Q3
    period_key: str
    #: its state
    state: str
    #: the last day by law
    deadline: date


class News(NamedTuple):
    """What came to be known about a period of one unit."""

    #: the local day of the newest report
    on: date
    #: whether something was corrected, and not only reported late
    corrected: bool


class _Reported(NamedTuple):
    unit: str
    happened_on: date
    at: datetime
    corrections: int


def of_the_duty(run: DutyPass, *conditions: ColumnElement[bool]) -> list[MeasuredObligation]:
    """The duty's obligations that fulfil these conditions, period by period."""
    of_units = col(Obligation.subject_id).is_(
        None
    )  # what is measured is owed by units: their key is the index
    query = select(*columns_of(Obligation, MeasuredObligation)).where(
        col(Obligation.duty_id) == run.duty.id, of_units, *conditions
    )
    return rows_of(
        run.connection, query.order_by(col(Obligation.period_key), col(Obligation.id)), MeasuredObligation
    )


def by_period(rows: Sequence[MeasuredObligation]) -> list[tuple[str, list[MeasuredObligation]]]:
    """The same, by the key of their period."""
    return [(key, list(same)) for key, same in groupby(rows, key=lambda row: row.period_key)]


def news(run: DutyPass, aim: Aim) -> dict[str, dict[str, News]]:
    """The periods that the facts newer than the mark say something about, by key, with what each unit newly reported."""
    found: dict[str, dict[str, News]] = defaultdict(dict)
    for reported in _reported(run):
        on = business_date(reported.at, run.definitions.project.zone)
        for key in _periods(run, aim, reported.happened_on):
            found[key][reported.unit] = newer(
                News(on, bool(reported.corrections)), found[key].get(reported.unit)
            )
    return found


def newer(one: News, other: News | None) -> News:
    """Both as one: the day of the newer report."""
    return one if other is None else News(max(one.on, other.on), one.corrected or other.corrected)


def news_of(run: DutyPass, unit: str, by_unit: Mapping[str, News]) -> News | None:
    """What a unit and those below it newly reported; None for nothing."""
    found = None
    for code in run.definitions.project.below(unit) if by_unit else ():
        if code in by_unit:
            found = newer(by_unit[code], found)
    return found


def _reported(run: DutyPass) -> Iterator[_Reported]:
    """The units and days on which new facts happened, and those on which facts happened that they correct."""
    old = aliased(Fact, name="old")
    new = (
        col(Fact.kind).in_(sorted(run.duty.fact_kinds)),
        col(Fact.id) > run.mark.fact_id,
        col(Fact.id) <= run.reached.fact_id,
    )
    newest = named(func.max(col(Fact.recorded_at)), "at"), named(func.count(col(Fact.revises)), "corrections")
    unit = func.coalesce(col(Subject.unit), col(Fact.unit))
    query = (
        select(named(unit, "unit"), col(Fact.happened_on), *newest)
        .select_from(Fact)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .where(*new)
        .group_by(unit, col(Fact.happened_on))
    )
    rows = rows_of(run.connection, query, _Reported)
    yield from rows
    if any(row.corrections for row in rows):
        moved = (
            select(named(unit, "unit"), col(old.happened_on), *newest)
            .select_from(Fact)
            .join(old, col(old.id) == col(Fact.revises))
            .outerjoin(Subject, col(Subject.id) == col(old.subject_id))
            .where(*new)
            .group_by(unit, col(old.happened_on))
        )
        yield from rows_of(run.connection, moved, _Reported)


def _periods(run: DutyPass, aim: Aim, day: date) -> Iterator[str]:
    """The periods of the duty that a fact of this day counts for."""
    cadence = run.duty.cadence
    if not isinstance(cadence, PeriodCadence):
        return
    yield period_key(day, cadence.every)
    if isinstance(aim, ShareToKeep) and isinstance(aim.among, EarlierYear):
        yield period_key(add_months(day.replace(day=1), 12), cadence.every)
    if isinstance(aim, ShareToKeep) and isinstance(aim.among, Cohort):
        yield from periods_between(cadence.every, day - _ANSWERED_WITHIN, day)
