"""A project opened for work: the content in force, its ledger and its clock.

The engine works on the content that was applied last, kept in the ledger. The folder is the draft of the next version:
an edit in it changes nothing until `duban apply`, and a mistake in it is said and harms nothing. Only where nothing was
ever applied the folder is taken as it is: that is the first version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update
from sqlmodel import col

from duban.base.clock import Clock
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.bureau.project import Post
from duban.definitions.definitions import Definitions, load_definitions
from duban.ledger.content import (
    AppliedContent,
    content_digest,
    files_of,
    lay_out,
    newest_applied,
    read_content,
    record_applied,
)
from duban.ledger.database import (
    insert_ignore,
    ledger_url,
    migrate,
    one_at_a_time,
    open_ledger,
    reading,
    writing,
)
from duban.ledger.tables import CALENDAR_VERSION, DUTY_VERSION, POST_HOLDER, UNIT, PostHolder, UnitRecord

ENGINE = "duban"


@dataclass(frozen=True)
class Draft:
    """The folder as it stands, seen beside the content in force.

    `differs`: it is not what was applied. Its mistakes are looked for when somebody asks.
    """

    root: Path | None = None
    differs: bool = False

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The mistakes in the folder; none while it is what was applied."""
        if self.root is None or not self.differs:
            return ()
        try:
            load_definitions(self.root)
        except ProblemsFound as found:
            return found.problems
        return ()


@dataclass(frozen=True)
class Workspace:
    """What the engine works with.

    `definitions` are those in force, of the applied version numbered `version` (0: written in code, for tests and
    rehearsals); `definitions.root` is where its files were laid out, `root` the project itself. `draft` is its folder.
    """

    root: Path
    definitions: Definitions
    ledger: Engine
    clock: Clock
    draft: Draft = Draft()
    version: int = 0


def open_workspace(root: Path, clock: Clock, url: str | None = None) -> Workspace:
    """Open the project at `root`, and its ledger at `url` (default: the one `ledger_url` names).

    Raises LedgerUnavailable, and ProblemsFound when the folder has mistakes and nothing was ever applied.
    """
    root = root.absolute()
    ledger = open_ledger(url or ledger_url(root))
    try:
        migrate(ledger)
        with reading(ledger) as connection:
            applied = newest_applied(connection)
        if applied is None:
            applied = _take_folder(root, ledger, clock.now(), say(zh="首次启动", en="the first start"))
        definitions, applied = _in_force(root, ledger, applied, clock.now())
        return Workspace(root, definitions, ledger, clock, draft_of(root, applied), applied.number)
    except BaseException:
        ledger.dispose()
        raise


def draft_of(root: Path, applied: AppliedContent) -> Draft:
    """How the folder at `root` stands to what was applied."""
    return Draft(root, content_digest(read_content(root)) != applied.digest)


def sync(ledger: Engine, definitions: Definitions, files: Mapping[str, str], now: datetime) -> bool:
    """Take down what the definitions say, in one transaction; `files`, if there are any, become the content in force.

    Returns False when exactly these files are in force already. Without files the definitions were written in code.
    """
    with writing(ledger) as connection:
        one_at_a_time(connection)
        applied = newest_applied(connection)
        if files and applied is not None and applied.digest == content_digest(files):
            return False
        take_down(connection, definitions, now)
        if files:
            record_applied(connection, files, now, actor=ENGINE, reason="")
    return True


def take_down(connection: Connection, definitions: Definitions, now: datetime) -> None:
    """Write into the ledger what definitions say about units, posts, duties and the calendar.

    Units that have left the tree stay in the ledger: history names them.
    """
    _sync_units(connection, definitions)
    _sync_posts(connection, definitions)
    insert_ignore(connection, DUTY_VERSION, _duty_versions(definitions, now))
    calendar = definitions.calendar
    years = {str(year.year): year.status for year in calendar.years}
    insert_ignore(
        connection, CALENDAR_VERSION, [{"version": calendar.version, "recorded_at": now, "years": years}]
    )


def _take_folder(
    root: Path, ledger: Engine, now: datetime, reason: str, instead_of: AppliedContent | None = None
) -> AppliedContent:
    """Put the folder in force as it is, where nothing or `instead_of` was; raises ProblemsFound for its mistakes.

    Of several processes that start at once, one does it and the others go on with what it did.
    """
    while True:
        files = read_content(root)
        definitions = load_definitions(root)
        if files == read_content(root):  # else somebody is saving right now
            break
    with writing(ledger) as connection:
        one_at_a_time(connection)
        applied = newest_applied(connection)
        if applied is None or (instead_of is not None and applied.number == instead_of.number):
            take_down(connection, definitions, now)
            record_applied(connection, files, now, actor=ENGINE, reason=reason)
            applied = newest_applied(connection)
    assert applied is not None  # noqa: S101 - somebody has just applied it
    return applied


def _in_force(
    root: Path, ledger: Engine, applied: AppliedContent, now: datetime
) -> tuple[Definitions, AppliedContent]:
    """The definitions of an applied version.

    A newer program may no longer understand what an older one applied: then the folder, mended by whoever upgraded,
    is put in force; while it has mistakes too, they are raised.
    """
    with reading(ledger) as connection:
        files = files_of(connection, applied.content_id)
    try:
        return load_definitions(lay_out(root, files)), applied
    except ProblemsFound:
        reason = say(
            zh="程序升级后读不懂原来的内容，改用文件夹里的内容",
            en="the upgraded program cannot read the content in force: the folder takes its place",
        )
        newer = _take_folder(root, ledger, now, reason, instead_of=applied)
    with reading(ledger) as connection:
        return load_definitions(lay_out(root, files_of(connection, newer.content_id))), newer


def _sync_units(connection: Connection, definitions: Definitions) -> None:
    units = [
        {"code": unit.code, "name": unit.name, "level": unit.level, "parent": unit.parent}
        for unit in definitions.project.units.values()
    ]
    insert_ignore(connection, UNIT, units)
    known = {row.code: row._asdict() for row in connection.execute(select(UnitRecord))}
    for unit in units:
        if known[str(unit["code"])] != unit:
            connection.execute(update(UnitRecord).where(col(UnitRecord.code) == unit["code"]).values(unit))


def _sync_posts(connection: Connection, definitions: Definitions) -> None:
    posts = {
        (unit.code, name): _post_row(unit.code, post)
        for unit in definitions.project.units.values()
        for name, post in unit.posts.items()
    }
    known = {(row.unit, row.post): row._asdict() for row in connection.execute(select(PostHolder))}
    for unit, name in known.keys() - posts.keys():
        connection.execute(
            delete(PostHolder).where(col(PostHolder.unit) == unit, col(PostHolder.post) == name)
        )
    insert_ignore(connection, POST_HOLDER, posts.values())
    for key in known.keys() & posts.keys():
        if known[key] != posts[key]:
            unit, name = key
            connection.execute(
                update(PostHolder)
                .where(col(PostHolder.unit) == unit, col(PostHolder.post) == name)
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
