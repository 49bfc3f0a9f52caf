"""Files handed in through a form: taken for what their content is, whatever they are called.

Photographs, scans, office documents and plain text are evidence. A program, a page, or a drawing that can carry a script
is not, whatever its name ends with. Originals stay untouched, byte for byte.

A form has a field of its own for each piece a duty asks for: a telephone calls every photograph the same, and what it is of
is said by where it was put.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated, Final
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

import filetype
from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request

from duban.base.language import say
from duban.obligations.evidence import Evidence, EvidenceRefused
from duban.runtime.working_folder import working_folder

FIELD: Final = "evidence"
"""The field of a form for files that are called what they are called; `evidence~` and a piece's name in percent signs is the
field of that piece."""
FILES: Final = 20
_NAME: Final = 120
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/bmp": (".bmp",),
    "image/tiff": (".tif", ".tiff"),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    "application/zip": (".zip", ".ofd", ".docx", ".xlsx", ".pptx"),
    "application/msword": (".doc", ".wps"),
    "application/vnd.ms-excel": (".xls", ".et"),
    "application/vnd.ms-powerpoint": (".ppt", ".dps"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "video/mp4": (".mp4",),
    "video/quicktime": (".mov",),
}
_TEXTS: Final = (".txt", ".csv")
_ARCHIVES: Final = ("zip", "docx", "xlsx", "pptx")
"""What is a zip inside."""
_INSIDE: Final[Mapping[str, str]] = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/", ".ofd": "OFD.xml"}
"""What a document of such an ending holds, at least."""


@dataclass(frozen=True)
class HandedFile:
    """A file of a form, and the field it was put into."""

    #: the file, open until the request ends
    file: UploadFile
    #: the piece whose field it was put into, as the form wrote it; empty for the field of all others
    piece: str = ""


async def _handed_files(request: Request) -> list[HandedFile]:
    found = []
    for field, value in (await request.form()).multi_items():
        name, _, piece = field.partition("~")
        if name == FIELD and isinstance(value, UploadFile) and value.filename:
            found.append(HandedFile(value, unquote(piece)))
    return found


HandedFiles = Annotated[list[HandedFile], Depends(_handed_files)]
"""The files of a form, in its order."""


@contextmanager
def handed_in(files: Sequence[HandedFile], pieces: Collection[str] = ()) -> Iterator[list[Evidence]]:
    """The files of a form as evidence on disk, until the block ends.

    Of a file in the field of one of the `pieces` a duty asks for, the kept name begins with the piece's. Raises
    EvidenceRefused for a file that is no evidence, and for more than 20.
    """
    chosen = [(each.file, each.piece if each.piece in pieces else "") for each in files]
    if len(chosen) > FILES:
        raise EvidenceRefused(zh=f"一次最多交 {FILES} 个文件", en=f"at most {FILES} files at once")
    with working_folder("evidence") as folder:
        taken = []
        for number, (file, piece) in enumerate(chosen):
            name = plain_name(file.filename or "")
            path = folder / str(number)
            file.file.seek(0)
            with path.open("wb") as copy:
                copyfileobj(file.file, copy)
            ending = _ending(path, name)
            kept = path.with_suffix(ending)
            path.rename(kept)
            taken.append(Evidence(kept, _named_for(piece, name)))
        yield taken


def _named_for(piece: str, name: str) -> str:
    return name if piece in name else f"{piece} {name[-max(_NAME - len(piece), 20) :]}"


def plain_name(written: str) -> str:
    """A file's own name, without a path, without what cannot be printed, and no longer than people read."""
    name = written.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    return name[-_NAME:] or say(zh="材料", en="evidence")


def _ending(path: Path, name: str) -> str:
    """What the file is kept as ending with: its own, where its content is of that kind."""
    ending = Path(name).suffix.lower()
    kind = filetype.guess(str(path))
    if kind is not None and kind.mime in _KINDS:
        if kind.extension in _ARCHIVES:
            _need_whole(path, name, ending)
        endings = _KINDS[kind.mime]
        return ending if ending in endings else endings[0]
    if kind is None and ending in _TEXTS and _is_plain_text(path):
        return ending
    raise EvidenceRefused(
        zh=f"“{name}”不是照片、扫描件、PDF、办公文档或纯文本，收不了；请改成其中一种再交",
        en=f"“{name}” is no photograph, scan, PDF, office document or plain text; hand it in as one of these",
    )


def _need_whole(path: Path, name: str, ending: str) -> None:
    """Raise EvidenceRefused for a zip that was cut off, and for an office document that holds none."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except BadZipFile:
        names = []
    if not any(each.startswith(_INSIDE.get(ending, "")) for each in names):
        raise EvidenceRefused(
            zh=f"“{name}”打不开：没有传完整、已经损坏，或者只是改了后缀；请在电脑上打开看过再交",
            en=f"“{name}” cannot be opened: cut off, damaged, or something else renamed; open it yourself, then hand it in",
        )


def _is_plain_text(path: Path) -> bool:
    with path.open("rb") as file:
        beginning = file.read(4096)
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    return b"\0" not in beginning and not text.startswith(b"<")
