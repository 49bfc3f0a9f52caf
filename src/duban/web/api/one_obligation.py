"""`/obligations/{id}`: one obligation with what happened to it, what was said about it, and how its date came about."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field, field_validator
from sqlmodel import Session, col, select
from starlette.responses import Response

from duban.base.clock import Present
from duban.base.language import say
from duban.ledger.sessions import looking
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import Fact, Obligation
from duban.obligations.act_standings import obligation_standings
from duban.obligations.archived import where_archived
from duban.obligations.listed import ShownObligation, listed_of
from duban.obligations.listing import Filter, one
from duban.obligations.permissions import permissions
from duban.web.api.answering import conditional, etag_of, names, plain
from duban.web.api.calling import Reader, refusals
from duban.web.api.duties import BasisReply
from duban.web.api.owed import ObligationReply, owed_fields
from duban.web.api.words import AnswerBody, both, described
from duban.web.gate import Caller
from duban.web.problems import ApiProblem
from duban.workdays.steps import Step, steps_in_words

Number = Annotated[
    str,
    Path(
        max_length=40,
        description=both(zh="应办事项编号，如 DB-00001X。", en="An obligation's number, such as DB-00001X."),
    ),
]


class StepReply(AnswerBody):
    """One step of a reckoning: what was done, the day it led to, the article or rule it rests on."""

    text: str  #: what was done
    day: date  #: the day it led to
    basis: str  #: the article or rule it rests on


class ReckoningReply(AnswerBody):
    """How the date first came about."""

    nominal: date  #: the day before rest days were looked at
    target: date  #: the safe day reminders aim at
    deadline: date  #: the last day by law
    provisional: bool  #: whether a notice may still move it
    earliest: date  #: the earliest day the deadline may come to lie on
    latest: date  #: the latest
    calendar_version: str  #: the calendar it was reckoned with
    steps: list[StepReply]  #: one after the other

    @field_validator("steps", mode="before")
    @classmethod
    def _worded(cls, steps: list[dict[str, object]]) -> list[dict[str, object]]:
        """The steps as the ledger keeps them, in the reader's words."""
        return [{"text": kept.text, "day": kept.day, "basis": kept.basis} for kept in map(Step.kept, steps)]


class EventReply(AnswerBody):
    """One move: who, when, why."""

    at: datetime  #: when, aware UTC
    kind: str  #: the move
    actor: str  #: who
    reason: str  #: why
    details: dict[str, object]  #: what else is kept of it; `steps` in the reader's words

    @field_validator("details", mode="before")
    @classmethod
    def _worded(cls, details: dict[str, object]) -> dict[str, object]:
        """The steps that led to a new day, in the reader's words."""
        return details | {"steps": steps_in_words(details["steps"])} if "steps" in details else details


class NoticeReply(AnswerBody):
    """One rung of the ladder that has spoken."""

    rung: str  #: its name within the ladder
    stage: str  #: how serious it is
    due_on: date  #: the local day it was due on
    decided_at: datetime  #: when it was decided, aware UTC
    late: bool  #: whether that was later than it was due


class EvidenceReply(AnswerBody):
    """A file that shows it was done."""

    name: str  #: what it was called when it was handed in
    sha256: str  #: its fingerprint
    size: int  #: in bytes
    added_at: datetime  #: when it was handed in, aware UTC
    added_by: str  #: by whom


class SubmissionEntry(AnswerBody):
    """What was put before a reviewer: that it is done (report), a later day (extension), that it need not be (waiver), that
    another unit owe it (transfer).
    """

    kind: str  #: report, extension, waiver or transfer
    reviewer: str  #: the post that decides, as unit/post
    submitted_at: datetime  #: when, aware UTC
    submitted_by: str  #: by whom
    reason: str  #: what was written to it
    until: date | None  #: the later day that is asked for
    receiver: str | None  #: the post, as unit/post, that is asked to owe it
    settled_at: datetime | None  #: when it was decided or taken back, aware UTC
    settled_by: str | None  #: by whom
    outcome: str | None  #: what became of it; null: it waits
    answer: str  #: what was answered


class FactGround(AnswerBody):
    """A fact the obligation counts from, or part of the evidence that caused it."""

    kind: str  #: the kind of fact
    happened_on: date  #: the local day it happened on
    source: str  #: who brought it
    ref: str  #: its number with the source


class OneObligation(ObligationReply):
    """One obligation, whole."""

    basis: list[BasisReply]  #: the texts it rests on
    post: str  #: the post that owes it
    evidence_required: list[str]  #: what has to be handed in
    acknowledged_at: datetime | None  #: when it was signed for, aware UTC
    closed_on: date | None  #: the local day it was closed on
    reported_on: date | None = described(zh="待复核的，哪天办好的。", en="Reported done as of this day.")
    submissions: list[SubmissionEntry]  #: what was put before a reviewer
    moves: list[str] = described(zh="现在可以怎样办。", en="What can be done to it now.")
    reckoning: ReckoningReply  #: how its days first came about
    facts: list[FactGround]  #: the facts it rests on
    events: list[EventReply]  #: its history
    notices: list[NoticeReply]  #: what it was reminded of
    evidence: list[EvidenceReply]  #: what was handed in


class _Owner(BaseModel):
    post: str


class _DutySaid(BaseModel):
    """What the version of the duty says that the obligation was opened under, as far as it is told here."""

    basis: list[BasisReply]
    owner: _Owner
    evidence: list[str] = Field(default_factory=list)


router = APIRouter(tags=["obligations"])


@router.get(
    "/obligations/{number}",
    operation_id="getObligation",
    summary="看一项应办事项 One obligation",
    description=both(
        zh="依据、期限的每一步、经过、催办、材料。ETag 可用于办理时的 If-Match。",
        en="Its basis, every step of its date, what happened, what was said, the evidence. Its ETag serves as "
        "If-Match when it is moved.",
    ),
    response_model=OneObligation,
    responses={**refusals("not-found"), **conditional()},
)
def get_obligation(request: Request, caller: Reader, number: Number) -> Response:
    """Tell one obligation."""
    with looking(caller.ws.ledger) as session:
        body, tag = represent(session, caller, find(session, caller, number))
    if names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, 200, {"ETag": tag}, "application/json")


def find(session: Session, caller: Caller, number: str) -> ShownObligation:
    """The obligation of this number. Raises ApiProblem, alike for one that is not there and one not to be seen."""
    seen = Filter(units=caller.by.units, undisclosed=caller.by.undisclosed)
    why = say(zh=f"没有编号为 {number} 的应办事项", en=f"there is no obligation {number}")
    try:
        parsed = parse_short_id(number)
        if (found := one(session.connection(), parsed, seen)) is not None:
            return found
        why = where_archived(session.connection(), parsed, caller.by) or why
    except (ValueError, OverflowError):
        pass
    raise ApiProblem("not-found", why)


def represent(session: Session, caller: Caller, shown: ShownObligation) -> tuple[bytes, str]:
    """An obligation as JSON, and its ETag, which begins with the number of its last event."""
    present = Present.of(caller.now, caller.ws.definitions.project.zone)
    owed = session.get_one(Obligation, shown.id)
    definitions = caller.ws.definitions
    standing = obligation_standings(session.connection(), definitions, [shown.id])[shown.id]
    acts = permissions(definitions, caller.by, standing)
    said = _DutySaid.model_validate(owed.version.content)
    told = OneObligation.model_validate(
        {
            **owed_fields(listed_of(shown, present, standing.co_handlers)),
            "basis": said.basis,
            "post": said.owner.post,
            "evidence_required": said.evidence,
            "acknowledged_at": owed.acknowledged_at,
            "closed_on": owed.closed_on,
            "moves": [each.act for each in acts if each.allowed],
            "submissions": owed.submissions,
            "reported_on": owed.reported_on,
            "reckoning": owed.reckoning,
            "facts": list(_rests_on(session, owed)),
            "events": owed.events,
            "notices": owed.notices,
            "evidence": owed.evidence,
        }
    )
    body = plain(told)
    last = owed.events[-1].id if owed.events else 0
    return body, f'"{last}-{etag_of(body)[1:]}'


def seen_event(tag: str) -> int:
    """The number of the last event an ETag knows of."""
    return int(tag[1:].partition("-")[0])


def _rests_on(session: Session, owed: Obligation) -> Iterable[Fact]:
    numbers = [*([] if owed.fact_id is None else [owed.fact_id]), *(owed.evidence_facts or [])]
    return session.exec(
        select(Fact).where(col(Fact.id).in_(numbers)).order_by(col(Fact.happened_on), col(Fact.id))
    )
