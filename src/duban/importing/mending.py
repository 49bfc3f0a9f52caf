"""A mapping mended by hand: which heading of a file stands for which column, for this file or from now on."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from duban.base.objections import Objection
from duban.duties.vocabulary import Vocabulary
from duban.importing.containers import UnusableFile, container_of
from duban.importing.grammar import MappingFile
from duban.importing.headings import ROWS_LOOKED_AT, find_heading, heading_key, known_headings
from duban.importing.mappings import MAPPINGS_FOLDER, TableMapping, load_mappings
from duban.importing.sheets import Row, Sheet
from duban.importing.texts import open_text
from duban.importing.workbooks import open_workbook
from duban.yamlfile import load_file

_PLAIN = re.compile(r"[一-鿿A-Za-z][一-鿿\w()（）/]*")


class NotKept(Objection):
    """What was chosen cannot be written into the mapping's file; the text says why and what to do."""


@dataclass(frozen=True)
class FoundHeading:
    """The heading of a file, as far as anything in it looks like one."""

    sheet: str  #: the sheet's name
    row: int  #: its number, from 1
    texts: tuple[str, ...]  #: what stands in it, without blanks; each text once
    places: Mapping[str, str]  #: the columns of the mapping that were recognised, and by which text


def heading_of(path: Path, mapping: TableMapping) -> FoundHeading | None:
    """The heading of the file's best sheet, read for a mapping: where none is recognised, the row with most texts.

    Raises UnusableFile for what is no table.
    """
    container = container_of(path)
    names = set(known_headings(mapping.written))
    opened = open_text(path, names) if container == "text" else open_workbook(path, container)
    with opened as source:
        found = [_of_sheet(sheet, mapping) for sheet in source.sheets if not sheet.hidden]
    return max(filter(None, found), key=lambda each: (len(each.places), len(each.texts)), default=None)


def mended(mapping: TableMapping, chosen: Mapping[str, str]) -> TableMapping:
    """The mapping with the heading that was chosen for each of these columns; no other column claims it any more."""
    claimed = {heading_key(heading) for heading in chosen.values()}
    written = mapping.written
    others = {
        column: tuple(each for each in aliases if heading_key(each) not in claimed)
        for column, aliases in written.columns.items()
    }
    columns = {column: (chosen[column], *others[column]) for column in others if column in chosen}
    columns |= {column: aliases for column, aliases in others.items() if column not in chosen}
    return replace(mapping, written=written.model_copy(update={"columns": columns}))


def keep_chosen(root: Path, vocabulary: Vocabulary, name: str, chosen: Mapping[str, str]) -> Path:
    """Write the headings that were `chosen`, by column, into `duties/imports/NAME.yaml` below `root`, first in each column's list.

    `name` is NAME without its ending.

    All else of the file stays as it is; the file's place is returned.

    Raises NotKept when there is no such file, it is written in another way, or it would be wrong afterwards.
    """
    path = root / MAPPINGS_FOLDER / f"{name}.yaml"
    file, written, _ = load_file(path, MappingFile, root=root) if path.is_file() else (None, None, [])
    if file is None or written is None:
        raise NotKept(
            zh=f"“{name}”是填报表，没有自己的文件，列名不能改；这一次已按选定的列读",
            en=f"“{name}” is a form without a file of its own; what was chosen counts for this file alone",
        )
    before = path.read_bytes()
    lines = before.decode("utf-8").split("\n")
    for column, heading in chosen.items():
        known = (column, *written.columns[column])
        if heading_key(heading) in map(heading_key, known):
            continue
        line, at = file.place(("columns", column))
        text = lines[line - 1]
        if text[at - 1 : at] != "[":
            raise NotKept(
                zh=f"{MAPPINGS_FOLDER}/{name}.yaml 第 {line} 行不是 [甲, 乙] 的写法，请手工添上“{heading}”",
                en=f"{MAPPINGS_FOLDER}/{name}.yaml, line {line}, is not written as [a, b]: add “{heading}” by hand",
            )
        word = heading if _PLAIN.fullmatch(heading) else json.dumps(heading, ensure_ascii=False)
        divider = "" if text[at:].lstrip().startswith("]") else ", "
        lines[line - 1] = text[:at] + word + divider + text[at:]
    draft = path.with_name(f".{path.name}.new")
    draft.write_text("\n".join(lines), encoding="utf-8", newline="")
    draft.replace(path)
    _, problems = load_mappings(root, vocabulary)
    if problems:
        path.write_bytes(before)
        raise NotKept(str(problems[0]))
    return path


def _of_sheet(sheet: Sheet, mapping: TableMapping) -> FoundHeading | None:
    rows: list[Row] = []
    with suppress(UnusableFile):
        rows = list(islice(sheet.rows(), ROWS_LOOKED_AT))
    heading = find_heading(mapping.written, rows, known_headings(mapping.written))
    if heading is not None:
        texts = tuple(dict.fromkeys(filter(None, heading.texts)))
        places = {column: heading.texts[place] for column, place in heading.places.items()}
        return FoundHeading(sheet.name, heading.row, texts, places)
    guessed = max(rows, key=lambda row: len(_texts(row)), default=None)
    if guessed is None or len(_texts(guessed)) < 2:
        return None
    return FoundHeading(sheet.name, guessed.number, _texts(guessed), {})


def _texts(row: Row) -> tuple[str, ...]:
    words = ("".join(cell.split()) for cell in row.cells if isinstance(cell, str))
    return tuple(dict.fromkeys(filter(None, words)))
