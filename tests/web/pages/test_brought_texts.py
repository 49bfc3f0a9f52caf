"""Whatever a person or a file brings as text stays text: on every page, in every export, feed and pack.

Every address of the table in town.py is opened while names, titles, reasons, notes, files and messages all hold
markup and begin like a formula.
"""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
from sqlalchemy import insert, update

from duban.assignments.assigning import assign
from duban.assignments.drafts import AssignmentDraft
from duban.ledger.database import writing
from duban.ledger.tables import (
    EVIDENCE_FILE,
    INBOX_MESSAGE,
    OBLIGATION_EVENT,
    SUBJECT,
    Account,
    UnitRecord,
)
from tests.obligations.small_bureau import POST
from tests.principals import OPERATOR
from tests.web.conftest import calendar, settings  # noqa: F401 - fixtures
from tests.web.pages.town import rules

NASTY = "=1+cmd|<script>alert(1)</script>\"'><img src=x onerror=1>"


def made_nasty(town):
    """Every text somebody can bring, as badly as they can."""
    draft = AssignmentDraft(NASTY, (f"350404/{POST}",), "2023-12-01", NASTY, NASTY, needs=(NASTY,))
    town.about["assignment"]["own"] = assign(town.city.ws, draft, town.city.now, who=OPERATOR).number
    with writing(town.city.ws.ledger) as connection:
        for table, *columns in (
            (SUBJECT, "name"),
            (INBOX_MESSAGE, "title", "body"),
            (Account.__table__, "full_name"),
            (UnitRecord.__table__, "name"),
        ):
            connection.execute(update(table).values(dict.fromkeys(columns, NASTY)))
        for number in town.numbers.values():
            connection.execute(
                insert(OBLIGATION_EVENT).values(
                    obligation_id=number, at=town.city.now, kind="acknowledge", actor=NASTY, reason=NASTY
                )
            )
            file = {"name": f"{NASTY}.txt", "stored_as": "own.txt", "sha256": "own", "size": 6}
            connection.execute(
                insert(EVIDENCE_FILE).values(
                    **file, obligation_id=number, added_at=town.city.now, added_by=NASTY
                )
            )


def wrong_in(answer):
    """What of an answer a browser, a spreadsheet or a word processor would take for more than text."""
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        return re.findall(r"<script>alert|<img src=x", answer.text)
    if answer.content.startswith(b"PK"):
        return list(wrong_in_zip(answer.content))
    if "calendar" in kind:
        return [line for line in answer.text.split("\r\n") if line.startswith(("=", "<"))]
    return []


def wrong_in_zip(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if name.startswith(("/", "\\")) or ".." in name.split("/"):
                yield f"leads elsewhere: {name}"
            inner = packed.read(name)
            if name.endswith(".xml"):
                ET.fromstring(inner)
            elif name.endswith(".html"):
                yield from re.findall(r"<script>alert|<img src=x", inner.decode())
            elif inner.startswith(b"PK"):
                yield from wrong_in_zip(inner)
        sheets = "xl/workbook.xml" in packed.namelist()
    if sheets:
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        yield from (
            f"a formula: {cell.coordinate}"
            for cell in cells
            if cell.data_type == "f" and "cmd" in str(cell.value)
        )


def test_it_stays_text_wherever_it_is_shown(town):
    made_nasty(town)
    wrong, shown = {}, 0
    for role in ("chief", "officer"):
        browser = town.browser(role)
        for _, address, rule in rules("GET"):
            if role in rule.who and not rule.open:
                answer = browser.get(town.path(address, rule.about, "own"))
                assert answer.status_code < 500, address
                shown += "=1+cmd|" in answer.text
                if found := wrong_in(answer):
                    wrong[role, address] = found
        answer = browser.get(f"/feed/{town.feed(role)}.ics")
        if found := wrong_in(answer):
            wrong[role, "feed"] = found
    assert wrong == {}
    assert shown > 20  # or nothing was tried
