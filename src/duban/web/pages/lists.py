"""Lists, search, and one enterprise: what an address asks for, page by page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.edits import waiting_proposals
from duban.views.enterprises import subject_view
from duban.views.for_review import waiting_for_review
from duban.views.lists import ListQuery, list_page
from duban.views.searching import search
from duban.web.pages.act_forms import possible
from duban.web.pages.board import units_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, RowNumber, Visitor

router = APIRouter()


@router.get("/obligations")
def obligations(visit: Visitor, request: Request) -> Response:
    """A list with its filters; they stand in the address."""
    wanted = ListQuery.of(request.query_params)
    shown = list_page(visit.sight, wanted)
    may = possible(visit, [row.owed for row in shown.rows])
    return page(
        visit,
        "list.html.j2",
        wanted=wanted,
        shown=shown,
        units=units_of(visit),
        lines=visit.sight.lines,
        may=may,
    )


@router.get("/search")
def find(visit: Visitor, text: Annotated[str, Query(max_length=1000)] = "") -> Response:
    """What a text finds; the number of an obligation opens it."""
    found = search(visit.sight, text)
    if found.number is not None:
        return RedirectResponse(f"/obligations/{found.number}", 303)
    return page(visit, "search.html.j2", found=found)


@router.get("/subjects/{number}")
def subject(visit: Visitor, number: RowNumber) -> Response:
    """One enterprise."""
    found = subject_view(visit.sight, number)
    if found is None:
        raise PageRefused(
            404,
            say(zh="没有这个监管对象", en="No such subject"),
            say(
                zh="它不存在，或不归您的单位监管；可以按名称搜索",
                en="it is not there, or not your unit's; search by name",
            ),
        )
    return page(visit, "subject.html.j2", found=found)


@router.get("/review")
def review(visit: Visitor) -> Response:
    """What waits for a decision: reports, wishes for a later day, a waiver or a transfer, and for admins of all changes of the rules."""
    theirs = visit.principal.is_a("admin") and visit.principal.units is None
    return page(
        visit,
        "review.html.j2",
        rows=waiting_for_review(visit.sight),
        proposals=waiting_proposals(visit.ws) if theirs else (),
    )
