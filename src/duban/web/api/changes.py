"""`/subjects/changes`: what was made of subjects, by whom and when."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duban.facts.looking import recorded_changes
from duban.ledger.sessions import looking
from duban.web.api.answering import answer, conditional
from duban.web.api.authors import AuthorReply
from duban.web.api.calling import Reader, refusals
from duban.web.api.cursors import BY_NUMBER, Cursor, Limit, cursor, read_cursor
from duban.web.api.words import AnswerBody, Short, both, described


class SubjectChangeReply(AnswerBody):
    """One change of a subject."""

    at: datetime  #: when, aware UTC
    kind: str  #: the subject's kind
    code: str  #: its code in the register
    recorded_by: AuthorReply  #: who changed it
    changed: dict[str, object] = described(
        zh="字段 → [原来, 现在]。", en="Field → what it was and what it became."
    )


class SubjectChangesReply(AnswerBody):
    """One page of changes, in their order."""

    changes: list[SubjectChangeReply]  #: in their order
    next: str | None  #: what the next page is asked with; null: this is the last


router = APIRouter(tags=["subjects"])


@router.get(
    "/subjects/changes",
    operation_id="listSubjectChanges",
    summary="查监管对象的变更 List changes of subjects",
    description=both(
        zh="本单位及下级的监管对象，谁在什么时候改了什么（含停业、划转、合并）。",
        en="Of the token's units: who changed what and when, closing, moving and merging included.",
    ),
    response_model=SubjectChangesReply,
    responses={**refusals(), **conditional()},
)
def list_changes(
    request: Request,
    caller: Reader,
    *,
    kind: Annotated[Short | None, Query(description=both(zh="种类。", en="The kind."))] = None,
    code: Annotated[Short | None, Query(description=both(zh="编号。", en="The code."))] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> Response:
    """List changes of subjects."""
    start = read_cursor(after, BY_NUMBER)[0] if after is not None else 0
    with looking(caller.ws.ledger) as session:
        rows = recorded_changes(session, caller.by, kind=kind, code=code, size=limit + 1, after=start)
    more = cursor(rows[limit - 1].change.id) if len(rows) > limit else None
    told = [
        SubjectChangeReply(
            at=row.change.at,
            kind=row.subject.kind,
            code=row.subject.code,
            recorded_by=AuthorReply.model_validate(row.author),
            changed={**row.change.changed},
        )
        for row in rows[:limit]
    ]
    return answer(request, SubjectChangesReply(changes=told, next=more), next_page=more)
