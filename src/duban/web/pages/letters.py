"""Letters: issued from an obligation or a list, downloaded, and their slips written down."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import RedirectResponse, Response

from duban.base.day_texts import read_day_text
from duban.base.language import say
from duban.documents import PdfUnavailable
from duban.ledger.visibility import visible
from duban.letters.issued import ListedLetter, issued_letters, kept_letter
from duban.letters.issuing import LetterPreview, issue, kind_named, preview
from duban.letters.kinds import KINDS
from duban.letters.printed import letter_as_pdf
from duban.letters.slips import take_receipt
from duban.letters.templates import LetterRefused
from duban.obligations.listing import Filter
from duban.views.lists import ListQuery, list_page
from duban.web.pages.rendering import page
from duban.web.pages.reports import as_attachment, no_pdf
from duban.web.pages.visiting import PageRefused, Visit, Visitor, Writer, visitor_who_is
from duban.workdays import UnknownYear

MOST = 50
"""At most so many overdue obligations of a unit are put into one letter from the page."""
REPLY_AFTER = 10
"""Working days for an answer, unless somebody writes another day."""

Text = Annotated[str, Form(max_length=2000)]
Chosen = Annotated[list[str], Form(max_length=500)]


def _issuer(visit: Writer) -> Visit:
    return visitor_who_is("supervisor", "admin")(visit)


Issuer = Annotated[Visit, Depends(_issuer)]
"""Whoever may issue letters: supervisors and admins."""


router = APIRouter()


@router.get("/letters")
def show_all(visit: Visitor, done: Annotated[int, Query(ge=0, lt=2**63)] = 0) -> Response:
    """The letters about what they see, the newest first."""
    return _shown(visit, done=done)


@router.get("/letters/new")
def begin(
    visit: Issuer,
    item: Annotated[list[str] | None, Query(max_length=500)] = None,
    unit: Annotated[str, Query(max_length=40)] = "",
    line: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=20)] = "督办通知书",
) -> Response:
    """A letter about chosen obligations, or about what of a unit is overdue: as it would be, before it is issued."""
    items = item or []
    if not items and unit:
        overdue = list_page(visit.sight, ListQuery(light="red", unit=unit, line=line), size=MOST)
        items = [row.owed.id for row in overdue.rows if not row.owed.confidential]
    return _preview(visit, kind, items)


@router.post("/letters/new")
def take_new(
    visit: Issuer,
    kind: Text = "",
    item: Chosen | None = None,
    left: Chosen | None = None,
    reply_by: Text = "",
    act: Text = "",
) -> Response:
    """Issue it; or show it again, when the kind was changed or something is wrong."""
    items = item or []
    if act == "preview":
        visit.request.state.only_looked = True
        return _preview(visit, kind, [*items, *(left or ())], reply_by)
    try:
        day = _day(reply_by)
        done = issue(
            visit.ws,
            kind_named(kind),
            items,
            visit.now,
            actor=visit.principal.name,
            reply_by=day,
            shown_to=Filter(also=visit.sight.visible()),
        )
    except LetterRefused as why:
        return _preview(visit, kind, [*items, *(left or ())], reply_by, str(why))
    visit.request.state.touched = items
    return RedirectResponse(f"/letters?done={done.id}", 303)


@router.get("/letters/{letter}.{form}")
def download(visit: Visitor, letter: str, form: str) -> Response:
    """A letter as .docx or PDF."""
    found = _found(visit, letter)
    path = kept_letter(visit.ws.root, found.sha256)
    if form not in {"docx", "pdf"} or not path.is_file():
        raise _not_there()
    name = f"{found.kind} {found.number}"
    try:
        content = path.read_bytes()
        return as_attachment(letter_as_pdf(content) if form == "pdf" else content, name, form)
    except PdfUnavailable as why:
        raise no_pdf(why) from None


@router.post("/letters/{letter}/receipt")
def receipt(visit: Issuer, letter: str, told: Text = "", on: Text = "") -> Response:
    """Write down that the slip came back."""
    found = _found(visit, letter)
    try:
        take_receipt(visit.ws, found, told, visit.now, actor=visit.principal.name, on=_day(on))
    except LetterRefused as why:
        return _shown(visit, refused=str(why), wrong=found.id, told=told, status=422)
    return RedirectResponse("/letters", 303)


def _shown(
    visit: Visit, *, done: int = 0, refused: str = "", wrong: int = 0, told: str = "", status: int = 200
) -> Response:
    letters = issued_letters(visit.ws, visible(visit.principal))
    return page(
        visit,
        "letters.html.j2",
        status=status,
        letters=letters,
        done=next((each for each in letters if each.id == done), None),
        refused=refused,
        wrong=wrong,
        told=told,
        kinds=KINDS,
        may_issue=visit.principal.may_write and visit.principal.is_a("supervisor", "admin"),
    )


def _preview(visit: Visit, kind: str, items: list[str], reply_by: str = "", refused: str = "") -> Response:
    made = LetterPreview("", [], {})
    try:
        made = preview(
            visit.ws, kind_named(kind), items, visit.now, shown_to=Filter(also=visit.sight.visible())
        )
    except LetterRefused as why:
        refused = refused or str(why)
    return page(
        visit,
        "letter.html.j2",
        status=422 if refused else 200,
        kind=kind if kind in KINDS else "督办通知书",
        kinds=KINDS,
        items=[each for each in items if each not in made.left_out],
        made=made,
        reply_by=reply_by or _in_ten_days(visit),
        refused=refused,
    )


def _in_ten_days(visit: Visit) -> str:
    try:
        return visit.ws.definitions.calendar.add(visit.on, REPLY_AFTER).isoformat()
    except UnknownYear:
        return ""


def _day(written: str) -> date:
    try:
        return read_day_text(written)
    except ValueError:
        raise LetterRefused(zh="日期写成 2026-11-27 这样", en="write the day like 2026-11-27") from None


def _found(visit: Visit, letter: str) -> ListedLetter:
    letters = issued_letters(visit.ws, visible(visit.principal))
    found = next((each for each in letters if str(each.id) == letter), None)
    if found is None:
        raise _not_there()
    return found


def _not_there() -> PageRefused:
    return PageRefused(
        404,
        say(zh="没有这份文书", en="No such letter"),
        say(
            zh="编号不对，或写的是您看不到的事项",
            en="the number is wrong, or it is about what is not yours to see",
        ),
    )
