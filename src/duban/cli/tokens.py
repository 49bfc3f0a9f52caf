"""`duban token`: which programs may call the HTTP API, and for which unit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from duban.base.language import say
from duban.cli.acting import Actor, acting
from duban.cli.bilingual import argument, option
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.grouping import RUNNING, add_commands, add_group
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project, read_date
from duban.cli.recorded import list_accesses
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from datetime import datetime

    from duban.ledger.tables import Token
    from duban.workspace.workspace import Workspace

Unit = Annotated[
    str,
    option(
        "--unit",
        "UNIT",
        zh="替哪个单位，代码或名称；含下级单位。",
        en="The unit it stands for, by code or name, with those below.",
    ),
]
Name = Annotated[
    str, option("--name", "TEXT", zh="名称，写明哪个系统在用。", en="A name that says which system uses it.")
]
ReadOnly = Annotated[bool, option("--read-only", zh="只能查看，不能写入。", en="May look, may not write.")]
Expires = Annotated[
    date | None,
    option(
        "--expires",
        "DATE",
        parser=read_date,
        zh="用到哪一天（含当天）；不写则不限期。",
        en="The last day it is good for; without it, no end.",
    ),
]
Which = Annotated[str, argument("NAME", zh="令牌的名称。", en="The token's name.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        RUNNING,
        "token",
        ("create", create, "发一个令牌；密文只显示这一次。", "Make a token; its secret is shown this once."),
        ("list", list_tokens, "列出令牌，不含密文。", "List the tokens, without their secrets."),
        ("revoke", revoke, "作废一个令牌，立即生效。", "Revoke a token, at once and for good."),
        zh="令牌：哪个程序可以调用接口。",
        en="Tokens: which program may call the API.",
    )
    add_commands(
        app,
        RUNNING,
        (
            "access",
            list_accesses,
            "操作记录：谁在什么时候、从哪里写了什么。",
            "The access log: who wrote what, when, from where.",
        ),
    )


def create(
    *,
    unit: Unit,
    name: Name,
    read_only: ReadOnly = False,
    expires: Expires = None,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Make a token and show its secret."""
    from duban.access.tokens import make_token

    with open_project(project) as workspace:
        now = workspace.clock.now()
        code = unit_meant(workspace.definitions.project, unit)
        token, secret = make_token(
            workspace,
            code,
            name,
            now,
            by=acting(workspace, by, "token create", name).name,
            read_only=read_only,
            until=expires,
        )
        shown = _plain(workspace, token, now)
    if as_json:
        show_json({**shown, "secret": secret})
        return
    may = say(zh="只读", en="read only") if read_only else say(zh="读写", en="read and write")
    tell(
        zh=f"令牌“{token.name}”：{token.stands_for.name}及下级，{may}。密文只显示这一次，请收好：",
        en=f"token “{token.name}” for {token.stands_for.name} and below, {may}; the secret is shown this once:",
    )
    tell(secret)


def list_tokens(
    *, form: As = None, output: Output = None, project: Project = None, as_json: Json = False
) -> None:
    """List every token."""
    from duban.access.tokens import all_tokens

    with open_project(project) as workspace:
        now = workspace.clock.now()
        shown = [_plain(workspace, token, now) for token in all_tokens(workspace)]
    states = {
        "valid": say(zh="有效", en="valid"),
        "expired": say(zh="过期", en="expired"),
        "revoked": say(zh="作废", en="revoked"),
    }
    listing = RowList(
        title=say(zh="令牌", en="Tokens"),
        headings=say(zh="名称 单位 权限 状态 用到 最近使用", en="name unit may state until used").split(),
        rows=(
            (
                each["name"],
                each["unit_name"],
                say(zh="读写", en="write") if "write" in each["scopes"] else say(zh="只读", en="read"),
                states[each["state"]],
                each["until"],
                f"{each['last_used_at']:%Y-%m-%d %H:%M}" if each["last_used_at"] else "",
            )
            for each in shown
        ),
        nothing=say(zh="还没有令牌；用 duban token create 发一个。", en="No tokens yet: duban token create."),
    )
    hand_over_list(listing, form, output, as_json=as_json, data=shown)


def revoke(name: Which, *, by: Actor = None, project: Project = None) -> None:
    """Revoke one token."""
    from duban.access.tokens import revoke_token

    with open_project(project) as workspace:
        acting(workspace, by, "token revoke", name)
        revoke_token(workspace, name, workspace.clock.now())
    tell(zh=f"令牌“{name}”已作废", en=f"the token “{name}” is revoked")


def _plain(workspace: Workspace, token: Token, now: datetime) -> dict[str, Any]:
    """A token for a reader: local moments, and the last day it is good for."""
    from datetime import timedelta

    zone = workspace.definitions.project.zone

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(zone)

    end = local(token.expires_at)
    return {
        "name": token.name,
        "unit": token.unit,
        "unit_name": token.stands_for.name,
        "scopes": token.scopes,
        "state": token.state(now),
        "until": None if end is None else (end - timedelta(days=1)).date(),
        "created_at": local(token.created_at),
        "created_by": token.created_by,
        "last_used_at": local(token.last_used_at),
    }
