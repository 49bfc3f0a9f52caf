"""A pack holds what was handed in and exists for whoever asks, under names that any system takes, with its index."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from duban.ledger.database import reading, writing
from duban.ledger.principals import Principal
from duban.ledger.tables import EVIDENCE_FILE, OBLIGATION
from duban.obligations.evidence import FOLDER
from duban.views.evidence_packs import PackTally, safe_name, write_pack
from duban.views.lists import ListQuery
from duban.views.sight import Sight
from tests.principals import OPERATOR
from tests.web.conftest import calendar, plain_city, settings  # noqa: F401 - fixtures


def numbers(ws):
    with reading(ws.ledger) as connection:
        rows = connection.execute(select(OBLIGATION.c.duty_id, OBLIGATION.c.unit, OBLIGATION.c.id))
        return {(duty, unit): number for duty, unit, number in rows}


def hand_in(ws, number, *names):
    folder = ws.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with writing(ws.ledger) as connection:
        for place, name in enumerate(names):
            stored = f"{number}-{place}.txt"
            (folder / stored).write_text(name)
            connection.execute(
                insert(EVIDENCE_FILE).values(
                    obligation_id=number,
                    name=name,
                    sha256=stored,
                    size=1,
                    stored_as=stored,
                    added_at=ws.clock.now(),
                    added_by="林",
                )
            )


def packed(ws, place, principal=OPERATOR, **asked):
    number = asked.pop("number", None)
    tally = write_pack(Sight(ws, principal, ws.clock.now()), place, ListQuery(**asked), number=number)
    with ZipFile(place) as pack:
        return tally, {name: pack.read(name) for name in pack.namelist()}


@pytest.fixture
def ws(plain_city):  # noqa: F811
    return plain_city.ws


def test_names_are_safe_distinct_and_no_formula(ws, tmp_path):
    number = numbers(ws)["quarterly", "350404"]
    hand_in(ws, number, "../../x.txt", "../../x.txt", "=HYPERLINK(1).txt", "<b>.txt")
    tally, files = packed(ws, tmp_path / "p.zip", number=number)
    assert tally == PackTally(1, 4, 0)
    inside = [name.rpartition("/")[2] for name in files if "/" in name]
    assert inside == ["_.._x.txt", "_.._x(2).txt", "=HYPERLINK(1).txt", "_b_.txt"]
    sheet = load_workbook(BytesIO(files["迎检台账目录.xlsx"])).active
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "d", "n"}
    page = files["迎检台账目录.html"].decode()
    for index in (page, sheet.cell(sheet.max_row, 1).value):
        assert "督办引擎最近一次正常 — 请注意：督办引擎还没有正常运转过" in index
    assert "<b>" not in page
    assert page.count('href="') == 4


def test_a_unit_s_pack_lists_what_is_open_too_and_nothing_of_another_s(ws, tmp_path):
    found = numbers(ws)
    hand_in(ws, found["quarterly", "350404"], "报告.txt")
    hand_in(ws, found["quarterly", "350405"], "别县.txt")
    somebody = Principal(
        "林", "350404", frozenset({"350404", "350404-01"}), "page", may_write=True, undisclosed=False
    )
    tally, files = packed(ws, tmp_path / "p.zip", somebody)
    assert tally.files == 1
    index = files["迎检台账目录.html"].decode()
    assert "没有材料" in index
    assert "别县" not in index
    assert "station-raid" not in index
    assert packed(ws, tmp_path / "q.zip", somebody, number=found["quarterly", "350405"])[0].obligations == 0


def test_a_file_that_is_gone_is_said(ws, tmp_path):
    number = numbers(ws)["quarterly", "350404"]
    hand_in(ws, number, "报告.txt")
    (ws.root / FOLDER / f"{number}-0.txt").unlink()
    tally, files = packed(ws, tmp_path / "p.zip", number=number)
    assert tally.missing == 1
    assert "报告.txt（文件不在了）" in files["迎检台账目录.html"].decode()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CON.txt", "_CON.txt"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ("   ", "_"),
        ("..", "_"),
        ("长" * 90 + ".pdf", "长" * 60 + ".pdf"),
        ("C:\\x\n.doc", "C_x_.doc"),
    ],
)
def test_a_name_that_a_system_would_misread_is_changed(name, safe):
    assert safe_name(name) == safe
