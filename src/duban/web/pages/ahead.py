"""What lies ahead: a month of due dates, the load of a year, and how far targets have come."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.views.load import year_load
from duban.views.month import month_view
from duban.views.targets import targets
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


def one_month(visit: Visitor, month: str) -> Response:
    """What falls due on each day of a month, 2026-11."""
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
    return page(visit, "month.html.j2", month=month_view(visit.sight, first, last))


def workload(visit: Visitor) -> Response:
    """What falls due in each of the coming weeks, unit by unit."""
    return page(visit, "workload.html.j2", load=year_load(visit.sight))


def show_targets(visit: Visitor) -> Response:
    """How far ratios, quotas and visits have come."""
    return page(visit, "targets.html.j2", targets=targets(visit.sight))
