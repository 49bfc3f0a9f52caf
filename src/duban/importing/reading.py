"""A file read once from beginning to end, whatever pieces its tables are in.

| in pieces | read |
|---|---|
| a sheet for each county, named after it, without a column for the unit | as of that county |
| a second heading of the same table below, its columns in another order | by that heading from there on |
| another table below | not read, and said by its row |
| the same table again to the right | refused: two columns have one name |
| another table to the right, behind an empty column | not read, and said by its column |
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.bureau.unit_names import UnitNames
from duban.importing.batches import Batch, Place, SubjectRows
from duban.importing.containers import UnusableFile, container_of
from duban.importing.drafts import Draft
from duban.importing.headings import find_heading, known_headings, looks_like_heading
from duban.importing.recognising import SheetTable, recognise
from duban.importing.row_reader import RowReader
from duban.importing.texts import open_text
from duban.importing.workbooks import open_workbook

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.importing.mappings import TableMapping
    from duban.importing.sheets import Row

_DRESSED = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月份?[\s_-]*|(?:附件|附表|表)?\d{1,2}[、.\s_-]*)?([^\d\s()_-]+)[\s_-]*(?:20\d\d年?)?[\s_-]*(?:\d{1,2}月份?)?\s*(?:\([^()]*\))?"
)
# 三元区(2), 1.三元区, 三元区2023年8月: the names of sheets that are one unit's
TOGETHER = "；"
"""Between the items of one number that stand in rows of their own."""
PAGE = 2_000
"""Rows that are in memory at one time."""


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
    """What the file at `path` brings, in portions, by the one of `mappings` that its headings fit best.

    Raises UnusableFile for one that cannot be imported at all.

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
        recognised = recognise(source, mappings, lambda name: _unit_named(units, name) or default_unit, asked)
        mapping = recognised.mapping

        def reader(table: SheetTable) -> RowReader:
            table.named = _unit_named(units, table.name)
            return RowReader(mapping, table, definitions, units, source)

        batch = Batch(path, mapping, source.encoding, [], [], recognised.left_out, _spool=spool)
        names = {name for each in mappings.values() for name in known_headings(each.written)}
        _read(batch, recognised.tables, reader, names, told)
        if _state(path) != before:
            raise UnusableFile(
                path,
                zh="读的时候文件被改动了，请重新导入",
                en="the file was changed while it was read; try again",
            )
        if not batch.rows:
            raise UnusableFile(
                path, zh="只有表头，没有一行数据", en="there is a heading and not one row below it"
            )
        yield batch


def _unit_named(units: UnitNames, name: str) -> str | None:
    """The unit a sheet is named after, if it is: a copy's number, one before the name and the month behind it aside."""
    dressed = _DRESSED.fullmatch(unicodedata.normalize("NFKC", name).strip())
    return units.code_of(name) or (units.code_of(dressed[1]) if dressed else None)


def _read(
    batch: Batch,
    tables: list[SheetTable],
    reader_of: Callable[[SheetTable], RowReader],
    names: Collection[str],
    told: Callable[[int, int], None],
) -> None:
    about = sum(table.about for table in tables)
    seen: dict[str, tuple[Place, int, str | None]] = {}
    page: list[Draft] = []
    waiting = deque(tables)
    while waiting:
        table = waiting.popleft()
        number = len(batch.tables)
        batch.tables.append(table)
        reader = reader_of(table)
        batch.readers.append(reader)
        for row in table.rows:
            if looks_like_heading(row.cells, names):
                following = _another(batch, table, row)
                if following is not table:
                    waiting.extendleft([following] if following else [])
                    break
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


def _another(batch: Batch, table: SheetTable, row: Row) -> SheetTable | None:
    """What begins with a row that looks like a heading: the same table, it again with other columns, or None for another."""
    mapping = batch.mapping
    heading = find_heading(mapping.written, [row], known_headings(mapping.written))
    missing = heading.missing(mapping.required_of(table.unit)) if heading else mapping.required
    if heading is None or missing:
        what = say(zh=f"第 {row.number} 行起是另一张表", en=f"another table from row {row.number} on")
        batch.left_out.append((table.name, what))
        return None
    same = all(heading.places.get(column) == place for column, place in table.heading.places.items())
    if same and heading.places.keys() == table.heading.places.keys():
        return table
    return replace(table, heading=heading)


def _compare(batch: Batch, seen: dict[str, tuple[Place, int, str | None]], draft: Draft) -> None:
    """Hold a draft against the earlier rows of the file."""
    here = (draft.sheet, draft.row)
    if draft.mistakes:
        return
    if batch.mapping.registers and draft.kinds and draft.code:
        _register(batch, draft, here)
    if not draft.ref:
        return
    fact = batch.mapping.written.fact
    together = fact.together if fact else ()
    content = hash(draft.content(together))
    first = seen.setdefault(draft.ref, (here, content, draft.outcome))
    place, known, outcome = first
    if together and known == content:
        _put_together(batch.together.setdefault(draft.ref, {}), draft, together)
    if place == here:
        return
    if known == content:
        batch.repeats.add(here)
    elif outcome is None and draft.outcome in ("withdraw", "uphold"):
        batch.several.add(draft.ref)
    else:
        batch.conflicts[here] = place
        batch.conflicts.setdefault(place, here)


def _put_together(found: dict[str, str], draft: Draft, together: Collection[str]) -> None:
    """Add a row's items to those of the earlier rows of its number, each once, in the order of the file."""
    for name in together:
        said = draft.data.get(name)
        known = found.get(name, "").split(TOGETHER) if name in found else []
        if said is not None and str(said) not in known:
            found[name] = TOGETHER.join([*known, str(said)])


def _register(batch: Batch, draft: Draft, here: Place) -> None:
    """Hold a register's row against the others about its subject."""
    day = draft.given.get("registered_on") or draft.on
    known = batch.registrations.setdefault((draft.kinds[0], draft.code), SubjectRows(here, day))
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
