"""`/assignments`: what a note, a letter or a meeting orders once, by the hand of another program."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter
from starlette.responses import Response

from duban.assignments.assigning import assign, recall_assignment
from duban.assignments.assignment_book import BookedAssignment, assignment_of, assignments
from duban.assignments.drafts import AssignmentDraft, AssignmentRefused
from duban.base.assignment_numbers import AssignmentNumber
from duban.base.language import say
from duban.ledger.short_ids import short_id
from duban.obligations.evidence import Evidence
from duban.obligations.moves import MoveRefused
from duban.runtime.working_folder import working_folder
from duban.web.api.answering import answer, conditional, plain
from duban.web.api.assignment_bodies import (
    AssignedItemReply,
    AssignmentAnswer,
    AssignmentReply,
    AssignmentsReply,
    AttachedFile,
    NewAssignment,
    Recall,
    RecallReply,
)
from duban.web.api.authors import author_told
from duban.web.api.calling import IdempotencyKey, Reader, Writer, acting, refusals
from duban.web.api.once import once
from duban.web.api.words import both
from duban.web.gate import Caller
from duban.web.problems import ApiProblem
from duban.yamlfile.values import Truth

MOST = 100
_FIELDS = {"owners": "to", "words": "words", "needs": "needs", "who": "actor"}


AssignmentId = Annotated[
    str,
    PathParameter(
        max_length=40, description=both(zh="交办编号，如 2026-3。", en="Its number, such as 2026-3.")
    ),
]


REFUSED = refusals("read-only", "move-refused", "in-progress", "key-reused")
router = APIRouter(tags=["assignments"])


@router.post(
    "/assignments",
    operation_id="assign",
    summary="临时交办 Assign",
    description=both(
        zh="批示、来文、决议，交给本单位和下级的岗位，各开一项；dry_run 只说会怎样。",
        en="A note, a letter or a resolution, to posts of the token's unit and those below: one each. With dry_run, "
        "what would be.",
    ),
    response_model=AssignmentAnswer,
    responses=REFUSED,
)
def make(
    request: Request,
    caller: Writer,
    said: NewAssignment,
    *,
    dry_run: Annotated[Truth, Query(description=both(zh="只预演。", en="Rehearse only."))] = False,
    key: IdempotencyKey = None,
) -> Response:
    """Assign something once."""
    draft = AssignmentDraft(
        said.title,
        tuple(said.to),
        said.due,
        said.words,
        said.document,
        said.line,
        said.ladder,
        said.review,
        tuple(said.needs),
        said.confidential,
    )

    def act() -> Response:
        with _attached(said.files) as files:
            try:
                made = assign(
                    caller.ws,
                    draft,
                    caller.now,
                    who=acting(caller, said.actor),
                    files=files,
                    rehearse=dry_run,
                )
            except AssignmentRefused as why:
                errors = [{"field": _FIELDS.get(name, name), "reason": text} for name, text in why.reasons]
                raise ApiProblem(
                    "invalid", f"{errors[0]['field']}: {errors[0]['reason']}", errors=errors
                ) from None
            except MoveRefused as why:
                raise ApiProblem("move-refused", str(why)) from None
        told = AssignmentAnswer(
            number=None if dry_run else str(made.number),
            called=made.called,
            summary=made.summary,
            remarks=list(made.remarks),
            obligations=list(made.obligations),
        )
        request.state.only_looked = dry_run
        return Response(plain(told), 200, media_type="application/json")

    return once(request, caller, key, said.model_dump(mode="json"), act)


@router.get(
    "/assignments",
    operation_id="listAssignments",
    summary="查临时交办 List assignments",
    description=both(zh=f"最新的 {MOST} 份。", en=f"The newest {MOST}."),
    response_model=AssignmentsReply,
    responses=conditional(),
)
def list_assignments(request: Request, caller: Reader) -> Response:
    """The newest assignments the caller may see."""
    found = assignments(caller.ws, caller.by, most=MOST)
    return answer(request, AssignmentsReply(assignments=[_told(each) for each in found]))


@router.post(
    "/assignments/{number}/recall",
    operation_id="recallAssignment",
    summary="撤回交办 Take an assignment back",
    description=both(zh="没有办结的不再要办。", en="What is not closed is not owed any more."),
    response_model=RecallReply,
    responses={**REFUSED, **refusals("not-found")},
)
def recall(
    request: Request, caller: Writer, number: AssignmentId, said: Recall, *, key: IdempotencyKey = None
) -> Response:
    """Take an assignment back."""

    def act() -> Response:
        which = _number(caller, number)
        who = acting(caller, said.actor)
        try:
            count = recall_assignment(caller.ws, which, caller.now, who=who, reason=said.reason)
        except MoveRefused as why:
            raise ApiProblem("move-refused", str(why)) from None
        return Response(
            plain(RecallReply(number=str(which), withdrawn=count)), 200, media_type="application/json"
        )

    return once(request, caller, key, said.model_dump(), act)


def _number(caller: Caller, written: str) -> AssignmentNumber:
    """The assignment that is meant, if there is one for the caller."""
    number = AssignmentNumber.parse(written[:40])
    if number is None or assignment_of(caller.ws, caller.by, number) is None:
        raise ApiProblem("not-found", zh="没有这份临时交办", en="there is no such assignment")
    return number


def _told(found: BookedAssignment) -> AssignmentReply:
    order = found.assignment
    return AssignmentReply(
        number=str(found.number),
        called=order.number,
        document=order.document,
        title=order.title,
        words=order.words,
        due=order.due,
        confidential=order.confidential,
        assigned_at=order.assigned_at,
        assigned_by=author_told(found.author),
        files=[file.name for file in found.files],
        obligations=[
            AssignedItemReply.model_validate({**each._asdict(), "id": short_id(each.id)})
            for each in found.owed
        ],
    )


@contextmanager
def _attached(files: Sequence[AttachedFile]) -> Iterator[list[Evidence]]:
    """The files as they lie on disk until the block ends. Raises ApiProblem for one that is no base64."""
    with working_folder("assigned") as folder:
        pieces = []
        for number, file in enumerate(files):
            try:
                content = base64.b64decode(file.base64, validate=True)
            except (binascii.Error, ValueError):
                reason = say(zh="不是 base64", en="no base64")
                error = {"field": f"files.{number}.base64", "reason": reason}
                raise ApiProblem("invalid", f"{file.name}: {reason}", errors=[error]) from None
            path = folder / f"{number}{Path(file.name).suffix[:8]}"
            path.write_bytes(content)
            pieces.append(Evidence(path, file.name))
        yield pieces
