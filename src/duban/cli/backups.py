"""`duban backup` and `duban restore`: keep a project in a store, and make it again of what was kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.cli.acting import Actor, actor_or_login
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.grouping import RUNNING, add_commands
from duban.cli.options import Json, Project
from duban.cli.screen import progress, show_json, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from duban.backups.store import BackupManifest

Store = Annotated[
    str,
    argument(
        "STORE",
        zh="备份放在哪里：文件夹，或 fsspec 认得的地址（s3://…、sftp://…）。",
        en="Where backups are kept: a folder, or an address fsspec knows (s3://…, sftp://…).",
    ),
]
Folder = Annotated[Path, argument("DIR", zh="恢复到哪个空文件夹。", en="The empty folder to restore into.")]
List = Annotated[bool, option("--list", zh="只列出已有的备份。", en="Only list the backups there are.")]
Keep = Annotated[
    int | None,
    option(
        "--keep",
        least=1,
        zh="只留最新的这么多份，其余删除。",
        en="Keep so many of the newest and remove the others.",
    ),
]
Name = Annotated[
    str | None,
    option(
        "--backup",
        "NAME",
        zh="哪一份（--list 看名称）；不写就是最新的。",
        en="Which one (see --list); else the newest.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        RUNNING,
        (
            "backup",
            backup,
            "把台账、内容文件和佐证材料备份到一个位置；服务照常运行。",
            "Keep ledger, content files and evidence in a store, while the service runs.",
        ),
        (
            "restore",
            restore,
            "用备份恢复出一个项目；可能已经发出的消息不会再发。",
            "Make a project of a backup; what may have been sent is not sent again.",
        ),
    )


def backup(
    store: Store,
    *,
    list_only: List = False,
    keep: Keep = None,
    by: Actor = None,
    form: As = None,
    output: Output = None,
    as_json: Json = False,
    project: Project = None,
) -> int:
    """Take a backup, or list those there are."""
    from duban.backups.store import BACKUPS, BackupStore
    from duban.backups.taking import back_up, keep_newest
    from duban.cli.opened import open_project

    kept = BackupStore(store)
    if list_only:
        found = list(kept.manifests())
        data = [each.model_dump() for each in found]
        listing = _list_of(found, kept.unfinished(BACKUPS))
        hand_over_list(listing, form, output, as_json=as_json, data=data)
        return 0
    if form or output:
        raise WrongUsage(zh="--as、-o 和 --list 一起用", en="--as and -o go with --list")
    with open_project(project, say_draft=False) as ws, progress(say(zh="备份", en="backing up")) as ticker:
        tell_cleared(kept.clear_away(BACKUPS, ws.clock.now()), as_json=as_json)
        done = back_up(ws.root, ws.ledger, kept, ws.clock.now(), by=actor_or_login(by), tell=ticker)
    gone = keep_newest(kept, keep) if keep else []
    if as_json:
        show_json({"backup": done.model_dump(), "removed": [each.name for each in gone]})
        return 0
    rows, files = sum(done.rows.values()), len(done.evidence)
    tell(
        zh=f"已备份 {done.name}：台账 {rows:,} 行，佐证材料 {files:,} 份，共 {_size(done.size)}",
        en=f"kept {done.name}: {rows:,} rows of the ledger, {files:,} files of evidence, {_size(done.size)}",
    )
    if gone:
        tell(zh=f"删去较早的 {len(gone)} 份", en=f"removed {len(gone)} older ones")
    return 0


def restore(store: Store, folder: Folder, *, name: Name = None, as_json: Json = False) -> int:
    """Make a project of a backup."""
    import os

    from duban.backups.restoring import restore as make_again
    from duban.backups.store import BackupStore
    from duban.base.clock import system_clock
    from duban.runtime.private import CLOSED

    os.umask(CLOSED)
    with progress(say(zh="恢复", en="restoring")) as ticker:
        done = make_again(BackupStore(store), name, folder.absolute(), system_clock(), tell=ticker)
    if as_json:
        show_json({"backup": done.manifest.name, "opened": done.opened, "held": done.held})
        return 0
    tell(
        zh=f"已从 {done.manifest.name} 恢复到 {folder}。补开 {done.opened} 项；{done.held} 条消息可能已经发出，"
        "只放进内置收件箱，没有重发",
        en=f"restored {done.manifest.name} into {folder}: {done.opened} opened since; {done.held} messages may have "
        "gone out before and went to the inboxes alone",
    )
    tell(
        zh=f"密钥文件不在备份里，请放回 {folder / '.duban' / 'secrets.env'}；备份以后登记的事实和办结需要重新登记，"
        "然后在该文件夹运行 duban up",
        en=f"secrets are not in a backup: put yours at {folder / '.duban' / 'secrets.env'}; enter again what was "
        "recorded since, then run duban up there",
    )
    return 0


def tell_cleared(names: Sequence[str], *, as_json: bool) -> None:
    """Say what was cleared away in the store because its writer had been killed; to a program nothing."""
    if names and not as_json:
        tell(
            zh=f"清掉了以前没写完的 {'、'.join(names)}",
            en=f"cleared away what was never finished: {', '.join(names)}",
        )


def unfinished_row(name: str, columns: int) -> tuple[str, ...]:
    """The row of what has no manifest in a list with so many columns."""
    told = say(zh="没有写完（可能正在写）", en="unfinished (or being written)")
    return (name, told, *[""] * (columns - 2))


def _list_of(found: Iterable[BackupManifest], unfinished: Iterable[str]) -> RowList:
    return RowList(
        title=say(zh="备份", en="Backups"),
        headings=(
            say(zh="备份", en="backup"),
            say(zh="谁", en="by"),
            say(zh="台账行数", en="rows"),
            say(zh="佐证材料", en="evidence"),
            say(zh="大小", en="size"),
            say(zh="程序版本", en="version"),
        ),
        rows=[
            *(
                (
                    each.name,
                    each.by,
                    f"{sum(each.rows.values()):,}",
                    f"{len(each.evidence):,}",
                    _size(each.size),
                    each.version,
                )
                for each in found
            ),
            *(unfinished_row(name, 6) for name in unfinished),
        ],
        nothing=say(zh="还没有备份", en="there is no backup yet"),
    )


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:,.1f} MB"
