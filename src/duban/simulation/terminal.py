"""A simulation on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from duban.simulation import tables, words
from duban.simulation.model import DayAhead, Simulation
from duban.workdays import DayKind

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table
    from rich.text import Text

BARS = " ▁▂▃▄▅▆▇█"
BARS_ABREAST = 60
"""More weeks than these share a bar."""
FLOODED_SHOWN = 15
BUSIEST_SHOWN = 8


@dataclass(frozen=True)
class Sentence:
    """A sentence that is broken where the line ends if it is Chinese: there a space is no place to break."""

    text: str
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.cells import chop_cells
        from rich.text import Text

        lines = [self.text] if self.text.isascii() else chop_cells(self.text, options.max_width)
        for line in lines:
            yield Text(line, style=self.style)


def as_terminal(simulation: Simulation) -> RenderableType:
    """The whole simulation as rich renderables: the figures, the chart of the load, the months, and what to look at."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(words.title(simulation), style="bold"),
        Text(words.summary(simulation)),
        *(Sentence(f"· {told}", "dim") for told in words.assumptions(simulation)),
    ]
    if words.left_out(simulation) and not simulation.with_given:
        parts.append(Sentence(f"· {words.how_to_give()}", "dim"))
    if simulation.total:
        parts += [
            _heading(words.heading_counts()),
            _lines(simulation),
            _heading(words.heading_shares()),
            _shares(simulation),
            _heading(words.heading_load()),
            *([Text(told, style="dim")] if (told := words.bars_text(_step(simulation))) else []),
            _load(simulation),
            _heading(words.heading_calendar()),
            Text(words.calendar_key(), style="dim"),
            _months(simulation),
            *([Text(note, style="yellow")] if (note := words.provisional_note(simulation)) else []),
            _heading(words.heading_busiest()),
            _table(tables.busiest_columns(), map(tables.busiest_row, simulation.busiest(BUSIEST_SHOWN))),
        ]
    parts += [_heading(words.heading_flooded()), *_flooded(simulation)]
    parts += [_heading(words.heading_dead()), *_dead(simulation)]
    return Group(*parts)


def _heading(text: str) -> Text:
    from rich.text import Text

    return Text(f"\n{text}", style="bold cyan")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Table:
    """A plain table; whole numbers stand to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    written = [*rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        number = bool(written) and isinstance(written[0][place], int)
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in written:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table


def _lines(simulation: Simulation) -> Table:
    headings = [words.line_word(), *map(words.month_short, simulation.periods), words.total_word()]
    rows: list[list[str | int]] = []
    for line, total in simulation.by_line.items():
        counts = [simulation.by_line_and_period.get((line, month), 0) for month in simulation.periods]
        rows.append([line, *counts, total])
    rows.append([words.total_word(), *simulation.by_period.values(), simulation.total])
    return _table(headings, rows)


def _shares(simulation: Simulation) -> RenderableType:
    from rich.columns import Columns

    return Columns(
        [
            _table([heading, ""], [[name, count] for name, count in counts])
            for heading, counts in tables.shares(simulation)
            if counts
        ],
        padding=(0, 4),
    )


def _load(simulation: Simulation) -> Table:
    """One row a unit: a bar for each week, as high as what is due in it against the fullest week of all."""
    from rich.table import Table
    from rich.text import Text

    step = _step(simulation)
    table = Table.grid(padding=(0, 2))
    for justify in ("left", "left", "right", "right"):
        table.add_column(justify=justify, no_wrap=True)
    table.add_row(
        Text(words.unit_word(), style="bold"),
        Text(_month_marks(simulation, step), style="dim"),
        Text(words.most_word(), style="bold"),
        Text(words.total_word(), style="bold"),
    )
    worst = max((bar for unit in simulation.load for bar in _joined(unit.weeks, step)), default=0)
    for unit in simulation.load:
        table.add_row(
            Text(unit.name), bars(_joined(unit.weeks, step), worst), str(unit.most), str(unit.total)
        )
    sums = [sum(counts) for counts in zip(*(unit.weeks for unit in simulation.load), strict=True)]
    whole = _joined(sums, step)
    table.add_row(
        Text(words.total_word(), style="bold"),
        bars(whole, max(whole, default=0)),
        str(max(sums, default=0)),
        str(simulation.total),
    )
    return table


def _step(simulation: Simulation) -> int:
    """How many weeks a bar stands for."""
    return -(-len(simulation.weeks) // BARS_ABREAST)


def _joined(weeks: Sequence[int], step: int) -> list[int]:
    """The counts of `step` weeks each."""
    return [sum(weeks[start : start + step]) for start in range(0, len(weeks), step)]


def bars(counts: Sequence[int], worst: int) -> str:
    """A sign for each count, against the worst; the smallest number still shows."""
    top = len(BARS) - 1
    return "".join(BARS[-(-count * top // worst) if count else 0] for count in counts)


def _month_marks(simulation: Simulation, step: int) -> str:
    """Over the bars: the month above its first week, or the year where a bar is more than a week."""
    marks = ""
    before = None
    for place, monday in enumerate(simulation.weeks[::step]):
        begins = max(monday, simulation.first)
        name = begins.month if step == 1 else begins.year
        if name != before and len(marks) <= place:
            marks = f"{marks:<{place}}{name}"
        before = name
    return marks


def _months(simulation: Simulation) -> RenderableType:
    """As many months abreast as the terminal is wide."""
    from rich.columns import Columns

    months = groupby(simulation.days, key=lambda day: (day.on.year, day.on.month))
    worst = max((day.due_count for day in simulation.days), default=0)
    width = max(6, len(f"31?{worst}~"))
    return Columns([_month([*days], width) for _, days in months], padding=(1, 3))


def _month(days: Sequence[DayAhead], width: int) -> Table:
    """One month: each day's number, and beside it how much is due."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.title = words.month_name(f"{days[0].on:%Y-%m}")
    table.title_style = "bold"
    for _ in range(7):
        table.add_column(width=width, no_wrap=True)
    table.add_row(*(Text(f" {name}", style="dim") for name in words.weekdays()))
    cells: list[Text] = [Text()] * days[0].on.weekday()
    cells += [_day(day) for day in days]
    for start in range(0, len(cells), 7):
        table.add_row(*cells[start : start + 7])
    return table


def _day(day: DayAhead) -> Text:
    from rich.text import Text

    sign = {DayKind.MAKE_UP: "+", DayKind.STATUTORY: "*", DayKind.SWAPPED_REST: "*"}.get(day.kind, "")
    sign = sign or ("?" if day.uncertain else "")
    cell = Text(f"{day.on.day:>2}{sign or ' '}", style="dim" if day.rests else "")
    if day.campaigns:
        cell.stylize("underline")
    if day.due_count:
        cell.append(f"{day.due_count}{'~' if day.due_provisional else ''}", style="bold")
    return cell


def _flooded(simulation: Simulation) -> list[RenderableType]:
    from rich.text import Text

    limits = Text(words.limits_text(simulation), style="dim")
    if not simulation.flooded:
        return [limits, Text(words.no_flood(), style="green")]
    shown = simulation.flooded[:FLOODED_SHOWN]
    more = len(simulation.flooded) - len(shown)
    table = _table(tables.flooded_columns()[:-1], (tables.flooded_row(post)[:-1] for post in shown))
    return [limits, table, *([Text(words.more(more), style="dim")] if more else [])]


def _dead(simulation: Simulation) -> list[RenderableType]:
    from rich.text import Text

    parts: list[RenderableType] = [Text(words.nothing_dead(), style="green")]
    if simulation.dead:
        parts = [_table(tables.dead_columns(), tables.dead_rows(simulation))]
    if told := words.ended_text(simulation):
        parts.append(Sentence(told, "dim"))
    return parts
