"""A workbook's sheets, row by row, as a person sees them.

openpyxl reads the values; what it does not say in its read-only mode is taken from the sheet's XML beforehand, in one
pass over its bytes: merged cells (each shows the value of its first), formulas nobody has computed, how many rows there
are, and cells to the right of column XFD, which no spreadsheet writes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from duban.base.language import say
from duban.importing.containers import CHUNK, UnusableFile, damaged
from duban.importing.sheets import Row, Sheet, Source
from duban.importing.spellings import NOT_COMPUTED, Value

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_TOO_FAR = re.compile(rb'<(?:\w+:)?c r="([A-Z]{4,}\d+|XF[E-Z]\d+|X[G-Z][A-Z]\d+|[YZ][A-Z]{2}\d+)"')
_NOT_COMPUTED = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3}\d+)"[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
LAST_ROW = 1_048_576
MOST_COLUMNS = 16_384
_SHORTEST_CELL = 4
_LONGEST_ROW = 64 << 20
_MOST_MERGED = 200_000


@dataclass
class _Seen:
    """What the pass over a sheet's XML found."""

    rows: int = 0
    hidden_rows: int = 0
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    not_computed: set[tuple[int, int]] = field(default_factory=set)


@contextmanager
def open_workbook(path: Path) -> Iterator[Source]:
    """The workbook's sheets that are there to be seen. Raises UnusableFile for a damaged one.

    The container has been looked at before (`container_of`).
    """
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception:  # whatever a broken workbook makes openpyxl raise
            raise damaged(path) from None
        sheets = []
        for worksheet in book.worksheets:
            hidden = worksheet.sheet_state != "visible"
            seen = _Seen() if hidden else _look_through(path, archive, worksheet._worksheet_path)  # noqa: SLF001
            sheets.append(_sheet(path, worksheet, seen, hidden=hidden))
        yield Source(path, sheets, since_1904=book.epoch == CALENDAR_MAC_1904)


def _sheet(path: Path, worksheet: ReadOnlyWorksheet, seen: _Seen, *, hidden: bool) -> Sheet:
    def rows() -> Iterator[Row]:
        worksheet.reset_dimensions()  # some programs claim a sheet is A1 alone
        given = enumerate(worksheet.iter_rows(values_only=True), 1)
        try:
            yield from _as_shown(path, given, seen)
        except UnusableFile:
            raise
        except Exception:  # a broken sheet: openpyxl may raise anything
            raise damaged(path) from None

    return Sheet(worksheet.title, rows, seen.rows, hidden=hidden, hidden_rows=seen.hidden_rows)


def _as_shown(path: Path, given: Iterator[tuple[int, Sequence[Any]]], seen: _Seen) -> Iterator[Row]:
    """The rows with merged cells filled from their first, and formulas without a value marked."""
    waiting = sorted(seen.merged, reverse=True)
    active: list[tuple[int, int, Value]] = []  # last row, column, value
    not_computed_rows = {row for row, _ in seen.not_computed}
    for number, cells in given:
        shown: Sequence[Any] = cells
        if number in not_computed_rows:
            shown = [
                NOT_COMPUTED if (number, column) in seen.not_computed else value
                for column, value in enumerate(cells, 1)
            ]
        while waiting and waiting[-1][0] <= number:
            _, column, last = waiting.pop()
            if last > number and column <= len(shown):
                active.append((last, column, shown[column - 1]))
        if active:
            active = [each for each in active if each[0] >= number]
            filled = list(shown)
            for _, column, value in active:
                filled += [None] * (column - len(filled))
                if filled[column - 1] is None:
                    filled[column - 1] = value
            shown = filled
        if number > LAST_ROW:
            raise UnusableFile(path, say(zh=f"行号超出了 {LAST_ROW}", en=f"a row beyond {LAST_ROW}"))
        yield Row(number, tuple(shown))


def _look_through(path: Path, archive: zipfile.ZipFile, part: str) -> _Seen:
    """One pass over a sheet's XML, a chunk at a time, cut at the ends of rows."""
    seen = _Seen()
    carry = b""
    try:
        with archive.open(part) as stream:
            for chunk in _chunks(stream):
                text = carry + chunk
                end = max((found.end() for found in _ROW_END.finditer(text)), default=0)
                carry = text[end:]
                _refuse_wide(path, text[:end])
                _refuse_wide(path, carry)
                if len(carry) > _LONGEST_ROW:
                    raise UnusableFile(path, say(zh="有一行长得不合理", en="a row is unreasonably long"))
                _note(path, part, seen, text[:end])
            _note(path, part, seen, carry)
    except KeyError:
        raise damaged(path) from None
    return seen


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _refuse_wide(path: Path, text: bytes) -> None:
    """Refuse a row with more cells than a spreadsheet has columns; only rows long enough for so many are counted."""
    start = 0
    while len(text) - start > MOST_COLUMNS * _SHORTEST_CELL:
        ended = _ROW_END.search(text, start)
        end = ended.end() if ended else len(text)
        if (
            end - start > MOST_COLUMNS * _SHORTEST_CELL
            and (cells := sum(1 for _ in _CELL.finditer(text, start, end))) > MOST_COLUMNS
        ):
            raise UnusableFile(
                path,
                say(
                    zh=f"有一行至少有 {cells} 格，超过一张表最多的 {MOST_COLUMNS} 列；请只留下要导入的列，另存为 .xlsx",
                    en=f"a row has {cells} cells or more, beyond the {MOST_COLUMNS} columns of a table; keep the columns "
                    "to be imported and save that as .xlsx",
                ),
            )
        start = end


def _note(path: Path, part: str, seen: _Seen, text: bytes) -> None:
    if far := _TOO_FAR.search(text):
        raise UnusableFile(
            path,
            say(
                zh=f"有单元格在 {far[1].decode()[:20]}，超出了表格的最后一列 XFD，不是表格软件存的文件",
                en=f"a cell at {far[1].decode()[:20]} is beyond the last column XFD: no spreadsheet wrote this",
            ),
        )
    seen.rows += len(_ROW.findall(text))
    if b'hidden="' in text:
        seen.hidden_rows += len(_HIDDEN_ROW.findall(text))
    seen.not_computed |= {_coordinate(found[1].decode()) for found in _NOT_COMPUTED.finditer(text)}
    if b"mergeCell" in text:
        for found in _MERGED.finditer(text):
            first, last = int(found[2]), int(found[3])
            if last > first:  # across columns alone there is nothing to fill: the first one has the value
                seen.merged.append((first, _column(found[1].decode()), last))
            if len(seen.merged) > _MOST_MERGED:
                raise UnusableFile(path, say(zh="合并的单元格太多", en="too many merged cells"))


def _coordinate(written: str) -> tuple[int, int]:
    letters = written.rstrip("0123456789")
    return int(written[len(letters) :]), _column(letters)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
