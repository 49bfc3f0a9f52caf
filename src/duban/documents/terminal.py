"""A document on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban.documents.document import (
    Cell,
    ColumnKind,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatTable,
    LineStyle,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
    bare,
    text_of,
)
from duban.documents.months import CalendarDay, Months, weekdays, weeks

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment
    from rich.table import Table as Grid
    from rich.text import Text

BARS = " ▁▂▃▄▅▆▇█"
BARS_ABREAST = 60
"""More columns than these share a bar."""
NAMED = 20
"""Names of rows give way to headings of numbers down to so many signs' width,"""
LEAST = 8
"""and to the numbers themselves to this; a narrower terminal breaks the lines."""
ENDLESS = 10_000
STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.QUIET: "dim",
    Tone.FINE: "green",
    Tone.CHANGED: "cyan",
    Tone.DOUBTFUL: "yellow",
    Tone.WRONG: "red",
}


@dataclass(frozen=True)
class Paragraph:
    """A sentence that is broken where the line ends if it is Chinese: there a space is no place to break."""

    text: str  #: As it is read; square brackets in it are no markup.
    style: str  #: A style of rich.

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        from rich.cells import chop_cells
        from rich.text import Text

        lines = [self.text] if self.text.isascii() else chop_cells(self.text, options.max_width)
        for line in lines or [""]:
            yield Text(line, style=self.style)


@dataclass(frozen=True)
class Board:
    """A table of names and numbers. Where there is little room the headings of numbers are broken first, then names."""

    table: DataTable  #: As it stands on a terminal.

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType | Segment]:
        from rich.cells import cell_len
        from rich.measure import Measurement

        room = options.max_width - 2  # the rule's ends
        grid = _grid(self.table)
        if Measurement.get(console, options.update(max_width=ENDLESS), grid).maximum <= options.max_width:
            yield grid
            return
        rows = [*self.table.rows, *([self.table.foot] if self.table.foot else [])]
        (name, *numbers) = [
            max((cell_len(text_of(row[place])) for row in rows), default=0)
            for place in range(len(self.table.columns))
        ]
        heads = [cell_len(column.heading) for column in self.table.columns[1:]]
        widths = numbers
        for most in range(max(heads), 1, -1):
            widths = [max(least, 2, min(head, most)) for head, least in zip(heads, numbers, strict=True)]
            if sum(widths) + min(name, NAMED) <= room - len(heads):
                break
        left = room - len(heads) - sum(widths)
        for column, width in zip(
            grid.columns, [max(min(name, left), min(name, LEAST)), *widths], strict=True
        ):
            column.width = width
        grid.padding = (0, 0, 0, 0)
        needed = sum(column.width or 0 for column in grid.columns) + len(heads) + 2
        yield from console.render(grid, options.update(max_width=max(needed, options.max_width)))


def as_terminal(document: Document) -> RenderableType:
    """The document as something rich prints. Lines as written are never broken: print it with `crop=False`."""
    from rich.console import Group

    title = [Paragraph(document.title, "bold")] if document.title else []
    return Group(*title, *_shown(document.parts, top=True))


def bars(counts: Sequence[int], worst: int) -> str:
    """A sign for each count, against the worst; the smallest number still shows."""
    top = len(BARS) - 1
    return "".join(BARS[-(-count * top // worst) if count else 0] for count in counts)


def _shown(parts: Iterable[Part], *, top: bool) -> Iterator[RenderableType]:
    from rich.columns import Columns

    for part in parts:
        if Form.TERMINAL not in part.forms:
            continue
        match part:
            case Sentence(text, tone, depth):
                yield Paragraph("  " * depth + text, STYLES[tone])
            case TextLines(lines, way):
                yield from _lines([line for line in lines if Form.TERMINAL in line.forms], way)
            case Figures(figures):
                yield Paragraph(" · ".join(f"{name} {count:,}" for name, count in figures), "")
            case DataTable():
                yield _table(part.shown_in(Form.TERMINAL))
                if part.cut and (told := part.cut.under(Form.TERMINAL, len(part.rows))):
                    yield Paragraph(told, "dim")
            case HeatTable():
                yield from _bars(part) if part.groups else [_table(part.as_table(part.short or part.columns))]
            case TablesAbreast(tables):
                yield Columns([_grid(each.shown_in(Form.TERMINAL)) for each in tables], padding=(0, 4))
            case Months():
                yield from _months(part)
            case FoldedParts(line):
                yield Paragraph(line, "dim")
            case Section(heading, inner, tone):
                style = "bold red" if tone is Tone.WRONG else "bold cyan" if top else "bold"
                yield _text(f"\n{heading}" if top else heading, style)
                yield from _shown(inner, top=False)


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style=style)


def _lines(lines: Sequence[Sentence], way: LineStyle) -> Iterator[RenderableType]:
    from rich.text import Text

    if way is LineStyle.ABREAST:
        yield Paragraph(" · ".join(line.text for line in lines), "dim")
    for line in lines if way is not LineStyle.ABREAST else ():
        if way is LineStyle.LISTED:
            yield Paragraph(f"· {line.text}", STYLES[line.tone])
        else:
            text = "  " * line.depth + line.text
            yield Text(text, style=STYLES[line.tone], no_wrap=True, overflow="ignore")


def _table(table: DataTable) -> RenderableType:
    from rich.padding import Padding

    if not any(column.heading for column in table.columns):
        return Padding(_grid(table), (0, 0, 0, 2), expand=False)
    numbers = [column.kind is ColumnKind.NUMBER for column in table.columns[1:]]
    return Board(table) if numbers and all(numbers) else _grid(table)


def _grid(table: DataTable) -> Grid:
    """Whole numbers stand to the right, days and short words in one piece; no rule without headings."""
    from rich import box
    from rich.table import Table as Grid

    headed = any(column.heading for column in table.columns)
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False) if headed else Grid.grid(padding=(0, 2))
    for column in table.columns:
        number = column.kind is ColumnKind.NUMBER
        grid.add_column(
            _text(column.heading),
            justify="right" if number else "left",
            overflow="fold",
            no_wrap=column.kind in (ColumnKind.ID, ColumnKind.DAY),
        )
    for row in table.rows:
        grid.add_row(*map(_cell, row))
    if table.foot:
        grid.add_section()
        grid.add_row(*map(_cell, table.foot), style="bold")
    return grid


def _cell(cell: Cell) -> Text:
    return _text(text_of(cell), STYLES[bare(cell)[2]])


def _bars(heat: HeatTable) -> Iterator[RenderableType]:
    """One line a row: a bar for each column, as high as its count against the largest of all."""
    from rich.table import Table as Grid

    step = -(-len(heat.columns) // BARS_ABREAST)
    if step > 1 and heat.stepped:
        yield Paragraph(heat.stepped(step), "dim")
    grid = Grid.grid(padding=(0, 2))
    for justify in ("left", "left", *("right" for _ in heat.sums)):
        grid.add_column(justify=justify, no_wrap=True)  # type: ignore[arg-type]  # rich's own literals
    heads = [_text(heat.corner, "bold"), _text(_marks(heat, step), "dim")]
    grid.add_row(*heads, *(_text(name, "bold") for name in heat.sums))
    joined = [_joined(row.counts, step) for row in heat.rows]
    worst = max((count for counts in joined for count in counts), default=0)
    for row, counts in zip(heat.rows, joined, strict=True):
        grid.add_row(_text(row.name), bars(counts, worst), *map(str, row.sums))
    if heat.foot is not None:
        counts = _joined(heat.foot.counts, step)
        grid.add_row(
            _text(heat.foot.name, "bold"), bars(counts, max(counts, default=0)), *map(str, heat.foot.sums)
        )
    yield grid


def _joined(counts: Sequence[int], step: int) -> list[int]:
    """The sums of `step` counts each."""
    return [sum(counts[start : start + step]) for start in range(0, len(counts), step)]


def _marks(heat: HeatTable, step: int) -> str:
    """Over the bars: the name of each group above its first column, where there is room."""
    marks, place = "", 0
    for (name, columns), mark in zip(heat.groups, heat.marks or [""] * len(heat.groups), strict=True):
        if len(marks) <= place // step:
            marks = f"{marks:<{place // step}}{mark or name}"
        place += columns
    return marks


def _months(months: Months) -> Iterator[RenderableType]:
    """As many months abreast as the terminal is wide."""
    from rich.columns import Columns

    if months.key:
        yield _text(months.key, "dim")
    width = max(6, len(f"31?{months.worst}~"))
    yield Columns([_month(name, days, width) for name, days in months.by_month()], padding=(1, 3))


def _month(name: str, days: Sequence[CalendarDay], width: int) -> Grid:
    """One month: each day's number, and beside it how much is due."""
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 1))
    grid.title, grid.title_style = name, "bold"
    for _ in range(7):
        grid.add_column(width=width, no_wrap=True)
    grid.add_row(*(_text(f" {weekday}", "dim") for weekday in weekdays()))
    for week in weeks(days):
        grid.add_row(*(_text("") if day is None else _day(day) for day in week))
    return grid


def _day(day: CalendarDay) -> Text:
    cell = _text(f"{day.on.day:>2}{day.sign or ' '}", "dim" if day.rests else "")
    if day.running:
        cell.stylize("underline")
    if day.count:
        cell.append(f"{day.count}{'~' if day.unsure else ''}", style="bold")
    return cell
