"""A document: a title, and parts in reading order: sentences, lines, tables, a heat table, months, sections of these.

A part says what it holds, never how it looks; each form has one renderer. Where a form has its own place for a thing (a
list belongs on a workbook's sheet, a screen shows the last thing nearest to the prompt), the part names its forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from duban.base.language import say


class Form(StrEnum):
    """The forms a document comes in; a file's ending is the form's value."""

    TERMINAL = "terminal"
    MARKDOWN = "md"
    HTML = "html"
    EXCEL = "xlsx"
    WORD = "docx"
    PDF = "pdf"
    JSON = "json"


EVERYWHERE = frozenset(Form)
ON_A_PAGE = frozenset({Form.MARKDOWN, Form.HTML, Form.WORD, Form.PDF})
READ = ON_A_PAGE | {Form.TERMINAL}
ON_A_SCREEN = frozenset({Form.TERMINAL})
OFF_THE_SCREEN = EVERYWHERE - ON_A_SCREEN
IN_LISTS = EVERYWHERE - READ
"""For a workbook and for programs, which take everything."""


class Tone(StrEnum):
    """How a sentence or a cell is meant; a form may show it by a colour, which only repeats the words."""

    PLAIN = ""
    STRONG = "strong"
    QUIET = "quiet"
    FINE = "fine"
    CHANGED = "changed"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


class ColumnKind(StrEnum):
    """What a column holds: text that may be broken, what heads its row, a short word, a day, a number."""

    TEXT = "text"
    NAME = "name"
    ID = "id"
    DAY = "day"
    NUMBER = "n"


class LineStyle(StrEnum):
    """How lines stand: as written, each with a point before it, or abreast."""

    AS_WRITTEN = "written"
    LISTED = "listed"
    ABREAST = "abreast"


Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class MarkedValue:
    """A value with something beside it: a mark in words, a tone, or the heading of the section it leads to."""

    value: Value  #: What stands in the cell; a day is a local date.
    mark: str = ""  #: Said behind the value; a workbook leaves it out, so that a day stays a day.
    tone: Tone = Tone.PLAIN  #: How it is meant.
    leads_to: str = ""  #: Heading of a section of the same document; a page links it.


Cell = Value | MarkedValue


def bare(cell: Cell) -> tuple[Value, str, Tone]:
    """The value, the mark and the tone of a cell."""
    return (cell.value, cell.mark, cell.tone) if isinstance(cell, MarkedValue) else (cell, "", Tone.PLAIN)


def text_of(cell: Cell) -> str:
    """A cell as it is read: nothing for None, days in ISO 8601, the mark behind the value."""
    value, mark, _ = bare(cell)
    return " ".join(part for part in ("" if value is None else str(value), mark) if part)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a document is made of."""

    forms: frozenset[Form] = EVERYWHERE  #: The forms it stands in.


@dataclass(frozen=True)
class Sentence(Part):
    """One paragraph, or one line among lines."""

    text: str  #: As it is read.
    tone: Tone = Tone.PLAIN  #: How it is meant.
    depth: int = 0  #: How far a line is set in, in steps.


@dataclass(frozen=True)
class TextLines(Part):
    """Lines that belong together; none is broken where they stand as written."""

    lines: tuple[Sentence, ...]  #: In reading order.
    way: LineStyle = LineStyle.AS_WRITTEN  #: How they stand.


@dataclass(frozen=True)
class Figures(Part):
    """The few large numbers at the head of a page."""

    figures: tuple[tuple[str, int], ...]  #: What is counted, and how many.


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    heading: str  #: Empty in every column: the table has no heading row.
    kind: ColumnKind = ColumnKind.TEXT  #: What it holds.
    forms: frozenset[Form] = EVERYWHERE  #: The forms it stands in.


@dataclass(frozen=True)
class Cut:
    """How many rows of a long table are read in a form; a workbook and a program always get them all."""

    terminal: int  #: Rows on a terminal.
    page: int  #: Rows on a page: in HTML, Markdown, Word or PDF.
    told: Callable[
        [int, int], str
    ]  #: What is said under a cut table, of the rows shown and the rows there are.
    folded: Callable[[int], str] | None = None  #: Over the other rows, where a page folds them away.

    def at(self, form: Form, total: int) -> int:
        """How many of `total` rows are shown in `form`."""
        most = dict.fromkeys(ON_A_PAGE, self.page) | {Form.TERMINAL: self.terminal}
        return min(most.get(form, total), total)

    def under(self, form: Form, total: int) -> str:
        """What is said under the table in `form`; empty when nothing is left out."""
        shown = self.at(form, total)
        return "" if shown == total or (form is Form.HTML and self.folded) else self.told(shown, total)


@dataclass(frozen=True)
class DataTable(Part):
    """Rows under typed columns."""

    columns: tuple[Column, ...]  #: From left to right.
    rows: Sequence[Sequence[Cell]]  #: As many cells as columns in each.
    foot: Sequence[Cell] = ()  #: The sums, if there are any.
    cut: Cut | None = None  #: How a long one is cut for reading.
    sheet: str = (
        ""  #: The name of its own sheet in a workbook, where it can be filtered; else it stands on the first.
    )

    def shown_in(self, form: Form) -> DataTable:
        """The table with the columns and the rows of one form."""
        places = [place for place, column in enumerate(self.columns) if form in column.forms]
        most = self.cut.at(form, len(self.rows)) if self.cut else len(self.rows)
        return self._of(places, self.rows[:most])

    def left_out_of(self, form: Form) -> DataTable:
        """The rows that `shown_in` leaves out, under the same columns."""
        places = [place for place, column in enumerate(self.columns) if form in column.forms]
        return self._of(places, self.rows[self.cut.at(form, len(self.rows)) :] if self.cut else ())

    def _of(self, places: Sequence[int], rows: Iterable[Sequence[Cell]]) -> DataTable:
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            rows=[[row[place] for place in places] for row in rows],
            foot=[self.foot[place] for place in places] if self.foot else (),
        )


@dataclass(frozen=True)
class HeatRow:
    """One row of a heat table."""

    name: str  #: What the row is of.
    counts: Sequence[int]  #: One for each column.
    sums: Sequence[int] = ()  #: What stands behind them, under the table's `sums`.


SHADES = 4


@dataclass(frozen=True)
class HeatTable(Part):
    """Counts of rows × columns, shaded by how many; the number always stands in its cell, nothing for 0.

    Many narrow columns are told in groups (the weeks of a year, by month): a page draws their sums above the table, a
    terminal a bar for each, Markdown gives one number for each group.
    """

    corner: str  #: Over the names of the rows.
    columns: Sequence[str]  #: The full headings, on a workbook's sheet and in Markdown.
    rows: Sequence[HeatRow]  #: In reading order.
    sums: Sequence[str]  #: The headings of what stands behind the counts.
    foot: HeatRow | None = None  #: The sums below, if there are any.
    short: Sequence[str] = ()  #: The headings where there is little room; the full ones if none are given.
    groups: Sequence[tuple[str, int]] = ()  #: Names and numbers of columns that belong together.
    marks: Sequence[str] = ()  #: The groups in a sign or two, over bars; their names if none are given.
    stepped: Callable[[int], str] | None = None  #: Said over bars that stand for so many columns each.
    sheet: str = ""  #: The name of its own sheet in a workbook; else it stands on the first.

    def shade(self, count: int) -> int:
        """How dark a number stands: 0 for nothing, else 1 to SHADES against the worst."""
        return shade(count, self._worst)

    @cached_property
    def _worst(self) -> int:
        return max((max(row.counts, default=0) for row in self.rows), default=0)

    @property
    def column_sums(self) -> list[int]:
        """How much stands under each column."""
        return [sum(counts) for counts in zip(*(row.counts for row in self.rows), strict=True)]

    def as_table(self, headings: Sequence[str]) -> DataTable:
        """The same as a plain table under `headings`; nothing stands for 0."""
        columns = [Column(self.corner, ColumnKind.NAME)]
        columns += [Column(heading, ColumnKind.NUMBER) for heading in (*headings, *self.sums)]
        rows = [[row.name, *(count or None for count in row.counts), *row.sums] for row in self.rows]
        foot: Sequence[Cell] = (
            () if self.foot is None else (self.foot.name, *self.foot.counts, *self.foot.sums)
        )
        return DataTable(tuple(columns), rows, foot, sheet=self.sheet)


def shade(count: int, worst: int) -> int:
    """How dark a number stands against the worst: 0 for nothing, else 1 to SHADES. The colour only repeats the number."""
    return 0 if count <= 0 else 1 + (count - 1) * SHADES // max(worst, 1)


@dataclass(frozen=True)
class TablesAbreast(Part):
    """Small tables side by side where there is room."""

    tables: tuple[DataTable, ...]  #: In reading order.


@dataclass(frozen=True)
class FoldedParts(Part):
    """Parts that a page folds away under one line; other forms show only the line."""

    line: str  #: What is folded away.
    parts: tuple[Part, ...]  #: The parts, in reading order.


@dataclass(frozen=True)
class Section(Part):
    """Parts under a heading."""

    heading: str  #: As it is read.
    parts: tuple[Part, ...]  #: In reading order.
    tone: Tone = Tone.PLAIN  #: What the section is about: an alarm stands out.


@dataclass(frozen=True)
class Document:
    """What a reader is given, before it is written in any form."""

    title: str  #: Its heading.
    parts: tuple[Part, ...]  #: In reading order.
    sheet: str = ""  #: The name of a workbook's first sheet.

    @property
    def first_sheet(self) -> str:
        """The name of a workbook's first sheet, said plainly where none is given."""
        return self.sheet or say(zh="汇总", en="Summary")
