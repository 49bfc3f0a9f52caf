"""The catalogue of duties by line, and one duty: what it rests on, what comes next, what is assumed."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from duban.base.assignment_numbers import AssignmentNumber
from duban.base.language import say
from duban.duties.certainty import last_day_word, set_by_statute
from duban.duties.grammar import Duty
from duban.duties.work_plan import clause_places
from duban.edits.own_drafts import text_of
from duban.explanations import explain_duty
from duban.ledger.content import AppliedContent, applied_versions
from duban.ledger.database import reading
from duban.views.board import unit_board
from duban.views.catalogue import catalogue
from duban.web.pages.editing import is_content_admin, opens
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit, Visitor
from duban.workdays import UnknownYear

router = APIRouter()


@router.get("/duties")
def show_all(visit: Visitor) -> Response:
    """Every duty in force, by line."""
    return page(visit, "duties.html.j2", lines=catalogue(visit.sight))


@router.get("/duties/{duty_id}")
def show_one(visit: Visitor, duty_id: str) -> Response:
    """One duty."""
    ordered = AssignmentNumber.of_duty(duty_id)
    if ordered is not None and duty_id in visit.sight.assigned:
        return RedirectResponse(f"/assign/{ordered}", 303)
    duty = visit.ws.definitions.duties.get(duty_id)
    if duty is None or (visit.sight.duties is not None and duty_id not in visit.sight.duties):
        raise PageRefused(
            404,
            say(zh="没有这个事项", en="No such duty"),
            say(zh="请从事项目录里选", en="choose one from the catalogue"),
        )
    try:
        told = explain_duty(visit.ws.definitions, duty_id, visit.on, root=visit.ws.root)
    except UnknownYear:
        told = None
    board = unit_board(visit.sight, line=duty.line)
    return page(
        visit,
        "duty.html.j2",
        duty=duty,
        told=told,
        board=board,
        places=clause_places(visit.ws.root),
        edits=_edits(visit, duty) if is_content_admin(visit) else None,
        last_day=last_day_word(statutory=set_by_statute(duty.content())),
    )


def _edits(visit: Visit, duty: Duty) -> list[AppliedContent] | None:
    """The versions that changed the duty, newest first; None for who may not open its file."""
    if not opens(visit, duty.path, text_of(visit.ws.root, duty.path)):
        return None
    with reading(visit.ws.ledger) as connection:
        return [each for each in applied_versions(connection) if duty.id in each.changed_duties]
