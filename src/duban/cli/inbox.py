"""`duban inbox`: the messages in the built-in inboxes of the posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.clock import local
from duban.base.language import say
from duban.cli.bilingual import argument, option
from duban.cli.failures import Refused
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.grouping import MESSAGES, add_commands
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlmodel import Session

    from duban.ledger.tables import InboxMessage
    from duban.workspace.workspace import Workspace

Message = Annotated[
    int | None,
    argument(
        "[MESSAGE]",
        zh="消息编号：显示这一条，并记为已读。",
        en="A message's number: show it, and mark it read.",
    ),
]
Unit = Annotated[
    str | None,
    option(
        "--unit",
        "UNIT",
        zh="单位的代码或名称，含下级单位。",
        en="A unit's code or name, with the units below it.",
    ),
]
Post = Annotated[str | None, option("--post", "POST", zh="岗位。", en="A post.")]
Unread = Annotated[bool, option("--unread", zh="只看未读的。", en="Only what is unread.")]
Limit = Annotated[
    int, option("--limit", least=1, most=10_000, zh="最多几条，最新的在前。", en="At most; newest first.")
]


@dataclass(frozen=True)
class InboxLine:
    """One message as it lies in the inbox of a post. Moments are aware UTC."""

    id: int  #: The number people quote.
    unit: str  #: The name of the unit whose post it came to, or its code once the unit is gone.
    post: str  #: the post it lies with, as unit/post
    title: str  #: its title
    body: str  #: its text
    received_at: datetime  #: when it came, aware UTC
    read_at: datetime | None  #: When it was first read; None while nobody has.


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        MESSAGES,
        (
            "inbox",
            inbox,
            "看内置收件箱：各岗位收到的提醒和催办。",
            "Read the built-in inbox: what each post was reminded of.",
        ),
    )


def inbox(
    message: Message = None,
    *,
    unit: Unit = None,
    post: Post = None,
    unread: Unread = False,
    limit: Limit = 20,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """List messages, newest first, or show one."""
    with open_project(project) as workspace:
        zone = workspace.definitions.project.zone
        if message is not None:
            read = _read(workspace, message)
            if as_json:
                show_json(read)
            else:
                _show(read, zone)
            return
        found, more = _search(workspace, unit, post, limit, unread=unread)
    hand_over_list(
        _list_of(found, zone, more=more),
        form,
        output,
        as_json=as_json,
        data={"messages": found, "more": more},
    )


def _search(
    workspace: Workspace, unit: str | None, post: str | None, limit: int, *, unread: bool
) -> tuple[list[InboxLine], bool]:
    """The newest messages that match, and whether there are more than `limit`."""
    from sqlalchemy import or_
    from sqlmodel import col, select

    from duban.bureau.unit_posts import any_post_of, anywhere
    from duban.cli.listing import units_below
    from duban.ledger.choosing import sorted_after
    from duban.ledger.sessions import looking
    from duban.ledger.tables import InboxMessage

    to = col(InboxMessage.recipient)
    newest = sorted_after(col(InboxMessage.id)) if unread else col(InboxMessage.id)
    query = select(InboxMessage).order_by(newest.desc()).limit(limit + 1)
    with looking(workspace.ledger) as session:
        if unit:
            codes = units_below(session.connection(), workspace.definitions.project, unit)
            query = query.where(or_(*(to.startswith(any_post_of(code), autoescape=True) for code in codes)))
        if post:
            query = query.where(to.endswith(anywhere(post), autoescape=True))
        if unread:
            query = query.where(col(InboxMessage.read_at).is_(None))
        names = _unit_names(session)
        found = [_line(message, names) for message in session.exec(query)]
    return found[:limit], len(found) > limit


def _read(workspace: Workspace, number: int) -> InboxLine:
    """The message of that number, now read. Raises Refused if there is none."""
    from duban.ledger.sessions import changing
    from duban.ledger.tables import InboxMessage

    with changing(workspace.ledger) as session:
        message = session.get(InboxMessage, number)
        if message is None:
            raise Refused(
                zh=f"收件箱里没有编号为 {number} 的消息，运行 duban inbox 看有哪些",
                en=f"the inbox has no message {number}; duban inbox lists them",
            )
        before = _line(message, _unit_names(session))
        if message.read_at is None:
            message.read_at = workspace.clock.now()
        return before


def _unit_names(session: Session) -> dict[str, str]:
    from duban.ledger.units import known_units

    return {unit.code: unit.name for unit in known_units(session.connection())}


def _line(message: InboxMessage, names: dict[str, str]) -> InboxLine:
    from duban.bureau.unit_posts import UnitPost

    to = UnitPost.parse(message.recipient)
    return InboxLine(
        id=message.id,
        unit=names.get(to.unit, to.unit),
        post=to.post,
        title=message.title,
        body=message.body,
        received_at=message.received_at,
        read_at=message.read_at,
    )


def _list_of(found: list[InboxLine], zone: ZoneInfo, *, more: bool) -> RowList:
    headings = say(zh="编号 收到 单位 岗位 未读 标题", en="id received unit post unread title").split()
    older = say(zh="还有更早的，加 --limit 看更多", en="there are older ones: raise --limit")
    return RowList(
        title=say(zh="收件箱", en="Inbox"),
        headings=headings,
        rows=(
            (
                each.id,
                local(each.received_at, zone),
                each.unit,
                each.post,
                "" if each.read_at else "●",
                each.title,
            )
            for each in found
        ),
        nothing=say(zh="没有消息。", en="No messages."),
        hints=[say(zh="看一条：duban inbox 编号", en="read one: duban inbox ID"), *([older] if more else [])],
        numbers=headings[0],
    )


def _show(message: InboxLine, zone: ZoneInfo) -> None:
    tell(message.title, "bold")
    tell(f"{message.unit} {message.post} · {local(message.received_at, zone)}", "dim")
    tell()
    tell(message.body)
