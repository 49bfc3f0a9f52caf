"""The templates of letters: the bureau's own, as it was edited in WPS, or the plain one; taken after a trial, and taken back."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from duban.letters.kinds import KINDS, LetterKind
from duban.letters.plain_template import plain_template
from duban.obligations.moves import MoveRefused
from duban.runtime.private import closed_folder

TEMPLATES: Final = "notifications/documents"
MOST_BYTES: Final = 2_000_000
"""A template larger than this is none: a letter is a page of text."""
_MOST_UNPACKED: Final = 30_000_000
_BEFORE: Final = ".duban/templates"
"""Where the one before lies, until it is taken back."""
_SAMPLE: Final[Mapping[str, object]] = {
    "局": "某某市市场监督管理局",
    "文号": "某市监督〔2026〕1号",
    "单位": "某某县市场监管局",
    "日期": "2026年1月5日",
    "回复日期": "2026年1月19日",
    "件数": 1,
    "事项": [
        {
            "序号": 1,
            "编号": "DB-000001",
            "事项": "示例",
            "依据": "示例",
            "期限": "2026年1月4日",
            "逾期": "1个工作日",
            "单位": "某某县市场监管局",
        }
    ],
}


class LetterRefused(MoveRefused):
    """A letter cannot be issued, or a template not be taken; the text says why."""


@dataclass(frozen=True)
class LetterTemplate:
    """The template of one kind, as it is used now."""

    kind: LetterKind  #: which letters are written by it
    changed_at: datetime | None  #: when the bureau's own came (aware UTC); None: the plain one is used
    has_before: bool  #: whether another of the bureau's own lies before it


def template_of(root: Path, kind: LetterKind) -> bytes:
    """The bureau's own template for a kind, from `notifications/documents/`, or the plain one."""
    own = _own(root, kind)
    return own.read_bytes() if own.is_file() else plain_template(kind)


def letter_templates(root: Path) -> list[LetterTemplate]:
    """Every kind of letter with what it is written by: the bureau's own template and when it was last changed, or the
    one that comes along.
    """
    return [
        LetterTemplate(
            kind,
            datetime.fromtimestamp(_own(root, kind).stat().st_mtime, UTC)
            if _own(root, kind).is_file()
            else None,
            _before(root, kind).is_file(),
        )
        for kind in KINDS.values()
    ]


def take_template(root: Path, kind: LetterKind, content: bytes) -> None:
    """Use a .docx of this `content` for a kind from now on; the one before can be taken back. Raises LetterRefused:
    nothing changed then.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
            is_document = "word/document.xml" in packed.namelist()
    except zipfile.BadZipFile:
        unpacked, is_document = 0, False
    if not is_document or unpacked > _MOST_UNPACKED or len(content) > MOST_BYTES:
        raise LetterRefused(
            zh="这不是 2 MB 以内的 .docx 文件，没有换；请在 WPS 或 Word 里另存为 .docx 再交",
            en="this is no .docx of at most 2 MB, nothing changed; save it as .docx in WPS or Word",
        )
    filled_in(content, kind, _SAMPLE)
    own, before = _own(root, kind), _before(root, kind)
    if own.is_file():
        closed_folder(before.parent)
        before.write_bytes(own.read_bytes())
    own.parent.mkdir(parents=True, exist_ok=True)
    draft = own.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(own)


def take_template_back(root: Path, kind: LetterKind) -> None:
    """Use the template that letters of this kind had before in the project at `root`; the plain one where there is none."""
    before = _before(root, kind)
    if before.is_file():
        before.replace(_own(root, kind))
    else:
        _own(root, kind).unlink(missing_ok=True)


def filled_in(template: bytes, kind: LetterKind, words: Mapping[str, object]) -> bytes:
    """The template with its braces filled in. Raises LetterRefused where it is wrong, with what is."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined

    from duban.documents.sandbox import BoundedSandbox

    sandbox = BoundedSandbox(autoescape=True, undefined=StrictUndefined)
    sandbox.begin()
    try:
        document = DocxTemplate(BytesIO(template))
        document.render({**words, "文种": kind.name}, sandbox)
        held = BytesIO()
        document.save(held)
    except Exception as error:  # whatever stands between its braces: a wrong number, a list without end
        raise LetterRefused(
            zh=f"{TEMPLATES}/{kind.name}.docx 的模板有错：{error}",
            en=f"the template {TEMPLATES}/{kind.name}.docx is wrong: {error}",
        ) from None
    return held.getvalue()


def _own(root: Path, kind: LetterKind) -> Path:
    return root / TEMPLATES / f"{kind.name}.docx"


def _before(root: Path, kind: LetterKind) -> Path:
    return root / _BEFORE / f"{kind.name}.docx"
