"""A file read once from beginning to end: its drafts, kept on disk, and what only the whole file tells.

Two rows of one number that say different things are both refused: which is right is for a person to say. The same row
twice counts once. A subject that stands in several rows of a register is as the newest says, wherever that stands, and is
active as long as one of its licences is.
"""

from __future__ import annotations

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from duban.base.language import say
from duban.bureau.unit_names import UnitNames
from duban.importing.containers import UnusableFile, container_of
from duban.importing.drafts import Draft, RowReader
from duban.importing.headings import known_headings
from duban.importing.recognising import Table, recognise
from duban.importing.texts import open_text
from duban.importing.workbooks import open_workbook

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.importing.mappings import Mapping as TableMapping

PAGE = 2_000
"""Rows that are in memory at one time."""
Place = tuple[int, int]
"""Sheet (from 0, among the tables read) and row (from 1, as the spreadsheet numbers them)."""


Licences = dict[str, tuple[date, bool]]
"""The licences of a subject: since when each is as it is, and whether it is valid."""


@dataclass(slots=True)
class Registration:
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
    tables: list[Table]  #: the sheets read
    readers: list[RowReader]  #: how each was read
    left_out: list[tuple[str, str]]  #: sheets that were not read, and why
    rows: int = 0  #: how many drafts there are
    skipped: Counter[str] = field(default_factory=Counter)  #: rows that are no data, by what they are
    conflicts: dict[Place, Place] = field(
        default_factory=dict
    )  #: rows of one number that say different things
    repeats: set[Place] = field(default_factory=set)  #: rows that stood there before
    several: set[str] = field(default_factory=set)  #: numbers with a result and a retest
    registrations: dict[tuple[str, str], Registration] = field(default_factory=dict)  #: by kind and code
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


@contextmanager
def read_file(
    path: Path,
    definitions: Definitions,
    mappings: Mapping[str, TableMapping],
    *,
    asked: str | None = None,
    default_unit: str | None = None,
    told: Callable[[int, int], None] = lambda _rows, _about: None,
) -> Iterator[Batch]:
    """The batch of a file. Raises UnusableFile for one that cannot be imported at all.

    `asked` names the mapping; `default_unit` is the unit of rows that name none; `told` hears of every page of rows read, and
    about how many there are.
    """
    container = container_of(path)
    before = _state(path)
    units = UnitNames(definitions.project)
    opened = (
        open_text(path, {name for each in mappings.values() for name in known_headings(each.written)})
        if container == "text"
        else open_workbook(path, container)
    )
    with opened as source, tempfile.TemporaryFile(prefix="duban-import-") as spool:
        recognised = recognise(source, mappings, asked)
        readers = [
            RowReader(
                recognised.mapping,
                table.heading,
                definitions.vocabulary,
                units,
                definitions.project.zone,
                since_1904=source.since_1904,
                as_written=table.as_written,
                default_unit=default_unit,
            )
            for table in recognised.tables
        ]
        batch = Batch(
            path,
            recognised.mapping,
            source.encoding,
            recognised.tables,
            readers,
            recognised.left_out,
            _spool=spool,
        )
        _read(batch, told)
        if _state(path) != before:
            raise UnusableFile(
                path,
                say(
                    zh="读的时候文件被改动了，请重新导入",
                    en="the file was changed while it was read; try again",
                ),
            )
        if not batch.rows:
            raise UnusableFile(
                path, say(zh="只有表头，没有一行数据", en="there is a heading and not one row below it")
            )
        yield batch


def _read(batch: Batch, told: Callable[[int, int], None]) -> None:
    about = sum(table.about for table in batch.tables)
    seen: dict[str, tuple[Place, int, str | None]] = {}
    page: list[Draft] = []
    for number, table in enumerate(batch.tables):
        reader = batch.readers[number]
        for row in table.rows:
            draft = reader.read(number, row)
            if isinstance(draft, str):
                batch.skipped[draft] += 1
                continue
            page.append(draft)
            _compare(batch, seen, draft)
            if len(page) == PAGE:
                batch.keep(page)
                told(len(page), about)
                page = []
    if page:
        batch.keep(page)
        told(len(page), about)


def _compare(batch: Batch, seen: dict[str, tuple[Place, int, str | None]], draft: Draft) -> None:
    """Hold a draft against the earlier rows of the file."""
    here = (draft.sheet, draft.row)
    if draft.mistakes:
        return
    if batch.mapping.registers and draft.kinds and draft.code:
        _register(batch, draft, here)
    if not draft.ref:
        return
    content = hash(draft.content())
    first = seen.setdefault(draft.ref, (here, content, draft.outcome))
    place, known, outcome = first
    if place == here:
        return
    if known == content:
        batch.repeats.add(here)
    elif outcome is None and draft.outcome in ("withdraw", "uphold"):
        batch.several.add(draft.ref)
    else:
        batch.conflicts[here] = place
        batch.conflicts.setdefault(place, here)


def _register(batch: Batch, draft: Draft, here: Place) -> None:
    """Hold a register's row against the others about its subject."""
    day = draft.given.get("registered_on") or draft.on
    known = batch.registrations.setdefault((draft.kinds[0], draft.code), Registration(here, day))
    if day is None or known.on is None or day >= known.on:
        known.place, known.on = here, day
    active = draft.given.get("active")
    if active is not None and day is not None:
        since, _ = known.licences.get(draft.licence, (day, active))
        if day >= since:
            known.licences[draft.licence] = (day, active)


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
