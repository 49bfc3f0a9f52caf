"""`POST /obligations/{id}/…`: what people do to an obligation, by the hand of another program."""

from collections.abc import Callable
from typing import Annotated, Self

from fastapi import APIRouter, Body
from pydantic import Field, field_validator, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from duban.base.language import say
from duban.obligations import actions
from duban.obligations.actions import Acted, EvidenceRefused
from duban.web.api.calling import acting, refusals
from duban.web.api.completion import REQUEST_BODY, HandedIn, handed_in
from duban.web.api.moving import Moved, Moving
from duban.web.api.words import Day, Person, Reason, Remark, RequestBody, Short, both
from duban.web.problems import ApiProblem
from duban.workdays import parse_period


class Signed(RequestBody):
    """Who acts, and a remark."""

    actor: Person = None
    reason: Remark = Field(default="", description=both(zh="说明。", en="A remark."))


class Reasoned(RequestBody):
    """Who acts, and why."""

    actor: Person = None
    reason: Reason = Field(description=both(zh="理由，必填。", en="The reason, required."))


class Extension(Reasoned):
    """Until when, or by how much; one of the two."""

    by: Short | None = Field(
        default=None,
        description=both(
            zh="延多久，从现在的最后期限起算：10 workdays、1 month、一个月。",
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
        ("acknowledge", _signed(actions.acknowledge), "签收 Acknowledge", "知道了、有人办；催办照常。", "Known and in hand; reminders go on."),
        ("extend", extend, "延期 Extend", "延到以后某天或延一段期限。", "To a later day, or by a period."),
        ("waive", _reasoned(actions.waive), "免办 Waive", "不必办了。", "It need not be done."),
        ("suspend", _reasoned(actions.suspend), "中止 Suspend", "催办停下，恢复前不算逾期。", "The ladder is silent until it is resumed."),
        ("resume", _signed(actions.resume), "恢复 Resume", "期限按中止的工作日顺延。", "Dates move on by the working days it was suspended."),
        ("reopen", _reasoned(actions.reopen), "重新打开 Reopen", "撤销误办的办结或免办。", "Undoes a completion or a waiver."),
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


def _signed(action: Callable[..., Acted]) -> Callable[..., Response]:
    """The answer to a move that a person may sign and remark upon."""

    def endpoint(moving: Moving, said: Annotated[Signed | None, Body()] = None) -> Response:
        return _as_said(moving, said or Signed(), action)

    return endpoint


def _reasoned(action: Callable[..., Acted]) -> Callable[..., Response]:
    """The answer to a move that needs a reason."""

    def endpoint(moving: Moving, said: Reasoned) -> Response:
        return _as_said(moving, said, action)

    return endpoint


def _as_said(moving: Moving, said: Signed | Reasoned, action: Callable[..., Acted]) -> Response:
    caller = moving.caller

    def act(seen: int | None) -> Acted:
        actor = acting(caller, said.actor).name
        return action(caller.ws, moving.number, caller.now, actor=actor, reason=said.reason, seen=seen)

    return moving.answer(said.model_dump(), act)


def extend(moving: Moving, said: Extension) -> Response:
    """Extend an obligation."""
    caller = moving.caller

    def act(seen: int | None) -> Acted:
        return actions.extend(
            caller.ws,
            moving.number,
            caller.now,
            actor=acting(caller, said.actor).name,
            reason=said.reason,
            by=parse_period(said.by) if said.by else None,
            to=said.to,
            seen=seen,
        )

    return moving.answer(said.model_dump(), act)


async def complete(moving: Moving) -> Response:
    """Complete an obligation."""
    async with handed_in(moving.request) as given:
        return await run_in_threadpool(_complete, moving, given)


def _complete(moving: Moving, given: HandedIn) -> Response:
    caller = moving.caller
    with given.evidence() as evidence:

        def act(seen: int | None) -> Acted:
            try:
                return actions.complete(
                    caller.ws,
                    moving.number,
                    caller.now,
                    actor=acting(caller, given.completion.actor).name,
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

        return moving.answer(given.asked(), act)
