"""`POST /obligations/{id}/…`: what people do to an obligation, by the hand of another program."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from duban.bureau.unit_names import SeveralHolders, post_meant
from duban.bureau.unit_posts import UnitPost
from duban.obligations import actions, co_actions, review_actions
from duban.obligations.actions import ActOutcome, EvidenceRefused
from duban.web.api.calling import acting, refusals
from duban.web.api.completion import REQUEST_BODY, CompletionForm, handed_in
from duban.web.api.move_bodies import (
    ActorReason,
    ActorRemark,
    DispatchOrder,
    Extension,
    Grant,
    NewDay,
    TransferOrder,
)
from duban.web.api.moving import MoveReply, Moving
from duban.web.api.words import both
from duban.web.problems import ApiProblem
from duban.workdays import parse_period


def _described() -> APIRouter:
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
        ("approve", _signed(review_actions.approve), "复核通过 Approve", "反馈的按办好那天销号；缺材料的不能复核。", "Closes what was reported, as of the day it was done; not while evidence is missing."),
        ("return", _by_a_day(review_actions.send_back), "退回 Return", "退回反馈，写明原因和新的期限。", "Sends a report back with the reason and a new day."),
        ("request-extension", _by_a_day(review_actions.request_extension), "申请延期 Ask for a later day", "由复核人决定，决定前催办照常。", "Its reviewer decides; reminders go on until then."),
        ("request-waiver", _reasoned(review_actions.request_waiver), "申请免办 Ask for a waiver", "由复核人决定，决定前催办照常。", "Its reviewer decides; reminders go on until then."),
        ("request-transfer", _to_another_unit(review_actions.request_transfer), "申请转办 Ask for a transfer", "由双方的上级对口科室决定，决定前催办照常。", "The section above both units decides; reminders go on until then."),
        ("grant", grant, "同意申请 Grant", "同意延期、免办或转办。", "Grants the later day, the waiver or the transfer."),
        ("refuse", _reasoned(review_actions.refuse), "不同意申请 Refuse", "期限和催办不变。", "Days and reminders stay."),
        ("recall", _signed(review_actions.recall), "收回 Recall", "收回还没有复核的反馈或申请。", "Takes back a report or a request that is not decided."),
        ("dispatch", _to_a_post(actions.dispatch), "派单 Give to a post", "派给本单位或下级单位的一个岗位；派的单位仍负责督办。", "To a post of the unit or of one below; the unit keeps the oversight."),
        ("take-back", _signed(actions.take_back), "收回派单 Take back from a post", "仍由承办单位的岗位办理。", "The unit's own post sees to it again."),
        ("transfer", _to_another_unit(actions.transfer), "转办 Transfer to another unit", "由承办单位的上级单位转给另一个单位，期限和已发的催办不变；原单位不用再办。", "By a unit above: another unit owes it from now on; days and what was said stay."),
        ("co-handle", _to_a_post(co_actions.co_handle), "会办 Ask to work along", "另请一个岗位会办：看得到、收到催办、可以反馈材料；仍由承办岗位负责。", "Another post works along: sees it, is reminded, hands in evidence; its owner stays responsible."),
        ("release", _to_a_post(co_actions.release), "撤销会办 No longer work along", "这个岗位不用再会办。", "The post no longer works along."),
        ("extend", extend, "延期 Extend", "延到以后某天或延一段期限。", "To a later day, or by a period."),
        ("waive", _reasoned(actions.waive), "免办 Waive", "不必办了。", "It need not be done."),
        ("suspend", _reasoned(actions.suspend), "中止 Suspend", "催办停下，恢复前不算逾期。", "The ladder is silent until it is resumed."),
        ("resume", _signed(actions.resume), "恢复 Resume", "期限按中止的工作日顺延。", "Dates move on by the working days it was suspended."),
        ("reopen", _reasoned(actions.reopen), "重新打开 Reopen", "撤销误办的办结或免办。", "Undoes a completion or a waiver."),
        ("undo", _signed(actions.undo), "撤销 Undo", "撤销刚做的延期或转办，恢复成原来的样子；之后又有变动的不能撤销。", "Undoes the extension or the transfer that was done last: all is as it was. Not where something has happened since."),
    ):  # fmt: skip
        moves.post(
            f"/obligations/{{number}}/{name}",
            operation_id=f"{_camel(name)}Obligation",
            summary=summary,
            description=both(zh=zh, en=en),
            response_model=MoveReply,
            responses=refused,
        )(endpoint)
    for name, action, summary, zh, en in (
        (
            "report",
            review_actions.report,
            "反馈 Report as done",
            "办好了，交材料，等复核人复核；缺材料的不收。",
            "Done: with its evidence, for the reviewer. Refused while evidence is missing.",
        ),
        (
            "complete",
            actions.complete,
            "办结 Complete",
            "不用复核的直接办结。缺材料不妨碍办结，答复里会说。",
            "For what nobody reviews. Missing evidence does not hold it up; the answer says so.",
        ),
        (
            "contribute",
            co_actions.contribute,
            "会办反馈 Hand in what was done along",
            "会办的岗位交材料、说明办了什么，告诉承办岗位。",
            "Whoever works along hands in what they did; the owner is told.",
        ),
    ):
        moves.post(
            f"/obligations/{{number}}/{name}",
            operation_id=f"{name}Obligation",
            summary=summary,
            description=both(
                zh=f"{zh}材料：文字用 JSON，文件用 multipart/form-data（字段 evidence，可多个）。",
                en=f"{en} Evidence: texts as JSON, files as multipart/form-data (field evidence, may repeat).",
            ),
            response_model=MoveReply,
            responses={**refused, **refusals("media-type")},
            openapi_extra={"requestBody": REQUEST_BODY},
        )(_with_evidence(action))
    return moves


def _signed(action: Callable[..., ActOutcome]) -> Callable[..., Response]:
    """The answer to a move that a person may sign and remark upon."""

    def endpoint(moving: Moving, said: Annotated[ActorRemark | None, Body()] = None) -> Response:
        return _as_said(moving, said or ActorRemark(), action)

    return endpoint


def _reasoned(action: Callable[..., ActOutcome]) -> Callable[..., Response]:
    """The answer to a move that needs a reason."""

    def endpoint(moving: Moving, said: ActorReason) -> Response:
        return _as_said(moving, said, action)

    return endpoint


def _by_a_day(action: Callable[..., ActOutcome]) -> Callable[..., Response]:
    """The answer to a move that needs a reason and a day."""

    def endpoint(moving: Moving, said: NewDay) -> Response:
        return _as_said(moving, said, action, to=said.to)

    return endpoint


def _to_a_post(action: Callable[..., ActOutcome]) -> Callable[..., Response]:
    """The answer to a move that names a post."""

    def endpoint(moving: Moving, said: DispatchOrder) -> Response:
        return _as_said(moving, said, action, to=_meant(moving, said.to))

    return endpoint


def _to_another_unit(action: Callable[..., ActOutcome]) -> Callable[..., Response]:
    """The answer to a move that needs a reason and names a post of another unit."""

    def endpoint(moving: Moving, said: TransferOrder) -> Response:
        return _as_said(moving, said, action, to=_meant(moving, said.to))

    return endpoint


def _meant(moving: Moving, written: str) -> UnitPost:
    """The post that is named. Raises ApiProblem where people of that name hold several."""
    try:
        return post_meant(moving.caller.ws.definitions.project, written)
    except SeveralHolders as why:
        raise ApiProblem("move-refused", str(why)) from None


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


def _as_said(
    moving: Moving, said: ActorRemark, action: Callable[..., ActOutcome], **more: date | UnitPost | None
) -> Response:
    caller = moving.caller

    def act(seen: int | None) -> ActOutcome:
        who = acting(caller, said.actor)
        return action(caller.ws, moving.number, caller.now, who=who, reason=said.reason, seen=seen, **more)

    return moving.answer(said.model_dump(), act)


def grant(moving: Moving, said: Annotated[Grant | None, Body()] = None) -> Response:
    """Grant what was asked."""
    given = said or Grant()
    return _as_said(moving, given, review_actions.grant, to=given.to)


def extend(moving: Moving, said: Extension) -> Response:
    """Extend an obligation."""
    caller = moving.caller

    def act(seen: int | None) -> ActOutcome:
        return actions.extend(
            caller.ws,
            moving.number,
            caller.now,
            who=acting(caller, said.actor),
            reason=said.reason,
            by=parse_period(said.by) if said.by else None,
            to=said.to,
            seen=seen,
        )

    return moving.answer(said.model_dump(), act)


def _with_evidence(action: Callable[..., ActOutcome]) -> Callable[..., Awaitable[Response]]:
    """The answer to a move that evidence may go along with."""

    async def endpoint(moving: Moving) -> Response:
        async with handed_in(moving.request) as given:
            return await run_in_threadpool(_handed_over, moving, given, action)

    return endpoint


def _handed_over(moving: Moving, given: CompletionForm, action: Callable[..., ActOutcome]) -> Response:
    caller = moving.caller
    with given.evidence() as evidence:

        def act(seen: int | None) -> ActOutcome:
            try:
                return action(
                    caller.ws,
                    moving.number,
                    caller.now,
                    who=acting(caller, given.completion.actor),
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


router = _described()
