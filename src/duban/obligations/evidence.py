"""Files that show a duty was done, kept under the fingerprint of what they hold.

A file is copied into `.duban/evidence/` before the ledger names it: a crash in between leaves a file nobody names,
never a name without its file. The same file handed in twice is kept once.
"""

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from duban.base.system_words import system_reason
from duban.ledger.tables import EVIDENCE_FILE, EvidenceFile
from duban.obligations.moves import MoveRefused

FOLDER = Path(".duban") / "evidence"
LARGEST = 50 * 1024 * 1024
"""Bytes of one file: a scanned record or a photograph fits, a film does not."""

_PIECE = 1024 * 1024


class EvidenceRefused(MoveRefused):
    """A file cannot be taken in; the text says why."""


@dataclass(frozen=True)
class Evidence:
    """A file handed in, and what it is."""

    #: where the file is now
    path: Path
    #: a piece of the duty's list; empty: the file is called what it is called
    name: str = ""

    @property
    def called(self) -> str:
        """What the file is kept as."""
        return self.name or self.path.name


@dataclass(frozen=True)
class KeptEvidence:
    """A file that was taken in."""

    #: what it is kept as
    name: str
    #: the fingerprint of its bytes
    sha256: str
    #: bytes
    size: int
    #: its place under `.duban/evidence/`
    stored_as: str


def keep(root: Path, evidence: Evidence, largest: int = LARGEST) -> KeptEvidence:
    """Copy the file into the project at `root`. Raises EvidenceRefused if it is missing, empty, too large (`largest`
    bytes) or cannot be read or stored.
    """
    path = evidence.path
    if not path.is_file():
        raise EvidenceRefused(zh=f"没有文件 {path}", en=f"there is no file {path}")
    if not path.stat().st_size:
        raise EvidenceRefused(
            zh=f"文件“{evidence.called}”是空的", en=f"the file “{evidence.called}” is empty"
        )
    folder = root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as copy:
            made = Path(copy.name)
            try:
                sha256, size = _copy(path, copy, largest)
                stored = Path(sha256[:2]) / f"{sha256}{_suffix(path)}"
                (folder / stored).parent.mkdir(exist_ok=True)
                made.replace(folder / stored)
            except BaseException:
                made.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise EvidenceRefused(
            zh=f"文件“{evidence.called}”收不进来：{system_reason(error)}",
            en=f"the file “{evidence.called}” cannot be taken in: {system_reason(error)}",
        ) from error
    return KeptEvidence(evidence.called, sha256, size, stored.as_posix())


def name_in_ledger(
    connection: Connection, obligation_id: int, kept: Iterable[KeptEvidence], *, at: datetime, actor: str
) -> None:
    """Write in the caller's transaction which files belong to an obligation. `at` is aware UTC.

    The same file under the same name, handed in with a second report, stays as it was handed in first.
    """
    own = select(col(EvidenceFile.name), col(EvidenceFile.sha256))
    known = set(connection.execute(own.where(col(EvidenceFile.obligation_id) == obligation_id)).tuples())
    rows = [
        {
            "obligation_id": obligation_id,
            "name": file.name,
            "sha256": file.sha256,
            "size": file.size,
            "stored_as": file.stored_as,
            "added_at": at,
            "added_by": actor,
        }
        for file in dict.fromkeys(kept)
        if (file.name, file.sha256) not in known
    ]
    if rows:
        connection.execute(insert(EVIDENCE_FILE), rows)


def missing(required: Iterable[str], names: Collection[str]) -> tuple[str, ...]:
    """Which of a duty's required pieces no file is named after; a name inside a longer file name counts."""
    return tuple(piece for piece in required if not any(piece in name for name in names))


def _copy(path: Path, copy: IO[bytes], largest: int) -> tuple[str, int]:
    fingerprint, size = hashlib.sha256(), 0
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > largest:
                raise EvidenceRefused(
                    zh=f"文件 {path} 超过 {largest // _PIECE} MB，请压缩或拆分",
                    en=f"the file {path} is larger than {largest // _PIECE} MB; compress or split it",
                )
            fingerprint.update(piece)
            copy.write(piece)
    copy.flush()
    os.fsync(copy.fileno())
    return fingerprint.hexdigest(), size


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) <= 8 else ""
