"""The files of the project on the page (`/admin/files`): written as a draft, checked, tried, planned, put in force.

Only an admin of the top unit comes here: what stands in these files is owed by everybody. A draft is its owner's; the
folder changes when the plan is agreed to, by the same functions as `duban apply`.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from duban.access.accounts import account_numbered
from duban.base.language import say
from duban.base.problems import ProblemsFound
from duban.checks.checking import CheckResult
from duban.edits.comparison import ComparedLine, brought_together, compared
from duban.edits.disclosure import may_open
from duban.edits.own_drafts import (
    OwnDraft,
    drop_draft,
    editable,
    keep_draft,
    others_drafting,
    own_draft,
    own_drafts,
    text_of,
)
from duban.edits.trial import examined, judged
from duban.ledger.content import applied_versions, files_of
from duban.ledger.database import reading
from duban.schemas.files import as_text, schema_for
from duban.web.pages.draft_windows import DraftWindow, mark
from duban.web.pages.page_words import query
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit, visitor_who_is

FILES: Final = "/admin/files"
FILE: Final = f"{FILES}/file"
PLAN: Final = f"{FILES}/plan"
Written = Annotated[str, Form()]
_VERSIONS_BACK: Final = 20
"""A form that was open for longer than so many versions is not looked up."""


def is_content_admin(visit: Visit) -> bool:
    """Whether they may change what everybody owes: an admin of the top unit."""
    return visit.principal.is_a("admin") and visit.principal.units is None


def of_the_top(visit: Annotated[Visit, Depends(visitor_who_is("admin"))]) -> Visit:
    """The visit, of an admin of the top unit; others read that they may not."""
    if not is_content_admin(visit):
        raise PageRefused(
            403,
            say(zh="没有权限", en="Not for your unit"),
            say(
                zh="这些文件管着全局各单位，只有市局的管理员能改",
                en="these files are for every unit: only an administrator of the top unit may edit them",
            ),
        )
    return visit


ContentAdmin = Annotated[Visit, Depends(of_the_top)]
"""An admin of the top unit: whoever may change what everybody owes."""


router = APIRouter()


@router.get(FILE)
def show_file(visit: ContentAdmin, path: str = "", tried: str = "") -> Response:
    """One file: as they drafted it, else as it lies in the folder; `tried` runs the examples of its duties."""
    if not path:
        return RedirectResponse(FILES, 303)
    return _shown(visit, _open(visit, path), tried=bool(tried))


@router.post(FILE)
def take_file(
    visit: ContentAdmin, path: Written = "", text: Written = "", opened: Written = "", act: Written = "keep"
) -> Response:
    """Keep what was written; and check, try, plan, bring together with what somebody else wrote, let it go; or remove it."""
    if not path:
        return RedirectResponse(FILES, 303)
    root = visit.ws.root
    window = DraftWindow.read(opened)
    draft = _opened_then(visit, path, window.opened) or _open(visit, path)
    present = text_of(root, path)
    if act == "drop":
        drop_draft(root, account_of(visit), path)
        return to_file(path)
    passed = window.is_passed(own_draft(root, account_of(visit), path))
    if passed or (opened and window.opened != mark(draft.opened)):
        return _shown(visit, _open(visit, path), tried=False, unsaved=text)
    wanted = None if act == "remove" else _as_in(draft.opened, text)
    draft = replace(draft, text=wanted, saved_at=visit.now, window=window.name)
    if act == "mine":
        draft = replace(draft, opened=present)
    elif act == "together":
        merged = brought_together(draft.opened or "", draft.text or "", present or "")
        if merged is None:
            keep_draft(root, account_of(visit), draft)
            return to_file(path, clash="yes")
        draft = replace(draft, opened=present, text=merged)
    keep_draft(root, account_of(visit), draft)
    if act == "autosave":
        return Response(status_code=204)
    if act in {"plan", "remove"}:
        return RedirectResponse(PLAN, 303)
    return to_file(path, tried="yes" if act == "try" else "")


@router.post(f"{FILES}/check")
def check(visit: ContentAdmin, path: Written = "", text: Written = "") -> Response:
    """What is wrong with a draft, as the script asks while somebody writes; nothing is kept."""
    visit.request.state.only_looked = True
    if not path:
        return JSONResponse({"problems": []})
    draft = _open(visit, path)
    found = _found(visit, replace(draft, text=_as_in(draft.opened, text)))
    told = {
        "problems": [{**asdict(each), "here": each.path == path} for each in found.problems],
        "remarks": [{**asdict(each), "here": True} for each in found.remarks],
    }
    return JSONResponse(told)


@router.get(f"{FILES}/schema")
def show_schema(visit: ContentAdmin, path: str = "") -> Response:
    """Which keys there are in a file, and what each means, for completing them."""
    kind = schema_for(path)
    return JSONResponse({} if kind is None else json.loads(as_text(kind)))


def texts_of(visit: Visit) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """What they have drafted, path → text, and the files as they were when they began."""
    drafts = own_drafts(visit.ws.root, account_of(visit))
    return {each.path: each.text for each in drafts}, {each.path: each.opened for each in drafts}


def drop_all(visit: Visit, paths: Iterable[str]) -> None:
    """Let their drafts of these files go."""
    for path in paths:
        drop_draft(visit.ws.root, account_of(visit), path)


def _open(visit: Visit, path: str) -> OwnDraft:
    """Their draft of a file, or the file as the beginning of one. Raises 404 for what is no file, or not for them."""
    present = text_of(visit.ws.root, path)
    draft = own_draft(visit.ws.root, account_of(visit), path)
    if draft is None and present is None:
        raise HTTPException(404)
    draft = draft or OwnDraft(path, present, present, visit.now)
    if not opens(visit, path, present, draft.opened, draft.text):
        raise PageRefused(
            403,
            say(zh="不能打开", en="Not for you"),
            say(
                zh="这个文件里有保密事项，只有可以知情的管理员能打开",
                en="this file has confidential duties: only an administrator who may know of them can open it",
            ),
        )
    return draft


def _opened_then(visit: Visit, path: str, opened: str) -> OwnDraft | None:
    """A draft begun on the file as one of the last versions had it, where somebody else's edit came into the folder while
    the form was being written; None where the file is as they opened it, or they have a draft.
    """
    root = visit.ws.root
    if not opened or opened == mark(text_of(root, path)) or own_draft(root, account_of(visit), path):
        return None
    with reading(visit.ws.ledger) as connection:
        for version in applied_versions(connection)[:_VERSIONS_BACK]:
            was = files_of(connection, version.content_id).get(path)
            if mark(was) == opened and opens(visit, path, was):
                return OwnDraft(path, was, was, visit.now)
    return None


def _shown(visit: Visit, draft: OwnDraft, *, tried: bool, unsaved: str | None = None) -> Response:
    """A file as it is drafted; beside it what came from an older window and was not kept, where anything did."""
    present = text_of(visit.ws.root, draft.path)
    behind = draft.is_behind(visit.ws.root)
    found = _found(visit, draft)
    nonce = secrets.token_urlsafe(16)
    answer = page(
        visit,
        "file.html.j2",
        status=200 if unsaved is None else 409,
        draft=draft,
        unsaved=unsaved,
        saved=draft.text != draft.opened,
        mark=DraftWindow.showing(draft),
        problems=found.problems,
        remarks=found.remarks,
        others=others_at(visit, draft.path),
        theirs=compared(draft.opened, present) if behind else [],
        mine=compared(draft.opened, draft.text),
        behind=behind,
        clash="clash" in visit.request.query_params,
        examples=_examples(visit, draft) if tried and not found.problems else None,
        what=what_it_is(draft.path),
        has_examples=schema_for(draft.path) is not None and draft.path.startswith("duties/"),
        nonce=nonce,
    )
    # The editor writes its own styles and underlines with pictures it draws; nothing else on the page may.
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; base-uri 'none'; "
        "object-src 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return answer


def _found(visit: Visit, draft: OwnDraft) -> CheckResult:
    """The problems of the content with all their drafts: those of this file first, none of a file that is not for them; and
    what deserves a look in this file.
    """
    texts, _ = texts_of(visit)
    found = examined(visit.ws, {**texts, draft.path: draft.text})
    files = editable(visit.ws.root)
    mine = [each for each in found.problems if opens(visit, each.path, files.get(each.path))]
    return replace(
        found,
        problems=tuple(sorted(mine, key=lambda each: each.path != draft.path)),
        remarks=tuple(each for each in found.remarks if each.path == draft.path),
    )


def _examples(visit: Visit, draft: OwnDraft) -> dict[str, object]:
    texts, _ = texts_of(visit)
    try:
        results, wrong = judged(visit.ws, {**texts, draft.path: draft.text}, draft.path)
    except ProblemsFound as found:
        return {"failed": (), "count": 0, "wrong": found.problems}
    return {"failed": [each for each in results if not each.passed], "count": len(results), "wrong": wrong}


def others_at(visit: Visit, path: str) -> tuple[str, ...]:
    """Who else has a draft of this file."""
    known = (
        account_numbered(visit.ws, each) for each in others_drafting(visit.ws.root, account_of(visit), path)
    )
    return tuple(account.full_name for account in known if account is not None)


def what_is_mine(visit: Visit, path: str) -> list[ComparedLine]:
    """What they have changed in a file, by their draft of it as it is kept now; nothing where they have none."""
    draft = own_draft(visit.ws.root, account_of(visit), path) if path else None
    seen = draft is not None and opens(visit, path, draft.opened, draft.text)
    return compared(draft.opened, draft.text) if draft and seen else []


def account_of(visit: Visit) -> int:
    """The account whose drafts these are."""
    return visit.sign_in.account_id


def opens(visit: Visit, path: str, *texts: str | None) -> bool:
    """Whether a file, in any of these texts of it, may be opened by whoever looks."""
    hidden = [duty.id for duty in visit.ws.definitions.duties.values() if duty.confidential]
    return may_open(visit.principal, path, *texts, hidden=hidden)


def what_it_is(path: str) -> str:
    """What a file is for, in the reader's words."""
    kind = schema_for(path)
    if kind is not None:
        return say(zh=kind.zh, en=kind.en)
    return say(zh="消息的模板", en="a template of messages") if path.endswith(".j2") else ""


def _as_in(opened: str | None, text: str) -> str:
    """What came out of a form, with the line ends the file has."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\n", "\r\n") if opened and "\r\n" in opened else plain


def to_file(path: str, **more: str) -> Response:
    """On to the page of a file."""
    return RedirectResponse(query(FILE, {"path": path, **more}), 303)
