"""A simulation as an Excel workbook that WPS opens: the figures, the load, the days, every obligation, the posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from duban.base.language import say
from duban.reports.excel import A4, LINE_WIDTH, _cell, _headings, _letter, _row
from duban.simulation import tables, words
from duban.simulation.model import Simulation

Cell = str | int | date | None


def as_xlsx(simulation: Simulation) -> bytes:
    """The workbook's bytes: dates are real dates, headings stay in view, the lists can be filtered."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _figures(book, simulation)
    _load(book, simulation)
    _list(
        book,
        words.heading_days(),
        tables.day_columns(),
        tables.day_rows(simulation),
        (12, 6, 12, 9, 9, 9, 9, 90),
    )
    _list(
        book,
        words.heading_obligations(),
        tables.obligation_columns(),
        tables.obligation_rows(simulation),
        (26, 26, 40, 14, 24, 12, 12, 12, 8, 8),
    )
    posts = [tables.flooded_row(post) for post in simulation.posts]
    _list(book, words.heading_posts(), tables.flooded_columns(), posts, (26, 16, 16, 12, 12, 16, 12, 12))
    if simulation.never_fires:
        dead = tables.dead_rows(simulation) + tables.ended_rows(simulation)
        _list(book, words.sheet_dead(), tables.dead_columns(), dead, (28, 40, 90))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _figures(book: Any, simulation: Simulation) -> None:
    months = simulation.periods
    sheet = _sheet(book, say(zh="汇总", en="Summary"), (LINE_WIDTH, *(8 for _ in months), 10))
    preface = [words.title(simulation), words.summary(simulation), *words.assumptions(simulation)]
    for place, sentence in enumerate(preface):
        sheet.append([_cell(sheet, sentence, bold=place == 0)])
    sheet.append([])
    names = [f"{month}" for month in months]
    sheet.append(_headings(sheet, [words.line_word(), *names, words.total_word()]))
    for line, total in simulation.by_line.items():
        counts = [simulation.by_line_and_period.get((line, month), 0) or None for month in months]
        sheet.append(_row(sheet, [line, *counts, total]))
    sums: list[str | int] = [words.total_word(), *simulation.by_period.values(), simulation.total]
    sheet.append([_cell(sheet, value, bold=True) for value in sums])
    for heading, named in tables.shares(simulation):
        sheet.append([])
        sheet.append(_headings(sheet, [heading, words.total_word()]))
        for name, count in named:
            sheet.append(_row(sheet, [name, count]))


def _load(book: Any, simulation: Simulation) -> None:
    sheet = _sheet(book, words.sheet_load(), (LINE_WIDTH, *(6 for _ in simulation.weeks), 10, 10))
    sheet.freeze_panes = "B2"
    weeks = [f"{monday:%m-%d}" for monday in simulation.weeks]
    sheet.append(_headings(sheet, [words.unit_word(), *weeks, words.most_word(), words.total_word()]))
    for unit in simulation.load:
        counts = [count or None for count in unit.weeks]
        sheet.append(_row(sheet, [unit.name, *counts, unit.most, unit.total]))


def _list(
    book: Any,
    name: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Iterable[int],
) -> None:
    sheet = _sheet(book, name, widths)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{_letter(len(headings))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.append(_headings(sheet, headings))
    for row in rows:
        sheet.append(_row(sheet, row))


def _sheet(book: Any, name: str, widths: Iterable[int]) -> Any:
    sheet = book.create_sheet(name)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[_letter(place)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    return sheet
