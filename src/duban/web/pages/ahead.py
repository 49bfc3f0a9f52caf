"""What lies ahead: a month of due dates, the load of a year, and how far goals have come."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.views.goals import goals
from duban.views.load import year_load
from duban.views.measures import STANDS, Stand, stand_word
from duban.views.month import month_view
from duban.web.pages.board import Text, unit_or_refusal, units_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visitor
from duban.workdays import period_span

ROWS_AT_ONCE: Final = 40
"""More goals than these are told duty by duty, each of which opens into its units."""
LIGHTS: Final[dict[Stand, str]] = {
    "behind": "amber",
    "lost": "amber",
    "unreported": "none",
    "on pace": "none",
    "reached": "green",
}


router = APIRouter()


@router.get("/calendar")
def this_month(visit: Visitor) -> Response:
    """The month it is."""
    return RedirectResponse(f"/calendar/{visit.on:%Y-%m}", 303)


@router.get("/calendar/{month}")
def one_month(visit: Visitor, month: str, unit: Text = "", line: Text = "") -> Response:
    """What falls due on each day of a month, 2026-11: of one unit and those below it, of one line."""
    unit_or_refusal(visit, unit)
    try:
        first, last = period_span(month)
        if first.day != 1 or (last - first).days > 30 or not 2000 <= first.year <= 2100:
            raise ValueError(month)
    except (ValueError, OverflowError):
        raise PageRefused(
            404,
            say(zh="没有这个月", en="No such month"),
            say(zh=f"请写成 {visit.on:%Y-%m} 这样", en=f"write it like {visit.on:%Y-%m}"),
        ) from None
    shown = month_view(visit.sight, first, last, unit=unit, line=line)
    return page(
        visit,
        "month.html.j2",
        month=shown,
        unit=unit,
        line=line,
        units=units_of(visit),
        lines=visit.sight.lines,
    )


@router.get("/workload")
def workload(visit: Visitor, unit: Text = "", line: Text = "", by: Text = "") -> Response:
    """What each post has to do in the months (or weeks) of a year, below one unit, of one line."""
    unit_or_refusal(visit, unit)
    load = year_load(visit.sight, unit, line, by_week=by == "week")
    return page(
        visit,
        "workload.html.j2",
        load=load,
        unit=unit,
        line=line,
        by=by,
        units=units_of(visit),
        lines=visit.sight.lines,
    )


@router.get("/goals")
def show_goals(
    visit: Visitor, unit: Text = "", line: Text = "", duty: Text = "", show: Text = ""
) -> Response:
    """How far ratios, quotas and visits have come: a row for each duty, and opened, a row for each unit."""
    unit_or_refusal(visit, unit)
    found = goals(visit.sight, unit=unit, line=line, duty=duty)
    counts = {stands: sum(group.stands[stands] for group in found) for stands in STANDS}
    chosen = next((stands for stands in STANDS if stands == show), None)
    shown = found if chosen is None else [each for group in found if (each := group.only(chosen)) is not None]
    return page(
        visit,
        "goals.html.j2",
        goals=shown,
        counts=counts,
        overview=not duty and sum(len(group.rows) for group in shown) > ROWS_AT_ONCE,
        light=LIGHTS,
        stand_word={stands: stand_word(stands) for stands in STANDS},
        unit=unit,
        line=line,
        duty=duty,
        show=chosen or "",
        units=units_of(visit),
        lines=visit.sight.lines,
    )
