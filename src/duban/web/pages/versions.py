"""The plan of what somebody drafted, agreeing to it, and the versions that were put in force: who, when, why, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.base.problems import ProblemsFound
from duban.edits import Counts, Plan, PlanRefused, approve, proposed_plan, waiting_proposals
from duban.edits.changed_files import Change, proved
from duban.edits.comparison import ComparedLine, compared
from duban.edits.disclosure import closed_files, seen_by
from duban.edits.own_drafts import OwnDraft, keep_draft, text_of
from duban.edits.proposals import Proposal
from duban.edits.telling import plan_document
from duban.ledger.content import AppliedContent, applied_versions, files_of
from duban.ledger.database import reading
from duban.web.pages.editing import FILES, PLAN, ContentAdmin, Written, drop_all, texts_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit

VERSIONS: Final = "/admin/versions"
PROPOSED: Final = "/admin/proposed/{plan}"


@dataclass(frozen=True)
class FileDifference:
    """What a version changed in one file."""

    path: str
    lines: list[ComparedLine]


def router() -> APIRouter:
    """The addresses of plans and versions."""
    routes = APIRouter()
    routes.get(PLAN)(show_plan)
    routes.post(PLAN)(take_plan)
    routes.get(PROPOSED)(show_proposed)
    routes.post(PROPOSED)(take_approval)
    routes.get(VERSIONS)(show_versions)
    routes.get(f"{VERSIONS}/{{version}}")(show_version)
    routes.post(f"{VERSIONS}/{{version}}/drafts")(take_back_to)
    return routes


def show_plan(visit: ContentAdmin) -> Response:
    """What putting their drafts in force would change."""
    return _planned(visit)


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
    if not reason.strip():
        return _planned(visit, reason, say(zh="请写明原因", en="write down why"))
    try:
        change.put_in_force(visit.now, by=visit.principal, reason=reason.strip())
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
    two = visit.ws.definitions.project.approvers > 1
    return RedirectResponse(f"{VERSIONS}?done={'proposed' if two else 'applied'}", 303)


def show_proposed(visit: ContentAdmin, plan: str) -> Response:
    """What somebody proposed would change, for the second person."""
    return _proposed(visit, plan)


def take_approval(visit: ContentAdmin, plan: str) -> Response:
    """Put in force what another person proposed."""
    _proposed(visit, plan)  # nobody agrees to what they may not see
    try:
        approve(visit.ws, plan, by=visit.principal, now=visit.now)
    except PlanRefused as why:
        raise PageRefused(409, say(zh="没有生效", en="Not in force"), str(why)) from None
    return RedirectResponse(f"{VERSIONS}?done=approved", 303)


def show_versions(visit: ContentAdmin) -> Response:
    """Every version, newest first, and what waits."""
    return page(
        visit,
        "versions.html.j2",
        versions=_versions(visit),
        waiting=waiting_proposals(visit.ws),
        counts=lambda each: Counts(**each.summary.get("counts", {})).brief(),
        done=visit.request.query_params.get("done", ""),
    )


def show_version(visit: ContentAdmin, version: int) -> Response:
    """What one version changed, file by file; and the way back to it."""
    one, was, now = _version(visit, version)
    return page(
        visit,
        "version.html.j2",
        version=one,
        newest=_versions(visit)[0].number,
        differences=_differences(visit, was, now),
        closed=closed_files(visit.principal, was, now, (each for each in now if was.get(each) != now[each])),
    )


def take_back_to(visit: ContentAdmin, version: int) -> Response:
    """Make drafts of the files as that version had them; they go the way of every edit."""
    _, _, files = _version(visit, version)
    drafted, _ = texts_of(visit)
    with reading(visit.ws.ledger) as connection:
        present = files_of(connection, applied_versions(connection)[0].content_id)
    paths = {path for path in {*files, *present} if files.get(path) != present.get(path)}
    if refused := closed_files(visit.principal, present, files, sorted(paths)):
        raise PageRefused(
            403,
            say(zh="没有打开", en="Not opened"),
            say(
                zh=f"{'、'.join(refused)} 里有保密事项，只有可以知情的管理员能改回去",
                en=f"{', '.join(refused)}: confidential duties; only an administrator who may know can go back",
            ),
        )
    if kept := sorted(paths & drafted.keys()):
        raise PageRefused(
            409,
            say(zh="没有打开", en="Not opened"),
            say(
                zh=f"您还有 {'、'.join(kept)} 的草稿；先让它生效或者放弃",
                en=f"you still have drafts of {', '.join(kept)}: put them in force or drop them first",
            ),
        )
    root, account = visit.ws.root, visit.sign_in.account_id
    for path in paths:
        keep_draft(root, account, OwnDraft(path, text_of(root, path), files.get(path), visit.now))
    return RedirectResponse(PLAN if paths else FILES, 303)


def _change(visit: Visit) -> Change | ProblemsFound | None:
    texts, opened = texts_of(visit)
    if not texts:
        return None
    try:
        return proved(visit.ws, texts, visit.now, opened)
    except ProblemsFound as found:
        return found


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
        proposal=proposal,
        mine=_is_own(visit, proposal),
        two=True,
        reason=proposal.reason,
        refused="",
    )


def _is_own(visit: Visit, proposal: Proposal) -> bool:
    return proposal.proposed_by == visit.principal.name


def _refuse_closed(visit: Visit, plan: Plan) -> None:
    with reading(visit.ws.ledger) as connection:
        present = files_of(connection, applied_versions(connection)[0].content_id)
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


def _versions(visit: Visit) -> list[AppliedContent]:
    with reading(visit.ws.ledger) as connection:
        return applied_versions(connection)


def _version(visit: Visit, number: int) -> tuple[AppliedContent, dict[str, str], dict[str, str]]:
    """A version, the files before it and with it."""
    known = {each.number: each for each in _versions(visit)}
    if number not in known:
        raise PageRefused(
            404,
            say(zh="没有这一版", en="No such version"),
            say(zh="请从版本清单里选", en="choose one from the list"),
        )
    with reading(visit.ws.ledger) as connection:
        before = known.get(number - 1)
        was = files_of(connection, before.content_id) if before else {}
        return known[number], was, files_of(connection, known[number].content_id)


def _differences(visit: Visit, was: dict[str, str], now: dict[str, str]) -> list[FileDifference]:
    changed = sorted(path for path in {*was, *now} if was.get(path) != now.get(path)) if was else []
    hidden = set(closed_files(visit.principal, was, now, changed))
    return [
        FileDifference(path, compared(was.get(path), now.get(path))) for path in changed if path not in hidden
    ]
