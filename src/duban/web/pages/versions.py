"""The versions that were put in force: who, when, why, what each changed, and the way back."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.edits import waiting_proposals
from duban.edits.comparison import ComparedLine, compared
from duban.edits.disclosure import closed_files
from duban.edits.own_drafts import OwnDraft, keep_draft, text_of
from duban.edits.version_words import counted, version_words
from duban.ledger.content import AppliedContent, applied_versions, files_of
from duban.ledger.database import reading
from duban.web.pages.editing import FILES, PLAN, ContentAdmin, is_content_admin, of_the_top, texts_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit, visitor_who_is

VERSIONS: Final = "/admin/versions"


def _reader(visit: Annotated[Visit, Depends(visitor_who_is("admin", "auditor"))]) -> Visit:
    return visit if visit.principal.is_a("auditor") and visit.principal.units is None else of_the_top(visit)


ContentReader = Annotated[Visit, Depends(_reader)]
"""Whoever may see what was changed for everybody: these admins, and an auditor of the top unit."""


@dataclass(frozen=True)
class FileDifference:
    """What a version changed in one file."""

    path: str  #: from the project's folder
    lines: list[ComparedLine]  #: the lines side by side


router = APIRouter()


@router.get(VERSIONS)
def show_versions(visit: ContentReader) -> Response:
    """Every version, newest first, and what waits."""
    return page(
        visit,
        "versions.html.j2",
        versions=_versions(visit),
        waiting=waiting_proposals(visit.ws) if is_content_admin(visit) else (),
        counts=lambda each: counted(each.summary),
        changes=lambda each: _words(visit, each),
        done=visit.request.query_params.get("done", ""),
    )


@router.get(f"{VERSIONS}/{{version}}")
def show_version(visit: ContentReader, version: int) -> Response:
    """What one version changed, file by file; and the way back to it."""
    one, was, now = _version(visit, version)
    return page(
        visit,
        "version.html.j2",
        version=one,
        newest=_versions(visit)[0].number,
        may_change=is_content_admin(visit),
        differences=_differences(visit, was, now),
        duties=_duties(visit, one),
        changes=_words(visit, one),
        closed=closed_files(visit.principal, was, now, (each for each in now if was.get(each) != now[each])),
    )


@router.post(f"{VERSIONS}/{{version}}/drafts")
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


def _duties(visit: Visit, version: AppliedContent) -> list[tuple[str, str]]:
    """The duties a version changed that are still there, of those that exist for whoever looks: id and title."""
    known = visit.ws.definitions.duties
    changed = [known[each] for each in version.changed_duties if each in known]
    return [(duty.id, duty.title) for duty in changed if not duty.confidential or visit.principal.undisclosed]


def _words(visit: Visit, version: AppliedContent) -> list[str]:
    """What a version changed, line by line; the first one changed nothing that was there."""
    return list(version_words(version.summary, dict(_duties(visit, version)))) if version.number > 1 else []


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
