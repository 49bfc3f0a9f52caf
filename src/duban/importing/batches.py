"""What a file says: its drafts, kept on disk, and what only the whole file tells.

Two rows of one number that say different things are both refused: which is right is for a person to say. The same row
twice counts once; rows that differ only in what the mapping puts `together` (the items a sample failed in) are one fact. A subject that stands in several rows of a register is as the newest says, wherever that stands, and is
active as long as one of its licences is.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from duban.importing.drafts import Draft
from duban.importing.recognising import SheetTable
from duban.importing.row_reader import RowReader

if TYPE_CHECKING:
    from duban.importing.mappings import TableMapping

Place = tuple[int, int]
"""Sheet (from 0, among the tables read) and row (from 1, as the spreadsheet numbers them)."""


Licences = dict[str, tuple[date, bool]]
"""The licences of a subject: since when each is as it is, and whether it is valid."""


@dataclass(slots=True)
class SubjectRows:
    """What the rows of a register say of one subject together."""

    place: Place  #: the newest row, the last of those of one day
    on: date | None  #: its day
    licences: Licences = field(default_factory=dict)  #: each licence's newest state


@dataclass
class Batch:
    """A file's drafts and what is known of them together."""

    path: Path  #: the file
    mapping: TableMapping  #: the mapping it is written for
    encoding: str | None  #: how a text is encoded
    tables: list[SheetTable]  #: the sheets read
    readers: list[RowReader]  #: how each was read
    left_out: list[tuple[str, str]]  #: sheets that were not read, and why
    rows: int = 0  #: how many drafts there are
    skipped: Counter[str] = field(default_factory=Counter)  #: rows that are no data, by what they are
    conflicts: dict[Place, Place] = field(
        default_factory=dict
    )  #: rows of one number that say different things
    repeats: set[Place] = field(default_factory=set)  #: rows that stood there before
    together: dict[str, dict[str, str]] = field(default_factory=dict)  #: by number what its rows say together
    several: set[str] = field(default_factory=set)  #: numbers with a result and a retest
    registrations: dict[tuple[str, str], SubjectRows] = field(default_factory=dict)  #: by kind and code
    _spool: IO[bytes] | None = None
    _pages: list[int] = field(default_factory=list)

    def keep(self, page: list[Draft]) -> None:
        """Put a page of drafts aside."""
        if self._spool is not None:
            self._pages.append(self._spool.tell())
            pickle.dump(page, self._spool, pickle.HIGHEST_PROTOCOL)
        self.rows += len(page)

    def pages(self) -> Iterator[list[Draft]]:
        """The drafts, a page at a time, in the order of the file; as often as wanted."""
        if self._spool is None:
            return
        for offset in self._pages:
            self._spool.seek(offset)
            page: list[Draft] = pickle.load(self._spool)  # noqa: S301 - our own temporary file
            yield page
