"""A project opened for work: its definitions, its ledger and its clock.

When the content folders have mistakes, work goes on with the content as it was when it last had none, kept in the
ledger; the mistakes stay visible. Opening a project whose content has not changed costs the ledger one SELECT.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update

from duban.clock import Clock, system_clock
from duban.definitions import Definitions, load_definitions
from duban.language import say
from duban.ledger.database import (
    LedgerUnavailable,
    insert_ignore,
    ledger_url,
    migrate,
    open_ledger,
    reading,
    writing,
)
from duban.ledger.tables import CALENDAR_VERSION, CONTENT_VERSION, DUTY_VERSION, POST_HOLDER, UNIT
from duban.problems import Problem, ProblemsFound
from duban.project import PROJECT_FILE, Post

CONTENT_FOLDERS = ("calendar", "duties", "notifications")
CONTENT_SUFFIXES = (".yaml", ".yml")
LAST_GOOD = Path(".duban") / "last-good"


@dataclass(frozen=True)
class Workspace:
    """What the engine works with.

    `stale` holds the mistakes of the content folders while the last good content is used instead; then
    `definitions.root` is where that content was laid out, and `root` is still the project itself.
    """

    root: Path
    definitions: Definitions
    ledger: Engine
    clock: Clock
    stale: tuple[Problem, ...] = ()


def open_workspace(root: Path, clock: Clock | None = None, url: str | None = None) -> Workspace:
    """Open the project at `root`, its ledger at `url` (default: the one `ledger_url` names), and bring both together.

    Units, post holders, duty versions and the calendar's version are written into the ledger when they have changed.
    Raises LedgerUnavailable, and ProblemsFound when the content has mistakes and there never was a good one.
    """
    root = root.absolute()
    clock = clock or system_clock()
    ledger = open_ledger(url or ledger_url(root))
    try:
        migrate(ledger)
        files = _read_content(root)
        try:
            definitions = load_definitions(root)
        except ProblemsFound as found:
            return Workspace(root, _last_good(root, ledger, found), ledger, clock, found.problems)
        if files == _read_content(root):  # else somebody is saving right now: the next opening takes it down
            sync(ledger, definitions, files, clock.now())
        return Workspace(root, definitions, ledger, clock)
    except BaseException:
        ledger.dispose()
        raise


def sync(ledger: Engine, definitions: Definitions, files: Mapping[str, str], now: datetime) -> bool:
    """Write into the ledger what the content says about units, posts, duties and calendar, in one transaction.

    `files` is the content itself, path → text. Returns False when the ledger had it already. Units that have left
    the tree stay in the ledger: history names them.
    """
    digest = _digest(definitions, files)
    with reading(ledger) as connection:
        if _newest_digest(connection) == digest:
            return False
    with writing(ledger) as connection:
        _sync_units(connection, definitions)
        _sync_posts(connection, definitions)
        insert_ignore(connection, DUTY_VERSION, _duty_versions(definitions, now))
        calendar = definitions.calendar
        years = {str(year.year): year.status for year in calendar.years}
        insert_ignore(
            connection, CALENDAR_VERSION, [{"version": calendar.version, "recorded_at": now, "years": years}]
        )
        content = {"digest": digest, "recorded_at": now, "files": dict(files)}
        if not insert_ignore(connection, CONTENT_VERSION, [content]):
            connection.execute(
                update(CONTENT_VERSION).where(CONTENT_VERSION.c.digest == digest).values(recorded_at=now)
            )
    return True


def _read_content(root: Path) -> dict[str, str]:
    """Every YAML file of the content, path → text. What cannot be read as text is left to the loader to report."""
    files: dict[str, str] = {}
    paths = [root / PROJECT_FILE]
    for folder in CONTENT_FOLDERS:
        paths += [path for path in (root / folder).rglob("*") if path.suffix in CONTENT_SUFFIXES]
    for path in sorted(paths):
        try:
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            continue
        if "\0" not in text:
            files[path.relative_to(root).as_posix()] = text
    return files


def _digest(definitions: Definitions, files: Mapping[str, str]) -> str:
    """Of the files as they stand and of what this program read in them."""
    told = json.dumps([definitions.digest, *sorted(files.items())], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _newest_digest(connection: Connection) -> str | None:
    newest = select(CONTENT_VERSION.c.digest).order_by(
        CONTENT_VERSION.c.recorded_at.desc(), CONTENT_VERSION.c.id.desc()
    )
    return connection.execute(newest.limit(1)).scalar()


def _sync_units(connection: Connection, definitions: Definitions) -> None:
    units = [
        {"code": unit.code, "name": unit.name, "level": unit.level, "parent": unit.parent}
        for unit in definitions.project.units.values()
    ]
    insert_ignore(connection, UNIT, units)
    known = {row.code: row._asdict() for row in connection.execute(select(UNIT))}
    for unit in units:
        if known[str(unit["code"])] != unit:
            connection.execute(update(UNIT).where(UNIT.c.code == unit["code"]).values(unit))


def _sync_posts(connection: Connection, definitions: Definitions) -> None:
    posts = {
        (unit.code, name): _post_row(unit.code, post)
        for unit in definitions.project.units.values()
        for name, post in unit.posts.items()
    }
    known = {(row.unit, row.post): row._asdict() for row in connection.execute(select(POST_HOLDER))}
    for unit, name in known.keys() - posts.keys():
        connection.execute(delete(POST_HOLDER).where(POST_HOLDER.c.unit == unit, POST_HOLDER.c.post == name))
    insert_ignore(connection, POST_HOLDER, posts.values())
    for key in known.keys() & posts.keys():
        if known[key] != posts[key]:
            unit, name = key
            connection.execute(
                update(POST_HOLDER)
                .where(POST_HOLDER.c.unit == unit, POST_HOLDER.c.post == name)
                .values(posts[key])
            )


def _post_row(unit: str, post: Post) -> dict[str, Any]:
    return {
        "unit": unit,
        "post": post.name,
        "holder": post.holder,
        "addresses": dict(post.addresses),
        "deputy": post.deputy,
        "vacant": post.vacant,
        "away": [[first.isoformat(), last.isoformat()] for first, last in post.away],
    }


def _duty_versions(definitions: Definitions, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "duty_id": duty.id,
            "digest": duty.digest,
            "line": duty.line,
            "kind": duty.kind,
            "title": duty.title,
            "content": duty.content(),
            "recorded_at": now,
        }
        for duty in definitions.duties.values()
    ]


def _last_good(root: Path, ledger: Engine, found: ProblemsFound) -> Definitions:
    """The definitions as they were when the content last had no mistake; raises `found` if it never was so."""
    with reading(ledger) as connection:
        newest = connection.execute(
            select(CONTENT_VERSION.c.digest, CONTENT_VERSION.c.files)
            .order_by(CONTENT_VERSION.c.recorded_at.desc(), CONTENT_VERSION.c.id.desc())
            .limit(1)
        ).one_or_none()
    if newest is None:
        raise found
    folder = _lay_out(root / LAST_GOOD / newest.digest[:16], newest.files)
    try:
        return load_definitions(folder)
    except ProblemsFound:
        raise found from None  # a newer program reads the old content differently: what to mend is in the project


def _lay_out(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files into `folder`, whole or not at all."""
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
        for name, text in files.items():
            path = making / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    except OSError as error:
        raise LedgerUnavailable(
            say(
                zh=f"写不进 {folder.parent}：{error.strerror}；请检查磁盘空间和权限",
                en=f"cannot write into {folder.parent}: {error.strerror}; check disk space and permissions",
            )
        ) from error
    try:
        making.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(making, ignore_errors=True)
    return folder
