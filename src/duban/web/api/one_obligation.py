"""`/obligations/{id}`: one obligation with what happened to it, what was said about it, and how its date came about."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import Field
from sqlalchemy import Connection, select
from sqlmodel import col
from starlette.responses import Response

from duban.base.clock import business_date
from duban.base.language import say
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import (
    EVIDENCE_FILE,
    FACT,
    NOTICE,
    OBLIGATION_EVENT,
    RECKONING,
    Fact,
    ReckoningRecord,
)
from duban.obligations.actions import last_event
from duban.obligations.listing import Filter, ShownWhole, listed_of, one
from duban.obligations.moves import MOVES
from duban.web.api.answering import conditional, etag_of, names, plain
from duban.web.api.calling import Reader, refusals
from duban.web.api.duties import BasisTold
from duban.web.api.owed import ObligationTold, owed_fields
from duban.web.api.words import Told, both
from duban.web.gate import Caller
from duban.web.problems import ApiProblem

_BY_PEOPLE = ("acknowledge", "complete", "extend", "waive", "suspend", "resume", "reopen")

Number = Annotated[
    str,
    Path(
        max_length=40,
        description=both(zh="应办事项编号，如 DB-00001X。", en="An obligation's number, such as DB-00001X."),
    ),
]


class StepTold(Told):
    """One step of a reckoning: what was done, the day it led to, the article or rule it rests on."""

    text: str
    day: date
    basis: str


class ReckoningTold(Told):
    """How the date first came about."""

    nominal: date
    target: date
    deadline: date
    provisional: bool
    earliest: date
    latest: date
    calendar_version: str
    steps: list[StepTold]


class EventTold(Told):
    """One move: who, when, why."""

    at: datetime
    kind: str
    actor: str
    reason: str
    details: dict[str, Any]


class NoticeTold(Told):
    """One rung of the ladder that has spoken."""

    rung: str
    stage: str
    due_on: date
    decided_at: datetime
    late: bool


class EvidenceTold(Told):
    """A file that shows it was done."""

    name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str


class RestsOn(Told):
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
    moves: list[str] = Field(description=both(zh="现在可以怎样办。", en="What can be done to it now."))
    reckoning: ReckoningTold
    facts: list[RestsOn]
    events: list[EventTold]
    notices: list[NoticeTold]
    evidence: list[EvidenceTold]


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
    with reading(caller.ws.ledger) as connection:
        body, tag = represent(connection, caller, find(connection, caller, number))
    if names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, 200, {"ETag": tag}, "application/json")


def find(connection: Connection, caller: Caller, number: str) -> ShownWhole:
    """The obligation of this number. Raises ApiProblem, alike for one that is not there and one not to be seen."""
    try:
        found = one(
            connection,
            parse_short_id(number),
            Filter(units=caller.units, undisclosed=caller.undisclosed),
        )
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ApiProblem(
            "not-found",
            say(zh=f"没有编号为 {number} 的应办事项", en=f"there is no obligation {number}"),
        )
    return found


def represent(connection: Connection, caller: Caller, row: ShownWhole) -> tuple[bytes, str]:
    """An obligation as JSON, and its ETag, which begins with the number of its last event."""
    on = business_date(caller.now, caller.ws.definitions.project.zone)
    content = row.content
    told = OneObligation(
        **owed_fields(listed_of(row, on)),
        basis=[BasisTold(**basis) for basis in content["basis"]],
        post=content["owner"]["post"],
        evidence_required=content.get("evidence", []),
        acknowledged_at=row.acknowledged_at,
        closed_on=row.closed_on,
        moves=[name for name in _BY_PEOPLE if row.state in MOVES[name].starts],
        reckoning=_reckoning(connection, row.reckoning_id),
        facts=list(_rests_on(connection, row)),
        events=list(_all(connection, OBLIGATION_EVENT, EventTold, row.id)),
        notices=list(_all(connection, NOTICE, NoticeTold, row.id)),
        evidence=list(_all(connection, EVIDENCE_FILE, EvidenceTold, row.id)),
    )
    body = plain(told)
    return body, f'"{last_event(connection, row.id)}-{etag_of(body)[1:]}'


def seen_event(tag: str) -> int:
    """The number of the last event an ETag knows of."""
    return int(tag[1:].partition("-")[0])


def _all(connection: Connection, table: Any, model: type[Any], obligation_id: int) -> Iterator[Any]:
    columns = [table.c[name] for name in model.model_fields]
    query = select(*columns).where(table.c.obligation_id == obligation_id).order_by(table.c.id)
    for row in connection.execute(query):
        yield model(**row._asdict())


def _reckoning(connection: Connection, number: int) -> ReckoningTold:
    columns = [RECKONING.c[name] for name in ReckoningTold.model_fields]
    row = connection.execute(select(*columns).where(col(ReckoningRecord.id) == number)).one()
    return ReckoningTold.model_validate(row._asdict())


def _rests_on(connection: Connection, row: ShownWhole) -> Iterator[RestsOn]:
    numbers = [*([] if row.fact_id is None else [row.fact_id]), *(row.evidence_facts or [])]
    columns = [FACT.c[name] for name in RestsOn.model_fields]
    query = select(*columns).where(col(Fact.id).in_(numbers)).order_by(col(Fact.happened_on), col(Fact.id))
    for fact in connection.execute(query):
        yield RestsOn(**fact._asdict())
