"""Tables as they are read: a file's sheets, a sheet's rows, a row's cells, and how a place in them is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from duban.importing.spellings import UnreadableCell

if TYPE_CHECKING:
    from duban.bureau.project import Project


class Row(NamedTuple):
    """A row of a sheet: its number there (from 1) and its cells, from column A."""

    number: int  #: its number in the sheet, from 1
    cells: tuple[Any, ...]  #: from column A, as the file has them


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or the whole of a text."""

    name: str  #: its name
    rows: Callable[[], Iterator[Row]]  #: its rows, from the first
    about: int = 0  #: how many rows it may have, for a progress bar
    hidden: bool = False  #: whether the workbook hides it
    hidden_rows: int = 0  #: rows a filter or a person has hidden: they are read like the others
    delimiter: str = (
        ""  #: of a text the sign between its cells: a row of more cells than its heading has one too many
    )


@dataclass(frozen=True)
class Source:
    """A file opened for reading. `encoding` is told for texts; `since_1904` is a workbook's way of counting days."""

    path: Path  #: the file
    sheets: list[Sheet]  #: its sheets, in their order
    since_1904: bool = False  #: whether the workbook counts days from 1904
    numbers_dressed: bool = (
        False  #: whether it shows numbers as codes (7 as 0007), and which ones cannot be told
    )
    encoding: str | None = None  #: of a text, how it is encoded; None: a workbook


def letters(column: int) -> str:
    """A column's letters, from 0: A, …, Z, AA."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def of_that_sheet(project: Project, named: str | None, unit: str) -> str:
    """The code of the unit a row names, held against the unit that its sheet is named after.

    `named` is that unit's code, None for a sheet named otherwise; `unit` the row's. Raises UnreadableCell for a row of a unit that
    is neither that one nor below it.
    """
    if named is None or any(each.code == named for each in project.chain(unit)):
        return unit
    sheet, row = project.units[named].name, project.units[unit].name
    raise UnreadableCell(
        zh=f"工作表以{sheet}为名，这一行写的却是{row}；哪一个对，请改成一致",
        en=f"the sheet is named after {sheet} and the row names {row}: make them agree",
    )
