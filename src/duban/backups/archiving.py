"""Archives (归档): what was closed before a day, and every message of that time, as Parquet files in a store.

| place | what |
|---|---|
| `archives/2025-01-01-2026-11-29T003000Z/obligation.parquet` | the obligations closed before the day |
| … `obligation_event`, `notice`, `delivery`, `evidence_file`, `submission`, `co_handler`, `duty_version` | what belongs to them |
| … `inbox_message`, `attempt` | the messages of that time that were read, and what was put on the line |
| … `manifest.json` | how many rows, and the fingerprints; written last |
| `evidence/ab/abcd….pdf` | every file handed in for them, as in a backup |

Only what was read back from the store and is the same, row by row, may leave the ledger, which itself refuses to let anything
else go: messages and attempts here, obligations with their history, past the years the project keeps them, in `retention`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import AliasChoices, BaseModel, Field
from sqlalchemy import Select, Table, delete, func, insert, select
from sqlmodel import col

from duban.backups.archive_files import Row, RowFingerprint, read_parquet, write_parquet
from duban.backups.store import ARCHIVES, MANIFEST, BackupRefused, BackupStore
from duban.backups.taking import keep_evidence
from duban.base.clock import business_date, moment_at
from duban.base.language import say
from duban.ledger.choosing import portions
from duban.ledger.columns import LEDGER
from duban.ledger.database import reading, writing
from duban.ledger.tables import ARCHIVE, ATTEMPT, INBOX_MESSAGE, OBLIGATION, EvidenceFile, Obligation
from duban.runtime.working_folder import working_folder

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace

MAY_LEAVE: Final = ("inbox_message", "attempt")
"""The tables whose rows may leave the ledger by themselves."""
OF_AN_OBLIGATION: Final = (
    "obligation_event",
    "notice",
    "delivery",
    "evidence_file",
    "submission",
    "co_handler",
)
"""The tables whose rows belong to one obligation each."""


class ArchiveManifest(BaseModel):
    """What belongs to one archive."""

    #: as the store names it
    name: str
    #: the local day before which what is in it was closed, read or sent
    before: date
    #: aware UTC, ISO 8601
    written_at: str
    #: who had it written
    by: str
    #: rows, by table
    rows: dict[str, int]
    #: the fingerprint of the rows, by table; an archive of before calls them `digests`
    fingerprints: dict[str, str] = Field(validation_alias=AliasChoices("fingerprints", "digests"))
    #: SHA-256 of each file, by table
    files: dict[str, str]


def write_archive(
    ws: Workspace, store: BackupStore, before: date, who: Principal, now: datetime
) -> ArchiveManifest:
    """Write what was closed and said before the local day `before` into the store, and read it back.

    The archive names `who` as its maker and `now` (aware UTC) as its moment. Raises BackupRefused for a day after 1
    January of this year, and where what is read back is not what was written.
    """
    zone = ws.definitions.project.zone
    if before > latest_end(ws, now):
        raise BackupRefused(
            zh="归档到哪一天为止：不能晚于今年 1 月 1 日", en="archives end with the year before this one"
        )
    since = moment_at(before, time.min, zone)
    name = f"{before}-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    rows, fingerprints, files = {}, {}, {}
    with working_folder("archive") as folder:
        for table, wanted in _wanted(before, since):
            file = folder / f"{table.name}.parquet"
            with reading(ws.ledger) as connection:
                written = write_parquet(connection, table, wanted, file)
            rows[table.name], fingerprints[table.name] = written.rows, written.told
            files[table.name] = store.keep(f"{_place(name)}/{file.name}", file)
            file.unlink()
        manifest = ArchiveManifest(
            name=name,
            before=before,
            written_at=now.astimezone(UTC).isoformat(),
            by=who.name,
            rows=rows,
            fingerprints=fingerprints,
            files=files,
        )
        with reading(ws.ledger) as connection:
            keep_evidence(ws.root, store, dict(connection.execute(_evidence(before)).tuples().all()))
        for table_name in rows:
            whole_file(store, manifest, table_name, folder)
    store.keep_text(f"{_place(name)}/{MANIFEST}", manifest.model_dump_json(indent=2))
    with writing(ws.ledger) as connection:
        connection.execute(
            insert(ARCHIVE).values(
                name=name, place=store.address, before=since, read_back_at=now, by=who.name, rows=rows
            )
        )
    return manifest


def latest_end(ws: Workspace, now: datetime) -> date:
    """The local day at which an archive may end at the latest: the year before is over."""
    return business_date(now, ws.definitions.project.zone).replace(day=1, month=1)


def archives_in(store: BackupStore) -> list[ArchiveManifest]:
    """The archives that are complete, oldest first. One whose writing broke off has no manifest, and is none."""
    return store.told_of(ARCHIVES, ArchiveManifest)


def archive_named(store: BackupStore, name: str) -> ArchiveManifest:
    """The archive of that name. Raises BackupRefused when there is none."""
    for each in archives_in(store):
        if each.name == name:
            return each
    raise BackupRefused(
        zh=f"{store.address} 里没有归档“{name}”", en=f"no archive “{name}” in {store.address}"
    )


def archived_rows(
    store: BackupStore, manifest: ArchiveManifest, table: str
) -> Iterator[tuple[Sequence[str], list[Row]]]:
    """The rows of one `table` of the archive that `manifest` tells of, with their columns' names, a portion after the
    other.

    Raises BackupRefused where the store does not have the file, or it is not what was written; what came before it
    was.
    """
    if table not in manifest.rows or table not in LEDGER.tables:
        known = say(zh="、", en=", ").join(manifest.rows)
        raise BackupRefused(
            zh=f"归档里没有“{table}”，有 {known}", en=f"no “{table}” in it; there are {known}"
        )
    with working_folder("archive") as folder:
        yield from read_parquet(_fetched(store, manifest, table, folder), LEDGER.tables[table])


def remove_archived(ledger: Engine, store: BackupStore, manifest: ArchiveManifest) -> dict[str, int]:
    """Take out of the ledger what may leave it and stands in the archive of `manifest`, which is read back from the
    `store` once more; how many rows, by table.

    A portion is a transaction. Raises BackupRefused when the archive is not what was written.
    """
    removed = {}
    with working_folder("archive") as folder:
        for name in MAY_LEAVE:
            file = whole_file(store, manifest, name, folder)
            table, removed[name] = LEDGER.tables[name], 0
            for names, rows in read_parquet(file, table):
                number = names.index("id")
                for ids in portions([int(str(row[number])) for row in rows]):
                    with writing(ledger) as connection:
                        gone = delete(table).where(table.c.id.in_(ids))
                        removed[name] += connection.execute(gone).rowcount
    return removed


def _wanted(before: date, since: datetime) -> Iterator[tuple[Table, Select[tuple[object, ...]]]]:
    """What goes into an archive: whole rows of each table."""
    closed = select(OBLIGATION.c.id).where(OBLIGATION.c.closed_on < before)
    # From the newest to the oldest, as they leave the ledger.
    yield (
        OBLIGATION,
        select(OBLIGATION).where(OBLIGATION.c.closed_on < before).order_by(OBLIGATION.c.id.desc()),
    )
    for name in OF_AN_OBLIGATION:
        table = LEDGER.tables[name]
        of_these = select(table).where(table.c.obligation_id.in_(closed))
        yield table, of_these.order_by(table.c.obligation_id.desc(), table.c.id)
    versions = LEDGER.tables["duty_version"]
    said = select(OBLIGATION.c.duty_version_id).where(OBLIGATION.c.closed_on < before)
    yield versions, _whole_rows(versions).where(versions.c.id.in_(said))
    read = INBOX_MESSAGE.c.read_at.is_not(None)
    yield INBOX_MESSAGE, _whole_rows(INBOX_MESSAGE).where(INBOX_MESSAGE.c.received_at < since, read)
    # The last that each channel was given says when it worked last.
    newest = select(func.max(ATTEMPT.c.id)).group_by(ATTEMPT.c.channel, ATTEMPT.c.outcome)
    yield ATTEMPT, _whole_rows(ATTEMPT).where(ATTEMPT.c.put_at < since, ATTEMPT.c.id.not_in(newest))


def _evidence(before: date) -> Select[tuple[str, str]]:
    """Where each file is that was handed in for what goes into an archive, with the fingerprint of it."""
    closed = col(EvidenceFile.obligation_id) == col(Obligation.id), col(Obligation.closed_on) < before
    return select(col(EvidenceFile.stored_as), col(EvidenceFile.sha256)).where(*closed)


def _whole_rows(table: Table) -> Select[tuple[object, ...]]:
    return select(table).order_by(table.c.id)


def _place(name: str) -> str:
    return f"{ARCHIVES}/{name}"


def _fetched(store: BackupStore, manifest: ArchiveManifest, table: str, folder: Path) -> Path:
    file = folder / f"{table}.parquet"
    store.bring(f"{_place(manifest.name)}/{file.name}", file, manifest.files[table])
    return file


def whole_file(store: BackupStore, manifest: ArchiveManifest, table: str, folder: Path) -> Path:
    """A file of an archive, read back whole into the folder. Raises BackupRefused when its rows are not those that
    were written.
    """
    fingerprint, file = RowFingerprint(), _fetched(store, manifest, table, folder)
    for _, rows in read_parquet(file, LEDGER.tables[table]):
        fingerprint.take(rows)
    if (fingerprint.rows, fingerprint.told) != (manifest.rows[table], manifest.fingerprints[table]):
        raise BackupRefused(
            zh=f"归档 {manifest.name} 里的 {table} 读回来与写进去的不一样，什么也没有删",
            en=f"{table} of the archive {manifest.name} is not what was written; nothing was removed",
        )
    return file
