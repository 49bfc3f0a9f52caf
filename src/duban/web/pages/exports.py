"""A list as a workbook: however long it is, no more of it is in memory than a page of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from duban.base.language import say
from duban.obligations.state_words import state_word
from duban.views.lights import light_word
from duban.views.lists import ListRow, Wanted, all_rows
from duban.web.pages.page_words import PageWords
from duban.web.pages.visiting import Visit, Visitor

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = (14, 34, 30, 22, 12, 24, 12, 12, 12, 10, 20)


def router() -> APIRouter:
    """The address of the export."""
    routes = APIRouter()
    routes.get("/obligations.xlsx")(export)
    return routes


def export(visit: Visitor, request: Request) -> Response:
    """What a list's address asks for, all of it (at most 100,000 rows)."""
    with tempfile.NamedTemporaryFile(prefix="duban-list-", suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    try:
        _write(visit, path, all_rows(visit.sight, Wanted.of(request.query_params)))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    name = quote(say(zh=f"应办事项-{visit.on}.xlsx", en=f"obligations-{visit.on}.xlsx"), safe="")
    return FileResponse(
        path,
        media_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


def _write(visit: Visit, path: Path, rows: Iterator[ListRow]) -> None:
    from xlsxwriter import Workbook

    words = PageWords(visit.ws.definitions.project, visit.now, visit.on)
    book = Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(say(zh="应办事项", en="obligations"))
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    headings = say(
        zh="编号 事项 监管对象 单位 岗位 条线 应办日 期限 颜色 状态 说明",
        en="number duty subject unit post line target deadline light state remark",
    ).split()
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(rows, 1):
        owed = row.owed
        about = " ".join(part for part in (owed.subject or "", str(owed.case or "")) if part)
        for column, text in enumerate((owed.id, owed.title, about, owed.unit, row.post, owed.line)):
            sheet.write_string(number, column, text)
        sheet.write_datetime(number, 6, owed.target, day)
        sheet.write_datetime(number, 7, owed.deadline, day)
        for column, text in enumerate(
            (light_word(row.light), state_word(owed.state), words.distance(row)), 8
        ):
            sheet.write_string(number, column, text)
    book.close()
