"""A table as text: CSV as bureaus keep it, in UTF-8 (with its mark or without), GBK/GB18030, or Excel's UTF-16.

| awkward case | read as |
|---|---|
| a tab behind every value, full-width commas in a cell | the delimiter is the sign between the names of columns that are known |
| `5"蛋糕`, `"5寸"蛋糕`, a quotation mark nobody closed | a sign like any other: it swallows no row |
| line breaks and delimiters in a quoted cell, blanks before its mark | the cell, as it is quoted |
| a line that is a whole row within quotation marks that began in a whole row | a row: the mark was a stray one |
"""

import codecs
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from duban.importing.containers import CHUNK, UnusableFile
from duban.importing.headings import ROWS_LOOKED_AT, heading_keys
from duban.importing.sheets import Row, Sheet, Source

MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
LONGEST_LINE = 4_000_000
LONGEST_CELL = 131_072
_DELIMITERS = ",\t;|，；^~¦｜、\x01\x1f"
_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "gb18030": "GBK",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
_LOOKED_AT = 4_096
_SURELY_UTF_8 = 6
"""So many bytes that are no ASCII and are UTF-8 are no GBK that happens to be."""


@contextmanager
def open_text(path: Path, known: Collection[str]) -> Iterator[Source]:
    """The text as one sheet. `known` are the names that columns may have, as they are compared.

    Raises UnusableFile if it is not text, or no table.
    """
    encoding, lines = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        form = _form(list(islice(_lines(path, file), ROWS_LOOKED_AT)), known)

    def rows() -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as file:
            for number, cells in enumerate(_records(path, _lines(path, file), form), 1):
                if len(cells) > MOST_COLUMNS:
                    raise _too_wide(path, number, len(cells))
                yield Row(number, tuple(cell or None for cell in cells))

    yield Source(path, [Sheet(path.stem, rows, lines, delimiter=form.delimiter)], encoding=_NAMES[encoding])


@dataclass(frozen=True)
class _Form:
    """How a text is cut into cells."""

    delimiter: str  #: the sign between cells
    width: int  #: how many delimiters most lines have
    quoted: re.Pattern[str]  #: a cell in quotation marks and the delimiter behind it
    bare: re.Pattern[str]  #: a cell without them

    def is_row(self, line: str) -> bool:
        """Whether a line has as many cells as a row of the table."""
        return 0 < self.width <= line.count(self.delimiter)


def _form(first: Sequence[str], known: Collection[str]) -> _Form:
    """The delimiter is the sign between the most names of columns on a line; else the one most lines have alike."""

    def names(sign: str, line: str) -> int:
        cells = (cell.strip().strip('"') for cell in line.split(sign))
        return sum(any(key in known for key in heading_keys(cell)) for cell in cells)

    def worth(sign: str) -> tuple[int, int, int]:
        counts = Counter(count for line in first if (count := line.count(sign)))
        alike = max(counts.values(), default=0)
        return max((names(sign, line) for line in first), default=0), alike, -_DELIMITERS.index(sign)

    delimiter = max(_DELIMITERS, key=worth)
    whole = [line for line in first if '"' not in line] or first  # a quoted cell may go on in the next line
    counts = Counter(count for line in whole if (count := line.count(delimiter)))
    width = counts.most_common(1)[0][0] if counts else 0
    sign, blank = re.escape(delimiter), "[ ]*" if delimiter == "\t" else r"[ \t]*"
    return _Form(
        delimiter,
        width,
        re.compile(rf'{blank}"((?:[^"]|"")*)"{blank}({sign}|\Z)'),
        re.compile(rf"([^{sign}\r\n]*)({sign}|\Z)"),
    )


def _records(path: Path, lines: Iterator[str], form: _Form) -> Iterator[list[str]]:
    """The rows of a text; a row may take several lines."""
    waiting: deque[str] = deque()
    number = 0
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        number += 1
        text = line.rstrip("\r\n")
        if '"' not in text:
            yield text.split(form.delimiter)
            continue
        within: list[str] = []
        cells = _cells(text, form)
        while cells is None:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None:
                break
            within.append(following)
            if form.is_row(following) and (form.is_row(line) or '"' not in following):
                break
            if '"' in following:
                cells = _cells((line + "".join(within)).rstrip("\r\n"), form)
            elif sum(map(len, within)) > LONGEST_CELL:
                raise _not_closed(path, number)
        if not cells:
            waiting.extendleft(reversed(within))
            cells = _cells(text, form, closed=True)
        yield cells or []


def _cells(text: str, form: _Form, *, closed: bool = False) -> list[str] | None:
    """The cells of a text without its last line break; None if a quotation mark is still open, empty if that was no
    quotation. When it is `closed`, a mark that is not closed is a sign like any other.
    """
    cells: list[str] = []
    place = 0
    while True:
        found = form.quoted.match(text, place)
        if found is not None:
            cells.append(found[1].replace('""', '"'))
        else:
            if (
                not closed
                and text.startswith('"', place)
                and not text[place + 1 :].replace('""', "").count('"')
            ):
                return None
            found = form.bare.match(text, place)
            if found is None:
                return []
            cells.append(found[1])
        place = found.end()
        if not found[2]:
            return cells


def _not_closed(path: Path, number: int) -> UnusableFile:
    return UnusableFile(
        path,
        zh=f"第 {number} 行读不下去：格子太长，或引号没有成对",
        en=f"row {number} cannot be read: a cell is too long, or a quotation mark is not closed",
    )


def _encoding(path: Path) -> tuple[str, int]:
    """How the file is encoded, by reading all of it strictly, and how many lines it has."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif (noughts := _every_other(head)) is not None:
        candidates = [noughts]
    else:
        candidates = ["utf-8", "gb18030"]
    furthest = 0
    for encoding in candidates:
        lines, wrong = _read_strictly(path, encoding)
        if wrong is None and (encoding != "gb18030" or _changes_at(path) is None):
            return encoding, lines
        furthest = max(furthest, wrong or 0)
    if len(candidates) > 1 and (changed := _changes_at(path)) is not None:
        raise UnusableFile(
            path,
            zh=f"第 {changed} 行换了编码：一个文件里混着 UTF-8 和 GBK，多半是几个文件接在一起；请分别另存为 .xlsx 再导入",
            en=f"line {changed} is in another encoding: UTF-8 and GBK in one file, as when files were put together; save "
            "them as .xlsx one by one",
        )
    raise UnusableFile(
        path,
        zh=f"第 {furthest} 行起不是文字（既不是 UTF-8 也不是 GBK），只能导入表格和 .csv；"
        "表格软件打得开的，另存为 .xlsx 再导入",
        en=f"from line {furthest} on this is no text (neither UTF-8 nor GBK); only spreadsheets and .csv can be imported; "
        "if a spreadsheet opens it, save it as .xlsx",
    )


def _every_other(head: bytes) -> str | None:
    """UTF-16 without its mark, told by the noughts of plain digits and delimiters, which stand in every other place."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= 4 * min(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    return encoding if set(head.decode(encoding, "ignore")) & set(",\t;|，") else None


def _changes_at(path: Path) -> int | None:
    """The first line in another of UTF-8 and GBK than the lines before it; None if there is none, or a line in neither."""
    first = ""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            encoding = "" if line.isascii() else _encoding_of(line)
            if encoding is None:
                return None
            first = first or encoding
            if encoding not in ("", first):
                return number
    return None


def _encoding_of(line: bytes) -> str | None:
    """Which of UTF-8 and GBK a line is in, empty where a short one may be in either, None if in neither."""
    try:
        line.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            line.decode("gb18030")
        except UnicodeDecodeError:
            return None
        return "gb18030"
    return "utf-8" if sum(byte > 127 for byte in line) >= _SURELY_UTF_8 else ""


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


def _lines(path: Path, file: IO[str]) -> Iterator[str]:
    """The lines of an open text; one that goes on for ever is refused before it fills the memory."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise _too_wide(path, number, 1 + max(line.count(sign) for sign in _DELIMITERS))
        yield line


def _too_wide(path: Path, number: int, columns: int) -> UnusableFile:
    return UnusableFile(
        path,
        zh=f"第 {number} 行有 {columns} 列以上，超过 {MOST_COLUMNS} 列，不像一张表；请只留下要导入的列",
        en=f"row {number} has {columns} columns or more, beyond {MOST_COLUMNS}: this is no table; keep the columns to be imported",
    )
