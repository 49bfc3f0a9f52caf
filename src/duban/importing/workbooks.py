"""A workbook's sheets, row by row, as a person sees them: .xlsx, .xls, .xlsb, .ods, and .et saved as one of them.

python-calamine reads the values; of .xlsx, `sheet_parts` tells what it does not. Merged cells show the value of their first.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from duban.importing.containers import Container, UnusableFile, damaged, locked
from duban.importing.number_formats import dresses_numbers
from duban.importing.sheet_parts import MOST_CELLS, SheetMarks, look_through, workbook_parts
from duban.importing.sheets import Row, Sheet, Source
from duban.importing.spans import refuse_span
from duban.importing.spellings import NoValue

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LAST_ROW = 1_048_576
_MOST_MERGED = 200_000


@contextmanager
def open_workbook(path: Path, container: Container) -> Iterator[Source]:
    """The workbook's sheets that are there to be seen. Raises UnusableFile for a damaged one.

    The container has been looked at before (`container_of`).
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    since_1904 = False
    marks: dict[str, SheetMarks] = {}
    with path.open("rb") as file:
        refuse_span(path, file, container)
        file.seek(0)
        dressed = dresses_numbers(file, container)
        file.seek(0)
        try:
            book = CalamineWorkbook.from_filelike(file)
        except PasswordError:
            raise locked(path) from None
        except BaseException as error:
            raise _broken(path, error) from None
        seen = {
            each.name: each.visible == SheetVisibleEnum.Visible
            for each in book.sheets_metadata
            if each.typ == SheetTypeEnum.WorkSheet
        }
        if container == "xlsx":
            with zipfile.ZipFile(file) as archive:
                parts = workbook_parts(path, archive)
                since_1904 = parts.since_1904
                for name, visible in seen.items():
                    if visible and name in parts.sheets:
                        marks[name] = look_through(path, archive, parts.sheets[name], parts.styles)
        sheets = [
            _sheet(path, book, name, marks.get(name, SheetMarks()), hidden=not visible)
            for name, visible in seen.items()
        ]
        yield Source(path, sheets, since_1904=since_1904, numbers_dressed=dressed)


def _broken(path: Path, error: BaseException) -> BaseException:
    """A damaged workbook may make its reader raise anything, even what is no Exception (a panic in Rust)."""
    return (
        error
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | UnusableFile)
        else damaged(path)
    )


def _sheet(path: Path, book: CalamineWorkbook, name: str, marks: SheetMarks, *, hidden: bool) -> Sheet:
    def rows() -> Iterator[Row]:
        try:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS or sheet.total_height > LAST_ROW:
                raise damaged(path)
            yield from _as_shown(path, sheet, marks)
        except BaseException as error:
            raise _broken(path, error) from None

    return Sheet(name, rows, marks.rows, hidden=hidden, hidden_rows=marks.hidden_rows)


def _as_shown(path: Path, sheet: CalamineSheet, marks: SheetMarks) -> Iterator[Row]:
    """The rows with what a person sees in them: merged cells filled, numbers in their format, formulas without a value."""
    before = (None,) * (sheet.start[1] if sheet.start else 0)
    merged = _merged(path, sheet)
    special = {row for row, _ in (*marks.instead, *marks.percent, *marks.padded, *marks.struck)}
    active: list[tuple[int, int, object]] = []  # last row, column, value
    for number, cells in enumerate(sheet.iter_rows(), 1):
        given: tuple[object, ...] = (*before, *cells)
        if number in special:
            given = tuple(_shown(marks, number, column, value) for column, value in enumerate(given, 1))
        for column, last in merged.pop(number, ()):
            if column <= len(given):
                active.append((last, column, given[column - 1]))
        if active:
            active = [each for each in active if each[0] >= number]
            filled = list(given)
            for _, column, value in active:
                if filled[column - 1] in (None, ""):
                    filled[column - 1] = value
            given = tuple(filled)
        yield Row(number, given)


def _shown(marks: SheetMarks, row: int, column: int, value: object) -> object:
    place = (row, column)
    if place in marks.instead:
        return marks.instead[place]
    if place in marks.struck and value not in (None, ""):
        return NoValue.STRUCK_OUT
    if isinstance(value, float):
        if place in marks.percent:
            return f"{round(value * 100, 10):g}%"
        if place in marks.padded and value.is_integer():
            return marks.padded[place].dress(int(value))
    return value


def _merged(path: Path, sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """For the first row of each merger of several rows: its column and its last row. Across columns there is nothing to fill."""
    found: dict[int, list[tuple[int, int]]] = {}
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > _MOST_MERGED:
        raise UnusableFile(path, zh="合并的单元格太多", en="too many merged cells")
    for (first, column), (last, _) in ranges:
        if last > first:
            found.setdefault(first + 1, []).append((column + 1, last + 1))
    return found
