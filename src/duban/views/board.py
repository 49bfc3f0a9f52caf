"""The board (看板): lines by units, how many are overdue and which share of what is open, worst first where there is no room.

Drilling down is the same board, narrowed: a line becomes its duties, a county its own office and its stations.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil, log1p
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.language import say
from duban.bureau.units import Unit
from duban.ledger.database import reading
from duban.ledger.rows import rows_of
from duban.ledger.tables import DutyVersion
from duban.reports.overdue_board import shared_ending
from duban.views.lights import Light
from duban.views.sight import Sight
from duban.views.tallies import AGES, burning_counts, owed_within, standing_of, trend_days

STEPS = 4
_SHARES = (0.1, 0.25, 0.5)
_ALMOST = 1e-9


@dataclass
class BoardCell:
    """How one row stands in one column: obligations by what is the matter with them."""

    overdue: int = 0  #: how many are past their deadline
    late: int = 0  #: past their safe day, not yet overdue
    near: int = 0  #: their safe day is near
    open: int = 0  #: all that are open, these among them
    on_time: int = 0  #: done this quarter by their deadline
    done_late: int = 0  #: done this quarter after it

    @property
    def share(self) -> float:
        """Which share of what is open is overdue, 0 to 1."""
        return min(1.0, self.overdue / self.open) if self.open else float(self.overdue > 0)

    @property
    def percent(self) -> str:
        """The share as people read it."""
        return f"{self.share:.0%}" if self.overdue == 0 or self.share >= 0.01 else "<1%"

    def add(self, light: Light, number: int) -> None:
        """Count what burns."""
        match light:
            case "red":
                self.overdue += number
            case "amber":
                self.late += number
            case "blue":
                self.near += number


class Axis(NamedTuple):
    """A row or a column: what it stands for in an address, and what people call it."""

    key: str  #: a line, a duty's id, or a unit's code
    name: str  #: what people call it
    alone: bool = False  #: a unit without those below it, which have columns of their own


@dataclass(frozen=True)
class UnitBoard:
    """Lines by units on one business date."""

    rows: Sequence[Axis]  #: lines, or the duties of one line
    columns: Sequence[Axis]  #: the counties, or one county's own office and its stations
    cells: Mapping[tuple[str, str], BoardCell]  #: by row and column
    by_row: Mapping[str, BoardCell]  #: each row's sum
    by_column: Mapping[str, BoardCell]  #: each column's sum
    total: BoardCell  #: the sum of all
    trend: Sequence[tuple[date, int]]  #: what was overdue on earlier days, the oldest first
    ages: Mapping[int, int]  #: how many are overdue for more than so many natural days
    line: str | None = None  #: the one line it is narrowed to
    unit: Axis | None = None  #: the one unit it is narrowed to

    def cell(self, row: str, column: str) -> BoardCell:
        """How a row stands in a column."""
        return self.cells.get((row, column), _NOTHING)

    def heat(self, cell: BoardCell, *, by_share: bool) -> int:
        """How deep a cell is coloured, 0 to 4: by its share, or by its number.

        Numbers are told apart by how many times one is another, so that one giant does not pale the rest; 1 to 3 are
        never deeper than they count.
        """
        if not cell.overdue:
            return 0
        if by_share:
            return 1 + sum(cell.share > bound for bound in _SHARES)
        return min(cell.overdue, ceil(STEPS * log1p(cell.overdue) / log1p(self._most) - _ALMOST))

    @cached_property
    def _most(self) -> int:
        """The number in the fullest cell."""
        return max(each.overdue for each in self.cells.values())

    def worst_columns(self) -> list[Axis]:
        """The columns with anything overdue, the worst first: by number, then by share."""
        return _worst(self.columns, self.by_column)

    def worst_rows(self) -> list[Axis]:
        """The rows with anything overdue, the worst first."""
        return _worst(self.rows, self.by_row)


_NOTHING = BoardCell()


def unit_board(sight: Sight, *, line: str | None = None, unit: str | None = None) -> UnitBoard:
    """The board of what `sight` lets its reader see, of one line, of one unit (its code) with all below it, or of both.

    Raises KeyError for a unit the project does not have.
    """
    project = sight.ws.definitions.project
    within = None if unit is None or project.units[unit].parent is None else frozenset(project.below(unit))
    narrowed = [] if within is None else [owed_within(within)]
    with reading(sight.ws.ledger) as connection:
        names = duty_names(connection)
        burning = burning_counts(connection, sight, *narrowed)
        standing = standing_of(connection, sight)
    own = unit if within is not None else None
    columns = _Columns(sight, own)
    rows = _rows(names, line)
    cells: dict[tuple[str, str], BoardCell] = defaultdict(BoardCell)

    def cell_of(code: str, duty_id: str) -> BoardCell | None:
        known = names.get(duty_id)
        if (
            known is None
            or (line is not None and known.line != line)
            or (within is not None and code not in within)
        ):
            return None
        return cells[duty_id if line else known.line, columns.of(code)]

    ages = dict.fromkeys(AGES, 0)
    for burns in burning:
        if (cell := cell_of(burns.unit, burns.duty_id)) is not None:
            cell.add(burns.light, burns.number)
            for beyond in AGES[: burns.age]:
                ages[beyond] += burns.number
    for stands in standing.counts:
        if (cell := cell_of(stands.unit, stands.duty_id)) is not None:
            cell.open += stands.open
            cell.on_time += stands.on_time
            cell.done_late += stands.late
    days = trend_days(sight.on)
    then = [0] * len(days)
    for was in standing.overdue:
        if cell_of(was.unit, was.duty_id) is not None:
            for place in range(was.since, was.until):
                then[place] += was.number
    by_row = _sums(cells, 0)
    by_column = _sums(cells, 1)
    return UnitBoard(
        rows=[each for each in rows if each.key in by_row],
        columns=columns.shown(by_column),
        cells=cells,
        by_row=by_row,
        by_column=by_column,
        total=_sum(cells.values()),
        ages=ages,
        trend=list(zip(days, then, strict=True)),
        line=line,
        unit=None if own is None else Axis(own, project.name_of(own)),
    )


class DutyName(NamedTuple):
    """What a duty is called, in its newest version."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: what it is called
    line: str  #: the business line's name


def duty_names(connection: Connection) -> dict[str, DutyName]:
    """What every duty is called that the ledger knows, by id, in the order in which they came."""
    query = select(col(DutyVersion.duty_id), col(DutyVersion.title), col(DutyVersion.line)).order_by(
        col(DutyVersion.id)
    )
    return {each.duty_id: each for each in rows_of(connection, query, DutyName)}


def _rows(names: Mapping[str, DutyName], line: str | None) -> list[Axis]:
    if line is not None:
        return [Axis(each.duty_id, each.title) for each in names.values() if each.line == line]
    return [Axis(each, each) for each in dict.fromkeys(each.line for each in names.values())]


class _Columns:
    """Which column a unit stands in: its county, or, within one county, itself."""

    def __init__(self, sight: Sight, own: str | None) -> None:
        self._project, self._own = sight.ws.definitions.project, own
        if own is None:
            self._units = [each for each in self._project.units.values() if each.level in ("city", "county")]
        else:
            self._units = [self._project.units[code] for code in self._project.below(own)]
        self._known = {each.code for each in self._units}

    def of(self, code: str) -> str:
        if code in self._known or code not in self._project.units:
            return code
        return next((above.code for above in self._project.chain(code) if above.code in self._known), code)

    def shown(self, counted: Mapping[str, BoardCell]) -> list[Axis]:
        ending = shared_ending([each.name for each in self._units])
        found = [
            Axis(each.code, self._short(each, ending), self._alone(each))
            for each in self._units
            if each.code in counted
        ]
        return [*found, *(Axis(code, code) for code in sorted(counted) if code not in self._known)]

    def _alone(self, unit: Unit) -> bool:
        return unit.level == "city" or unit.code == self._own

    def _short(self, unit: Unit, ending: str) -> str:
        """A name that fits over a column: without what every name has in common."""
        if unit.code == self._own:
            return say(zh="本局", en="own office")
        if unit.level == "city":
            return say(zh="市局", en="city")
        place = "" if self._own is None else self._project.name_of(self._own).removesuffix("市场监管局")
        return unit.name.removeprefix(place).removesuffix("市场监管所").removesuffix(ending) or unit.name


def _sums(cells: Mapping[tuple[str, str], BoardCell], axis: int) -> dict[str, BoardCell]:
    grouped: dict[str, list[BoardCell]] = defaultdict(list)
    for key, cell in cells.items():
        grouped[key[axis]].append(cell)
    return {key: _sum(each) for key, each in grouped.items()}


def _sum(cells: Iterable[BoardCell]) -> BoardCell:
    total = BoardCell()
    for cell in cells:
        total.overdue += cell.overdue
        total.late += cell.late
        total.near += cell.near
        total.open += cell.open
        total.on_time += cell.on_time
        total.done_late += cell.done_late
    return total


def _worst(headings: Sequence[Axis], sums: Mapping[str, BoardCell]) -> list[Axis]:
    burns = [each for each in headings if sums[each.key].overdue]
    return sorted(burns, key=lambda each: (-sums[each.key].overdue, -sums[each.key].share))
