"""A table as text: CSV as bureaus keep it, in UTF-8 (with its mark or without), GBK/GB18030, or Excel's UTF-16."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from duban.base.language import say
from duban.importing.containers import CHUNK, UnusableFile
from duban.importing.sheets import Row, Sheet, Source

MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
LONGEST_LINE = 4_000_000
_DELIMITERS = ",\t;，|"
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GBK", "utf-16": "UTF-16"}


@contextmanager
def open_text(path: Path) -> Iterator[Source]:
    """The text as one sheet. Raises UnusableFile if it is not text, or no table."""
    encoding, lines = _encoding(path)
    delimiter = _delimiter(path, encoding)

    def rows() -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(_lines(path, file), delimiter=delimiter, strict=False)
            number = 0
            try:
                for number, cells in enumerate(reader, 1):
                    if len(cells) > MOST_COLUMNS:
                        raise _too_wide(path, number, len(cells))
                    yield Row(number, tuple(cell or None for cell in cells))
            except csv.Error:
                raise UnusableFile(
                    path,
                    say(
                        zh=f"第 {number + 1} 行读不下去：格子太长，或引号没有成对",
                        en=f"row {number + 1} cannot be read: a cell is too long, or a quotation mark is not closed",
                    ),
                ) from None

    yield Source(path, [Sheet(path.stem, rows, lines)], encoding=_NAMES[encoding])


def _encoding(path: Path) -> tuple[str, int]:
    """How the file is encoded, by reading all of it strictly, and how many lines it has."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    wrong: int | None = 0
    for encoding in candidates:
        lines, wrong = _read_strictly(path, encoding)
        if wrong is None:
            return encoding, lines
    raise UnusableFile(
        path,
        say(
            zh=f"第 {wrong} 行起不是文字（既不是 UTF-8 也不是 GBK），只能导入 .xlsx 和 .csv",
            en=f"from line {wrong} on this is no text (neither UTF-8 nor GBK); only .xlsx and .csv can be imported",
        ),
    )


def _read_strictly(path: Path, encoding: str) -> tuple[int, int | None]:
    """How many lines there are, and the line from which on it is not text in this encoding, None if all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return lines, lines + chunk[: error.start].count(b"\n")
            if "\0" in text:
                return lines, lines + text[: text.index("\0")].count("\n")
            lines += text.count("\n")
            if not chunk:
                return lines, None


def _delimiter(path: Path, encoding: str) -> str:
    """The sign that stands oftenest between the cells of the first lines."""
    counts: Counter[str] = Counter()
    with path.open(encoding=encoding, newline="") as file:
        for _, line in zip(range(40), _lines(path, file), strict=False):
            counts.update(sign for sign in line if sign in _DELIMITERS)
    half_width = {sign: count for sign, count in counts.items() if sign != "，"}
    found = half_width or counts or {",": 0}
    return max(found, key=lambda sign: found[sign])


def _lines(path: Path, file: object) -> Iterator[str]:
    """The lines of an open text; one that goes on for ever is refused before it fills the memory."""
    readline = getattr(file, "readline")  # noqa: B009
    number = 0
    while line := readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise _too_wide(path, number, 1 + max(line.count(sign) for sign in _DELIMITERS))
        yield line


def _too_wide(path: Path, number: int, columns: int) -> UnusableFile:
    return UnusableFile(
        path,
        say(
            zh=f"第 {number} 行有 {columns} 列以上，超过 {MOST_COLUMNS} 列，不像一张表；请只留下要导入的列",
            en=f"row {number} has {columns} columns or more, beyond {MOST_COLUMNS}: this is no table; keep the columns to be imported",
        ),
    )
