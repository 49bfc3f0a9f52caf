"""An archived obligation read again: all of them as a list in words, one of them as it stood in the ledger before it left."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import JSON, Engine, Table, insert, select
from sqlmodel import Session, col

from duban.backups.archiving import OF_AN_OBLIGATION, ArchiveManifest, archived_rows
from duban.backups.store import BackupRefused, BackupStore
from duban.base.language import say
from duban.documents import Column, ColumnKind, Cut, DataTable, Document, Sentence
from duban.documents.document import Cell
from duban.ledger.choosing import portions
from duban.ledger.columns import LEDGER
from duban.ledger.database import reading
from duban.ledger.rehearsals import rehearsing
from duban.ledger.sessions import session_on
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION, Obligation, Subject
from duban.ledger.units import known_units
from duban.obligations.state_words import state_word
from duban.workdays.period_keys import period_word

ON_A_SCREEN: Final = 50
ON_A_PAGE: Final = 1_000
_Values = dict[str, object]


@contextmanager
def read_back(
    ledger: Engine, store: BackupStore, manifest: ArchiveManifest, number: int
) -> Iterator[tuple[Session, Obligation]]:
    """The obligation of this number, of the archive in `store` that `manifest` describes, as it stood in the ledger, with all that belongs to it, for as long as
    the block lasts; one that has not left stands there as it is now. Nothing is kept of it in `ledger`. Raises
    BackupRefused when it is in the archive under no such number.
    """
    kept = {
        name: [each for each in _named(store, manifest, name) if each[_owner(name)] == number]
        for name in ("obligation", *OF_AN_OBLIGATION)
        if name in manifest.rows
    }
    if not kept["obligation"]:
        called = short_id(number)
        raise BackupRefused(
            zh=f"归档 {manifest.name} 里没有 {called}", en=f"no {called} in the archive {manifest.name}"
        )
    with rehearsing(ledger) as connection:
        if connection.scalar(select(OBLIGATION.c.id).where(OBLIGATION.c.id == number)) is None:
            kept["obligation"][0]["supersedes"] = None  # which may have left as well
            for name, rows in kept.items():
                table = LEDGER.tables[name]
                if rows:
                    connection.execute(insert(table), [_as_stored(table, row) for row in rows])
        with session_on(connection) as session:
            yield session, session.get_one(Obligation, number)


def archived_list(ledger: Engine, store: BackupStore, manifest: ArchiveManifest) -> Document:
    """The obligations in the archive of `manifest`, the newest first, with the names that the ledger of the project
    knows.

    Raises BackupRefused where the store does not have what the manifest names.
    """
    titles = {each["id"]: str(each["title"]) for each in _named(store, manifest, "duty_version")}
    rows = list(_named(store, manifest, "obligation"))
    with reading(ledger) as connection:
        units = {each.code: each.name for each in known_units(connection)}
        subjects: dict[object, str] = {}
        for some in portions(sorted({int(str(each["subject_id"])) for each in rows if each["subject_id"]})):
            named = select(col(Subject.id), col(Subject.name)).where(col(Subject.id).in_(some))
            subjects.update(connection.execute(named).tuples().all())
    told: list[list[Cell]] = [
        [
            short_id(int(str(each["id"]))),
            titles.get(each["duty_version_id"], str(each["duty_id"])),
            units.get(str(each["unit"]), str(each["unit"])),
            subjects.get(each["subject_id"], ""),
            period_word(str(each["period_key"])),
            str(each["missed"] or each["deadline"]),
            str(each["closed_on"]),
            state_word(str(each["state"])),
        ]
        for each in rows
    ]
    headings = say(
        zh="编号 事项 单位 监管对象 周期 最后期限 办结 结果",
        en="id duty unit subject period deadline closed result",
    ).split()
    cut = Cut(ON_A_SCREEN, ON_A_PAGE, _more)
    table = DataTable(
        tuple(
            Column(each, ColumnKind.ID if place == 0 else ColumnKind.TEXT)
            for place, each in enumerate(headings)
        ),
        told,
        cut=cut,
    )
    title = say(zh=f"归档 {manifest.name}", en=f"Archive {manifest.name}")
    nothing = Sentence(say(zh="里面没有应办事项。", en="There is no obligation in it."))
    return Document(title, (table if told else nothing,))


def _more(shown: int, total: int) -> str:
    return say(
        zh=f"前 {shown:,} 项，共 {total:,} 项；全部的加 -o 名单.xlsx。",
        en=f"the first {shown:,} of {total:,}; add -o list.xlsx for all.",
    )


def _named(store: BackupStore, manifest: ArchiveManifest, table: str) -> Iterator[_Values]:
    for names, rows in archived_rows(store, manifest, table):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def _owner(table: str) -> str:
    return "id" if table == OBLIGATION.name else "obligation_id"


def _as_stored(table: Table, row: _Values) -> _Values:
    """A row as the ledger takes it: what is JSON there is text in the file."""
    return {
        name: json.loads(value) if isinstance(value, str) and isinstance(table.c[name].type, JSON) else value
        for name, value in row.items()
    }
