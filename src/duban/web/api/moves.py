"""`POST /obligations/{id}/…`: what people do to an obligation, by the hand of another program."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Header, Request
from pydantic import Field, field_validator, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from duban.base.language import say
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.obligations import actions
from duban.obligations.actions import (
    Acted,
    EvidenceRefused,
    MovedOn,
    MoveRefused,
)
from duban.obligations.listing import Filter, one
from duban.web.api.answering import names, plain
from duban.web.api.calling import IdempotencyKey, Writer, acting, refusals
from duban.web.api.completion import REQUEST_BODY, HandedIn, handed_in
from duban.web.api.once import once
from duban.web.api.one_obligation import Number, find, represent, seen_event
from duban.web.api.owed import State
from duban.web.api.words import Day, Given, Person, Reason, Remark, Short, Told, both
from duban.web.gate import Caller
from duban.web.problems import ApiProblem
from duban.workdays import UnknownYear, parse_period

Act = Callable[[int | None], Acted]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description=both(
            zh="看到的 ETag；此后有变动则不办（412）。", en="The ETag you saw; if it has changed since, 412."
        ),
    ),
]


class Signed(Given):
    """Who acts, and a remark."""

    actor: Person = None
    reason: Remark = Field(default="", description=both(zh="说明。", en="A remark."))


class Reasoned(Given):
    """Who acts, and why."""

    actor: Person = None
    reason: Reason = Field(description=both(zh="理由，必填。", en="The reason, required."))


class Extension(Reasoned):
    """Until when, or by how much; one of the two."""

    by: Short | None = Field(
        default=None,
        description=both(
            zh="延多久，从现在的法定期限起算：10 workdays、1 month、一个月。",
            en="By how much, from the present legal deadline: 10 workdays, 1 month.",
        ),
        examples=["10 workdays"],
    )
    to: Day | None = Field(default=None, description=both(zh="延到哪一天。", en="To which day."))

    @field_validator("by")
    @classmethod
    def _a_period(cls, written: str | None) -> str | None:
        if written is not None:
            parse_period(written)
        return written

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.by is None) == (self.to is None):
            raise ValueError(say(zh="by 和 to 写一个", en="give either by or to"))
        return self


class Moved(Told):
    """How the obligation stands now."""

    id: str
    duty: str
    title: str
    unit: str
    state: State
    target: date
    deadline: date
    missing: list[str] = Field(
        description=both(zh="要求而还没有交的材料。", en="Required evidence not handed in.")
    )


def router() -> APIRouter:
    """The addresses of this module."""
    moves = APIRouter(tags=["obligations"])
    refused = refusals(
        "read-only",
        "not-found",
        "move-refused",
        "in-progress",
        "stale",
        "key-reused",
        "too-large",
        "malformed",
    )
    for name, endpoint, summary, zh, en in (
        ("acknowledge", acknowledge, "签收 Acknowledge", "知道了、有人办；催办照常。", "Known and in hand; reminders go on."),
        ("extend", extend, "延期 Extend", "延到以后某天或延一段期限。", "To a later day, or by a period."),
        ("waive", waive, "免办 Waive", "不必办了。", "It need not be done."),
        ("suspend", suspend, "中止 Suspend", "催办停下，恢复前不算逾期。", "The ladder is silent until it is resumed."),
        ("resume", resume, "恢复 Resume", "期限按中止的工作日顺延。", "Dates move on by the working days it was suspended."),
        ("reopen", reopen, "重新打开 Reopen", "撤销误办的办结或免办。", "Undoes a completion or a waiver."),
    ):  # fmt: skip
        moves.post(
            f"/obligations/{{number}}/{name}",
            operation_id=f"{name}Obligation",
            summary=summary,
            description=both(zh=zh, en=en),
            response_model=Moved,
            responses=refused,
        )(endpoint)
    moves.post(
        "/obligations/{number}/complete",
        operation_id="completeObligation",
        summary="办结 Complete",
        description=both(
            zh="可附材料：文字用 JSON，文件用 multipart/form-data（字段 evidence，可多个）。缺材料不妨碍办结，答复里会说。",
            en="With evidence: texts as JSON, files as multipart/form-data (field evidence, may repeat). Missing evidence "
            "does not hold it up; the answer says so.",
        ),
        response_model=Moved,
        responses={**refused, **refusals("media-type")},
        openapi_extra={"requestBody": REQUEST_BODY},
    )(complete)
    return moves


def acknowledge(
    request: Request,
    caller: Writer,
    number: Number,
    said: Annotated[Signed | None, Body()] = None,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Sign for an obligation."""
    return _signed(request, caller, number, said, key, if_match, actions.acknowledge)


def resume(
    request: Request,
    caller: Writer,
    number: Number,
    said: Annotated[Signed | None, Body()] = None,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Resume a suspended obligation."""
    return _signed(request, caller, number, said, key, if_match, actions.resume)


def waive(
    request: Request,
    caller: Writer,
    number: Number,
    said: Reasoned,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Waive an obligation."""
    return _signed(request, caller, number, said, key, if_match, actions.waive)


def suspend(
    request: Request,
    caller: Writer,
    number: Number,
    said: Reasoned,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Suspend an obligation."""
    return _signed(request, caller, number, said, key, if_match, actions.suspend)


def reopen(
    request: Request,
    caller: Writer,
    number: Number,
    said: Reasoned,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Reopen a closed obligation."""
    return _signed(request, caller, number, said, key, if_match, actions.reopen)


def extend(
    request: Request,
    caller: Writer,
    number: Number,
    said: Extension,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Extend an obligation."""

    def act(seen: int | None) -> Acted:
        return actions.extend(
            caller.ws,
            number,
            caller.now,
            actor=acting(caller, said.actor),
            reason=said.reason,
            by=parse_period(said.by) if said.by else None,
            to=said.to,
            seen=seen,
        )

    return _move(request, caller, number, said.model_dump(), key, if_match, act)


async def complete(
    request: Request,
    caller: Writer,
    number: Number,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Complete an obligation."""
    async with handed_in(request) as given:
        return await run_in_threadpool(_complete, request, caller, number, given, key, if_match)


def _complete(
    request: Request, caller: Caller, number: str, given: HandedIn, key: str | None, if_match: str | None
) -> Response:
    with given.evidence() as evidence:

        def act(seen: int | None) -> Acted:
            try:
                return actions.complete(
                    caller.ws,
                    number,
                    caller.now,
                    actor=acting(caller, given.completion.actor),
                    reason=given.completion.reason,
                    evidence=evidence,
                    seen=seen,
                )
            except EvidenceRefused as why:
                reason = str(why)
                for piece in evidence:  # where it lay meanwhile concerns nobody
                    reason = reason.replace(str(piece.path), piece.called)
                raise ApiProblem(
                    "invalid", reason, errors=[{"field": "evidence", "reason": reason}]
                ) from None

        return _move(request, caller, number, given.asked(), key, if_match, act)


def _signed(
    request: Request,
    caller: Caller,
    number: str,
    said: Signed | Reasoned | None,
    key: str | None,
    if_match: str | None,
    action: Callable[..., Acted],
) -> Response:
    given = said or Signed()

    def act(seen: int | None) -> Acted:
        return action(
            caller.ws,
            number,
            caller.now,
            actor=acting(caller, given.actor),
            reason=given.reason,
            seen=seen,
        )

    return _move(request, caller, number, given.model_dump(), key, if_match, act)


def _move(
    request: Request,
    caller: Caller,
    number: str,
    asked: Any,
    key: str | None,
    if_match: str | None,
    act: Act,
) -> Response:
    """Make one move on an obligation the caller may see, unless it has changed since the caller looked."""

    def moved() -> Response:
        with reading(caller.ws.ledger) as connection:
            _, tag = represent(connection, caller, find(connection, caller, number))
        seen = None
        if if_match is not None and "*" not in if_match:
            if not names(if_match, tag):
                raise _stale(number)
            seen = seen_event(tag)
        try:
            acted = act(seen)
        except MovedOn:
            raise _stale(number) from None
        except MoveRefused as why:
            raise ApiProblem("move-refused", str(why)) from None
        except (UnknownYear, OverflowError) as why:
            reason = str(why) if isinstance(why, UnknownYear) else say(zh="期限太远", en="too far away")
            raise ApiProblem("move-refused", reason) from None
        with reading(caller.ws.ledger) as connection:
            after = one(connection, parse_short_id(number), Filter())
            tag = represent(connection, caller, after)[1] if after is not None else ""
        return Response(plain(_moved(acted)), 200, {"ETag": tag}, "application/json")

    return once(request, caller, key, asked, moved)


def _moved(acted: Acted) -> Moved:
    return Moved.model_validate(
        {
            "id": acted.short_id,
            "duty": acted.duty_id,
            "title": acted.title,
            "unit": acted.unit,
            "state": acted.state,
            "target": acted.target,
            "deadline": acted.deadline,
            "missing": list(acted.missing),
        }
    )


def _stale(number: str) -> ApiProblem:
    return ApiProblem(
        "stale",
        say(
            zh=f"{number} 在您查看之后有变动，请看过再办",
            en=f"{number} has changed since you looked; look again",
        ),
    )
