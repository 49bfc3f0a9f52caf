"""A project opened for work: the content in force, its ledger and its clock.

The engine works on the content that was applied last, kept in the ledger. The folder is the draft of the next version:
an edit in it changes nothing until `duban apply`, and a mistake in it is said and harms nothing. Only where nothing was
ever applied the folder is taken as it is: that is the first version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, delete, tuple_
from sqlmodel import col, select

from duban.base.clock import Clock
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.definitions.definitions import Definitions, load_definitions
from duban.ledger.content import (
    LAID_OUT,
    AppliedContent,
    content_fingerprint,
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
from duban.ledger.sessions import session_on
from duban.ledger.tables import CALENDAR_VERSION, POST_HOLDER, PostHolder, UnitRecord
from duban.ledger.unavailable import LedgerUnavailable
from duban.workspace.duty_versions import take_down_duties

ENGINE = "duban"
OWN_LEDGER: Final = Path(".duban") / "ledger.db"


@dataclass(frozen=True)
class ContentDraft:
    """The folder as it stands, seen beside the content in force. Its mistakes are looked for when somebody asks."""

    root: Path | None = None  #: The project; None where its content was written in code.
    differs: bool = False  #: Whether it is other than what was applied.

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
    """What the engine works with."""

    root: Path  #: The project's folder.
    definitions: (
        Definitions  #: Those in force; their own `root` is where the files of the version were laid out.
    )
    ledger: Engine  #: the database
    clock: Clock  #: the one clock
    draft: ContentDraft = ContentDraft()  #: The project's folder beside what is in force.
    version: int = 0  #: The applied version; 0 is content written in code, for tests and rehearsals.


def open_workspace(root: Path, clock: Clock, url: str | None = None) -> Workspace:
    """Open the project at `root`, and its ledger at `url` (default: the one `ledger_url` names), by whose
    `clock` everything in it happens.

    Raises LedgerUnavailable, also where the project's own ledger is new though an earlier one applied content, and
    ProblemsFound when the folder has mistakes and nothing was ever applied.
    """
    root = root.absolute()
    if url is None and _was_lost(root, ledger_url(root)):
        raise _had_a_ledger(root, zh="不见了", en="is gone")
    ledger = open_ledger(url or ledger_url(root))
    try:
        migrate(ledger)
        with reading(ledger) as connection:
            applied = newest_applied(connection)
        definitions, applied = (
            _begun(root, ledger, clock.now())
            if applied is None
            else _in_force(root, ledger, applied, clock.now())
        )
        return Workspace(root, definitions, ledger, clock, draft_of(root, applied), applied.number)
    except BaseException:
        ledger.dispose()
        raise


def _was_lost(root: Path, url: str) -> bool:
    """Whether the project's own ledger is not there though it was begun.

    Nothing is made in its place: what an empty one left beside it would be taken for the restored one's.
    """
    own = root / OWN_LEDGER
    return url == f"sqlite:///{own}" and not own.exists() and _laid_out_before(root)


def _laid_out_before(root: Path) -> bool:
    before = root / LAID_OUT
    return before.is_dir() and any(before.iterdir())


def _had_a_ledger(root: Path, *, zh: str, en: str) -> LedgerUnavailable:
    return LedgerUnavailable(
        zh=f"台账 {root / OWN_LEDGER} {zh}，可是这个项目有过台账：{LAID_OUT} 里是它生效过的内容。请从备份恢复；"
        f"真要从头开始，先删掉 {root / LAID_OUT}",
        en=f"the ledger {root / OWN_LEDGER} {en}, but this project had one: {LAID_OUT} holds what it applied. Restore it "
        f"from a backup; to really begin anew, delete {root / LAID_OUT} first",
    )


def _begun(root: Path, ledger: Engine, now: datetime) -> tuple[Definitions, AppliedContent]:
    """What a new ledger begins with.

    One that was emptied is not begun anew in silence: everything owed would be opened and said again.
    """
    if ledger.url.database == str(root / OWN_LEDGER) and _laid_out_before(root):
        with reading(ledger) as connection:
            begun_beside = newest_applied(connection)
        if begun_beside is not None:
            return _in_force(root, ledger, begun_beside, now)
        raise _had_a_ledger(root, zh="是空的", en="is empty")
    return _take_folder(root, ledger, now, say(zh="首次启动", en="the first start"))


def draft_of(root: Path, applied: AppliedContent) -> ContentDraft:
    """How the folder at `root` stands to what was applied."""
    return ContentDraft(root, content_fingerprint(read_content(root)) != applied.fingerprint)


def sync(ledger: Engine, definitions: Definitions, files: Mapping[str, str], now: datetime) -> bool:
    """Take down what the definitions say at `now` (aware UTC), in one transaction of `ledger`; `files` (texts by path), if
    there are any, become the content in force.

    Returns False when exactly these files are in force already. Without files the definitions were written in code.
    """
    with writing(ledger) as connection:
        one_at_a_time(connection)
        applied = newest_applied(connection)
        if files and applied is not None and applied.fingerprint == content_fingerprint(files):
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
    take_down_duties(connection, definitions.duties.values(), now)
    calendar = definitions.calendar
    years = {str(year.year): year.status for year in calendar.years}
    insert_ignore(
        connection, CALENDAR_VERSION, [{"version": calendar.version, "recorded_at": now, "years": years}]
    )


def _take_folder(
    root: Path, ledger: Engine, now: datetime, reason: str, instead_of: AppliedContent | None = None
) -> tuple[Definitions, AppliedContent]:
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
        beside = applied is not None and (instead_of is None or applied.number != instead_of.number)
        if not beside:
            take_down(connection, definitions, now)
            record_applied(connection, files, now, actor=ENGINE, reason=reason)
            applied = newest_applied(connection)
    assert applied is not None  # noqa: S101 - somebody has just applied it
    if beside:
        return _applied_before(root, ledger, applied), applied
    return replace(definitions, root=lay_out(root, files)), applied


def _in_force(
    root: Path, ledger: Engine, applied: AppliedContent, now: datetime
) -> tuple[Definitions, AppliedContent]:
    """The definitions of an applied version.

    A newer program may no longer understand what an older one applied: then the folder, mended by whoever upgraded,
    is put in force; while it has mistakes too, they are raised.
    """
    try:
        return _applied_before(root, ledger, applied), applied
    except ProblemsFound:
        reason = say(
            zh="程序升级后读不懂原来的内容，改用文件夹里的内容",
            en="the upgraded program cannot read the content in force: the folder takes its place",
        )
        return _take_folder(root, ledger, now, reason, instead_of=applied)


def _applied_before(root: Path, ledger: Engine, applied: AppliedContent) -> Definitions:
    with reading(ledger) as connection:
        files = files_of(connection, applied.content_id)
    return load_definitions(lay_out(root, files))


def _sync_units(connection: Connection, definitions: Definitions) -> None:
    with session_on(connection) as session:
        known = {unit.code: unit for unit in session.exec(select(UnitRecord))}
        for unit in definitions.project.units.values():
            recorded = known.get(unit.code) or UnitRecord(code=unit.code, name="", level="")
            recorded.name, recorded.level, recorded.parent = unit.name, unit.level, unit.parent
            session.add(recorded)
        session.flush()


def _sync_posts(connection: Connection, definitions: Definitions) -> None:
    """A post that is as it was is not written again: a city has hundreds, an edit changes one."""
    with session_on(connection) as session:
        left = {(post.unit, post.post): post.model_dump() for post in session.exec(select(PostHolder))}
    changed = []
    for unit in definitions.project.units.values():
        for name, post in unit.posts.items():
            row = {
                "unit": unit.code,
                "post": name,
                "holder": post.holder,
                "addresses": dict(post.addresses),
                "deputy": post.deputy,
                "vacant": post.vacant,
                "away": [[first.isoformat(), last.isoformat()] for first, last in post.away],
            }
            if left.get((unit.code, name)) == row:
                del left[unit.code, name]
            else:
                changed.append(row)
    if left:
        key = tuple_(col(PostHolder.unit), col(PostHolder.post))
        connection.execute(delete(PostHolder).where(key.in_(left)))
    insert_ignore(connection, POST_HOLDER, changed)
