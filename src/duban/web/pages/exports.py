"""A list as a workbook or as CSV: however long it is, no more of it is in memory than a page of it."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from duban.base.language import say
from duban.ledger.database import reading
from duban.ledger.heartbeats import engine_standing
from duban.obligations.state_words import standing_word
from duban.views.lights import light_word
from duban.views.lists import ListQuery, ListRow, all_rows
from duban.web.pages.page_words import PageWords
from duban.web.pages.passing_files import passing_file
from duban.web.pages.visiting import Visit, Visitor

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
_WIDTHS: Final = (14, 34, 30, 22, 12, 24, 12, 12, 12, 10, 20)
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

ExportRow = tuple[str | date, ...]


router = APIRouter()


@router.get("/obligations.xlsx")
def workbook(visit: Visitor, request: Request) -> Response:
    """What a list's address asks for as a workbook, all of it (at most 100,000 rows)."""
    return _export(visit, request, "xlsx", XLSX, _write_workbook)


@router.get("/obligations.csv")
def text_table(visit: Visitor, request: Request) -> Response:
    """What a list's address asks for as CSV, all of it (at most 100,000 rows)."""
    return _export(visit, request, "csv", CSV, _write_text)


def _export(
    visit: Visit,
    request: Request,
    ending: str,
    media_type: str,
    write: Callable[[Path, Iterator[ExportRow]], None],
) -> Response:
    name = quote(say(zh=f"应办事项-{visit.on}.{ending}", en=f"obligations-{visit.on}.{ending}"), safe="")
    table = _table(visit, all_rows(visit.sight, ListQuery.of(request.query_params)))
    return passing_file(
        "list",
        ending,
        lambda path: write(path, table),
        media_type,
        {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def _table(visit: Visit, rows: Iterable[ListRow]) -> Iterator[ExportRow]:
    words = PageWords(visit.ws.definitions.project, visit.now, visit.on)
    yield tuple(
        say(
            zh="编号 事项 监管对象 单位 岗位 条线 应办日 期限 颜色 状态 说明",
            en="number duty subject unit post line target deadline light state remark",
        ).split()
    )
    for row in rows:
        owed = row.owed
        about = " ".join(part for part in (owed.subject or "", str(owed.case or "")) if part)
        yield (
            *(owed.id, owed.title, about, owed.unit, row.post, owed.line, owed.target, owed.deadline),
            *(light_word(row.light), standing_word(owed), words.distance(row)),
        )
    with reading(visit.ws.ledger) as connection:
        engine = engine_standing(connection, visit.now, visit.ws.definitions.project.zone)
    yield ()  # what is sorted or filtered ends here
    yield (engine.told, *filter(None, [engine.doubt]))


def _write_workbook(path: Path, rows: Iterator[ExportRow]) -> None:
    from xlsxwriter import Workbook

    book = Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(say(zh="应办事项", en="obligations"))
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif number:
                sheet.write_string(number, column, value)
            else:
                sheet.write_string(number, column, value, bold)
    book.close()


def _write_text(path: Path, rows: Iterator[ExportRow]) -> None:
    # The mark of UTF-8 at the beginning: without it Excel and WPS read Chinese as GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_plain(value) for value in row] for row in rows)


def _plain(value: str | date) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
