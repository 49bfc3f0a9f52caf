"""The inbox of somebody's posts, and one message with the items it speaks of."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.views.messages import inbox, mark_read, message_view
from duban.web.pages.act_forms import possible
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visitor, Writer

router = APIRouter()


@router.get("/inbox")
def show_inbox(visit: Visitor, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None) -> Response:
    """The inbox, the newest first."""
    return page(visit, "inbox.html.j2", inbox=inbox(visit.sight, before))


@router.post("/inbox/read")
def take_read(visit: Writer, number: Annotated[int, Form(ge=1, lt=2**63)]) -> Response:
    """Write down that a message was read."""
    mark_read(visit.sight, number)
    return RedirectResponse("/inbox", 303)


@router.get("/m/{message}")
def show_message(visit: Visitor, message: str) -> Response:
    """A message as it was sent. Opening it changes nothing."""
    found = message_view(visit.sight, message[:40])
    if found is None:
        raise PageRefused(
            404,
            say(zh="没有这条消息", en="No such message"),
            say(
                zh="它不存在，或不是发给您的岗位的；您的消息在收件箱里",
                en="it is not there, or was not sent to your posts; yours are in the inbox",
            ),
        )
    may = possible(visit, [row.owed for row in found.items])
    return page(visit, "message.html.j2", found=found, may=may)
