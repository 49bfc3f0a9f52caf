"""The board: lines by units, narrowed by what its address says; and the same for a wall."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from duban.base.language import say
from duban.bureau.units import Unit
from duban.views.board import unit_board
from duban.views.lists import ListQuery, first_rows
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit, Visitor

Text = Annotated[str, Query(max_length=200)]


router = APIRouter()


@router.get("/board")
def board(visit: Visitor, line: Text = "", unit: Text = "", by: Text = "") -> Response:
    """The board of one line, one unit, or all that they see; coloured by number, or by share."""
    return board_page(visit, line=line, unit=unit, by=by)


@router.get("/wall")
def wall(visit: Visitor) -> Response:
    """The board for a wall screen: dark, large, and fresh every minute."""
    return board_page(visit, template="wall.html.j2")


def board_page(
    visit: Visit, *, line: str = "", unit: str = "", by: str = "", template: str = "board.html.j2"
) -> Response:
    """The board as a page."""
    unit_or_refusal(visit, unit)
    known = visit.ws.definitions.project.units
    own = visit.principal.unit if visit.principal.units is not None and visit.principal.unit in known else ""
    shown = unit_board(visit.sight, line=line or None, unit=unit or own or None)
    oldest = first_rows(visit.sight, ListQuery(light="red", line=line, unit=unit), 8)
    return page(
        visit, template, board=shown, oldest=oldest, by_share=by == "share", line=line, unit=unit, by=by
    )


def unit_or_refusal(visit: Visit, unit: str) -> None:
    """Raise PageRefused for a unit that is not there, or not one of theirs; nothing is said of which it is."""
    if unit and (unit not in visit.ws.definitions.project.units or not visit.principal.acts_for(unit)):
        raise PageRefused(
            404,
            say(zh="没有这个单位", en="No such unit"),
            say(zh="请从看板上点选", en="choose one on the board"),
        )


def units_of(visit: Visit) -> list[Unit]:
    """The units to choose among: theirs, and for the whole city its counties without the stations."""
    return [
        unit
        for unit in visit.ws.definitions.project.units.values()
        if visit.principal.acts_for(unit.code)
        and (unit.level != "station" or visit.principal.units is not None)
    ]
