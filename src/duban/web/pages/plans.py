"""The plan of what somebody drafted, agreeing to it, and what waits for a second person: approved, or withdrawn."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from duban.base.folding import legible
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.edits import Plan, PlanRefused, approve, proposed_plan, waiting_proposals, withdraw_proposal
from duban.edits.changed_files import Change, proved, with_texts
from duban.edits.disclosure import closed_files, seen_by
from duban.edits.files_in_place import replace_files
from duban.edits.own_drafts import OwnDraft, keep_draft, text_of
from duban.edits.proposals import Proposal
from duban.edits.telling import plan_document
from duban.edits.trial import examined
from duban.ledger.content import is_content
from duban.web.pages.editing import FILES, PLAN, ContentAdmin, Written, drop_all, texts_of, what_is_mine
from duban.web.pages.rendering import page
from duban.web.pages.versions import VERSIONS
from duban.web.pages.visiting import PageRefused, Visit

PROPOSED: Final = "/admin/proposed/{plan}"
BESIDE: Final = f"{FILES}/beside"


router = APIRouter()


@router.get(PLAN)
def show_plan(visit: ContentAdmin) -> Response:
    """What putting their drafts in force would change."""
    return _planned(visit)


@router.get(BESIDE)
def show_beside(visit: ContentAdmin, path: str = "") -> Response:
    """The same, short, for the editor to show beside the text as somebody writes; and what they changed in the file `path`."""
    return page(visit, "beside.html.j2", beside=beside(visit), mine=what_is_mine(visit, path))


def beside(visit: Visit) -> dict[str, object]:
    """What putting their drafts in force would change, for beside the editor."""
    change = _change(visit)
    if isinstance(change, Change):
        return {"told": plan_document(seen_by(visit.principal, change.plan)), "problems": ()}
    return {"told": None, "problems": change.problems if change else ()}


@router.post(PLAN)
def take_plan(visit: ContentAdmin, plan: Written = "", reason: Written = "") -> Response:
    """Put their drafts in force, or propose them where a second person has to agree."""
    change = _change(visit)
    if change is None or isinstance(change, ProblemsFound):
        return _planned(visit, reason)
    if plan != change.plan.id:
        return _planned(
            visit,
            reason,
            say(
                zh="您看过之后又有变化，还没有生效；下面是现在的计划，请再看一遍",
                en="something changed since you looked, nothing is in force yet: this is the plan now, look again",
            ),
        )
    if not (legible(reason).strip() or change.lies_beside):
        return _planned(visit, reason, say(zh="请写明原因", en="write down why"))
    try:
        done = change.put_in_force(visit.now, by=visit.principal, reason=reason.strip())
    except ProblemsFound:
        return _planned(
            visit,
            reason,
            say(
                zh="刚才有人改了同一个文件，什么也没有写；请打开那个文件，把两边的修改合在一起",
                en="somebody has just changed one of these files, nothing was written: open it and bring both together",
            ),
        )
    except PlanRefused as why:
        return _planned(visit, reason, str(why))
    drop_all(visit, change.texts)
    how = "proposed" if isinstance(done, Proposal) else "applied" if done else "written"
    return RedirectResponse(f"{VERSIONS}?done={how}", 303)


@router.get(PROPOSED)
def show_proposed(visit: ContentAdmin, plan: str) -> Response:
    """What somebody proposed would change, for the second person."""
    return _proposed(visit, plan)


@router.post(PROPOSED)
def take_approval(visit: ContentAdmin, plan: str) -> Response:
    """Put in force what another person proposed."""
    _proposed(visit, plan)  # nobody agrees to what they may not see
    try:
        approve(visit.ws, plan, by=visit.principal, now=visit.now)
    except PlanRefused as why:
        raise PageRefused(409, say(zh="没有生效", en="Not in force"), str(why)) from None
    return RedirectResponse(f"{VERSIONS}?done=approved", 303)


@router.post(f"{PROPOSED}/withdraw")
def take_withdrawal(visit: ContentAdmin, plan: str) -> Response:
    """Take back what they proposed: the folder is as before, and what was proposed is their draft again."""
    _proposed(visit, plan)
    root, account = visit.ws.root, visit.sign_in.account_id
    try:
        proposed = withdraw_proposal(visit.ws, plan, by=visit.principal, now=visit.now)
    except PlanRefused as why:
        raise PageRefused(409, say(zh="没有撤回", en="Not withdrawn"), str(why)) from None
    in_force = with_texts(visit.ws, {})
    for path, text in proposed.items():
        if text_of(root, path) == text:  # else somebody has gone on from there
            replace_files(root, {path: in_force.get(path)})
            keep_draft(root, account, OwnDraft(path, in_force.get(path), text, visit.now))
    return RedirectResponse(f"{VERSIONS}?done=withdrawn", 303)


def _change(visit: Visit) -> Change | ProblemsFound | None:
    texts, opened = texts_of(visit)
    if not texts:
        return None
    try:
        if wrong := _beside_wrong(visit, texts):
            raise ProblemsFound(wrong)
        return proved(visit.ws, texts, visit.now, opened)
    except ProblemsFound as found:
        return found


def _beside_wrong(visit: Visit, texts: Mapping[str, str | None]) -> list[Problem]:
    """What is wrong with what would lie beside the content; of the content itself, planning says it."""
    if all(map(is_content, texts)):
        return []
    return [each for each in examined(visit.ws, texts).problems if each.path in texts]


def _planned(visit: Visit, reason: str = "", refused: str = "") -> Response:
    change = _change(visit)
    problems = change.problems if isinstance(change, ProblemsFound) else ()
    plan = change.plan if isinstance(change, Change) else None
    return page(
        visit,
        "plan.html.j2",
        status=422 if refused else 200,
        drafts=sorted(texts_of(visit)[0]),
        plan=plan,
        told=plan and plan_document(seen_by(visit.principal, plan), everything=True),
        problems=problems,
        proposal=None,
        only_beside=isinstance(change, Change) and change.lies_beside,
        mine=True,
        two=visit.ws.definitions.project.approvers > 1,
        reason=reason,
        refused=refused,
    )


def _proposed(visit: Visit, named: str) -> Response:
    proposal = next((each for each in waiting_proposals(visit.ws) if each.plan == named), None)
    if proposal is None:
        raise PageRefused(
            404,
            say(zh="没有等待批准的修改", en="Nothing waits"),
            say(zh="它已经生效，或者不再有效了", en="it is in force already, or no longer holds"),
        )
    plan = proposed_plan(visit.ws, named, visit.now)
    _refuse_closed(visit, plan)
    return page(
        visit,
        "plan.html.j2",
        drafts=(),
        plan=plan,
        told=plan_document(seen_by(visit.principal, plan), everything=True),
        problems=(),
        only_beside=False,
        proposal=proposal,
        mine=_is_own(visit, proposal),
        two=True,
        reason=proposal.reason,
        refused="",
    )


def _is_own(visit: Visit, proposal: Proposal) -> bool:
    return proposal.proposed_by == visit.principal.name


def _refuse_closed(visit: Visit, plan: Plan) -> None:
    present = with_texts(visit.ws, {})
    changed = [path for path in {*present, *plan.files} if present.get(path) != plan.files.get(path)]
    if closed_files(visit.principal, present, plan.files, changed):
        raise PageRefused(
            403,
            say(zh="不能批准", en="Not yours to approve"),
            say(
                zh="这一修改涉及保密事项，只有可以知情的管理员能批准",
                en="it is about confidential duties: only an administrator who may know can approve it",
            ),
        )
