"""Retention (留存): what was closed long ago and stands in an archive leaves the ledger, a portion at a time.

| awkward case | rule |
|---|---|
| a program from before a column was there wrote the archive | leaves, where the column still says what it said at first |
| it changed since it was archived, be it that it was reopened | stays, for the next archive |
| it was closed by a machine whose clock is ahead of the one that wrote the archive | stays, for the next archive |
| it was closed for a day long ago, and entered lately | stays until the entry is as old |
| something newer took its place and is still here | stays until that one goes |
| a finding: its evidence is spent and must not count again | stays |
| a message about it has not come to an end, or is still to be | stays |
| an assignment (临时交办), or named in a letter | stays with it |
| it, or what belongs to it, has the newest number of its table | stays: a number is never given twice |
| a program from before ledgers knew of archives may be at work beside | nothing leaves: it could open again what left |
| a program dies between two portions | what left is in the archive, what is here is whole; whoever comes next goes on |

What an obligation was stays known (`ArchivedObligation`): it never opens again, and every count stays what it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Table, delete, func, insert, literal, select
from sqlmodel import col

from duban.backups.archive_files import Row, kept_rows, plain_row, whole_rows
from duban.backups.archiving import OF_AN_OBLIGATION, ArchiveManifest, whole_file
from duban.backups.store import BackupRefused, BackupStore
from duban.base.assignment_numbers import ASSIGNED
from duban.base.clock import business_date
from duban.ledger.columns import LEDGER
from duban.ledger.counting import how_many
from duban.ledger.database import let_others_write, own_connection, reading, transaction, writing
from duban.ledger.migrating import oldest_at_work, stop_older
from duban.ledger.tables import (
    ARCHIVE,
    ARCHIVED_OBLIGATION,
    OBLIGATION,
    ArchivedObligation,
    Delivery,
    LetterItem,
    Obligation,
)
from duban.runtime.working_folder import working_folder
from duban.workspace.workspace import Workspace

KNOWS_ARCHIVED: Final = "0029"
"""Programs that know this migration open nothing again that was archived."""
AT_ONCE: Final = 500
"""Obligations that leave in one transaction: some thousand rows, a few hundredths of a second."""
_IN_ORDER: Final = sorted(OF_AN_OBLIGATION, key="delivery".__ne__)
"""A delivery goes before the notice it brings."""


@dataclass(frozen=True)
class ObligationsGone:
    """What became of the obligations of an archive."""

    gone: int  #: how many left the ledger now
    kept: int  #: how many are old enough and stay, for one of the reasons above
    before: date  #: what was closed before this local day was old enough


def keeps_from(ws: Workspace, now: datetime) -> date:
    """The local day: what was closed on it or later stays in the ledger."""
    project = ws.definitions.project
    return date(business_date(now, project.zone).year - project.kept_years, 1, 1)


def stop_the_unaware(ledger: Engine) -> None:
    """Programs at work that know nothing of what was archived stop the next time they look; all others go on."""
    with writing(ledger) as connection:
        if _unaware_at_work(connection):
            stop_older(connection)


def remove_obligations(
    ws: Workspace, store: BackupStore, manifest: ArchiveManifest, now: datetime
) -> ObligationsGone:
    """Take out of the ledger the obligations of an archive that are past what the project keeps (`kept_years` before
    `now`, aware UTC), with all that belongs to them. Raises BackupRefused for an archive that is not what was
    written, or that this ledger did not write, and beside a program that could open again what left
    (`stop_the_unaware`).
    """
    with reading(ws.ledger) as connection:
        if _unaware_at_work(connection):
            raise BackupRefused(
                zh="可能还有升级以前的 duban 在用这个台账，它不知道什么归档了，会把移走的又开出来，所以什么也没有移走；"
                "先把每台机器都换成新版重新启动，再加 --all-upgraded",
                en="a duban from before the upgrade may still use this ledger and would open again what was archived, "
                "so nothing was taken out; restart every machine with the new one, then add --all-upgraded",
            )
        number = connection.scalar(select(ARCHIVE.c.id).where(ARCHIVE.c.name == manifest.name))
    if number is None or not {"obligation", *OF_AN_OBLIGATION} <= manifest.rows.keys():
        raise BackupRefused(
            zh=f"归档 {manifest.name} 不是这个台账现在的程序写的，应办事项不能移走；请另写一份",
            en=f"the archive {manifest.name} was not written by this ledger's program; write another",
        )
    before, gone, old_enough = keeps_from(ws, now), 0, 0
    with working_folder("archive") as folder, own_connection(ws.ledger) as writer:
        files = {
            name: whole_file(store, manifest, name, folder) for name in ("obligation", *OF_AN_OBLIGATION)
        }
        belonging = {name: _Belonging(name, files[name]) for name in OF_AN_OBLIGATION}
        for archived in _portions(files["obligation"], before, ws.definitions.project.zone):
            old_enough += len(archived)
            whole = {name: rows.of(archived) for name, rows in belonging.items()}
            with transaction(writer, to_write=True):
                leaving = _as_archived(writer, archived, whole)
                leaving -= _needed(writer, number, leaving)
                take_out(writer, number, sorted(leaving))
            gone += len(leaving)
            let_others_write(writer)
    with reading(ws.ledger) as connection:
        left = how_many(connection, ArchivedObligation, col(ArchivedObligation.archive_id) == number)
    return ObligationsGone(gone, old_enough - left, before)


def _unaware_at_work(connection: Connection) -> bool:
    return (oldest_at_work(connection) or "") < KNOWS_ARCHIVED


_Rows = dict[int, list[Row]]
"""The rows that belong to each obligation, as the archive writes them."""


def _portions(file: Path, before: date, zone: ZoneInfo) -> Iterator[dict[int, Row]]:
    """The archived obligations closed before the day, and by then known to be, from the newest to the oldest, some at
    a time.
    """
    portion: dict[int, Row] = {}
    number, closed_on, closed_at = map(
        list(OBLIGATION.columns.keys()).index, ("id", "closed_on", "closed_at")
    )
    for row in whole_rows(OBLIGATION, file):
        day, moment = row[closed_on], row[closed_at]
        known = isinstance(moment, datetime) and business_date(moment, zone) < before
        if known and isinstance(day, date) and day < before:
            portion[int(str(row[number]))] = plain_row(row)
        if len(portion) == AT_ONCE:
            yield portion
            portion = {}
    if portion:
        yield portion


class _Belonging:
    """A file of what belongs to obligations, read once from the newest obligation to the oldest."""

    def __init__(self, name: str, file: Path) -> None:
        table = LEDGER.tables[name]
        self._owner = list(table.columns.keys()).index("obligation_id")
        self._rows = whole_rows(table, file)
        self._next = next(self._rows, None)

    def of(self, obligations: Mapping[int, Row]) -> _Rows:
        """What belongs to these, which are older than those asked for before."""
        found: _Rows = {each: [] for each in obligations}
        last = min(obligations)
        while self._next is not None and (owner := int(str(self._next[self._owner]))) >= last:
            if owner in found:
                found[owner].append(plain_row(self._next))
            self._next = next(self._rows, None)
        return found


def _as_archived(connection: Connection, archived: Mapping[int, Row], whole: Mapping[str, _Rows]) -> set[int]:
    """Those of the archived obligations that are here just as they are there, with all that belongs to them."""
    here = _here(connection, OBLIGATION, OBLIGATION.c.id.name, archived)
    same = {each for each in archived if here[each] == [archived[each]]}
    for name, rows in whole.items():
        found = _here(connection, LEDGER.tables[name], "obligation_id", same)
        same = {each for each in same if found[each] == rows[each]}
    return same


def _here(
    connection: Connection, table: Table, owner: str, obligations: Mapping[int, Row] | set[int]
) -> _Rows:
    query = select(table).where(table.c[owner].in_(sorted(obligations))).order_by(table.c.id)
    place = list(table.columns.keys()).index(owner)
    found: _Rows = {each: [] for each in obligations}
    for row in kept_rows(table, connection.execute(query)):
        found[int(str(row[place]))].append(plain_row(row))
    return found


def _needed(connection: Connection, archive: int, obligations: set[int]) -> set[int]:
    """Those that something else still needs, and those closed, by the clocks, when their archive had been read back."""
    these = sorted(obligations)
    read_back_at = select(ARCHIVE.c.read_back_at).where(ARCHIVE.c.id == archive).scalar_subquery()
    ahead = select(col(Obligation.id)).where(
        col(Obligation.id).in_(these), col(Obligation.closed_at) >= read_back_at
    )
    named = select(col(LetterItem.obligation_id)).where(col(LetterItem.obligation_id).in_(these))
    replaced = select(col(Obligation.supersedes)).where(
        col(Obligation.supersedes).in_(these), col(Obligation.id).not_in(these)
    )
    spent = select(col(Obligation.id)).where(
        col(Obligation.id).in_(these),
        col(Obligation.evidence_facts).is_not(None)
        | col(Obligation.next_rung_at).is_not(None)
        | col(Obligation.duty_id).startswith(ASSIGNED, autoescape=True),
    )
    waiting = select(col(Delivery.obligation_id)).where(
        col(Delivery.obligation_id).in_(these), col(Delivery.settled_at).is_(None)
    )
    needed = {
        each
        for query in (ahead, named, replaced, spent, waiting)
        for each in connection.scalars(query)
        if each is not None
    }
    for name in ("obligation", *OF_AN_OBLIGATION):
        table = LEDGER.tables[name]
        owner = table.c.id if table is OBLIGATION else table.c.obligation_id
        needed |= set(connection.scalars(select(owner).order_by(table.c.id.desc()).limit(1)))
    return needed


def take_out(connection: Connection, archive: int, obligations: Sequence[int]) -> None:
    """Take these obligations and all that belongs to them out of the ledger, whose archive has that number; the
    ledger refuses any that was not closed when it was written.
    """
    if not obligations:
        return
    these = OBLIGATION.c.id.in_(obligations)
    same = [column.name for column in ARCHIVED_OBLIGATION.columns if column.name in OBLIGATION.columns]
    due = func.coalesce(OBLIGATION.c.missed, OBLIGATION.c.deadline)
    told = select(*(OBLIGATION.c[name] for name in same), literal(archive), due)
    connection.execute(
        insert(ARCHIVED_OBLIGATION).from_select(
            [*same, "archive_id", "due"], told.where(these), include_defaults=False
        )
    )
    for name in _IN_ORDER:
        table = LEDGER.tables[name]
        connection.execute(delete(table).where(table.c.obligation_id.in_(obligations)))
    connection.execute(delete(OBLIGATION).where(these))
