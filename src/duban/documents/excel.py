"""A document as an Excel workbook that WPS opens: sentences and small tables on the first sheet, each list on its own.

Text is always stored as text: a name that begins with “=” stays a name and never becomes a formula. Written row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from duban.documents.document import (
    ColumnKind,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatTable,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
    Value,
    bare,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4 = 9
NARROWEST, WIDEST = 10, 60
"""Widths of columns, in characters of the standard font; a Chinese character takes two, as it does in GBK."""
NARROWEST_COUNT = 6
MEASURED = 200
"""Rows that are looked at for a column's width."""
KEPT_IN_MEMORY = 5_000
"""A workbook with more rows goes through the disk, row by row."""
NO_SIGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


def as_xlsx(document: Document) -> bytes:
    """The workbook's bytes: days are real days, headings stay in view, the lists can be filtered."""
    lists: list[DataTable] = []
    first = [part for part in _flat(document.parts) if not _has_sheet(part, lists)]
    tables = [part for part in first if isinstance(part, DataTable)]
    book = _Book(sum(len(table.rows) for table in (*tables, *lists)))
    sheet = book.sheet(document.first_sheet, tables)
    sheet.write([document.title], strong=True)
    for part in first:
        if isinstance(part, DataTable):
            sheet.write([])
            sheet.write_table(part)
        else:
            sheet.write(["  " * part.depth + part.text], strong=part.tone is Tone.STRONG)
    for table in lists:
        sheet = book.sheet(table.sheet, [table])
        sheet.stay_in_view(len(table.columns), max(len(table.rows), 1))
        sheet.write_table(table)
    return book.bytes()


def _has_sheet(part: Sentence | DataTable, lists: list[DataTable]) -> bool:
    """Whether it is a list with its own sheet, which it joins then; lists for one sheet stand below each other."""
    if isinstance(part, Sentence) or not part.sheet:
        return False
    lists.append(part)
    return True


def _flat(parts: Iterable[Part]) -> Iterator[Sentence | DataTable]:
    """The sentences and tables of a workbook, sections opened up."""
    for part in parts:
        if Form.EXCEL not in part.forms:
            continue
        match part:
            case Sentence():
                yield part
            case TextLines(lines):
                yield from (line for line in lines if Form.EXCEL in line.forms)
            case Figures(figures):
                yield from (Sentence(f"{name} {count:,}") for name, count in figures)
            case DataTable():
                yield part.shown_in(Form.EXCEL)
            case HeatTable():
                yield part.as_table(part.columns)
            case TablesAbreast(tables):
                yield from (table.shown_in(Form.EXCEL) for table in tables)
            case FoldedParts(heading, inner) | Section(heading, inner):
                within = [*_flat(inner)]
                if any(isinstance(each, Sentence) or not each.sheet for each in within):
                    yield Sentence(heading, Tone.STRONG)
                yield from within


def _width(table: DataTable, place: int) -> int:
    """As wide as what stands in the column, within reason."""
    column = table.columns[place]
    values = {column.heading, *(str(bare(row[place])[0] or "") for row in table.rows[:MEASURED])}
    least = NARROWEST_COUNT if column.kind is ColumnKind.NUMBER and len(column.heading) < 6 else NARROWEST
    return min(max(least, *(len(each.encode("gbk", "replace")) for each in values)) + 2, WIDEST)


class _Book:
    """A workbook that is being written, with the three looks a cell has; `rows` says how long it will be."""

    def __init__(self, rows: int) -> None:
        from xlsxwriter import Workbook

        long = rows > KEPT_IN_MEMORY
        self._stream = BytesIO()
        self._book = Workbook(self._stream, {"in_memory": not long, "constant_memory": long})
        self.strong = self._book.add_format({"bold": True})
        self.heading = self._book.add_format({"bold": True, "bg_color": "#F2F2F2"})
        self.day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self.strong_day = self._book.add_format({"bold": True, "num_format": "yyyy-mm-dd"})
        self._names: set[str] = set()

    def sheet(self, name: str, tables: Sequence[DataTable]) -> _Sheet:
        """A further sheet, landscape on A4, its columns as wide as what stands in `tables`."""
        sheet = self._book.add_worksheet(self._free(name))
        sheet.set_landscape()
        sheet.set_paper(A4)
        for place in range(max((len(table.columns) for table in tables), default=0)):
            widths = [_width(table, place) for table in tables if place < len(table.columns)]
            sheet.set_column(place, place, max(widths))
        return _Sheet(self, sheet)

    def _free(self, name: str) -> str:
        """The name as a workbook takes it, numbered where there is one of it already."""
        plain = NOT_IN_A_NAME.sub(" ", name).strip("'")[:LONGEST_NAME]
        taken = plain
        number = 1
        while taken.casefold() in self._names:
            taken = f"{plain[: LONGEST_NAME - 3]}{number}"
            number += 1
        self._names.add(taken.casefold())
        return taken

    def bytes(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return self._stream.getvalue()


class _Sheet:
    """A sheet that is written from above downwards."""

    def __init__(self, book: _Book, sheet: Worksheet) -> None:
        self._book = book
        self._sheet = sheet
        self._row = 0

    def stay_in_view(self, columns: int, rows: int) -> None:
        """The headings and the first column stay in view and come again on each page; the list can be filtered."""
        self._sheet.freeze_panes(1, 1 if columns > 1 else 0)
        self._sheet.autofilter(0, 0, rows, columns - 1)
        self._sheet.repeat_rows(0)

    def write_table(self, table: DataTable) -> None:
        """The headings, the rows and the sums."""
        if any(column.heading for column in table.columns):
            self.write([column.heading for column in table.columns], text_as=self._book.heading)
        for row in table.rows:
            self.write([bare(cell)[0] for cell in row])
        if table.foot:
            self.write([bare(cell)[0] for cell in table.foot], strong=True)

    def write(self, values: Iterable[Value], *, strong: bool = False, text_as: Format | None = None) -> None:
        """One row: text stays text, whatever it looks like, and a day is a day."""
        look = text_as or (self._book.strong if strong else None)
        day = self._book.strong_day if strong else self._book.day
        for column, value in enumerate(values):
            if isinstance(value, str):
                text = value if value.isprintable() else NO_SIGN.sub("", value)
                self._sheet.write_string(self._row, column, text, look)
            elif isinstance(value, date):
                self._sheet.write_datetime(self._row, column, value, day)
            elif value is not None:
                self._sheet.write_number(self._row, column, value, look)
        self._row += 1
