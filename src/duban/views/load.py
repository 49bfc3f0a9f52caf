"""The load of the coming year: what falls due in each week, unit by unit, as the plan in force opens it, and what was
assigned once.

What rests on facts nobody knows yet is not in it; nor is anything confidential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import Obligation
from duban.ledger.visibility import assigned
from duban.simulation import simulate
from duban.simulation.results import UnitLoad
from duban.views.sight import Sight
from duban.workdays import UnknownYear

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.definitions.definitions import Definitions

WEEKS = 52


@dataclass(frozen=True)
class YearLoad:
    """What the coming weeks ask of each unit."""

    weeks: Sequence[date]  #: their Mondays
    units: Sequence[UnitLoad]
    last: date  #: the last day that was looked at; the calendar may end before the year does

    def step(self, number: int) -> int:
        """How deep a week is coloured, 0 to 4, against the fullest of all."""
        most = max((unit.most for unit in self.units), default=0)
        return -(-4 * number // most) if most else 0


def year_load(sight: Sight) -> YearLoad:
    """The load of the units they see; without duties of lines they do not see."""
    definitions = sight.ws.definitions
    last = sight.on + timedelta(weeks=WEEKS)
    try:
        definitions.calendar.is_workday(last)
    except UnknownYear:
        last = definitions.calendar.last_day
    weeks, units = _lived(_Plan(definitions, sight.ws.version), sight.on, last, sight.principal.lines)
    units = tuple(_with_assigned(sight, weeks, units))
    if sight.principal.units is None:
        return YearLoad(weeks, _by_county(sight.ws.definitions.project, units), last)
    return YearLoad(weeks, [unit for unit in units if sight.principal.acts_for(unit.code)], last)


class _AssignedCount(NamedTuple):
    unit: str
    target: date
    number: int


def _with_assigned(sight: Sight, weeks: Sequence[date], units: Sequence[UnitLoad]) -> Sequence[UnitLoad]:
    """The loads with what is open of what was assigned, where they see it; the plan does not know of it."""
    query = (
        select(col(Obligation.unit), col(Obligation.target), named(func.count(), "number"))
        .where(
            assigned(),
            col(Obligation.closed_at).is_(None),
            col(Obligation.confidential).is_(False),
            *sight.visible(),
        )
        .group_by(col(Obligation.unit), col(Obligation.target))
    )
    with reading(sight.ws.ledger) as connection:
        counts = rows_of(connection, query, _AssignedCount)
    loads = {unit.code: unit for unit in units}
    for each in counts:
        monday = each.target - timedelta(days=each.target.weekday())
        unit = sight.ws.definitions.project.units.get(each.unit)
        if monday not in weeks or unit is None:
            continue
        known = loads.get(each.unit) or UnitLoad(unit.code, unit.name, unit.level, 0, (0,) * len(weeks))
        more = tuple(
            number + each.number * (week == monday) for week, number in zip(weeks, known.weeks, strict=True)
        )
        loads[each.unit] = replace(known, total=known.total + each.number, weeks=more)
    return list(loads.values())


def _by_county(project: Project, units: Sequence[UnitLoad]) -> list[UnitLoad]:
    """The loads of the city and its counties, each county with its stations."""
    summed: dict[str, UnitLoad] = {}
    for unit in units:
        chain = project.chain(unit.code) if unit.code in project.units else []
        place = next((above for above in chain if above.level != "station"), None)
        code, name, level = (
            (place.code, place.name, place.level) if place else (unit.code, unit.name, unit.level)
        )
        known = summed.get(code) or UnitLoad(code, name, level, 0, (0,) * len(unit.weeks))
        together = tuple(map(add, known.weeks, unit.weeks))
        summed[code] = replace(known, total=known.total + unit.total, weeks=together)
    return list(summed.values())


@dataclass(frozen=True)
class _Plan:
    """The definitions of one version: alike when they are the same ones."""

    definitions: Definitions
    version: int

    def __hash__(self) -> int:
        return hash((id(self.definitions), self.version))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Plan)
            and self.definitions is other.definitions
            and self.version == other.version
        )


@lru_cache(16)
def _lived(
    plan: _Plan, first: date, last: date, lines: frozenset[str] | None
) -> tuple[tuple[date, ...], tuple[UnitLoad, ...]]:
    """The plan lived through once; a second or two, remembered until another version is in force or the day ends."""
    duties = {
        duty.id: duty
        for duty in plan.definitions.duties.values()
        if not duty.confidential and (lines is None or duty.line in lines)
    }
    lived = simulate(replace(plan.definitions, duties=duties), first, last)
    return lived.weeks, lived.load
