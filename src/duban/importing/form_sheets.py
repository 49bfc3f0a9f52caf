"""A form as a workbook: its headings, an example line, and what each column offers to choose from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban.base.language import say

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS = 1_000
"""So many rows have drop-downs."""
_LONGEST_INLINE = 250
"""Signs of the choices that Excel takes in the drop-down itself; more need a sheet of their own."""


@dataclass(frozen=True)
class ChoiceSheet:
    """Choices that stand on a sheet of their own, with what tells them apart beside them."""

    title: str  #: the sheet's name
    headings: Sequence[str]  #: its columns
    rows: Sequence[Sequence[str]]  #: its lines, one for each choice
    offered: int = 0  #: the place of the column whose texts are offered, from 0


@dataclass(frozen=True)
class FormColumn:
    """A column to fill in."""

    name: str  #: what it is called, as the mapping that reads the form calls it
    required: bool = False  #: whether every line needs it
    note: str = ""  #: a second line of the heading
    example: object = None  #: what the example line says there
    is_day: bool = False  #: whether a date stands there; else a text, so that a number keeps its zeros
    choices: Sequence[str] | ChoiceSheet = ()  #: what is offered; another text may be typed all the same


def write_form(columns: Sequence[FormColumn], beside: Sequence[ChoiceSheet] = ()) -> bytes:
    """The form as an .xlsx. The sheets `beside` it stand there to be looked up, offered or not."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = say(zh="填报", en="form")
    _append(sheet, [f"{each.name}\n{each.note}" if each.note else each.name for each in columns])
    _append(sheet, [each.example for each in columns])
    for place, column in enumerate(columns, 1):
        head = sheet.cell(1, place)
        head.font = Font(bold=True, color="C00000" if column.required else "000000")
        head.fill = PatternFill("solid", fgColor="F2F2F2")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(2, place).font = Font(italic=True, color="808080")
        sheet.column_dimensions[get_column_letter(place)].width = 22
        for row in range(2, _ROWS + 2):
            sheet.cell(row, place).number_format = "yyyy-mm-dd" if column.is_day else "@"
    sheet.freeze_panes = "A2"
    offered = [each.choices for each in columns if isinstance(each.choices, ChoiceSheet)]
    for title, choices in {each.title: each for each in (*beside, *offered)}.items():
        _write_choices(book.create_sheet(title), choices)
    for place, column in enumerate(columns, 1):
        _offer(sheet, place, _formula(column.choices))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _formula(choices: Sequence[str] | ChoiceSheet) -> str:
    if isinstance(choices, ChoiceSheet):
        letter = "ABC"[choices.offered]
        return f"'{choices.title}'!${letter}$2:${letter}${len(choices.rows) + 1}" if choices.rows else ""
    listed = ",".join(choices)
    return f'"{listed}"' if listed and len(listed) <= _LONGEST_INLINE else ""


def _append(sheet: Worksheet, row: Iterable[object]) -> Sequence[Cell | MergedCell]:
    """A row below the others, whose texts stay texts: “=…” in a name never becomes a formula."""
    sheet.append(list(row))
    cells: Sequence[Cell | MergedCell] = sheet[sheet.max_row]
    for cell in cells:
        if isinstance(cell.value, str):
            cell.data_type = "s"
    return cells


def _write_choices(sheet: Worksheet, choices: ChoiceSheet) -> None:
    for row in (choices.headings, *choices.rows):
        for cell in _append(sheet, row):
            cell.number_format = "@"
    for letter in "ABC":
        sheet.column_dimensions[letter].width = 28


def _offer(sheet: Worksheet, column: int, formula: str) -> None:
    """A drop-down; another value may be typed all the same, and the import says what is wrong with it."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if not formula:
        return
    letter = get_column_letter(column)
    choice = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{_ROWS + 1}")
