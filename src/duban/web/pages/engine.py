"""The engine (`/admin/engine`), for admins: loops, queues, dead letters with resend, channels with a test, silent sources."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.deliveries.trial import ChannelRefused, record_line, try_channel
from duban.runtime.presence import known_api
from duban.views.engine import MOST, engine_view, send_again
from duban.web.pages.accounts import Admin, Overseer
from duban.web.pages.coming_in import Text
from duban.web.pages.rendering import page
from duban.web.pages.visiting import RowNumber, Visit
from duban.web.readiness import PARTS

ENGINE: Final = "/admin/engine"


def router() -> APIRouter:
    """The addresses of the engine's page."""
    routes = APIRouter()
    routes.get(ENGINE)(show)
    routes.post(f"{ENGINE}/resend")(take_resend)
    routes.post(f"{ENGINE}/try")(take_trial)
    return routes


def show(visit: Overseer, again: int | None = None) -> Response:
    """How the engine stands."""
    told = ""
    if again is not None:
        told = say(zh=f"{again} 条放回队列，马上再发", en=f"{again} put back into the queue")
    return _shown(visit, told)


def take_resend(
    visit: Admin, number: Annotated[list[RowNumber] | None, Form()] = None, everything: Text = ""
) -> Response:
    """Send dead letters again."""
    count = send_again(visit.sight, None if everything else number or [])
    return RedirectResponse(f"{ENGINE}?again={count}", 303)


def take_trial(visit: Admin, channel: Text = "", post: Text = "") -> Response:
    """Send one real message over a channel, to a post of theirs."""
    to = UnitPost.parse(post)
    if not to.post or not visit.principal.acts_for(to.unit):
        return _shown(visit, refused=say(zh=f"没有岗位“{post}”", en=f"no post “{post}”"))
    try:
        answers = try_channel(visit.ws, channel, to, visit.now)
    except ChannelRefused as why:
        return _shown(visit, refused=str(why))
    lines = []
    for answer in answers:
        whom = f"{answer.address}：" if answer.address else ""
        if answer.accepted:
            lines.append(whom + say(zh="收下了", en="taken"))
        elif answer.unsure:
            lines.append(
                whom + say(zh="没有回音，可能已经收到 ", en="no answer, it may have arrived ") + answer.said
            )
        else:
            lines.append(whom + say(zh="没有收下：", en="not taken: ") + answer.said)
    good = all(answer.accepted for answer in answers)
    told = say(zh=f"渠道“{channel}”试发：", en=f"“{channel}”: ") + say(zh="；", en="; ").join(lines)
    return _shown(visit, told if good else "", "" if good else told)


def _shown(visit: Visit, told: str = "", refused: str = "") -> Response:
    project = visit.ws.definitions.project
    posts = [
        UnitPost(unit.code, post)
        for unit in project.units.values()
        if visit.principal.acts_for(unit.code)
        for post in unit.posts
    ]
    stands = engine_view(visit.sight)
    return page(
        visit,
        "engine.html.j2",
        status=422 if refused else 200,
        stands=stands,
        most=MOST,
        parts_watched=PARTS,
        channels=[(each, record_line(each, project.zone)) for each in stands.channels],
        posts=posts,
        name_of=project.name_of,
        prefect=(known_api(visit.ws.root) or "").removesuffix("/api"),
        may_change=visit.principal.is_a("admin"),
        told=told,
        refused=refused,
    )
