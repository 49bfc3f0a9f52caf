"""`/holds`: delivery held until a person has looked, what is held, and what becomes of it; for tokens of the city."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from duban.deliveries.holding import (
    HeldDuty,
    HoldRecord,
    HoldRefused,
    all_holds,
    discard_held,
    held_duties,
    hold_again,
    place_hold,
    release_hold,
)
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.web.api.answering import answer, conditional, plain
from duban.web.api.calling import IdempotencyKey, Reader, Writer, acting, refusals
from duban.web.api.once import once
from duban.web.api.words import AnswerBody, Person, Reason, Remark, RequestBody, Short, both, described
from duban.web.gate import Caller
from duban.web.problems import ApiProblem

Number = Annotated[int, Path(ge=1, lt=2**63, description=both(zh="第几次缓发。", en="The hold's number."))]


class HoldReply(AnswerBody):
    """One hold."""

    id: int  #: the hold's number
    at: datetime  #: when delivery was held
    by: str  #: who held it
    why: str  #: why, in their words or by the figures
    day: date  #: the local day whose figures it is about
    ended_at: datetime | None  #: when somebody decided
    ended_by: str | None  #: who decided
    decision: str | None = described(
        zh="released 放行、discarded 不发；空着就是还压着。", en="null while it stands."
    )
    ended_why: str | None  #: their note


class HeldDutyReply(AnswerBody):
    """What is held of one duty."""

    duty: str  #: the duty's id
    title: str  #: what it is called
    deliveries: int  #: how many are held of it
    recipients: int  #: to how many they go


class HoldsReply(AnswerBody):
    """The holds there were, the newest first, and what the one that stands keeps back."""

    holds: list[HoldReply]  #: the newest first
    held: list[HeldDutyReply]  #: what the standing one keeps back


class HoldActReply(AnswerBody):
    """What became of an act on a hold."""

    hold: int = described(zh="第几次缓发。", en="The hold's number.")
    deliveries: int = described(zh="涉及几条。", en="How many deliveries it was about.")


class HoldReason(RequestBody):
    """Who acts, and why."""

    actor: Person = None  #: who acts, as people know them
    reason: Reason = described(zh="为什么，必填。", en="Why, required.")


class DiscardOrder(HoldReason):
    """Who acts, why, and of which duty."""

    duty: Short | None = described(zh="只不发这个事项的。", en="Of this duty only.", default=None)


class ReleaseOrder(RequestBody):
    """Who acts, and a note."""

    actor: Person = None  #: who acts, as people know them
    reason: Remark = described(zh="说明。", en="A note.", default="")


def _described() -> APIRouter:
    """The addresses of this module."""
    holds = APIRouter(tags=["holds"])
    outside = refusals("outside")
    holds.get(
        "/holds",
        operation_id="listHolds",
        summary="查缓发 List holds",
        description=both(zh="压住了什么，以前压过什么。", en="What is held, and what was."),
        response_model=HoldsReply,
        responses={**outside, **conditional()},
    )(list_holds)
    refused = refusals(
        "read-only", "outside", "hold-refused", "in-progress", "key-reused", "too-large", "malformed"
    )
    for address, endpoint, name, summary, zh, en in (
        ("/holds", place, "placeHold", "由人压住 Hold", "紧急事项照发。", "What is urgent goes."),
        ("/holds/{number}/release", release, "releaseHold", "放行 Release", "压住的照常发出。", "What waits goes out."),
        ("/holds/{number}/discard", discard, "discardHold", "不发 Discard", "压住的取消。", "What waits is cancelled."),
        ("/holds/{number}/again", again, "holdAgain", "重新压住 Hold again", "撤销放行或不发。", "Undoes a decision."),
    ):  # fmt: skip
        holds.post(
            address,
            operation_id=name,
            summary=summary,
            description=both(zh=zh, en=en),
            response_model=HoldActReply,
            responses=refused,
        )(endpoint)
    return holds


def list_holds(request: Request, caller: Reader) -> Response:
    """List holds, and what the one that stands keeps back."""
    _of_the_city(caller)
    with reading(caller.ws.ledger) as connection:
        found = all_holds(connection)
        stands = any(each.ended_at is None for each in found)
        held = held_duties(connection, caller.ws, caller.by) if stands else []
    return answer(request, HoldsReply(holds=list(map(_hold, found)), held=list(map(_duty, held))))


def place(request: Request, caller: Writer, body: HoldReason, key: IdempotencyKey = None) -> Response:
    """Hold delivery by hand."""
    ws = caller.ws
    return _decided(request, caller, key, body, lambda who: (place_hold(ws, who, caller.now, body.reason), 0))


def release(
    request: Request, caller: Writer, number: Number, body: ReleaseOrder, key: IdempotencyKey = None
) -> Response:
    """Let out what is held."""

    def act(who: Principal) -> tuple[int, int]:
        return number, release_hold(caller.ws, number, who, caller.now, body.reason)

    return _decided(request, caller, key, body, act)


def discard(
    request: Request, caller: Writer, number: Number, body: DiscardOrder, key: IdempotencyKey = None
) -> Response:
    """Cancel what is held."""

    def act(who: Principal) -> tuple[int, int]:
        return number, discard_held(caller.ws, number, who, caller.now, body.reason, body.duty)

    return _decided(request, caller, key, body, act)


def again(
    request: Request, caller: Writer, number: Number, body: ReleaseOrder, key: IdempotencyKey = None
) -> Response:
    """Undo a release or a discard."""
    return _decided(request, caller, key, body, lambda who: hold_again(caller.ws, number, who, caller.now))


def _decided(
    request: Request,
    caller: Caller,
    key: str | None,
    body: HoldReason | ReleaseOrder,
    act: Callable[[Principal], tuple[int, int]],
) -> Response:
    """Do it once and tell what became of it: the hold's number, and how many deliveries it was about."""
    _of_the_city(caller)
    who = acting(caller, body.actor)

    def done() -> Response:
        try:
            hold, deliveries = act(who)
        except HoldRefused as why:
            raise ApiProblem("hold-refused", str(why)) from None
        return Response(
            plain(HoldActReply(hold=hold, deliveries=deliveries)), 200, media_type="application/json"
        )

    return once(request, caller, key, body.model_dump(mode="json"), done)


def _of_the_city(caller: Caller) -> None:
    if caller.by.units is not None:
        raise ApiProblem(
            "outside",
            zh="缓发管的是全市的消息，要市局的令牌",
            en="holds are of the whole city: use a token of the city",
        )


def _hold(each: HoldRecord) -> HoldReply:
    return HoldReply.model_validate(each)


def _duty(each: HeldDuty) -> HeldDutyReply:
    return HeldDutyReply.model_validate(each)


router = _described()
