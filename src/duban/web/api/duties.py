"""`/duties`: what is owed by whom on which rhythm, as the definitions in force say."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duban.bureau.line_names import line_meant
from duban.duties.grammar import Duty
from duban.web.api.answering import answer, conditional
from duban.web.api.calling import Reader, refusals
from duban.web.api.cursors import BY_NAME, Cursor, Limit, cursor, read_cursor
from duban.web.api.words import AnswerBody, LineNamed, Short, both, described


class BasisReply(AnswerBody):
    """A clause or an article, quoted word for word."""

    clauses: list[str]  #: the clauses of the plan, by their ids
    source: str  #: the document it stands in
    quote: str  #: its words
    checked: str = ""  #: how far they were checked, where that was not against the official text


class AssumptionReply(AnswerBody):
    """A value no text gives, and why it was chosen."""

    key: str  #: the value that is assumed
    reason: str  #: why it was chosen


class DutyReply(AnswerBody):
    """One duty."""

    id: str  #: its id
    title: str  #: what it is called
    line: str  #: the business line's name
    kind: str  #: the kind of duty
    basis: list[BasisReply]  #: the texts it rests on
    owner_levels: list[str] = described(
        zh="哪几级单位，每个单位各一件。", en="The levels of the units that owe it, each for itself."
    )
    owner_level: str = described(zh="哪一级单位。", en="The level of the unit that owes it.")
    owner_post: str  #: the post that owes it
    subject: str | None = described(zh="对哪种监管对象。", en="The kind of subject it is owed for.")
    where: dict[str, list[str]]  #: attributes its subjects must have
    cadence: dict[str, object] = described(
        zh="频次规则，随 kind 而不同。", en="The rhythm; its shape depends on kind."
    )
    ladder: str  #: the ladder that reminds of it
    evidence: list[str]  #: what has to be handed in
    done_by: str | None  #: the kind of fact that completes it
    confidential: bool  #: whether it exists only for those who may know
    effective_from: date | None  #: the first day it applies
    effective_until: date | None  #: the last day it applies
    assumptions: list[AssumptionReply]  #: its values that no text gives
    fingerprint: str = described(zh="内容的哈希；变了就是新版本。", en="The fingerprint of what it means.")


class DutiesReply(AnswerBody):
    """One page of duties, by their ids."""

    duties: list[DutyReply]  #: those on the page
    next: str | None  #: what the next page is asked with; null: this is the last


router = APIRouter(tags=["duties"])


@router.get(
    "/duties",
    operation_id="listDuties",
    summary="查事项 List duties",
    description=both(
        zh="现行的事项定义，按编号排列。", en="The definitions in force, in the order of their ids."
    ),
    response_model=DutiesReply,
    responses={**refusals(), **conditional()},
)
def list_duties(
    request: Request,
    caller: Reader,
    *,
    line: LineNamed = None,
    kind: Annotated[Short | None, Query(description=both(zh="频次种类。", en="The kind of rhythm."))] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> Response:
    """List duties."""
    last = read_cursor(after, BY_NAME)[0] if after is not None else ""
    known = sorted(caller.ws.definitions.duties.values(), key=lambda duty: duty.id)
    line = line_meant((duty.line for duty in known), line) if line is not None else None
    wanted = [
        duty
        for duty in known
        if duty.id > last and (line is None or duty.line == line) and (kind is None or duty.kind == kind)
    ]
    more = cursor(wanted[limit - 1].id) if len(wanted) > limit else None
    page = DutiesReply(duties=[_told(duty) for duty in wanted[:limit]], next=more)
    return answer(request, page, next_page=more)


def _told(duty: Duty) -> DutyReply:
    return DutyReply(
        id=duty.id,
        title=duty.title,
        line=duty.line,
        kind=duty.kind,
        basis=[BasisReply(**basis.model_dump()) for basis in duty.basis],
        owner_levels=list(duty.owner.levels),
        owner_level=duty.owner.unit,
        owner_post=duty.owner.post,
        subject=duty.for_each.subject,
        where={name: list(values) for name, values in duty.for_each.where.items()},
        cadence=duty.cadence.model_dump(mode="json"),
        ladder=duty.ladder,
        evidence=list(duty.evidence),
        done_by=duty.done_by,
        confidential=duty.confidential,
        effective_from=duty.effective.from_,
        effective_until=duty.effective.until,
        assumptions=[AssumptionReply(**each.model_dump()) for each in duty.assumptions],
        fingerprint=duty.fingerprint,
    )
