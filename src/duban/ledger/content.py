"""The content (内容) a project works on: what was applied last, kept whole in the ledger; the folder is only its draft.

An edit takes effect by `duban apply`, never by saving a file: a slip of the pen in a folder must not open or cancel
obligations. Each applied version says who applied it, when, why, and who approved it.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.json_values import JsonObject
from duban.base.system_words import system_reason
from duban.bureau.project import PROJECT_FILE
from duban.ledger.database import LedgerUnavailable, insert_ignore
from duban.ledger.rows import first_of, named, rows_of
from duban.ledger.sessions import session_on
from duban.ledger.tables import CONTENT_VERSION, AppliedVersion, ContentVersion

LAID_OUT = Path(".duban") / "applied"
MOST_LAID_OUT = 20
"""Folders of versions that are kept: those last used. Any other is laid out again when it is asked for."""
HALF_MADE_FOR = 3_600
"""Seconds after which a folder that is still being made belongs to nobody."""
_PATTERNS = (
    ("calendar", "*.yaml"),
    ("duties", "*.yaml"),
    ("notifications", "*.yaml"),
    ("notifications/templates", "*.j2"),
)
_BESIDE = (("duties/imports", "*.yaml"), ("duties/tests", "*.yaml"))


@dataclass(frozen=True)
class AppliedContent:
    """One applied version, and how it came to be applied."""

    number: int  #: The version people speak of, from 1.
    fingerprint: str  #: The fingerprint of its files.
    content_id: int  #: The number under which the ledger keeps them.
    applied_at: datetime  #: Aware UTC.
    actor: str  #: who applied it
    reason: str  #: why
    approved_by: str | None  #: The second person, where one had to approve.
    plan: str  #: The id of the plan that was carried out.
    summary: JsonObject  #: What applying it changed.

    @property
    def changed_duties(self) -> tuple[str, ...]:
        """The ids of the duties it changed, added or took out."""
        return tuple(duties) if isinstance(duties := self.summary.get("duties"), dict) else ()


def read_content(root: Path) -> dict[str, str]:
    """Every file of the content that the engine reads, path → text; what `read_beside` reads is not among them.

    What cannot be read as text is left to the loader to report.
    """
    return _texts(root, [root / PROJECT_FILE, *_found(root, _PATTERNS)])


def read_beside(root: Path) -> dict[str, str]:
    """What lies beside the content and is used as it lies there, in no version: mappings for tables, and examples."""
    return _texts(root, _found(root, _BESIDE))


def is_content(path: str) -> bool:
    """Whether a file of this path, relative to the project, would be content: kept whole in the ledger and put in force by `apply`."""
    return path == PROJECT_FILE or _fits(path, _PATTERNS)


def lies_beside(path: str) -> bool:
    """Whether a file of this path, relative to the project, would lie beside the content: used as it lies there, in no version (mappings of tables, examples)."""
    return _fits(path, _BESIDE)


def _texts(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in paths:
        try:
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            continue
        if "\0" not in text:
            files[path.relative_to(root).as_posix()] = text
    return files


def content_fingerprint(files: Mapping[str, str]) -> str:
    """The fingerprint of the files as they stand: equal for equal files."""
    told = json.dumps(sorted(files.items()), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def newest_applied(connection: Connection) -> AppliedContent | None:
    """The version that is in force, None while nothing was ever applied."""
    return first_of(connection, _VERSIONS, AppliedContent)


def still_in_force(connection: Connection, version: int) -> bool:
    """Whether no other version was applied since a workspace was opened at `version`; 0 is content written in code."""
    if not version:
        return True
    return connection.execute(select(func.max(col(AppliedVersion.id)))).scalar() == version


def applied_versions(connection: Connection) -> list[AppliedContent]:
    """Every version of the content that was put in force, newest first: number, moment, by whom and why."""
    return rows_of(connection, _VERSIONS, AppliedContent)


def files_of(connection: Connection, content_id: int) -> dict[str, str]:
    """The files of a content by their paths in the project, as text. `content_id` must be one the ledger keeps."""
    found = select(col(ContentVersion.files)).where(col(ContentVersion.id) == content_id)
    return connection.execute(found).scalar_one()


def keep_content(connection: Connection, files: Mapping[str, str], now: datetime) -> int:
    """Take the files (path → text) down, once, as of `now` (aware UTC); returns the number the ledger keeps them under."""
    fingerprint = content_fingerprint(files)
    insert_ignore(
        connection, CONTENT_VERSION, [{"fingerprint": fingerprint, "recorded_at": now, "files": dict(files)}]
    )
    kept = select(col(ContentVersion.id)).where(col(ContentVersion.fingerprint) == fingerprint)
    return connection.execute(kept).scalar_one()


def record_applied(
    connection: Connection,
    files: Mapping[str, str],
    now: datetime,
    *,
    actor: str,
    reason: str,
    approved_by: str | None = None,
    plan: str = "",
    summary: JsonObject | None = None,
) -> int:
    """Make these files, texts by path, the content in force from `now` (aware UTC) on; the number of the new version.

    `actor` applied it, for `reason`, and `approved_by` agreed, where a second person has to. `plan` is what was foretold to
    them, `summary` the same as figures. The caller has made sure that nobody else is doing the same.
    """
    newest = connection.execute(select(func.max(col(AppliedVersion.id)))).scalar() or 0
    version = AppliedVersion(
        id=newest + 1,  # counted here, so that what is rehearsed and taken back leaves no gap
        content_version_id=keep_content(connection, files, now),
        applied_at=now,
        actor=actor,
        reason=reason,
        approved_by=approved_by,
        plan=plan,
        summary=dict(summary or {}),
    )
    with session_on(connection) as session:
        session.add(version)
        session.flush()
        return version.id


def lay_out(root: Path, files: Mapping[str, str]) -> Path:
    """The folder below `root` that holds exactly these files (path → text); it is made, or made again, where it is not so.

    Raises LedgerUnavailable where it cannot be written.
    """
    folder = root / LAID_OUT / content_fingerprint(files)[:16]
    if _holds(folder, files):
        keep_fresh(folder)
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
        write_files(making, files)
    except OSError as error:
        raise LedgerUnavailable(
            zh=f"写不进 {folder.parent}：{system_reason(error)}；请检查磁盘空间和权限",
            en=f"cannot write into {folder.parent}: {system_reason(error)}; check disk space and permissions",
        ) from error
    if folder.is_dir() and not _holds(folder, files):  # somebody has spoilt it
        with suppress(OSError):
            folder.rename(making.with_name(f"{making.name}-spoilt"))
    with suppress(OSError):  # another process may have been quicker
        making.rename(folder)
    for left in (making, making.with_name(f"{making.name}-spoilt")):
        shutil.rmtree(left, ignore_errors=True)
    _tidy(folder.parent)
    return folder


def keep_fresh(folder: Path) -> None:
    """Note that the folder of a version is in use, so that it is not among those that are tidied away."""
    with suppress(OSError):
        os.utime(folder)


def _tidy(place: Path) -> None:
    """Remove the folders of versions that were used longest ago, and what killed processes left half-made."""
    used = []
    for folder in place.iterdir():
        with suppress(OSError):
            used.append((folder.stat().st_mtime, folder))
    used.sort(reverse=True)
    whole = [folder for _, folder in used if not folder.name.startswith(".")]
    halves = [each for at, each in used if each.name.startswith(".") and at < used[0][0] - HALF_MADE_FOR]
    for folder in (*whole[MOST_LAID_OUT:], *halves):
        shutil.rmtree(folder, ignore_errors=True)


def _holds(folder: Path, files: Mapping[str, str]) -> bool:
    return folder.is_dir() and read_content(folder) == files


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files (path in the project to text) into `folder`, byte for byte as UTF-8; folders are made, what stands there is replaced."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def _found(root: Path, patterns: Iterable[tuple[str, str]]) -> Iterator[Path]:
    for folder, pattern in patterns:
        yield from sorted((root / folder).glob(pattern))


def _fits(path: str, patterns: Iterable[tuple[str, str]]) -> bool:
    whole = PurePosixPath(path)
    return any(whole.parent.as_posix() == folder and whole.match(pattern) for folder, pattern in patterns)


_VERSIONS = (
    select(
        named(col(AppliedVersion.id), "number"),
        col(ContentVersion.fingerprint),
        named(col(AppliedVersion.content_version_id), "content_id"),
        col(AppliedVersion.applied_at),
        col(AppliedVersion.actor),
        col(AppliedVersion.reason),
        col(AppliedVersion.approved_by),
        col(AppliedVersion.plan),
        col(AppliedVersion.summary),
    )
    .join_from(AppliedVersion, ContentVersion)
    .order_by(col(AppliedVersion.id).desc())
)
