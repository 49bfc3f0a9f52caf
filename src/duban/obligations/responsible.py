"""Which unit owes a duty: each unit of the level (of each of the levels) it is owed for, lifted to the owner's level where it lies below."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.duties.grammar import Duty


def owing_units(project: Project, duty: Duty) -> list[str]:
    """The codes of the units that owe a duty which is not about subjects, each once, in the order of the project file."""
    level = duty.owner.unit
    lowest = (
        next((unit.code for unit in project.chain(each.code) if unit.level == level), each.code)
        for each in project.units_at(duty.for_each.level or level)
    )
    places = [*(unit.code for above in duty.owner.also for unit in project.units_at(above)), *lowest]
    return list(dict.fromkeys(places))


def responsible_for(project: Project, duty: Duty, unit: str) -> str:
    """The code of the unit that owes `duty` for a subject in the charge of `unit`, or for a fact about it.

    What `DutyPass.responsible_unit` says to the ledger: the city where it owes, a station's county where counties owe.
    """
    if duty.owner.unit == "city":
        return project.units_at("city")[0].code
    own = project.units.get(unit)
    if duty.owner.unit == "county" and own is not None and own.level == "station" and own.parent:
        return own.parent
    return unit
