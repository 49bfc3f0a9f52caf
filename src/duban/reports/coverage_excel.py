"""The coverage report as an Excel workbook that WPS opens: the lines, the clauses, what is assumed, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from duban.base.language import say
from duban.reports import coverage_words as words
from duban.reports.coverage import Coverage, Known, LineTotal
from duban.reports.excel import A4, LINE_WIDTH, _cell, _headings, _letter, _row

CLAUSE_WIDTHS = (9, 26, 34, 12, 56, 11, 28, 34, 11, 44, 40)
ASSUMED_WIDTHS = (28, 36, 26, 18, 14, 60, 30)


def as_xlsx(coverage: Coverage) -> bytes:
    """The workbook's bytes: headings stay in view, the lists can be filtered."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _lines(book, coverage)
    rows = [row for clause in coverage.clauses for row in words.clause_rows(clause)]
    _list(book, words.heading_clauses(), words.clause_columns(), rows, CLAUSE_WIDTHS)
    assumed = [words.assumed_row(each) for each in coverage.assumed]
    _list(book, say(zh="假定待确认", en="Assumed"), words.assumed_columns(), assumed, ASSUMED_WIDTHS)
    if coverage.findings:
        wrong = [[str(finding)] for finding in coverage.findings]
        _list(book, words.heading_findings(), [words.heading_findings()], wrong, (120,))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines(book: Any, coverage: Coverage) -> None:
    sheet = book.create_sheet(words.heading_lines())
    headings = [words.line_word(), *words.line_columns()]
    _widths(sheet, (LINE_WIDTH, *(13 for _ in headings[1:])))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    preface = [words.title(coverage), words.summary(coverage), words.to_confirm(coverage)]
    sheet.freeze_panes = f"B{len(preface) + 3}"
    for place, sentence in enumerate(preface):
        sheet.append([_cell(sheet, sentence, bold=place == 0)])
    sheet.append([])
    sheet.append(_headings(sheet, headings))
    for line in coverage.lines:
        sheet.append(_row(sheet, [line.line, *_figures(line)]))
    sums: list[str | int] = [words.total_word(), *_figures(coverage.whole)]
    sheet.append([_cell(sheet, value, bold=True) for value in sums])


def _figures(line: LineTotal) -> list[int]:
    return [line.clauses, line.covered, *(line.counts.get(known, 0) for known in Known)]


def _list(
    book: Any, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Iterable[int]
) -> None:
    sheet = book.create_sheet(title)
    _widths(sheet, widths)
    sheet.freeze_panes = "B2" if len(headings) > 1 else "A2"
    sheet.auto_filter.ref = f"A1:{_letter(len(headings))}{len(rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.print_title_rows = "1:1"
    sheet.append(_headings(sheet, headings))
    for row in rows:
        sheet.append(_row(sheet, row))


def _widths(sheet: Any, widths: Iterable[int]) -> None:
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[_letter(place)].width = width
