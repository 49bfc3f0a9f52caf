"""A document as an Excel workbook that WPS opens: sentences and small tables on the first sheet, each list on its own.

Text is always stored as text: a name that begins with “=” stays a name and never becomes a formula. Written row by row
(openpyxl's write-only mode).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from duban.documents.document import (
    Abreast,
    Cell,
    ColumnKind,
    DataTable,
    Document,
    Figures,
    Folded,
    Form,
    HeatTable,
    Part,
    Section,
    Sentence,
    TextLines,
    Tone,
    Value,
    bare,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

A4 = "9"
NARROWEST, WIDEST = 10, 60
"""Widths of columns, in characters of the standard font; a Chinese character takes two."""
NARROWEST_COUNT = 6
MEASURED = 200
"""Rows that are looked at for a column's width."""
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


def as_xlsx(document: Document) -> bytes:
    """The workbook's bytes: days are real days, headings stay in view, the lists can be filtered."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    lists: list[DataTable] = []
    first = [part for part in _flat(document.parts) if not _has_sheet(part, lists)]
    sheet = _sheet(book, document.first_sheet, [part for part in first if isinstance(part, DataTable)])
    sheet.append([_cell(sheet, document.title, bold=True)])
    for part in first:
        if isinstance(part, DataTable):
            sheet.append([])
            _write(sheet, part)
        else:
            sheet.append([_cell(sheet, "  " * part.depth + part.text, bold=part.tone is Tone.STRONG)])
    for table in lists:
        sheet = _sheet(book, table.sheet, [table])
        sheet.freeze_panes = "B2" if len(table.columns) > 1 else "A2"
        sheet.auto_filter.ref = f"A1:{_letter(len(table.columns))}{max(len(table.rows), 1) + 1}"
        sheet.print_title_rows = "1:1"
        _write(sheet, table)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


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
            case Abreast(tables):
                yield from (table.shown_in(Form.EXCEL) for table in tables)
            case Folded(heading, inner) | Section(heading, inner):
                within = [*_flat(inner)]
                if any(isinstance(each, Sentence) or not each.sheet for each in within):
                    yield Sentence(heading, Tone.STRONG)
                yield from within


def _sheet(book: Workbook, name: str, tables: Sequence[DataTable]) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(NOT_IN_A_NAME.sub(" ", name)[:LONGEST_NAME])
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    for place in range(max((len(table.columns) for table in tables), default=0)):
        widths = [_width(table, place) for table in tables if place < len(table.columns)]
        sheet.column_dimensions[_letter(place + 1)].width = max(widths)
    return sheet


def _width(table: DataTable, place: int) -> int:
    """As wide as what stands in the column, within reason."""
    from rich.cells import cell_len

    column = table.columns[place]
    values = [column.heading, *(str(bare(row[place])[0] or "") for row in table.rows[:MEASURED])]
    least = NARROWEST_COUNT if column.kind is ColumnKind.NUMBER and len(column.heading) < 6 else NARROWEST
    return min(max(least, *map(cell_len, values)) + 2, WIDEST)


def _write(sheet: WriteOnlyWorksheet, table: DataTable) -> None:
    from openpyxl.styles import PatternFill

    if any(column.heading for column in table.columns):
        headings = [_cell(sheet, column.heading, bold=True) for column in table.columns]
        for cell in headings:
            cell.fill = PatternFill("solid", fgColor="F2F2F2")
        sheet.append(headings)
    for row in table.rows:
        sheet.append([_in_a_row(sheet, cell) for cell in row])
    if table.foot:
        sheet.append([_cell(sheet, bare(cell)[0], bold=True) for cell in table.foot])


def _in_a_row(sheet: WriteOnlyWorksheet, cell: Cell) -> WriteOnlyCell | str | int | None:
    """Plain numbers and text need no cell of their own; days do, and text that a workbook would take for a formula or a fault."""
    value, _, _ = bare(cell)
    plain = value is None or isinstance(value, int) or (isinstance(value, str) and value.isprintable())
    return value if plain and not str(value).startswith(("=", "#")) else _cell(sheet, value)


def _cell(sheet: WriteOnlyWorksheet, value: Value, *, bold: bool = False) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))
