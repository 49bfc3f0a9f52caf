"""The refused rows as a workbook that can be mended and imported again: the wrong cells red, the reason beside them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban.base.language import say
from duban.importing.sheets import letters
from duban.importing.spellings import NoValue, UnreadableCell, read_text

if TYPE_CHECKING:
    from duban.importing.batches import Batch
    from duban.importing.verdicts import JudgedRow

_RED, _GREY = "FFC7CE", "F2F2F2"
_NO_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TITLE = 31
_WIDTH, _REASON_WIDTH = 18, 60


class RefusedRows:
    """Collects refused rows, one sheet per sheet of the file, and writes them to `path` when it is closed.

    Memory does not grow with the rows. Nothing is written if no row was refused.
    """

    def __init__(self, path: Path, batch: Batch) -> None:
        from openpyxl import Workbook

        self._path = path
        self._batch = batch
        self._book = Workbook(write_only=True)
        self._sheets: dict[int, Any] = {}
        self._kept: set[tuple[int, int]] = set()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._kept)

    def add(self, judged: JudgedRow) -> None:
        """Put a refused row down, once however often it is heard of."""
        place = (judged.draft.sheet, judged.draft.row)
        if place in self._kept:
            return
        self._kept.add(place)
        sheet = self._sheet(judged.draft.sheet)
        width = len(self._batch.tables[judged.draft.sheet].heading.texts)
        wrong = {mistake.column for mistake in judged.mistakes}
        cells = [
            _cell(sheet, _shown(value), _RED if place in wrong else None)
            for place, value in enumerate((*judged.draft.cells, *([None] * width))[:width])
        ]
        reasons = say(zh="；", en="; ").join(self._reason(judged, mistake) for mistake in judged.mistakes)
        sheet.append([*cells, judged.draft.row, _cell(sheet, reasons)])

    def save(self) -> None:
        """Write the workbook in one piece, if there is anything in it. Raises OSError."""
        if not self.count:
            return
        unfinished = self._path.with_name(f".{self._path.name}.part")
        try:
            self._book.save(unfinished)
            unfinished.replace(self._path)
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink()

    def _sheet(self, number: int) -> Any:
        if number not in self._sheets:
            table = self._batch.tables[number]
            sheet = self._book.create_sheet(
                _title(table.name, {each.title for each in self._sheets.values()})
            )
            headings = [
                *table.heading.texts,
                say(zh="原行号", en="Row"),
                say(zh="不导入的原因", en="Why refused"),
            ]
            for place in range(len(headings)):
                sheet.column_dimensions[letters(place)].width = _WIDTH
            sheet.column_dimensions[letters(len(headings) - 1)].width = _REASON_WIDTH
            sheet.freeze_panes = "A2"
            sheet.append([_cell(sheet, text, _GREY) for text in headings])
            self._sheets[number] = sheet
        return self._sheets[number]

    def _reason(self, judged: JudgedRow, mistake: Any) -> str:
        if mistake.column is None:
            return str(mistake.reason)
        heading = self._batch.tables[judged.draft.sheet].heading.texts[mistake.column]
        return say(zh=f"{heading}：{mistake.reason}", en=f"{heading}: {mistake.reason}")


def _title(name: str, taken: Collection[str]) -> str:
    """A name that a sheet may have: without the signs that Excel does not take, not too long, not there already."""
    bare = _NO_TITLE.sub(" ", name).strip(" '")[:_LONGEST_TITLE] or "1"
    used = {each.casefold() for each in taken}
    titles = chain([bare], (f"{bare[: _LONGEST_TITLE - 4]} {number}" for number in count(2)))
    return next(each for each in titles if each.casefold() not in used)


def _shown(value: Any) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**11):
        return value
    if isinstance(value, NoValue):
        return None
    try:
        return read_text(value)
    except (UnreadableCell, TypeError, AttributeError):
        return str(value)


def _cell(sheet: object, value: object, fill: str | None = None) -> object:
    """A cell whose text stays text: a code keeps its digits, and “=…” never becomes a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import PatternFill

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    return cell
