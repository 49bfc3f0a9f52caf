"""Assigning (临时交办): the form with its rehearsal, what was assigned, and taking it back.

The form comes back as it was filled in, with the files it had taken: they lie among the evidence by their fingerprint, and the
form names them. One that is sent twice assigns once.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import RedirectResponse, Response

from duban.assignments.assigning import AssignmentEffect, assign, may_recall, recall_assignment
from duban.assignments.assignment_book import BookedAssignment, assignment_of, assignments
from duban.assignments.drafts import LINE, AssignmentDraft, AssignmentRefused
from duban.base.assignment_numbers import AssignmentNumber
from duban.base.language import say
from duban.ledger.short_ids import short_id
from duban.obligations.evidence import FOLDER, KeptEvidence, keep
from duban.obligations.moves import MoveRefused
from duban.web.pages.one_owed import saved_file
from duban.web.pages.rendering import page
from duban.web.pages.uploads import FILES, HandedFile, handed_in
from duban.web.pages.visiting import PageRefused, Visit, Visitor, Writer

Text = Annotated[str, Form(max_length=4000)]
Many = Annotated[list[str], Form(max_length=400)]
_SHOWN: Final = 50
_LEVELS: Final = (("县局", "county"), ("监管所", "station"))
_KEPT: Final = re.compile(r"(\d{1,12})~([0-9a-f]{2}/([0-9a-f]{64})(?:\.[a-z0-9]{1,8})?)~([^~]{1,200})")
"""A file the form has taken: its size, where it is kept, the fingerprint of its bytes, its name."""


router = APIRouter()


@dataclass(frozen=True)
class AssignForm:
    """The form as somebody filled it in."""

    title: str = ""  #: what is to be done
    units: tuple[str, ...] = ()  #: codes of units, or a level for each of it
    post: str = ""  #: the post that shall owe it
    owners: str = ""  #: others who owe it, unit/post, one a line
    day: str = ""  #: the day it is due on, as it was written
    within: str = ""  #: or the period it is due within, as it was written
    document: str = ""  #: the number of the document it rests on
    words: str = ""  #: the words of the order
    line: str = ""  #: the business line
    ladder: str = ""  #: the ladder that reminds of it
    review: str = ""  #: who closes it
    needs: str = ""  #: one a line
    confidential: bool = False  #: whether it exists only for those who may know
    form: str = ""  #: what this form is known by
    files: tuple[KeptEvidence, ...] = ()  #: the documents that were taken in with it

    @property
    def draft(self) -> AssignmentDraft:
        """The assignment it writes down."""
        return AssignmentDraft(
            self.title,
            (*(f"{unit}/{self.post}" for unit in self.units), *_lines(self.owners)),
            self.day or self.within,
            self.words,
            self.document,
            self.line,
            self.ladder,
            self.review,
            tuple(_lines(self.needs)),
            self.confidential,
        )

    def refuse_what_cannot_be_read(self) -> None:
        """Raise AssignmentRefused for what only a form can leave unsaid."""
        wrong = []
        if self.units and not self.post:
            wrong.append(("owners", say(zh="请选由哪个岗位承办", en="choose the post that owes it")))
        if self.day and self.within:
            wrong.append(
                ("due", say(zh="期限只写一个：哪一天，或者多久", en="give a day or a period, not both"))
            )
        if wrong:
            raise AssignmentRefused(wrong)


@router.get("/assign")
def show_form(visit: Visitor) -> Response:
    """What was assigned, and the form for whoever may."""
    return _page(visit, AssignForm(form=secrets.token_urlsafe(16)))


@router.post("/assign")
def take_form(
    visit: Writer,
    step: Text = "",
    title: Text = "",
    unit: Many | None = None,
    post: Text = "",
    owners: Text = "",
    day: Text = "",
    within: Text = "",
    document: Text = "",
    words: Text = "",
    line: Text = "",
    ladder: Text = "",
    review: Text = "",
    needs: Text = "",
    confidential: Text = "",
    form: Annotated[str, Form(max_length=60)] = "",
    kept: Many | None = None,
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Rehearse what is filled in, or assign it."""
    filled = AssignForm(
        title,
        tuple(unit or ()),
        post,
        owners,
        day,
        within,
        document,
        words,
        line,
        ladder,
        review,
        needs,
        bool(confidential),
        form,
        tuple(_kept(visit, kept or ())),
    )
    try:
        with handed_in([HandedFile(each) for each in files or () if each.filename]) as pieces:
            new = [keep(visit.ws.root, each) for each in pieces]
        filled = replace(filled, files=tuple(dict.fromkeys((*filled.files, *new)))[:FILES])
        filled.refuse_what_cannot_be_read()
        made = assign(
            visit.ws,
            filled.draft,
            visit.now,
            who=visit.principal,
            files=filled.files,
            form=f"{visit.principal.account}:{form}" if form else None,
            rehearse=step != "assign",
        )
    except AssignmentRefused as why:
        return _page(visit, filled, refused=[text for _, text in why.reasons])
    except MoveRefused as why:
        return _page(visit, filled, refused=[str(why)])
    if step != "assign":
        visit.request.state.only_looked = True
        return _page(visit, filled, rehearsed=made)
    visit.request.state.touched = list(made.obligations)  # for the access log
    return RedirectResponse(f"/assign/{made.number}?done=assigned", 303)


@router.get("/assign/{number}")
def show(visit: Visitor, number: str, done: str = "") -> Response:
    """One assignment, and what became of what it made owed."""
    return _one(visit, _found(visit, number), done=done[:20])


@router.post("/assign/{number}/recall")
def take_recall(visit: Writer, number: str, reason: Text = "") -> Response:
    """Take an assignment back."""
    found = _found(visit, number)
    try:
        recall_assignment(visit.ws, found.number, visit.now, who=visit.principal, reason=reason.strip())
    except MoveRefused as why:
        return _one(visit, found, refused=str(why), reason=reason, status=422)
    return RedirectResponse(f"/assign/{found.number}?done=recalled", 303)


@router.get("/assign/{number}/files/{file}")
def download(visit: Visitor, number: str, file: int) -> Response:
    """A file that went along, to be saved."""
    kept = next((each for each in _found(visit, number).files if each.id == file), None)
    path = visit.ws.root / FOLDER / kept.stored_as if kept else None
    if kept is None or path is None or not path.is_file():
        raise _not_there()
    return saved_file(path, kept.name)


def _page(
    visit: Visit,
    filled: AssignForm,
    *,
    refused: Sequence[str] = (),
    rehearsed: AssignmentEffect | None = None,
) -> Response:
    definitions, who = visit.ws.definitions, visit.principal
    units = [unit for unit in definitions.project.units.values() if who.acts_for(unit.code)]
    return page(
        visit,
        "assign.html.j2",
        status=422 if refused else 200,
        filled=filled,
        refused=refused,
        rehearsed=rehearsed,
        units=units,
        levels=[word for word, level in _LEVELS if sum(unit.level == level for unit in units) > 1],
        posts=list(dict.fromkeys(post for unit in units for post in unit.posts)),
        lines=[LINE, *dict.fromkeys(duty.line for duty in definitions.duties.values())],
        ladders=list(definitions.ladders),
        booked=assignments(visit.ws, who, most=_SHOWN),
    )


def _one(
    visit: Visit,
    found: BookedAssignment,
    *,
    done: str = "",
    refused: str = "",
    reason: str = "",
    status: int = 200,
) -> Response:
    may = may_recall(visit.ws, visit.principal, found.assignment, found.author)
    return page(
        visit,
        "assigned.html.j2",
        status=status,
        found=found,
        may_recall=may and bool(found.open),
        done=done,
        refused=refused,
        reason=reason,
        short_id=short_id,
    )


def _found(visit: Visit, number: str) -> BookedAssignment:
    """The assignment of this number. Raises PageRefused, alike for one that is not there and one not to be seen."""
    found = assignment_of(visit.ws, visit.principal, AssignmentNumber.parse(number[:20]))
    if found is None:
        raise _not_there()
    return found


def _not_there() -> PageRefused:
    return PageRefused(
        404,
        say(zh="没有这项交办", en="No such assignment"),
        say(zh="编号不对，或不归您的单位", en="the number is wrong, or it is not your unit's"),
    )


def _kept(visit: Visit, written: Sequence[str]) -> Iterator[KeptEvidence]:
    """The files a form had taken before, where they are still as it says."""
    for each in written[:FILES]:
        found = _KEPT.fullmatch(each)
        if found is None:
            continue
        path = visit.ws.root / FOLDER / found[2]
        if path.is_file() and path.stat().st_size == int(found[1]) and found[2][:2] == found[3][:2]:
            yield KeptEvidence(found[4], found[3], int(found[1]), found[2])


def _lines(written: str) -> list[str]:
    return [each.strip() for each in written.splitlines() if each.strip()]
