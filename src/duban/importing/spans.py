"""How far the sheets of .xlsb and .ods span, before they are read: a few bytes may claim seventeen billion cells.

An .xls cannot span more than 65,536 rows and 256 columns. An .xlsx is measured where its XML is looked through.
"""

import re
import zipfile
from pathlib import Path
from typing import IO

from duban.importing.containers import Container, damaged, spans_too_much
from duban.importing.sheet_parts import MOST_CELLS

_ROW_HEADER = 0
_CELLS = range(1, 12)
"""The records of .xlsb that hold a cell ([MS-XLSB] 2.4: BrtCellBlank to BrtFmlaError)."""
_ODS_TABLE = re.compile(rb"</table:table>")
_ODS_PIECE = re.compile(
    rb"<table:table-(row|cell)\b([^>]*)>|<table:covered-table-(cell)\b([^>]*)>|</table:table-row>"
)
_REPEATED_ROWS = re.compile(rb'number-rows-repeated="(\d{1,9})"')
_REPEATED_COLUMNS = re.compile(rb'number-columns-repeated="(\d{1,9})"')


def refuse_span(path: Path, file: IO[bytes], container: Container) -> None:
    """Refuse a workbook one of whose sheets would not fit into memory. Raises UnusableFile."""
    if container not in ("ods", "xlsb"):
        return
    with zipfile.ZipFile(file) as archive:
        if container == "ods":
            spans = _spans_of_ods(archive.read("content.xml"))
        else:
            parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            spans = [_span_of_xlsb(path, archive.read(name)) for name in parts if name.endswith(".bin")]
    for rows, columns in spans:
        if rows * columns > MOST_CELLS:
            raise spans_too_much(path, rows)


def _span_of_xlsb(path: Path, content: bytes) -> tuple[int, int]:
    """The last row and column that hold a cell, walking from record to record."""
    place, rows, columns, row = 0, 0, 0, 0
    try:
        while place < len(content):
            kind, place = content[place], place + 1
            if kind & 0x80:
                kind, place = (kind & 0x7F) | content[place] << 7, place + 1
            size = shift = 0
            while True:
                byte, place = content[place], place + 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80 or shift > 21:
                    break
            if kind == _ROW_HEADER and size >= 4:
                row = int.from_bytes(content[place : place + 4], "little")
            elif kind in _CELLS and size >= 4:
                rows = max(rows, row + 1)
                columns = max(columns, int.from_bytes(content[place : place + 4], "little") + 1)
            place += size
    except IndexError:
        raise damaged(path) from None
    return rows, columns


def _spans_of_ods(content: bytes) -> list[tuple[int, int]]:
    """For each sheet the last row and column in which something stands. Blanks repeated to the end do not count."""
    spans = []
    for table in _ODS_TABLE.split(content)[:-1]:
        rows = columns = last = widest = column = repeated = 0
        for found in _ODS_PIECE.finditer(table):
            if found[1] == b"row":
                repeated = int(again[1]) if (again := _REPEATED_ROWS.search(found[2])) else 1
                rows, column, widest = rows + repeated, 0, 0
            elif found[0] == b"</table:table-row>":
                if widest:
                    last, columns = rows, max(columns, widest)
            else:
                attributes = found[2] or found[4] or b""
                again = _REPEATED_COLUMNS.search(attributes)
                column += int(again[1]) if again else 1
                if b"office:value-type" in attributes or b"table:formula" in attributes:
                    widest = column
        spans.append((last, columns))
    return spans
