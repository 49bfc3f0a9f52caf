"""A unit and those right below it: in which of their rows what somebody owes is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.views.sight import Sight

if TYPE_CHECKING:
    from duban.bureau.units import Unit


class UnitsBelow:
    """The unit looked at (the viewer's own, or the city, where none is said), with the units right below it."""

    def __init__(self, sight: Sight, unit: str = "") -> None:
        """Raises KeyError for a unit the project does not have."""
        project = sight.ws.definitions.project
        [city] = project.units_at("city")
        own = unit or (sight.principal.unit if sight.principal.unit in project.units else city.code)
        self.top: Unit = project.units[own]
        self.below = [each for each in project.units.values() if each.parent == own]
        self._place = {code: each.code for each in self.below for code in project.below(each.code)}
        #: the codes of the unit and of all below it; None for the whole city
        self.codes = None if self.top.parent is None else frozenset(project.below(own))

    def of(self, unit: str) -> str:
        """The code of the unit in whose row it stands: itself, or the one right below the top that it belongs to."""
        return self._place.get(unit, unit)

    def opens(self, unit: str) -> bool:
        """Whether the unit with this code has rows of its own below the one shown."""
        return unit in self._place
