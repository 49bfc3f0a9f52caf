"""`/subjects/merge`, `/subjects/unmerge`: one subject was merged into another, or that was a mistake."""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, BackgroundTasks, Request
from starlette.responses import Response

from duban.facts import MergeRefused, MergerSummary, merge_subject, unmerge_subject
from duban.web.api.answering import plain
from duban.web.api.calling import IdempotencyKey, Writer, acting, refusals
from duban.web.api.following import follow
from duban.web.api.once import once
from duban.web.api.words import AnswerBody, Day, Person, Reason, Remark, RequestBody, Short, both, described
from duban.web.gate import Caller
from duban.web.problems import ApiProblem


class _About(RequestBody):
    kind: Short = described(
        zh="种类，见 duties/vocabulary.yaml。",
        en="The kind, see duties/vocabulary.yaml.",
        examples=["食品销售者"],
    )
    code: Short = described(zh="被并入一方的编号。", en="The code of the one merged into another.")
    unit: Short | None = described(
        zh="它归哪个单位管（代码）；几个县都有这个编号时要写。",
        en="In whose charge that one is; to be said where several counties have the code.",
        default=None,
    )
    actor: Person = None


class Merger(_About):
    """Which subject was merged into which, and since when."""

    into: Short = described(
        zh="并入谁：同一种类里存续一方的编号。换证时写新证编号。",
        en="Into which: the code of the one that goes on, of the same kind. For a re-licensing, the new code.",
    )
    into_unit: Short | None = described(
        zh="存续一方归哪个单位管（代码）。", en="In whose charge the one that goes on is.", default=None
    )
    merged_on: Day = described(zh="合并的日期。", en="The day of the merger.")
    reason: Remark = described(zh="依据，如文号。", en="What it rests on.", default="")


class Parting(_About):
    """Which subject was not merged after all, and why."""

    reason: Reason = described(zh="为什么撤销，必填。", en="Why it is taken back, required.")


class MergerReply(AnswerBody):
    """A merger as the ledger has it."""

    kind: str  #: the kind of both subjects
    code: str  #: the code of the one that ended
    name: str  #: what that was called
    into: str  #: the code of the one that goes on
    into_name: str  #: what that is called
    merged_on: date  #: the local day of the merger
    changed: bool = described(zh="这次请求是否改变了什么。", en="Whether this request changed anything.")


REFUSED = refusals("read-only", "move-refused", "in-progress", "key-reused", "too-large", "malformed")
router = APIRouter(tags=["subjects"])


@router.post(
    "/subjects/merge",
    operation_id="mergeSubject",
    summary="登记合并 Merge a subject into another",
    description=both(
        zh="被并入的一方不再在业，没办完的应办事项连同经过转到存续的一方；双方本来都应办的只办一次。同样的再登记一次，"
        "什么也不变。双方都要归令牌的单位（含下级）管。",
        en="The merged one is no longer active; what it still owes passes to the other with its history, and what "
        "both owe is owed once. The same again changes nothing. Both must be of the token's units.",
    ),
    response_model=MergerReply,
    responses=REFUSED,
)
def merge(
    request: Request,
    caller: Writer,
    said: Merger,
    background: BackgroundTasks,
    key: IdempotencyKey = None,
) -> Response:
    """Merge a subject into another."""

    def act() -> MergerSummary:
        return merge_subject(
            caller.ws,
            said.kind,
            said.code,
            into=said.into,
            merged_on=said.merged_on,
            now=caller.now,
            by=acting(caller, said.actor),
            reason=said.reason,
            unit=said.unit,
            into_unit=said.into_unit,
        )

    return _answered(request, caller, said, background, key, act)


@router.post(
    "/subjects/unmerge",
    operation_id="unmergeSubject",
    summary="撤销合并 Take a merger back",
    description=both(
        zh="录错了的合并：恢复原状，转走的应办事项转回来。",
        en="For a merger entered by mistake: the subject is what it was, and what passed on returns.",
    ),
    response_model=MergerReply,
    responses=REFUSED,
)
def unmerge(
    request: Request,
    caller: Writer,
    said: Parting,
    background: BackgroundTasks,
    key: IdempotencyKey = None,
) -> Response:
    """Take a merger back."""

    def act() -> MergerSummary:
        return unmerge_subject(
            caller.ws,
            said.kind,
            said.code,
            now=caller.now,
            by=acting(caller, said.actor),
            reason=said.reason,
            unit=said.unit,
        )

    return _answered(request, caller, said, background, key, act)


def _answered(
    request: Request,
    caller: Caller,
    said: _About,
    background: BackgroundTasks,
    key: str | None,
    act: Callable[[], MergerSummary],
) -> Response:
    def answer() -> Response:
        try:
            merged = act()
        except MergeRefused as refused:
            raise ApiProblem("move-refused", str(refused), field=refused.why.field) from refused
        request.state.touched = [merged.code, merged.into]
        if merged.changed:
            background.add_task(follow, request, caller)
        return Response(plain(MergerReply(**vars(merged))), media_type="application/json")

    return once(request, caller, key, said.model_dump(mode="json"), answer)
