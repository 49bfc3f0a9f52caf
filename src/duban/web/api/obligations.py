"""`/obligations`: what is owed, listed."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duban.base.clock import Present
from duban.base.language import say
from duban.bureau.line_names import line_meant
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.obligations.listing import Filter, ListEnd, known_lines, listed
from duban.web.api.answering import answer, conditional
from duban.web.api.calling import Reader, refusals
from duban.web.api.cursors import BY_DAY, Cursor, Limit, cursor, read_cursor
from duban.web.api.owed import ObligationReply, StateNamed, owed
from duban.web.api.subjects import units_asked
from duban.web.api.words import AnswerBody, Day, LineNamed, Short, both
from duban.web.problems import ApiProblem
from duban.yamlfile.values import Truth


class ObligationsReply(AnswerBody):
    """One page of obligations, nearest deadline first."""

    obligations: list[ObligationReply]  #: nearest deadline first
    next: str | None  #: what the next page is asked with; null: this is the last


router = APIRouter(tags=["obligations"])


@router.get(
    "/obligations",
    operation_id="listObligations",
    summary="查应办事项 List obligations",
    description=both(
        zh="本单位及下级、最早到期的在前。不写 state 就是未办结的。站所看不到尚未办结的保密事项。",
        en="Of the token's units, nearest deadline first; without a state, all that are not closed. A station does "
        "not see a confidential one before it is done.",
    ),
    response_model=ObligationsReply,
    responses={**refusals("outside"), **conditional()},
)
def list_obligations(
    request: Request,
    caller: Reader,
    *,
    unit: Annotated[
        Short | None,
        Query(
            description=both(zh="单位（代码或名称），含下级。", en="A unit (code or name), with those below.")
        ),
    ] = None,
    line: LineNamed = None,
    duty: Annotated[Short | None, Query(description=both(zh="事项编号。", en="The duty's id."))] = None,
    state: Annotated[
        StateNamed | None,
        Query(description=both(zh="状态，也可以写中文，如 待复核。", en="The state, or its Chinese word.")),
    ] = None,
    subject_kind: Annotated[
        Short | None, Query(description=both(zh="监管对象的种类。", en="The kind of subject."))
    ] = None,
    subject_code: Annotated[
        Short | None, Query(description=both(zh="监管对象的编号。", en="The subject's code."))
    ] = None,
    overdue: Annotated[Truth, Query(description=both(zh="只看逾期的。", en="Only what is overdue."))] = False,
    due_before: Annotated[
        Day | None, Query(description=both(zh="最后期限早于这一天。", en="Legal deadline before this day."))
    ] = None,
    due_after: Annotated[
        Day | None, Query(description=both(zh="最后期限晚于这一天。", en="Legal deadline after this day."))
    ] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> Response:
    """List obligations."""
    if (subject_kind is None) != (subject_code is None):
        reason = say(zh="subject_kind 和 subject_code 要一起写", en="give both subject_kind and subject_code")
        raise ApiProblem("invalid", reason, errors=[{"field": "subject_code", "reason": reason}])
    present = Present.of(caller.now, caller.ws.definitions.project.zone)
    last = read_cursor(after, BY_DAY) if after is not None else None
    wanted = Filter(
        units=units_asked(caller, unit),
        duty=duty,
        state=state,
        overdue=overdue,
        due_before=due_before,
        due_after=due_after,
        subject=(subject_kind, subject_code) if subject_kind and subject_code else None,
        undisclosed=caller.by.undisclosed,
    )
    with reading(caller.ws.ledger) as connection:
        if line is not None:
            wanted = replace(wanted, line=line_meant(known_lines(connection), line))
        rows = listed(
            connection, wanted, present, size=limit + 1, after=ListEnd(*last) if last is not None else None
        )
    more = None
    if len(rows) > limit:
        end = rows[limit - 1]
        more = cursor(end.deadline, parse_short_id(end.id))
    page = ObligationsReply(obligations=[owed(row) for row in rows[:limit]], next=more)
    return answer(request, page, next_page=more)
