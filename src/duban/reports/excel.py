"""The overdue report as an Excel workbook that WPS opens: the board on one sheet, the list on the other.

Written row by row (openpyxl's write-only mode), so that the memory it takes does not grow with the list. Text is
always stored as text: a name that begins with “=” stays a name and never becomes a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from duban.base.language import say
from duban.reports import words
from duban.reports.model import OverdueReport

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

LIST_WIDTHS = (13, 26, 40, 14, 22, 30, 14, 12, 12, 12, 10, 10)
LINE_WIDTH, COUNT_WIDTH = 30, 11
A4 = "9"


def as_xlsx(report: OverdueReport) -> bytes:
    """The workbook's bytes: dates are real dates, headings stay in view, the list can be filtered."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _board(book, report)
    _list(book, report)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _board(book: Any, report: OverdueReport) -> None:
    sheet = book.create_sheet(say(zh="汇总", en="Summary"))
    matrix = report.matrix
    sheet.column_dimensions["A"].width = LINE_WIDTH
    for place in range(len(matrix.counties) + 1):
        sheet.column_dimensions[_letter(place + 2)].width = COUNT_WIDTH
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    preface = [words.title(report), *([words.suspicion()] if report.suspect else []), words.summary(report)]
    preface += words.trust(report)
    if report.total:
        sheet.freeze_panes = f"B{len(preface) + 3}"
    for place, sentence in enumerate(preface):
        sheet.append([_cell(sheet, sentence, bold=place == 0)])
    if not report.total:
        return
    sheet.append([])
    sheet.append(_headings(sheet, [words.line_word(), *matrix.counties, words.total_word()]))
    for line in matrix.lines:
        counts = [matrix.count(line, county) or None for county in matrix.counties]
        sheet.append(_row(sheet, [line, *counts, matrix.line_total(line)]))
    sums: list[str | int] = [
        words.total_word(),
        *(matrix.county_total(county) for county in matrix.counties),
        matrix.total,
    ]
    sheet.append([_cell(sheet, value, bold=True) for value in sums])
    sheet.append([])
    sheet.append(_headings(sheet, words.duty_columns()))
    for duty in report.by_duty:
        sheet.append(_row(sheet, [duty.title, duty.line, duty.overdue, duty.oldest]))


def _list(book: Any, report: OverdueReport) -> None:
    sheet = book.create_sheet(say(zh="清单", en="List"))
    headings = [*words.columns(), say(zh="备注", en="Note")]
    for place, width in enumerate((*LIST_WIDTHS, 10), start=1):
        sheet.column_dimensions[_letter(place)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{_letter(len(headings))}{max(report.total, 1) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.print_title_rows = "1:1"
    sheet.append(_headings(sheet, headings))
    for overdue in report.obligations:
        sheet.append(
            _row(
                sheet,
                [
                    overdue.short_id,
                    overdue.line,
                    overdue.title,
                    overdue.county,
                    overdue.unit,
                    overdue.subject,
                    overdue.period_key,
                    overdue.opened_on,
                    overdue.deadline,
                    overdue.workdays_overdue,
                    words.stage_name(overdue.stage),
                    words.yes_or_dash(overdue.acknowledged),
                    words.provisional_mark() if overdue.provisional else None,
                ],
            )
        )


def _headings(sheet: Any, texts: Sequence[str]) -> list[WriteOnlyCell]:
    from openpyxl.styles import PatternFill

    cells = [_cell(sheet, text, bold=True) for text in texts]
    for cell in cells:
        cell.fill = PatternFill("solid", fgColor="F2F2F2")
    return cells


def _row(sheet: Any, values: Iterable[str | int | date | None]) -> list[WriteOnlyCell | int | None]:
    """Plain numbers need no cell of their own; text and dates do."""
    return [value if value is None or isinstance(value, int) else _cell(sheet, value) for value in values]


def _cell(sheet: Any, value: str | int | date | None, bold: bool = False) -> WriteOnlyCell:
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
