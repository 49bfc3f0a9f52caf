"""Which mapping a file is written for, told by its headings, and where each sheet's heading is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.importing.containers import UnusableFile
from duban.importing.headings import (
    ROWS_LOOKED_AT,
    Heading,
    find_heading,
    heading_key,
    heading_keys,
    known_headings,
    multiple_in,
    why_unrecognised,
)
from duban.importing.sheets import letters

if TYPE_CHECKING:
    from duban.importing.mappings import TableMapping
    from duban.importing.sheets import Row, Sheet, Source

_CUTS = re.compile(r"[,，;；|\t]| {2,}|　")
"""What may stand between columns that nobody has cut apart."""
_MISREAD = (("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8"), ("utf-8", "gb18030"))
"""In which encoding a text was read, and in which it was written."""


@dataclass
class SheetTable:
    """A sheet whose heading was found. `rows` gives what stands below it, once."""

    name: str  #: the sheet's name
    heading: Heading  #: its heading
    rows: Iterator[Row]  #: what stands below it
    about: int  #: how many rows there may be
    hidden_rows: int = 0  #: rows hidden by a filter or a person
    delimiter: str = ""  #: of a text the sign between its cells: one too many shifts the others
    unit: str | None = None  #: the unit of rows that name none
    counted_in: str = ""  #: what the lines above the heading count in, if not one by one
    named: str | None = None  #: the unit the sheet is named after


@dataclass(frozen=True)
class Recognition:
    """Which mapping a file is written for, and where."""

    mapping: TableMapping  #: the mapping
    tables: list[SheetTable]  #: the tables it was found in
    left_out: list[tuple[str, str]]  #: sheets left out, and why


@dataclass
class _Looked:
    sheet: Sheet
    first: list[Row]
    rest: Iterator[Row]
    unit: str | None


def recognise(
    source: Source,
    mappings: Mapping[str, TableMapping],
    unit_of: Callable[[str], str | None],
    asked: str | None = None,
) -> Recognition:
    """The mapping whose required columns are all there and of which most columns are. `asked` allows only that one.

    `unit_of` tells the unit of rows that name none by the name of their sheet.

    Raises UnusableFile when none fits, saying which came nearest and what it misses, or when two fit equally.
    """
    candidates = {asked: mappings[asked]} if asked else dict(mappings)
    looked = [_look(sheet, unit_of(sheet.name)) for sheet in source.sheets if not sheet.hidden]
    if not any(each.first for each in looked):
        raise UnusableFile(source.path, zh="表是空的，一行也没有", en="the table is empty: not one row")
    candidates = _possible(candidates, looked) or {
        name: mapping for name, mapping in candidates.items() if asked or not mapping.is_form
    }
    found = {
        name: [_heading(mapping, each) for each in looked] for name, mapping in sorted(candidates.items())
    }
    best = _best(source, candidates, looked, found)
    mapping, headings = candidates[best], found[best]
    tables, left_out = [], []
    for each, heading in zip(looked, headings, strict=True):
        missing = heading.missing(mapping.required_of(each.unit)) if heading else []
        if heading is None or missing:
            if each.first and each.sheet.name not in mapping.offers:
                left_out.append((each.sheet.name, _why_left_out(mapping, heading, missing)))
            continue
        if heading.twice:
            raise _twice(source, each.sheet, heading)
        beside = _beside(heading, mappings)
        if beside is not None:
            what = say(
                zh=f"{letters(beside)} 列起是另一张表", en=f"another table from column {letters(beside)} on"
            )
            left_out.append((each.sheet.name, what))
        rows = chain([row for row in each.first if row.number > heading.row], each.rest)
        of, above = each.sheet, [row for row in each.first if row.number < heading.row]
        said = (multiple_in(cell) for row in above for cell in row.cells if isinstance(cell, str))
        counted_in = next(filter(None, said), "")
        tables.append(
            SheetTable(of.name, heading, rows, of.about, of.hidden_rows, of.delimiter, each.unit, counted_in)
        )
    left_out += [(sheet.name, say(zh="隐藏的工作表", en="hidden")) for sheet in source.sheets if sheet.hidden]
    return Recognition(mapping, tables, left_out)


def _beside(heading: Heading, mappings: Mapping[str, TableMapping]) -> int | None:
    """The place at which another table begins to the right, behind an empty column of the heading; None if none does."""
    last = max(heading.places.values())
    gap = next((place for place in range(last + 1, len(heading.texts)) if not heading.texts[place]), None)
    if gap is None:
        return None
    names = {name for mapping in mappings.values() for name in known_headings(mapping.written)}
    known = [
        place
        for place, text in enumerate(heading.texts)
        if place > gap and any(key in names for key in heading_keys(text))
    ]
    return known[0] if len(known) > 1 else None


def _possible(candidates: Mapping[str, TableMapping], looked: Sequence[_Looked]) -> dict[str, TableMapping]:
    """The mappings each of whose required columns stands somewhere among the first rows: a hundred need not be tried."""
    there = {
        key
        for each in looked
        for row in each.first
        for cell in row.cells
        if isinstance(cell, str)
        for key in heading_keys(cell)
    }
    units = [each.unit for each in looked]
    return {
        name: mapping
        for name, mapping in candidates.items()
        if all(
            any(heading_key(form) in there for form in (column, *mapping.written.columns[column]))
            for column in mapping.required_of(next(filter(None, units), None))
        )
    }


def _why_left_out(mapping: TableMapping, heading: Heading | None, missing: Sequence[str]) -> str:
    if heading is None or 2 * len(missing) > len(mapping.required):
        return say(zh="没有认出表头", en="no heading was recognised")
    columns = why_unrecognised(mapping.written, heading, missing)
    return say(
        zh=f"第 {heading.row} 行的表头缺少列{columns}",
        en=f"the heading in row {heading.row} misses {columns}",
    )


def _look(sheet: Sheet, unit: str | None) -> _Looked:
    rows = sheet.rows()
    first = list(islice(rows, ROWS_LOOKED_AT + 1))
    if all(all(cell is None for cell in row.cells) for row in first) and not sheet.about:
        first = []
    return _Looked(sheet, first, rows, unit)


def _heading(mapping: TableMapping, looked: _Looked) -> Heading | None:
    return find_heading(mapping.written, looked.first, known_headings(mapping.written))


def _best(
    source: Source,
    candidates: Mapping[str, TableMapping],
    looked: Sequence[_Looked],
    found: Mapping[str, Sequence[Heading | None]],
) -> str:
    scores = {
        name: max(
            (
                len(heading.places)
                for each, heading in zip(looked, headings, strict=True)
                if heading and not heading.missing(candidates[name].required_of(each.unit))
            ),
            default=0,
        )
        for name, headings in found.items()
    }
    top = max(scores.values(), default=0)
    best = [name for name, score in scores.items() if score == top]
    if top == 0:
        names = {name for mapping in candidates.values() for name in known_headings(mapping.written)}
        why = _uncut(looked, names) or _garbled(looked, names) or _nearest(candidates, found)
        raise UnusableFile(source.path, why)
    if len(best) > 1:
        listed = say(zh="、", en=", ").join(best)
        raise UnusableFile(
            source.path,
            zh=f"既像{listed}，请{_say_which()}",
            en=f"it may be {listed}: {_say_which()}",
        )
    return best[0]


def _garbled(looked: Sequence[_Looked], names: Collection[str]) -> str | None:
    """Why a table of which every sign was read in a wrong encoding is not read; None if that gives no names of columns."""
    for row in (row for each in looked for row in each.first):
        for cell in row.cells:
            for wrong, right in _MISREAD if isinstance(cell, str) else ():
                meant = cell.encode(wrong, "ignore").decode(right, "ignore")
                if any(key in names for key in heading_keys(meant)):
                    return say(
                        zh=f"文字是乱码：第 {row.number} 行的“{cell}”本来是“{meant}”，存的时候编码错了；请从原来的系统重新导出",
                        en=f"the text is garbled: “{cell}” in row {row.number} was “{meant}” before it was saved in a wrong "
                        "encoding; export it anew",
                    )
    return None


def _uncut(looked: Sequence[_Looked], names: Collection[str]) -> str | None:
    """Why a table whose heading stands in one cell is not read; None if no heading does."""
    for row in (row for each in looked for row in each.first):
        for cell in row.cells:
            pieces = _CUTS.split(cell) if isinstance(cell, str) else []
            if sum(any(key in names for key in heading_keys(piece)) for piece in pieces) > 2:
                return say(
                    zh=f"第 {row.number} 行的列名都在一个格子里，没有分成列；请在表格软件里用“数据－分列”分开，再导入",
                    en=f"the names of the columns in row {row.number} stand in one cell; split them into columns in a "
                    "spreadsheet (text to columns) and import that",
                )
    return None


def _nearest(candidates: Mapping[str, TableMapping], found: Mapping[str, Sequence[Heading | None]]) -> str:
    """Why no mapping fits: the one that came nearest, and the columns it misses."""
    nearest: tuple[float, str, Heading] | None = None
    for name, headings in found.items():
        required = candidates[name].required
        for heading in headings:
            if heading is None:
                continue
            share = 1 - len(heading.missing(required)) / len(required)
            if nearest is None or (share, len(heading.places)) > (nearest[0], len(nearest[2].places)):
                nearest = (share, name, heading)
    listed = say(zh="、", en=", ").join(candidates)
    if nearest is None:
        return say(
            zh=f"认不出表头：前 {ROWS_LOOKED_AT} 行里没有一个认识的列名。会导入的表：{listed}",
            en=f"no heading: none of the first {ROWS_LOOKED_AT} rows has a known column. Known tables: {listed}",
        )
    _, name, heading = nearest
    lacking = heading.missing(candidates[name].required)
    missing = why_unrecognised(candidates[name].written, heading, lacking)
    if not set(candidates[name].written.ref).isdisjoint(lacking):
        missing += say(
            zh="（每一行自己的编号：没有它，分不出再次公布的同一批和另一批）",
            en=" (each row's own number: without it the same one published again looks like another)",
        )
    return say(
        zh=f"认不出是哪种表。最像“{name}”（表头在第 {heading.row} 行），但缺少列{missing}。"
        + by_entrance(
            command=f"列名不同的，在 duties/imports/{name}.yaml 里添上；其他表用 --as 指明",
            page=f"请在下面{_say_which()}、哪一列是什么",
        ),
        en=f"no mapping fits. Nearest is “{name}” (heading in row {heading.row}), but it misses {missing}. "
        + by_entrance(
            command=f"Add other column names to duties/imports/{name}.yaml, or {_say_which()}",
            page=f"Below, {_say_which()} and which column is what",
        ),
    )


def _say_which() -> str:
    return by_entrance(
        command=say(zh="用 --as 指明是哪一种", en="say which table it is with --as"),
        page=say(zh="选是哪一种表", en="choose which table it is"),
    )


def _twice(source: Source, sheet: Sheet, heading: Heading) -> UnusableFile:
    column, first, second = heading.twice[0]
    return UnusableFile(
        source.path,
        zh=f"{sheet.name} 第 {heading.row} 行有两列“{column}”（{letters(first)} 列和 {letters(second)} 列），"
        "请删去或改名一列",
        en=f"{sheet.name}, row {heading.row}: two columns are “{column}” ({letters(first)} and {letters(second)}); "
        "remove or rename one",
    )
