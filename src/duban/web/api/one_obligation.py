"""`/obligations/{id}`: one obligation with what happened to it, what was said about it, and how its date came about."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field, field_validator
from sqlmodel import Session, col, select
from starlette.responses import Response

from duban.base.clock import business_date
from duban.base.language import say
from duban.ledger.sessions import looking
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import Fact, Obligation
from duban.obligations.act_standings import obligation_standings
from duban.obligations.listed import Shown, listed_of
from duban.obligations.listing import Filter, one
from duban.obligations.permissions import permissions
from duban.web.api.answering import conditional, etag_of, names, plain
from duban.web.api.calling import Reader, refusals
from duban.web.api.duties import BasisTold
from duban.web.api.owed import ObligationTold, owed_fields
from duban.web.api.words import AnswerBody, both
from duban.web.gate import Caller
from duban.web.problems import ApiProblem
from duban.workdays.steps import Step

Number = Annotated[
    str,
    Path(
        max_length=40,
        description=both(zh="应办事项编号，如 DB-00001X。", en="An obligation's number, such as DB-00001X."),
    ),
]


class StepTold(AnswerBody):
    """One step of a reckoning: what was done, the day it led to, the article or rule it rests on."""

    text: str
    day: date
    basis: str


class ReckoningTold(AnswerBody):
    """How the date first came about."""

    nominal: date
    target: date
    deadline: date
    provisional: bool
    earliest: date
    latest: date
    calendar_version: str
    steps: list[StepTold]

    @field_validator("steps", mode="before")
    @classmethod
    def _worded(cls, steps: list[dict[str, object]]) -> list[dict[str, object]]:
        """The steps as the ledger keeps them, in the reader's words."""
        return [{"text": kept.text, "day": kept.day, "basis": kept.basis} for kept in map(Step.kept, steps)]


class EventTold(AnswerBody):
    """One move: who, when, why."""

    at: datetime
    kind: str
    actor: str
    reason: str
    details: dict[str, object]


class NoticeTold(AnswerBody):
    """One rung of the ladder that has spoken."""

    rung: str
    stage: str
    due_on: date
    decided_at: datetime
    late: bool


class EvidenceTold(AnswerBody):
    """A file that shows it was done."""

    name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str


class SubmissionEntry(AnswerBody):
    """What was put before a reviewer: that it is done (report), a later day (extension), that it need not be (waiver)."""

    kind: str
    reviewer: str
    submitted_at: datetime
    submitted_by: str
    reason: str
    until: date | None
    settled_at: datetime | None
    settled_by: str | None
    outcome: str | None
    answer: str


class RestsOn(AnswerBody):
    """A fact the obligation counts from, or part of the evidence that caused it."""

    kind: str
    happened_on: date
    source: str
    ref: str


class OneObligation(ObligationTold):
    """One obligation, whole."""

    basis: list[BasisTold]
    post: str
    evidence_required: list[str]
    acknowledged_at: datetime | None
    closed_on: date | None
    reported_on: date | None = Field(
        description=both(zh="待复核的，哪天办好的。", en="Reported done as of this day.")
    )
    submissions: list[SubmissionEntry]
    moves: list[str] = Field(description=both(zh="现在可以怎样办。", en="What can be done to it now."))
    reckoning: ReckoningTold
    facts: list[RestsOn]
    events: list[EventTold]
    notices: list[NoticeTold]
    evidence: list[EvidenceTold]


class _Owner(BaseModel):
    post: str


class _DutySaid(BaseModel):
    """What the version of the duty says that the obligation was opened under, as far as it is told here."""

    basis: list[BasisTold]
    owner: _Owner
    evidence: list[str] = Field(default_factory=list)


def router() -> APIRouter:
    """The addresses of this module."""
    obligation = APIRouter(tags=["obligations"])
    obligation.get(
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
    )(get_obligation)
    return obligation


def get_obligation(request: Request, caller: Reader, number: Number) -> Response:
    """Tell one obligation."""
    with looking(caller.ws.ledger) as session:
        body, tag = represent(session, caller, find(session, caller, number))
    if names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, 200, {"ETag": tag}, "application/json")


def find(session: Session, caller: Caller, number: str) -> Shown:
    """The obligation of this number. Raises ApiProblem, alike for one that is not there and one not to be seen."""
    seen = Filter(units=caller.by.units, undisclosed=caller.by.undisclosed)
    try:
        found = one(session.connection(), parse_short_id(number), seen)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ApiProblem(
            "not-found",
            say(zh=f"没有编号为 {number} 的应办事项", en=f"there is no obligation {number}"),
        )
    return found


def represent(session: Session, caller: Caller, shown: Shown) -> tuple[bytes, str]:
    """An obligation as JSON, and its ETag, which begins with the number of its last event."""
    on = business_date(caller.now, caller.ws.definitions.project.zone)
    owed = session.get_one(Obligation, shown.id)
    definitions = caller.ws.definitions
    standing = obligation_standings(session.connection(), definitions, [shown.id])[shown.id]
    acts = permissions(definitions, caller.by, standing)
    said = _DutySaid.model_validate(owed.version.content)
    told = OneObligation.model_validate(
        {
            **owed_fields(listed_of(shown, on, standing.co_handlers)),
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
