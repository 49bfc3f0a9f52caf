"""Reports as a page and as a workbook."""

import base64
import hashlib
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from duban.base.language import say
from duban.documents import as_html, as_xlsx
from duban.reports import overdue, overdue_document
from duban.reports.model import OverdueReport
from duban.web.pages.visiting import Visit, Visitor

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def router() -> APIRouter:
    """The addresses of reports."""
    routes = APIRouter()
    routes.get("/reports/overdue")(as_page)
    routes.get("/reports/overdue.xlsx")(as_workbook)
    return routes


def as_page(visit: Visitor) -> Response:
    """What is overdue, as the report that also goes out by mail."""
    told = as_html(overdue_document(_report(visit)))
    style = told.partition("<style>")[2].partition("</style>")[0]
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return HTMLResponse(told, headers={"Content-Security-Policy": policy})


def as_workbook(visit: Visitor) -> Response:
    """The same as a workbook."""
    report = _report(visit)
    name = quote(say(zh=f"逾期情况-{report.scope}-{report.on}.xlsx", en=f"overdue-{report.on}.xlsx"), safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(as_xlsx(overdue_document(report)), media_type=_XLSX, headers=headers)


def _report(visit: Visit) -> OverdueReport:
    """What is overdue of what they may see."""
    seen = visit.principal
    own = None if seen.units is None else seen.unit
    return overdue(visit.ws, visit.now, own, lines=seen.lines, undisclosed=seen.undisclosed)
