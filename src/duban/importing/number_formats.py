"""Whether a workbook shows some of its numbers as codes: with noughts before them (`0000`) or words around them (`"XN"000`).

Of .xlsx every cell's format is known. Of .xls, .xlsb and .ods python-calamine tells the number alone, 7 where a person reads
0007: there it is enough to know that the workbook has such a format, so that no number is taken for a code.
"""

import re
import struct
import zipfile
from typing import IO

from duban.importing.containers import Container
from duban.importing.sheet_parts import padding_of

_XLS_FORMAT = re.compile(rb"\x1e\x04(..)..(..)", re.DOTALL)
"""A record of .xls that holds a format ([MS-XLS] 2.4.126): its size, its number, how many signs it has."""
_XLSB_FORMAT = re.compile(rb"\x2c.{1,2}?[\xa4-\xff]\x00(....)", re.DOTALL)
"""A record of .xlsb that holds one ([MS-XLSB] 2.4.697 BrtFmt): its number (from 164 on), how many signs it has."""
_LONGEST = 255
_ODS_NUMBER = re.compile(rb"<number:number-style\b.*?</number:number-style>", re.DOTALL)
_ODS_DRESSED = re.compile(
    rb'min-integer-digits="(?:[2-9]|\d\d)"|<number:text>[^<]*[\w\x80-\xff][^<]*</number:text>'
)


def dresses_numbers(file: IO[bytes], container: Container) -> bool:
    """Whether a workbook whose cells' formats are not known has one that shows a number as a code."""
    if container == "xls":
        return any(padding_of(written) for written in _formats_of_xls(file.read()))
    if container not in ("ods", "xlsb"):
        return False
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if container == "xlsb":
            styles = archive.read("xl/styles.bin") if "xl/styles.bin" in names else b""
            return any(padding_of(written) for written in _formats_of_xlsb(styles))
        return any(
            _ODS_DRESSED.search(style)
            for part in ("content.xml", "styles.xml")
            if part in names
            for style in _ODS_NUMBER.findall(archive.read(part))
        )


def _formats_of_xls(content: bytes) -> list[str]:
    found = []
    for record in _XLS_FORMAT.finditer(content):
        (size,), (signs,) = struct.unpack("<H", record[1]), struct.unpack("<H", record[2])
        wide = content[record.end() : record.end() + 1] == b"\x01"
        if 0 < signs <= _LONGEST and size == 5 + signs * (2 if wide else 1):
            start = record.end() + 1
            written = content[start : start + size - 5]
            found.append(written.decode("utf-16-le" if wide else "latin-1", "replace"))
    return found


def _formats_of_xlsb(styles: bytes) -> list[str]:
    found = []
    for record in _XLSB_FORMAT.finditer(styles):
        (signs,) = struct.unpack("<I", record[1])
        if 0 < signs <= _LONGEST:
            found.append(styles[record.end() : record.end() + 2 * signs].decode("utf-16-le", "replace"))
    return found
