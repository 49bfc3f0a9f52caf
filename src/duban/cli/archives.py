"""`duban archive`: what is over, written to Parquet and read again; what stands in an archive leaves the ledger."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.cli.acting import Actor, acting
from duban.cli.backups import Store, tell_cleared, unfinished_row
from duban.cli.bilingual import argument, option
from duban.cli.failures import Refused
from duban.cli.forms import As, Output, RowList, asked_form, hand_over, hand_over_list, tell_written
from duban.cli.grouping import RUNNING, add_group
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date
from duban.cli.screen import show_json, tell
from duban.documents import Form

if TYPE_CHECKING:
    from pathlib import Path

    from duban.backups.archiving import ArchiveManifest
    from duban.backups.store import BackupStore
    from duban.workspace.workspace import Workspace

Before = Annotated[
    date,
    option(
        "--before",
        "DATE",
        parser=read_date,
        zh="这一天以前办结的、收到并读过的；最晚今年 1 月 1 日。",
        en="What was closed, or received and read, before this day; this year's 1 January at the latest.",
    ),
]
Name = Annotated[str, argument("ARCHIVE", zh="哪一份，见 archive list。", en="Which; see archive list.")]
OfObligation = Annotated[
    str | None,
    option(
        "--obligation",
        "ID",
        zh="只看这一件：依据、各日的由来、全部经过。",
        en="This one alone: what it rests on, how its dates came about, all that happened.",
    ),
]
OfTable = Annotated[
    str | None,
    option(
        "--table",
        "TABLE",
        zh="原样看一张表：obligation、inbox_message……",
        en="A table as it was written: obligation, inbox_message, …",
    ),
]
AllUpgraded = Annotated[
    bool,
    option(
        "--all-upgraded",
        zh="每台机器都已换成这个版本；还在运行的旧程序就此停下。",
        en="Every machine runs this version; an older program still at work stops.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        RUNNING,
        "archive",
        ("write", write, "写一份归档，写完读回来核对。", "Write an archive, and read it back."),
        ("list", list_archives, "有哪些归档。", "The archives there are."),
        (
            "show",
            show,
            "看一份归档：应办事项的清单、其中一件，或原样一张表。",
            "Read an archive: its obligations, one of them, or a table as written.",
        ),
        (
            "remove",
            remove,
            "再核对一遍，把归档里有的从台账里移走：读过的消息，和留够年数的应办事项。",
            "Look once more, and take what is archived out of the ledger: messages read, and obligations kept long enough.",
        ),
        zh="归档：办结的和以前的消息写成 Parquet 文件，随时可以再看。",
        en="Archives: what is over as Parquet files, to be read again at any time.",
    )


def write(
    store: Store, *, before: Before, by: Actor = None, project: Project = None, as_json: Json = False
) -> None:
    """Write an archive."""
    from duban.backups.archiving import write_archive
    from duban.backups.store import ARCHIVES, BackupStore

    kept = BackupStore(store)
    with open_project(project, say_draft=False) as ws:
        who = acting(ws, by, "archive write", str(before))
        tell_cleared(kept.clear_away(ARCHIVES, ws.clock.now()), as_json=as_json)
        done = write_archive(ws, kept, before, who, ws.clock.now())
    if as_json:
        show_json(done.model_dump(mode="json"))
        return
    closed, said = done.rows["obligation"], done.rows["inbox_message"]
    tell(
        zh=f"已归档 {done.name}：应办事项 {closed:,} 件，消息 {said:,} 条，读回来核对无误；台账里的都还在",
        en=f"archived {done.name}: {closed:,} obligations, {said:,} messages, read back and whole; the ledger keeps all",
    )
    tell(
        zh=f"要把它们从台账里移走：duban archive remove {store} {done.name}",
        en=f"to take them out of the ledger: duban archive remove {store} {done.name}",
        style="dim",
    )


def list_archives(store: Store, *, form: As = None, output: Output = None, as_json: Json = False) -> None:
    """List archives."""
    from duban.backups.archiving import archives_in
    from duban.backups.store import ARCHIVES, BackupStore

    kept = BackupStore(store)
    found = archives_in(kept)
    listing = RowList(
        title=say(zh="归档", en="Archives"),
        headings=say(zh="归档 到哪天 谁 应办事项 消息", en="archive before by obligations messages").split(),
        rows=[
            *(
                (each.name, each.before, each.by, each.rows["obligation"], each.rows["inbox_message"])
                for each in found
            ),
            *(unfinished_row(name, 5) for name in kept.unfinished(ARCHIVES)),
        ],
        nothing=say(zh="还没有归档", en="there is no archive yet"),
    )
    data = [each.model_dump(mode="json") for each in found]
    hand_over_list(listing, form, output, as_json=as_json, data=data)


def show(
    store: Store,
    name: Name,
    *,
    obligation: OfObligation = None,
    table: OfTable = None,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Read an archive: its obligations, one of them whole, or a table as it was written."""
    from duban.backups.archiving import archive_named
    from duban.backups.reading_back import archived_list
    from duban.backups.store import BackupStore

    kept = BackupStore(store)
    manifest = archive_named(kept, name)
    if table:
        _show_table(kept, manifest, table, form, output, as_json=as_json)
        return
    wanted = asked_form(form, output, as_json=as_json, named=obligation or name)
    with open_project(project, say_draft=False) as ws:
        if obligation:
            _show_one(ws, kept, manifest, obligation, wanted, output)
            return
        document = archived_list(ws.ledger, kept, manifest)
    hand_over(document, wanted, output)
    tell_written(output, document.title)


def _show_one(
    ws: Workspace, store: BackupStore, manifest: ArchiveManifest, named: str, form: Form, output: Path | None
) -> None:
    from duban.backups.reading_back import read_back
    from duban.explanations import explanation_document
    from duban.explanations.obligation import explained
    from duban.ledger.short_ids import parse_short_id

    try:
        number = parse_short_id(named)
    except ValueError as error:
        raise Refused(str(error)) from None
    with read_back(ws.ledger, store, manifest, number) as (session, owed):
        told = explained(session, ws, owed)
    document = explanation_document(told, ws.definitions.project.zone)
    hand_over(document, form, output, data=told)
    tell_written(output, told.duty.title)


def _show_table(
    store: BackupStore,
    manifest: ArchiveManifest,
    table: str,
    form: Form | None,
    output: Path | None,
    *,
    as_json: bool,
) -> None:
    """A table with the ledger's own columns; on a screen a row is a block of lines, what is empty left out."""
    from duban.backups.archiving import archived_rows

    names: list[str] = []
    rows: list[tuple[str, ...]] = []
    for names_of, portion in archived_rows(store, manifest, table):
        names = [*names_of]
        rows += [tuple("" if each is None else str(each) for each in row) for row in portion]
    if asked_form(form, output, as_json=as_json, named=table) is Form.TERMINAL and output is None:
        for row in rows:
            tell("\n".join(f"{key}: {each}" for key, each in zip(names, row, strict=True) if each) + "\n")
        return
    listing = RowList(
        title=f"{table} {manifest.name}",
        headings=names,
        rows=rows,
        nothing=say(zh="这张表里没有行", en="this table has no rows"),
    )
    hand_over_list(
        listing, form, output, as_json=as_json, data=[dict(zip(names, row, strict=True)) for row in rows]
    )


def remove(
    store: Store,
    name: Name,
    *,
    all_upgraded: AllUpgraded = False,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Take what is archived out of the ledger."""
    from duban.backups.archiving import archive_named, remove_archived
    from duban.backups.retention import remove_obligations, stop_the_unaware
    from duban.backups.store import BackupStore

    kept = BackupStore(store)
    manifest = archive_named(kept, name)
    with open_project(project, say_draft=False) as ws:
        acting(ws, by, "archive remove", name)
        if all_upgraded:
            stop_the_unaware(ws.ledger)
        owed = remove_obligations(ws, kept, manifest, ws.clock.now())
        removed = remove_archived(ws.ledger, kept, manifest)
    if as_json:
        show_json({"obligation": owed.gone, **removed})
        return
    tell(
        zh=f"已从台账移走：{owed.before} 以前办结的应办事项 {owed.gone:,} 件，消息 {removed['inbox_message']:,} 条，"
        f"发送记录 {removed['attempt']:,} 条",
        en=f"taken out of the ledger: {owed.gone:,} obligations closed before {owed.before}, "
        f"{removed['inbox_message']:,} messages, {removed['attempt']:,} attempts",
    )
    if owed.kept:
        tell(
            zh=f"另有 {owed.kept:,} 件留着：归档以后变过、文书或交办里有、按累计认定的、编号最新的，或者别的事项还接着它",
            en=f"{owed.kept:,} more stay: changed since, named in a letter or an assignment, findings, the newest, or what others took "
            "the place of",
            style="dim",
        )
