"""The load of the coming year: what falls due in each week, unit by unit, as the plan in force opens it.

What rests on facts nobody knows yet is not in it; nor is anything confidential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from operator import add
from typing import TYPE_CHECKING

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
    if sight.principal.units is None:
        return YearLoad(weeks, _by_county(sight.ws.definitions.project, units), last)
    return YearLoad(weeks, [unit for unit in units if sight.principal.acts_for(unit.code)], last)


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
