"""What lies ahead: a month of due dates, the load of a year, and how far targets have come."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.views.load import year_load
from duban.views.month import month_view
from duban.views.targets import targets
from duban.web.pages.board import Text, unit_or_refusal, units_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visitor
from duban.workdays import period_span


def router() -> APIRouter:
    """The addresses of what lies ahead."""
    routes = APIRouter()
    routes.get("/calendar")(this_month)
    routes.get("/calendar/{month}")(one_month)
    routes.get("/workload")(workload)
    routes.get("/targets")(show_targets)
    return routes


def this_month(visit: Visitor) -> Response:
    """The month it is."""
    return RedirectResponse(f"/calendar/{visit.on:%Y-%m}", 303)


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


def workload(visit: Visitor, unit: Text = "", line: Text = "", by: Text = "") -> Response:
    """What each post has to do in the months (or weeks) of a year, below one unit, of one line."""
    project, sight = visit.ws.definitions.project, visit.sight
    unit_or_refusal(visit, unit)
    own = visit.principal.unit if visit.principal.unit in project.units else ""
    [city] = project.units_at("city")
    load = year_load(sight, unit or own or city.code, line, by_week=by == "week")
    return page(
        visit,
        "workload.html.j2",
        load=load,
        unit=unit,
        line=line,
        by=by,
        units=units_of(visit),
        lines=sight.lines,
    )


def show_targets(visit: Visitor) -> Response:
    """How far ratios, quotas and visits have come."""
    return page(visit, "targets.html.j2", targets=targets(visit.sight))
