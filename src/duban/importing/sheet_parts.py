"""What a sheet's XML says beside its values: hidden rows, formulas nobody computed, errors, and how numbers are shown.

python-calamine reads the values of every format, strict or loose, many times faster than Python can; these few things it
does not tell. One pass over the bytes of a sheet, a chunk at a time, finds them, and refuses what no spreadsheet writes:
rows of more cells than a sheet has columns, cells to the right of column XFD, a sheet that spans more than memory holds.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import (
    ElementTree as ET,  # the parts are looked through for document types before they come here
)

from duban.importing.containers import CHUNK, UnusableFile, damaged, spans_too_much
from duban.importing.spellings import NoValue

MOST_COLUMNS = 16_384
MOST_CELLS = 40_000_000
"""A sheet is held in memory as a rectangle: so many cells take about a gigabyte."""
_CELL_AT = rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}\d{1,7})"'
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,9})"')
_TOO_FAR = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{4,}\d+|XF[E-Z]\d+|X[G-Z][A-Z]\d+|[YZ][A-Z]{2}\d+)"')
_FAR = re.compile(rb'\br="([A-Z]{2,3})\d')
_NOT_COMPUTED = re.compile(
    _CELL_AT + rb"(?![^>]*\bt=\"str\")[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A text (`t="str"`) that is empty was computed: to nothing."""
_ERROR = re.compile(
    _CELL_AT + rb'[^>]*\bt="e"[^>]*>\s*(?:<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?'
    rb"<(?:\w+:)?v>([^<]{1,40})<"
)
_TENTH = re.compile(_CELL_AT + rb'[^>]*?(?:\bs="(\d+)")?[^>]*>\s*<(?:\w+:)?v>((?:19|20)\d\d\.1)<')
"""2023.10 typed as a number: only its format knows whether it shows the nought."""
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_SHORTEST_CELL = 4
_LONGEST_ROW = 64 << 20
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DRESSED = re.compile(r'((?:"[^"]*"|\\.|[-/ ])*)(0+)((?:"[^"]*"|\\.|[-/ ])*)(?:;|$)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_CURRENCIES = " ¥￥$€"
_BUILT_IN = {"2": "0.00", "9": "0%", "10": "0.00%", "39": "#,##0.00", "40": "#,##0.00"}

Place = tuple[int, int]
"""Row and column of a cell, both from 1."""


@dataclass(frozen=True)
class Padding:
    """How a number is shown that is a code: with noughts before it, with words around it (`"XN"000`)."""

    before: str  #: the words before it
    digits: int  #: how many digits there are at least
    behind: str  #: the words behind it

    def dress(self, number: int) -> str:
        """The number as it is shown."""
        return f"{self.before}{number:0{self.digits}d}{self.behind}"


@dataclass
class SheetMarks:
    """What the pass over a sheet's XML found."""

    rows: int = 0  #: how many rows there are
    hidden_rows: int = 0  #: rows hidden by a filter or a person
    last_row: int = 0  #: the number of the last row that has one
    last_column: int = 26  #: the last column may be as far as this, counted from 1
    instead: dict[Place, str | NoValue] = field(default_factory=dict)  #: what a person sees in these cells
    percent: set[Place] = field(default_factory=set)  #: cells that show a share
    padded: dict[Place, Padding] = field(default_factory=dict)  #: cells that show a number so dressed
    struck: set[Place] = field(default_factory=set)  #: cells through which a line goes


@dataclass(frozen=True)
class NumberStyles:
    """Which cell styles of a workbook show a number other than it is kept."""

    percent: frozenset[bytes] = frozenset()  #: styles that show a share
    padded: Mapping[bytes, Padding] = field(default_factory=dict)  #: styles that show a number so dressed
    struck: frozenset[bytes] = frozenset()  #: styles whose letters a line goes through
    hundredths: frozenset[bytes] = frozenset()  #: styles that show two places behind the point


@dataclass(frozen=True)
class WorkbookParts:
    """What is where in an .xlsx: the part of each sheet by its name, and the way days are counted."""

    sheets: Mapping[str, str]  #: a sheet's name and its part
    since_1904: bool  #: whether days count from 1904
    styles: NumberStyles  #: how numbers are shown


def workbook_parts(path: Path, archive: zipfile.ZipFile) -> WorkbookParts:
    """The sheets of a workbook and their parts. Raises UnusableFile for a damaged one."""
    try:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        sheets = {}
        for sheet in book.iterfind("{*}sheets/{*}sheet"):
            of = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(of, "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            sheets[sheet.get("name", "")] = part
        settings = book.find("{*}workbookPr")
        counted = settings is not None and settings.get("date1904") in ("1", "true")
        names = archive.namelist()
        styles = _styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in names else NumberStyles()
    except (KeyError, ET.ParseError):
        raise damaged(path) from None
    return WorkbookParts(sheets, counted, styles)


def _styles(content: bytes) -> NumberStyles:
    root = ET.fromstring(content)  # noqa: S314
    formats = dict(_BUILT_IN)
    for each in root.iterfind("{*}numFmts/{*}numFmt"):
        formats[each.get("numFmtId", "")] = each.get("formatCode", "")
    percent, hundredths = set(), set()
    padded: dict[bytes, Padding] = {}
    struck, fonts = set(), [_is_struck(font) for font in root.iterfind("{*}fonts/{*}font")]
    for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        written = formats.get(style.get("numFmtId", ""), "")
        shown = _undressed(written)
        key = str(number).encode()
        if shown.endswith("%"):
            percent.add(key)
        elif padding := padding_of(written):
            padded[key] = padding
        elif re.fullmatch(r"[#,0]*0\.00_?\s*", shown):
            hundredths.add(key)
        font = style.get("fontId", "")
        if font.isdecimal() and int(font) < len(fonts) and fonts[int(font)]:
            struck.add(key)
    return NumberStyles(frozenset(percent), padded, frozenset(struck), frozenset(hundredths))


def padding_of(written: str) -> Padding | None:
    """How a format shows a number as a code, None if it does not."""
    dressed = _DRESSED.match(written)
    if dressed is None or not re.fullmatch(r"[-/ ]*0+[-/ ]*", _undressed(written)):
        return None
    before, behind = (_LITERAL.sub(r"\1\2", dressed[place]) for place in (1, 3))
    if len(dressed[2]) > 1 or before.strip(_CURRENCIES):
        return Padding(before, len(dressed[2]), behind)
    return None


def _undressed(written: str) -> str:
    """A format's first part, for numbers above nought, without words and colours."""
    return _QUOTED.sub("", written).split(";")[0].strip()


def _is_struck(font: ET.Element) -> bool:
    strike = font.find("{*}strike")
    return strike is not None and strike.get("val", "1") not in ("0", "false")


def look_through(path: Path, archive: zipfile.ZipFile, part: str, styles: NumberStyles) -> SheetMarks:
    """What one pass over a sheet's XML tells that its cells' values do not.

    `path` is the workbook as messages name it, `archive` its open container, `part` the sheet's part in it, `styles` those that
    matter. It is read piece by piece, cut at the ends of rows.

    Raises UnusableFile for what no spreadsheet writes: a row too long, or too wide.
    """
    marks = SheetMarks()
    telling = b"|".join(styles.percent | styles.padded.keys() | styles.struck)
    styled = re.compile(_CELL_AT + rb'[^>]*?\bs="(' + telling + rb')"') if telling else None
    carry = b""
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                text = carry + chunk
                end = max((found.end() for found in _ROW_END.finditer(text)), default=0)
                carry = text[end:]
                _refuse_wide(path, text[:end])
                _refuse_wide(path, carry)
                if len(carry) > _LONGEST_ROW:
                    raise UnusableFile(path, zh="有一行长得不合理", en="a row is unreasonably long")
                _note(path, marks, text[:end], styles, styled)
            _note(path, marks, carry, styles, styled)
    except KeyError:
        raise damaged(path) from None
    if max(marks.rows, marks.last_row) * marks.last_column > MOST_CELLS:
        raise spans_too_much(path, max(marks.rows, marks.last_row))
    return marks


def _refuse_wide(path: Path, text: bytes) -> None:
    """Refuse a row with more cells than a spreadsheet has columns; only rows long enough for so many are counted."""
    start = 0
    while len(text) - start > MOST_COLUMNS * _SHORTEST_CELL:
        ended = _ROW_END.search(text, start)
        end = ended.end() if ended else len(text)
        if (
            end - start > MOST_COLUMNS * _SHORTEST_CELL
            and (cells := sum(1 for _ in _CELL.finditer(text, start, end))) > MOST_COLUMNS
        ):
            raise UnusableFile(
                path,
                zh=f"有一行至少有 {cells} 格，超过一张表最多的 {MOST_COLUMNS} 列；请只留下要导入的列，另存为 .xlsx",
                en=f"a row has {cells} cells or more, beyond the {MOST_COLUMNS} columns of a table; keep the columns "
                "to be imported and save that as .xlsx",
            )
        start = end


def _note(
    path: Path, marks: SheetMarks, text: bytes, styles: NumberStyles, styled: re.Pattern[bytes] | None
) -> None:
    if far := _TOO_FAR.search(text):
        raise UnusableFile(
            path,
            zh=f"有单元格在 {far[1].decode()[:20]}，超出了表格的最后一列 XFD，不是表格软件存的文件",
            en=f"a cell at {far[1].decode()[:20]} is beyond the last column XFD: no spreadsheet wrote this",
        )
    marks.rows += len(_ROW.findall(text))
    numbers = _ROW_NUMBER.findall(text)
    if numbers:
        marks.last_row = max(marks.last_row, *map(int, numbers))
    for letters in set(_FAR.findall(text)):
        marks.last_column = max(marks.last_column, _column(letters.decode()))
    if b'hidden="' in text:
        marks.hidden_rows += len(_HIDDEN_ROW.findall(text))
    for found in _NOT_COMPUTED.finditer(text):
        marks.instead[_place(found[1])] = NoValue.NOT_COMPUTED
    if b't="e"' in text:
        for found in _ERROR.finditer(text):
            marks.instead[_place(found[1])] = found[2].decode("utf-8", "replace")
    for found in _TENTH.finditer(text):
        if _style_of(found[0]) in styles.hundredths:
            marks.instead[_place(found[1])] = found[3].decode() + "0"
    for found in styled.finditer(text) if styled else _nothing():
        place = _place(found[1])
        if found[2] in styles.struck:
            marks.struck.add(place)
        if found[2] in styles.percent:
            marks.percent.add(place)
        elif found[2] in styles.padded:
            marks.padded[place] = styles.padded[found[2]]


def _nothing() -> Iterator[re.Match[bytes]]:
    return iter(())


def _style_of(cell: bytes) -> bytes:
    found = re.search(rb'\bs="(\d+)"', cell)
    return found[1] if found else b"0"


def _place(written: bytes) -> Place:
    letters = written.rstrip(b"0123456789")
    return int(written[len(letters) :]), _column(letters.decode())


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
