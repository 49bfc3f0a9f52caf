"""Reports: chosen on one page, read as a page, taken along as a file."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from duban.base.language import say
from duban.documents import Document, PdfUnavailable, as_docx, as_html, as_pdf, as_xlsx
from duban.ledger.visibility import visible
from duban.reports import AppraisalPeriod, appraisal, appraisal_document, overdue, overdue_document
from duban.web.pages.rendering import page
from duban.web.pages.visiting import PageRefused, Visit, Visitor
from duban.workdays import TimeGrain

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
MEDIA: Final[Mapping[str, str]] = {
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "pdf": "application/pdf",
}
_FORMS: Final[Mapping[str, Callable[[Document], bytes]]] = {"xlsx": as_xlsx, "docx": as_docx, "pdf": as_pdf}
_SHOWN: Final = {TimeGrain.MONTH: 6, TimeGrain.QUARTER: 4, TimeGrain.YEAR: 2}
"""How many periods of each length are offered."""

Text = Annotated[str, Query(max_length=40)]


router = APIRouter()


@router.get("/reports")
def choose(visit: Visitor) -> Response:
    """Which reports there are: of what is overdue, and of each period that was."""
    periods = []
    for unit, most in _SHOWN.items():
        each = AppraisalPeriod.before(visit.on, unit)
        for _ in range(most):
            periods.append(each)
            each = each.previous
    project = visit.ws.definitions.project
    units = [
        unit
        for unit in project.units.values()
        if unit.level != "station" and visit.principal.acts_for(unit.code)
    ]
    lines = dict.fromkeys(duty.line for duty in visit.ws.definitions.duties.values())
    seen = visit.principal.lines
    shown = [line for line in lines if seen is None or line in seen]
    return page(visit, "reports.html.j2", periods=periods, units=units, lines=shown, forms=_FORMS)


@router.get("/reports/overdue")
def overdue_page(visit: Visitor) -> Response:
    """What is overdue, as the report that also goes out by mail."""
    return _as_page(_overdue(visit))


@router.get("/reports/overdue.{form}")
def overdue_file(visit: Visitor, form: str) -> Response:
    """The same as a file."""
    return _as_file(_overdue(visit), form)


@router.get("/reports/appraisal")
def appraisal_page(visit: Visitor, period: Text = "", unit: Text = "") -> Response:
    """How a period went."""
    return _as_page(_appraisal(visit, period, unit))


@router.get("/reports/appraisal.{form}")
def appraisal_file(visit: Visitor, form: str, period: Text = "", unit: Text = "") -> Response:
    """The same as a file."""
    return _as_file(_appraisal(visit, period, unit), form)


def as_attachment(content: bytes, name: str, form: str) -> Response:
    """A file to be saved."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{form}', safe='')}"}
    return Response(content, media_type=MEDIA[form], headers=headers)


def no_pdf(why: PdfUnavailable) -> PageRefused:
    """That nothing here makes a PDF, with what to do."""
    return PageRefused(501, say(zh="不能生成 PDF", en="No PDF here"), str(why))


def _as_page(document: Document) -> Response:
    told = as_html(document)
    style = told.partition("<style>")[2].partition("</style>")[0]
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return HTMLResponse(told, headers={"Content-Security-Policy": policy})


def _as_file(document: Document, form: str) -> Response:
    if form not in _FORMS:
        raise PageRefused(
            404,
            say(zh="没有这种格式", en="No such form"),
            say(zh=f"可以下载 {'、'.join(_FORMS)}", en=f"there are {', '.join(_FORMS)}"),
        )
    try:
        return as_attachment(_FORMS[form](document), document.title, form)
    except PdfUnavailable as why:
        raise no_pdf(why) from None


def _overdue(visit: Visit) -> Document:
    """What is overdue of what they may see."""
    seen = visit.principal
    own = None if seen.units is None else seen.unit
    report = overdue(visit.ws, visit.now, own, lines=seen.lines, undisclosed=seen.undisclosed)
    return overdue_document(report)


def _appraisal(visit: Visit, period: str, unit: str) -> Document:
    """The appraisal of a period, of what they may see."""
    seen, known = visit.principal, visit.ws.definitions.project.units
    if unit and (unit not in known or not seen.acts_for(unit)):
        raise PageRefused(
            404,
            say(zh="没有这个单位", en="No such unit"),
            say(zh="请在报表页上选", en="choose one on the page of reports"),
        )
    try:
        meant = AppraisalPeriod.named(period) if period else AppraisalPeriod.before(visit.on, TimeGrain.MONTH)
    except ValueError as why:
        raise PageRefused(422, say(zh="没有这个周期", en="No such period"), str(why)) from None
    own = unit or ("" if seen.units is None else seen.unit)
    report = appraisal(visit.ws, visit.now, meant, own or None, seen=visible(seen))
    return appraisal_document(report)
