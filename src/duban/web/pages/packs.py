"""Evidence packs: everything handed in for one obligation, a unit or a line, as a zip to be saved."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from duban.base.language import say
from duban.views.evidence_packs import safe_name, write_pack
from duban.views.lists import ListQuery
from duban.web.pages.one_owed import found_or_not
from duban.web.pages.passing_files import passing_file
from duban.web.pages.visiting import PageRefused, Visit, Visitor

Text = Annotated[str, Query(max_length=200)]


router = APIRouter()


@router.get("/obligations/{number}/evidence.zip")
def of_one(visit: Visitor, number: str) -> Response:
    """What was handed in for one obligation."""
    found = found_or_not(visit, number)
    return _sent(visit, f"{found.row.owed.id} {found.row.owed.title}", ListQuery(), number=found.row.number)


@router.get("/evidence.zip")
def of_many(
    visit: Visitor,
    unit: Text = "",
    line: Text = "",
    year: Annotated[str, Query(pattern=r"^(\d{4})?$")] = "",
) -> Response:
    """What was handed in by a unit and those below it, for a line, or both, of the deadlines of a year."""
    known = visit.ws.definitions.project.units
    if unit and (unit not in known or not visit.principal.acts_for(unit)):
        raise PageRefused(
            404,
            say(zh="没有这个单位", en="No such unit"),
            say(zh="请在报表页上选", en="choose one on the page of reports"),
        )
    about = " ".join(filter(None, (known[unit].name if unit else "", line, year)))
    return _sent(visit, about, ListQuery(unit=unit, line=line), year=year)


def _sent(
    visit: Visit, about: str, wanted: ListQuery, *, number: int | None = None, year: str = ""
) -> Response:
    name = safe_name(say(zh=f"迎检台账 {about}", en=f"evidence {about}")) + ".zip"
    return passing_file(
        "pack",
        "zip",
        lambda path: write_pack(visit.sight, path, wanted, number=number, year=year),
        "application/zip",
        {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )
