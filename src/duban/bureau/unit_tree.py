"""The tree of units: which lie below which, whether the project has them still or only the ledger remembers them."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from duban.bureau.units import Unit
from duban.yamlfile import Loc


class TreeNode(Protocol):
    """Anything that has a place in the tree of units."""

    @property
    def code(self) -> str:
        """The unit's code."""
        ...

    @property
    def parent(self) -> str | None:
        """The code of the unit above it; None at the top."""
        ...


def unit_places(units: Iterable[Unit]) -> Iterator[tuple[Loc, Unit]]:
    """Where each unit, in the order of the file, stands in `duban.yaml`."""
    counties = stations = -1
    for unit in units:
        if unit.level == "city":
            yield ("city",), unit
        elif unit.level == "county":
            counties, stations = counties + 1, -1
            yield ("city", "counties", counties), unit
        else:
            stations += 1
            yield ("city", "counties", counties, "stations", stations), unit


def with_all_below(units: Iterable[TreeNode], codes: Iterable[str]) -> frozenset[str]:
    """These codes, and those of every one of `units` below one of them, however deep. A code that is in no tree stays
    as it is.
    """
    units = list(units)
    reached = set(codes)
    while more := {unit.code for unit in units if unit.parent in reached} - reached:
        reached |= more
    return frozenset(reached)
