"""A person is asked about a hold: once, in the inboxes of the admins' posts and over the operator's robot."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, update
from sqlmodel import col, select

from duban.base.clock import local
from duban.base.language import say
from duban.bureau.page_links import reached_at
from duban.bureau.unit_posts import UnitPost
from duban.channels.operator_robot import tell_operator
from duban.deliveries.holding import HoldRecord, standing_hold
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import writing
from duban.ledger.tables import INBOX_MESSAGE, Account, Hold

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

WITHOUT_ADMIN: Final = "科室负责人"
"""The city's posts of this role are asked while no admin's account holds a post."""


def ask_for_decision(ws: Workspace, now: datetime) -> bool:
    """Tell of the hold that stands, if nobody was told of it yet; whether this call did.

    The claim and the inboxes are one transaction; the robot is asked once, after it.
    """
    with writing(ws.ledger) as connection:
        stands = standing_hold(connection)
        if stands is None or stands.told_at is not None:
            return False
        claimed = update(Hold).where(col(Hold.id) == stands.id, col(Hold.told_at).is_(None))
        if not connection.execute(claimed.values(told_at=now)).rowcount:
            return False
        title, body = _words(ws, stands)
        rows = [
            {
                "recipient": str(post),
                "message_id": f"hold-{stands.id}",
                "title": title,
                "body": body,
                "received_at": now,
            }
            for post in _admins(connection, ws)
        ]
        insert_ignore(connection, INBOX_MESSAGE, rows)
    tell_operator(ws.root, f"{title}\n{body}")
    return True


def _words(ws: Workspace, stands: HoldRecord) -> tuple[str, str]:
    project = ws.definitions.project
    at = local(stands.at, project.zone)
    place = f"{reached_at(project)}/admin/engine"
    title = say(
        zh="【请核实】今天的量反常，消息已暂缓发送", en="[please look] an unlikely day: delivery is held"
    )
    body = say(
        zh=f"{at}：{stands.why}。\n可能是日历、导入的数据或机器的时钟不对，也可能是对的。除紧急事项外，消息都先不发，一条不少。\n"
        f"请核实：管理员在网页 {place} 上放行或不发，运维在服务器上也可以。数据有错的先更正，更正后不再欠的自动不发。",
        en=f"{at}: {stands.why}.\nA calendar, an import or the machine's clock may be wrong, or all of it right. Only what is urgent "
        f"goes out; nothing is lost.\nAn admin releases or discards at {place}, or the operator does at the server. Correct wrong data "
        "first: what is no longer owed is then not sent.",
    )
    return title, body


def _admins(connection: Connection, ws: Workspace) -> list[UnitPost]:
    """The posts of the city's admins; without any, the city's heads of section."""
    [city] = ws.definitions.project.units_at("city")
    accounts = select(col(Account.roles), col(Account.posts)).where(
        col(Account.unit) == city.code, col(Account.disabled_at).is_(None)
    )
    held = {
        post for roles, posts in connection.execute(accounts).tuples() if "admin" in roles for post in posts
    }
    if held:
        return [UnitPost.parse(post) for post in sorted(held)]
    return [UnitPost(city.code, name) for name, post in city.posts.items() if post.role == WITHOUT_ADMIN]
