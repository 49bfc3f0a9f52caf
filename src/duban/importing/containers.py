"""What kind of file it is, by its content and never by its name; and what is refused before a spreadsheet is opened.

| refused | because |
|---|---|
| a program, a picture, a PDF, a web page or Word file under another name | it is no table |
| a workbook with a password | nobody but its owner can read it |
| a workbook that unfolds to more than 100 times its size, 1 GB or 2,000 parts, or claims another size than it has | a zip bomb |
| XML with a document type | workbooks have none; entities can unfold without end |
"""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from duban.base.language import say
from duban.base.system_words import system_reason

MOST_BYTES = 200_000_000
MOST_UNFOLDED = 1_000_000_000
MOST_PARTS = 2_000
MOST_RATIO = 100
RATIO_COUNTS_FROM = 20_000_000
"""Small parts may be as repetitive as they like: 20 MB hurt nobody."""
CHUNK = 1 << 20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN_BEGINNINGS = (
    (b"MZ", "程序", "a program"),
    (b"\x7fELF", "程序", "a program"),
    (b"%PDF", "PDF 文件", "a PDF file"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"{\\rtf", "RTF 文件", "an RTF file"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
    (b"\x1f\x8b", "压缩包", "an archive"),
)

Container = Literal["xlsx", "xls", "xlsb", "ods", "text"]


class UnusableFile(Exception):
    """The file cannot be imported at all; the text says what it is and what to do."""

    def __init__(self, path: Path, why: str = "", *, zh: str = "", en: str = "") -> None:
        self.path = path
        super().__init__(f"{path.name}: {why or say(zh=zh, en=en)}")


@dataclass(frozen=True)
class _Beginning:
    head: bytes
    size: int


def container_of(path: Path) -> Container:
    """Whether it is a workbook or a text. Raises UnusableFile for everything else."""
    beginning = _beginning(path)
    head = beginning.head
    if path.name.startswith("~$"):
        raise UnusableFile(
            path,
            zh="这是表格软件打开文件时的临时文件，请关掉表格，导入原来的文件",
            en="this is what a spreadsheet leaves while a file is open; close it and import the file itself",
        )
    if beginning.size == 0:
        raise UnusableFile(path, zh="文件是空的", en="the file is empty")
    if beginning.size > MOST_BYTES:
        size = f"{beginning.size / 1e6:.0f} MB"
        limit = f"{MOST_BYTES // 1_000_000} MB"
        raise UnusableFile(
            path,
            zh=f"文件有 {size}，超过 {limit}，请分几个文件导入",
            en=f"{size}, more than {limit}: split it",
        )
    if head.startswith(_ZIP):
        return _zip_container(path)
    if head.startswith(_OLE):
        return _ole_container(path)
    for sign, zh, en in _KNOWN_BEGINNINGS:
        if head.startswith(sign):
            raise UnusableFile(path, _no_table(zh, en))
    _refuse_markup(path, head)
    return "text"


def _beginning(path: Path) -> _Beginning:
    try:
        if path.is_dir():
            raise UnusableFile(path, zh="这是文件夹，不是文件", en="this is a folder, not a file")
        with path.open("rb") as file:
            return _Beginning(file.read(4096), path.stat().st_size)
    except FileNotFoundError:
        raise UnusableFile(path, zh="没有这个文件", en="there is no such file") from None
    except PermissionError:
        raise UnusableFile(
            path,
            zh="打不开：没有权限，或者正被别的程序占用，请关掉它再试",
            en="cannot be opened: no permission, or another program holds it; close that and try again",
        ) from None
    except OSError as error:
        raise UnusableFile(
            path, zh=f"读不了：{system_reason(error)}", en=f"cannot be read: {system_reason(error)}"
        ) from None


def _zip_container(path: Path) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            container = _of_parts(path, {part.filename for part in parts})
            _refuse_bomb(path, archive, parts)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError):
        raise damaged(path) from None
    return container


def _refuse_bomb(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Look at what the parts claim, then unfold each one, kept nowhere, and see whether it is true."""
    if len(parts) > MOST_PARTS:
        raise _bomb(path, say(zh=f"里面有 {len(parts)} 个部分", en=f"it has {len(parts)} parts"))
    names = [part.filename for part in parts]
    if len(set(names)) != len(names):
        raise _bomb(path, say(zh="里面有同名的部分", en="two of its parts have one name"))
    claimed = sum(part.file_size for part in parts)
    if claimed > MOST_UNFOLDED:
        raise _too_much(path, claimed)
    total = 0
    for part in parts:
        size = 0
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                if size == 0 and part.filename.endswith((".xml", ".rels")):
                    _refuse_document_type(path, chunk)
                size += len(chunk)
                if total + size > MOST_UNFOLDED:
                    raise _too_much(path, total + size)
                if size > RATIO_COUNTS_FROM and size > MOST_RATIO * max(1, part.compress_size):
                    raise _bomb(
                        path,
                        say(
                            zh=f"{part.filename} 展开到 {MOST_RATIO} 倍以上",
                            en=f"{part.filename} unfolds to more than {MOST_RATIO} times its size",
                        ),
                    )
        if size != part.file_size:
            raise damaged(path)
        total += size


def _refuse_document_type(path: Path, chunk: bytes) -> None:
    head = chunk[:4096]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
        raise _bomb(
            path,
            say(zh="里面的 XML 带有文档类型或不是 UTF-8", en="its XML has a document type or is not UTF-8"),
        )


def _refuse_markup(path: Path, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if (
        start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<svg"))
        or b"<table" in start
        or (start.startswith(b"mime-version:") and b"multipart/related" in start)  # .mht
    ):
        raise UnusableFile(path, _not_really(say(zh="网页", en="a web page")))
    if start.startswith(b"<?xml") or b"urn:schemas-microsoft-com:office" in start:
        raise UnusableFile(path, _not_really(say(zh="XML 文件", en="an XML file")))


def _ole_container(path: Path) -> Container:
    """An OLE file: the format of before 2007, which WPS's .et has too, or a workbook with a password."""
    with path.open("rb") as file:
        content = file.read(4 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise locked(path)
    if "WordDocument".encode("utf-16-le") in content:
        raise UnusableFile(path, _no_table("Word 文件", "a Word file"))
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnusableFile(
            path,
            zh="认不出是哪种旧格式；请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”",
            en="an old format that is not known; open it in Excel or WPS and save it as “Excel workbook (*.xlsx)”",
        )
    return "xls"


def _of_parts(path: Path, names: set[str]) -> Container:
    """What a zip archive is by the parts it has. Raises UnusableFile for what is no workbook."""
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("word/") for name in names):
        raise UnusableFile(path, _no_table("Word 文件", "a Word file"))
    if any(name.startswith("ppt/") for name in names):
        raise UnusableFile(path, _no_table("演示文稿", "a presentation"))
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    raise UnusableFile(path, _no_table("压缩包", "an archive"))


def damaged(path: Path) -> UnusableFile:
    """The workbook is there but broken."""
    return UnusableFile(
        path,
        zh="工作簿已损坏，请用表格软件打开、另存为 .xlsx 再导入",
        en="the workbook is damaged; open it in a spreadsheet, save it as .xlsx and import that",
    )


def locked(path: Path) -> UnusableFile:
    """The workbook has a password."""
    return UnusableFile(
        path,
        zh="工作簿加了密码，打不开；请在表格软件里去掉密码再导入",
        en="the workbook has a password; take it off in the spreadsheet, then import it",
    )


def spans_too_much(path: Path, rows: int) -> UnusableFile:
    """A sheet is a rectangle too large to be held."""
    return UnusableFile(
        path,
        zh=f"有一张表占了 {rows} 行，又有格子远在表外的列；请删去表外的格子和空行，或分几个文件导入",
        en=f"a sheet takes {rows} rows and has cells in columns far away; remove the stray cells and empty rows, "
        "or split it",
    )


def _no_table(zh: str, en: str) -> str:
    return say(
        zh=f"这是{zh}，不是表格（看的是内容，不是文件名），只能导入 .xlsx、.xls、.ods 这样的表格和 .csv",
        en=f"this is {en}, whatever its name says; only spreadsheets (.xlsx, .xls, .ods) and .csv can be imported",
    )


def _not_really(what: str) -> str:
    return say(
        zh=f"这其实是{what}，请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”",
        en=f"this is really {what}; open it in Excel or WPS and save it as “Excel workbook (*.xlsx)”",
    )


def _too_much(path: Path, size: int) -> UnusableFile:
    return _bomb(path, say(zh=f"展开后有 {size / 1e9:.1f} GB", en=f"it unfolds to {size / 1e9:.1f} GB"))


def _bomb(path: Path, why: str) -> UnusableFile:
    return UnusableFile(
        path,
        zh=f"{why}，像是压缩炸弹，没有打开；真是表格的话，请把数据复制到一个新的工作簿再导入",
        en=f"{why}, like a zip bomb; it was not opened. If it is a table, copy its data to a new workbook",
    )
