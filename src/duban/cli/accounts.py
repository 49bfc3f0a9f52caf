"""`duban account`: who may sign in on the page, and for which unit, posts and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from duban.base.language import say
from duban.cli.acting import Actor, actor_or_login
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.grouping import RUNNING, add_group
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from duban.ledger.principals import Role
    from duban.ledger.tables import Account
    from duban.workspace.workspace import Workspace

Name = Annotated[str, argument("NAME", zh="账号名，登录时输入。", en="The name that is typed to sign in.")]
FullName = Annotated[str, option("--full-name", "TEXT", zh="姓名，记在每一笔办理里。", en="The person.")]
Unit = Annotated[
    str,
    option(
        "--unit",
        "UNIT",
        zh="哪个单位，代码或名称；看本单位和下级。",
        en="The unit, by code or name, with those below.",
    ),
]
RoleNames = Annotated[
    list[str],
    option(
        "--role",
        "ROLE",
        zh="角色，可写多次：officer 经办人、supervisor 督办人、admin 管理员、auditor 审计员。",
        en="A role; may be repeated: officer, supervisor, admin, auditor.",
    ),
]
Posts = Annotated[
    list[str] | None,
    option(
        "--post",
        "POST",
        zh="担任的岗位，可写多次；下级单位的岗位写“单位/岗位”。",
        en="A post they hold; may be repeated; UNIT/POST for one of a unit below.",
    ),
]
Lines = Annotated[
    list[str] | None,
    option(
        "--line",
        "LINE",
        zh="只看这些条线，可写多次；不写则看全部。",
        en="They see these lines only; may be repeated. Without it, every line.",
    ),
]
Undisclosed = Annotated[
    bool,
    option(
        "--undisclosed",
        zh="可以看本单位及下级尚未办结的保密事项；岗位收到的保密事项不用这个也能看。",
        en="They see confidential obligations of their units before they are done.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        RUNNING,
        "account",
        (
            "create",
            create,
            "建一个账号，给出设置口令的一次性链接。",
            "Make an account and show the link by which its owner chooses a password, once.",
        ),
        ("list", list_accounts, "列出账号。", "List the accounts."),
        ("link", link, "换一个设置口令的一次性链接（忘了口令、链接过期）。", "Make another one-time link."),
        (
            "disable",
            disable,
            "停用账号，已登录的立即退出。",
            "Close an account; it is signed out everywhere.",
        ),
        ("enable", enable, "恢复停用的账号。", "Let a closed account sign in again."),
        zh="账号：谁可以登录网页。",
        en="Accounts: who may sign in on the page.",
    )


def create(
    name: Name,
    *,
    full_name: FullName,
    unit: Unit,
    role: RoleNames,
    post: Posts = None,
    line: Lines = None,
    undisclosed: Undisclosed = False,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Make an account and show its link."""
    from duban.access.accounts import make_account
    from duban.access.mandates import Mandate

    with open_project(project) as workspace:
        code = unit_meant(workspace.definitions.project, unit)
        mandate = Mandate(
            full_name,
            cast("frozenset[Role]", frozenset(role)),
            code,
            frozenset(each if "/" in each else f"{code}/{each}" for each in post or ()),
            frozenset(line) if line else None,
            undisclosed,
        )
        account = make_account(workspace, name, mandate, _hand(workspace, by))
        _show_link(workspace, account, by, as_json=as_json)


def list_accounts(
    *, form: As = None, output: Output = None, project: Project = None, as_json: Json = False
) -> None:
    """List every account."""
    from duban.access.accounts import all_accounts
    from duban.access.mandates import role_word

    with open_project(project) as workspace:
        shown = [_plain(workspace, account) for account in all_accounts(workspace)]
    listing = RowList(
        title=say(zh="账号", en="Accounts"),
        headings=say(zh="账号 姓名 单位 角色 岗位 状态", en="name person unit roles posts state").split(),
        rows=(
            (
                each["name"],
                each["full_name"],
                each["unit_name"],
                "、".join(map(role_word, each["roles"])),
                "、".join(each["posts"]),
                _STATES[each["state"]](),
            )
            for each in shown
        ),
        nothing=say(
            zh="还没有账号；用 duban account create 建一个。", en="No accounts yet: duban account create."
        ),
    )
    hand_over_list(listing, form, output, as_json=as_json, data=shown)


def link(name: Name, *, by: Actor = None, project: Project = None, as_json: Json = False) -> None:
    """Make another one-time link."""
    from duban.access.accounts import account_named

    with open_project(project) as workspace:
        _show_link(workspace, account_named(workspace, name), by, as_json=as_json)


def disable(name: Name, *, by: Actor = None, project: Project = None) -> None:
    """Close an account."""
    from duban.access.accounts import account_named, disable_account

    with open_project(project) as workspace:
        account = disable_account(workspace, account_named(workspace, name).id, _hand(workspace, by))
    tell(zh=f"账号“{account.name}”已停用", en=f"the account “{account.name}” is closed")


def enable(name: Name, *, by: Actor = None, project: Project = None) -> None:
    """Let a closed account sign in again."""
    from duban.access.accounts import account_named, enable_account

    with open_project(project) as workspace:
        account = enable_account(workspace, account_named(workspace, name).id, _hand(workspace, by))
    tell(zh=f"账号“{account.name}”已恢复", en=f"the account “{account.name}” may sign in again")


def _hand(workspace: Workspace, by: str | None) -> Any:
    from duban.access.accounts import Hand

    return Hand(actor_or_login(by), workspace.clock.now())


def _show_link(workspace: Workspace, account: Account, by: str | None, *, as_json: bool) -> None:
    from duban.access.links import GOOD_FOR, make_link
    from duban.bureau.page_links import reached_at
    from duban.runtime.presence import running_page
    from duban.web.settings import WrongSetting, web_settings

    known = reached_at(workspace.definitions.project) or running_page(workspace.root)
    try:
        address = known or web_settings().address
    except WrongSetting as why:
        raise WrongUsage(str(why)) from None
    secret = make_link(workspace.ledger, account.id, _hand(workspace, by))
    shown = f"{address}/welcome/{secret}"
    if as_json:
        show_json({**_plain(workspace, account), "link": shown})
        return
    tell(
        zh=f"账号“{account.name}”（{account.full_name}，{account.belongs_to.name}）。"
        f"把这个链接交给本人设置口令：只能用一次，{GOOD_FOR.days} 天内有效，只显示这一次：",
        en=f"the account “{account.name}” ({account.full_name}, {account.belongs_to.name}); give its owner this link "
        f"to choose a password: it works once, for {GOOD_FOR.days} days, and is shown this once:",
    )
    tell(shown)
    if not known:
        tell(
            zh=f"服务没有在运行，链接按 {address} 写；启动时换了端口或网址的，先启动再用 duban account link 重发，"
            "或在 duban.yaml 里写 page",
            en=f"no service is running: the link is for {address}. Where it will be started at another address, start it and "
            "send a new link with duban account link, or write page in duban.yaml",
        )


_STATES = {
    "open": lambda: say(zh="在用", en="in use"),
    "waiting": lambda: say(zh="未设口令", en="no password yet"),
    "disabled": lambda: say(zh="停用", en="closed"),
}


def _plain(workspace: Workspace, account: Account) -> dict[str, Any]:
    """An account for a reader."""
    state = "disabled" if account.disabled_at else "open" if account.password_hash else "waiting"
    return {
        "name": account.name,
        "full_name": account.full_name,
        "unit": account.unit,
        "unit_name": account.belongs_to.name,
        "roles": account.roles,
        "posts": account.posts,
        "lines": account.lines,
        "undisclosed": account.undisclosed,
        "state": state,
        "created_at": account.created_at.astimezone(workspace.definitions.project.zone),
        "created_by": account.created_by,
    }
