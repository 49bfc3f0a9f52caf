"""Forms for what changes weekly (`/admin/changes`): each writes the YAML an admin would, comments kept, as their draft.

A post's holder, addresses, leave and deputy; a station; a value to confirm; a window's days; a closure; a holiday notice.
What was filled in becomes part of the draft, and goes the way of every edit: plan, reason, a second person where asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from duban.base.day_texts import read_day_text
from duban.base.language import say
from duban.base.objections import Objection
from duban.base.problems import ProblemsFound
from duban.bureau.project import PROJECT_FILE
from duban.definitions.definitions import Definitions, load_definitions
from duban.edits.bureau_forms import WrittenHolder, with_post, with_station
from duban.edits.confirmation import ConfirmedValue, NothingToConfirm, confirm, take_back
from duban.edits.disclosure import may_open
from duban.edits.own_drafts import OwnDraft, keep_draft, own_draft, text_of
from duban.edits.trial import drafted_folder
from duban.holidays import NoticeDetails, enter, read_notice
from duban.holidays.insertion import FileInsertion, add_closure, announce_window
from duban.holidays.year_text import year_text
from duban.ledger.content import read_content
from duban.web.pages.editing import PLAN, ContentAdmin, texts_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit
from duban.workdays import Closure, load_calendar
from duban.workdays.festivals import NoticedSpan
from duban.yamlfile.amending import NotAmended

CHANGES: Final = "/admin/changes"
Filled = Mapping[str, str]


class FormRefused(Objection, ValueError):
    """A form cannot be carried out as it was filled in; the text says why."""


router = APIRouter()


@router.get(CHANGES)
def show(visit: ContentAdmin, unit: str = "", post: str = "") -> Response:
    """The forms; that of a post once its unit and name are chosen."""
    return _shown(visit, {"unit": unit, "post": post})


@router.post(f"{CHANGES}/{{what}}")
def take(visit: ContentAdmin, request: Request, what: str) -> Response:
    """Write what was filled in into their draft, and show the plan."""
    form = _FORMS.get(what)
    if form is None:
        raise HTTPException(404)
    filled = {name: value.strip() for name, value in request.state.sent}
    drafted, _ = texts_of(visit)
    try:
        with drafted_folder(visit.ws, drafted) as folder:
            path = form(visit, folder, filled)
            text = read_content(folder)[path]
    except FormRefused as why:
        return _shown(visit, filled, what, str(why))
    except ProblemsFound as found:
        told = [
            f"{each.what}{say(zh='，', en=', ')}{each.mend}" if each.mend else each.what
            for each in found.problems
        ]
        return _shown(visit, filled, what, say(zh="；", en="; ").join(told))
    except NotAmended:
        return _shown(
            visit,
            filled,
            what,
            say(
                zh="这个文件的写法不能自动改，请在“规则文件”里改",
                en="this file is written in a way the form cannot change: edit the file itself",
            ),
        )
    root, account = visit.ws.root, visit.sign_in.account_id
    present = text_of(root, path)
    if not may_open(visit.principal, path, present, text):
        raise PageRefused(
            403,
            say(zh="不能改", en="Not for you"),
            say(
                zh="这个文件里有保密事项，只有可以知情的管理员能改",
                en="this file has confidential duties: only an administrator who may know of them can edit it",
            ),
        )
    draft = own_draft(root, account, path)
    opened = draft.opened if draft else present
    keep_draft(root, account, OwnDraft(path, opened, text, visit.now))
    return RedirectResponse(PLAN, 303)


def _post(_: Visit, folder: Path, filled: Filled) -> str:
    given = WrittenHolder(
        filled.get("holder", ""),
        bool(filled.get("vacant")),
        dict(_pairs(line) for line in filled.get("addresses", "").splitlines() if line.strip()),
        filled.get("deputy", ""),
        tuple(_span(line) for line in filled.get("away", "").splitlines() if line.strip()),
    )
    file = folder / PROJECT_FILE
    try:
        text = with_post(_read(file), _said(filled, "unit"), _said(filled, "post"), given)
    except LookupError:
        raise FormRefused(zh="没有这个单位", en="there is no such unit") from None
    _write(file, text)
    return PROJECT_FILE


def _station(_: Visit, folder: Path, filled: Filled) -> str:
    file = folder / PROJECT_FILE
    try:
        text = with_station(
            _read(file), _said(filled, "county"), _said(filled, "code"), _said(filled, "name")
        )
    except LookupError:
        raise FormRefused(zh="没有这个县局", en="there is no such county") from None
    _write(file, text)
    return PROJECT_FILE


def _confirm(visit: Visit, folder: Path, filled: Filled) -> str:
    words = f"{_said(filled, 'source')}（{visit.principal.name}，{visit.on}）"
    return _assumption(folder, filled, partial(confirm, words=words))


def _unconfirm(_: Visit, folder: Path, filled: Filled) -> str:
    return _assumption(folder, filled, take_back)


def _assumption(
    folder: Path, filled: Filled, change: Callable[[Path, Definitions, str, str], ConfirmedValue]
) -> str:
    """Change what is assumed of a duty; returns the file that says it."""
    definitions, duty = load_definitions(folder), filled.get("duty", "")
    if duty not in definitions.duties:
        raise FormRefused(zh="没有这个事项", en="there is no such duty")
    try:
        return change(folder, definitions, duty, filled.get("key", "")).path
    except NothingToConfirm as why:
        raise FormRefused(str(why)) from None


def _window(_: Visit, folder: Path, filled: Filled) -> str:
    span = NoticedSpan.model_validate(_days(filled, "notice"))
    return _put(folder, announce_window(folder, _said(filled, "window"), span))


def _closure(_: Visit, folder: Path, filled: Filled) -> str:
    stated = {"unit": _said(filled, "unit"), **_days(filled, "notice"), "reason": _said(filled, "reason")}
    return _put(folder, add_closure(folder, Closure.model_validate(stated)))


def _holidays(visit: Visit, folder: Path, filled: Filled) -> str:
    pasted = folder / ".notice.txt"
    _write(pasted, _said(filled, "text") + "\n")
    calendar = load_calendar(folder / "calendar")
    try:
        issued = read_day_text(filled["issued"]) if filled.get("issued") else None
        details = NoticeDetails(filled.get("number") or None, issued, None, None)
        notice = read_notice(pasted, details, visit.ws.definitions.project.zone, frozenset())
    finally:
        pasted.unlink()
    pasted_by = f"原文粘贴（{visit.principal.name}，{visit.on}）"
    entered = enter(calendar, replace(notice, source=pasted_by))
    path = f"calendar/{notice.year}.yaml"
    file = folder / path
    old = _read(file) if file.exists() else None
    if entered.changes or old is None:
        _write(file, year_text(entered.year, old, path))
    return path


_FORMS: Final[Mapping[str, Callable[[Visit, Path, Filled], str]]] = {
    "post": _post,
    "station": _station,
    "confirm": _confirm,
    "unconfirm": _unconfirm,
    "window": _window,
    "closure": _closure,
    "holidays": _holidays,
}


def _said(filled: Filled, name: str) -> str:
    if not filled.get(name):
        raise FormRefused(zh="有一栏没有填", en="a field was left empty")
    return filled[name]


def _days(filled: Filled, basis: str) -> dict[str, object]:
    first, last = _day(_said(filled, "from")), _day(_said(filled, "to"))
    if last < first:
        raise FormRefused(zh="最后一天早于第一天", en="the last day is before the first")
    return {"from": first, "to": last, "notice": _said(filled, basis)}


def _day(written: str) -> date:
    try:
        return read_day_text(written)
    except ValueError:
        raise FormRefused(
            zh=f"“{written}”不是日期，例如 2026-10-09", en=f"“{written}” is no day, such as 2026-10-09"
        ) from None


def _span(line: str) -> tuple[date, date]:
    first, _, last = line.replace("到", "至").partition("至")
    span = _day(first.strip()), _day((last or first).strip())
    if span[1] < span[0]:
        raise FormRefused(zh=f"“{line}”的最后一天早于第一天", en=f"“{line}” ends before it begins")
    return span


def _pairs(line: str) -> tuple[str, str]:
    name, mark, address = line.replace("：", ":").partition(":")
    if not (mark and name.strip() and address.strip()):
        raise FormRefused(
            zh=f"地址每行写“渠道: 地址”，例如 mail: zhang@example.cn，不是“{line}”",
            en=f"an address is “channel: address”, such as mail: zhang@example.cn, not “{line}”",
        )
    return name.strip(), address.strip()


def _put(folder: Path, inserted: FileInsertion) -> str:
    _write(folder / inserted.path, inserted.text)
    return inserted.path


def _read(file: Path) -> str:
    if not file.exists():
        raise FormRefused(zh=f"项目里没有 {file.name}", en=f"the project has no {file.name}")
    return file.read_bytes().decode()


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode())


def _shown(visit: Visit, filled: Filled, what: str = "", refused: str = "") -> Response:
    project = visit.ws.definitions.project
    unit = project.units.get(filled.get("unit", ""))
    return page(
        visit,
        "changes.html.j2",
        status=422 if refused else 200,
        units=list(project.units.values()),
        counties=project.units_at("county"),
        unit=unit,
        post=unit.posts.get(filled.get("post", "")) if unit else None,
        windows=[each.name for each in visit.ws.definitions.calendar.festivals.windows],
        filled=filled,
        what=what,
        refused=refused,
    )
