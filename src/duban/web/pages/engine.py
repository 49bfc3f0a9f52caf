"""The engine (`/admin/engine`), for admins: loops, holds, queues, dead letters with resend, channels with a test, silent sources."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.deliveries.holding import (
    HoldRefused,
    decision_word,
    discard_held,
    hold_again,
    place_hold,
    release_hold,
)
from duban.deliveries.trial import ChannelRefused, record_line, try_channel
from duban.runtime.presence import known_api
from duban.views.engine import MOST, engine_view, send_again
from duban.web.pages.accounts import Admin, Overseer
from duban.web.pages.coming_in import Text
from duban.web.pages.rendering import page
from duban.web.pages.visiting import RowNumber, Visit
from duban.web.readiness import PARTS

ENGINE: Final = "/admin/engine"


router = APIRouter()


@router.get(ENGINE)
def show(visit: Overseer, again: int | None = None) -> Response:
    """How the engine stands."""
    told = ""
    if again is not None:
        told = say(zh=f"{again} 条放回队列，{_soon()}", en=f"{again} put back into the queue: {_soon()}")
    return _shown(visit, told)


def _soon() -> str:
    """When what was put back goes out: only what is urgent does not wait for the office."""
    return say(
        zh="下一轮就发；不在办公时间的等到上班，紧急的照发",
        en="they go in the next round; outside office hours when the office opens, what is urgent at once",
    )


@router.post(f"{ENGINE}/resend")
def take_resend(
    visit: Admin, number: Annotated[list[RowNumber] | None, Form()] = None, everything: Text = ""
) -> Response:
    """Send dead letters again."""
    if not everything and not number:
        return _shown(
            visit, refused=say(zh="一条也没有选；先在左边打勾", en="none is chosen: tick those to send again")
        )
    count = send_again(visit.sight, None if everything else number or [])
    return RedirectResponse(f"{ENGINE}?again={count}", 303)


@router.post(f"{ENGINE}/hold")
def take_hold(visit: Admin, reason: Text = "") -> Response:
    """Hold delivery by hand."""

    def hold() -> str:
        place_hold(visit.ws, visit.principal, visit.now, reason)
        return say(zh="已压住，紧急事项照发", en="delivery is held; what is urgent goes")

    return _of_a_hold(visit, hold)


@router.post(f"{ENGINE}/hold/{{number}}")
def take_decision(
    visit: Admin, number: RowNumber, decision: Text = "", reason: Text = "", duty: Text = ""
) -> Response:
    """Release, discard (all of it, or of one duty), or hold again what was decided."""
    ws, who, now = visit.ws, visit.principal, visit.now

    def decide() -> str:
        if decision == "release":
            return say(
                zh=f"已放行，{release_hold(ws, number, who, now, reason)} 条{_soon()}",
                en=f"released: {_soon()}",
            )
        if decision == "discard":
            count = discard_held(ws, number, who, now, reason, duty or None)
            return say(zh=f"{count} 条不发，记在案", en=f"{count} will not be sent")
        _, back = hold_again(ws, number, who, now)
        return say(zh=f"又压住了，{back} 条重新等着", en=f"held again, {back} wait again")

    return _of_a_hold(visit, decide)


def _of_a_hold(visit: Visit, act: Callable[[], str]) -> Response:
    """What became of an act on a hold; only an admin of the whole city may, since it is everybody's messages."""
    if visit.principal.units is not None:
        return _shown(
            visit,
            refused=say(zh="缓发管的是全市的消息，由市局的管理员决定", en="an admin of the city decides"),
        )
    try:
        return _shown(visit, act())
    except HoldRefused as why:
        return _shown(visit, refused=str(why))


@router.post(f"{ENGINE}/try")
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
        decided=lambda hold: decision_word(hold, project.zone),
        may_decide=visit.principal.is_a("admin") and visit.principal.units is None,
        may_change=visit.principal.is_a("admin"),
        told=told,
        refused=refused,
    )
