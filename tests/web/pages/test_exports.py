"""A list as a workbook or CSV: it is written while it is read, so that no row is held: a hundred thousand take a few megabytes."""

import csv
import tempfile
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import openpyxl

from duban.ledger.principals import Principal
from duban.ledger.short_ids import short_id
from duban.runtime.working_folder import working_folder
from duban.views.lists import ListQuery, list_page
from duban.views.sight import Sight
from duban.web.pages import exports
from duban.web.pages.exports import _table, _write_text, _write_workbook

AT_THE_END = 2
"""An empty row, and one that says when the engine was last alive."""


def whole_city(door):
    who = Principal("高", "350400", None, "page", may_write=True, undisclosed=True)
    sight = Sight(door.ws, who, door.now)
    return SimpleNamespace(ws=door.ws, now=door.now, on=sight.on), list_page(sight, ListQuery()).rows[0]


def test_a_row_that_was_written_is_not_held(door, tmp_path):
    visit, row = whole_city(door)

    def peak(count):
        rows = (row._replace(owed=replace(row.owed, id=short_id(number))) for number in range(count))
        tracemalloc.start()
        _write_workbook(tmp_path / f"{count}.xlsx", _table(visit, rows))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3_000)  # what is loaded once, and the short ids that are remembered
    assert peak(3_000) - peak(300) < 2_700 * 250  # bytes; one row that is held takes a thousand
    book = openpyxl.load_workbook(tmp_path / "3000.xlsx", read_only=True)
    assert sum(1 for _ in book.active.iter_rows(values_only=True)) == 3_001 + AT_THE_END
    book.close()


def test_no_cell_of_csv_is_taken_for_a_formula(door, tmp_path):
    visit, row = whole_city(door)
    brought = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "餐饮, “明厨亮灶”"]
    rows = [row._replace(owed=replace(row.owed, title=title)) for title in brought]
    _write_text(tmp_path / "a.csv", _table(visit, rows))
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # or WPS reads it as GBK
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert read[0][:2] == ["编号", "事项"]
    assert [each[1] for each in read[1:-AT_THE_END]] == [
        "'=1+1",
        "'+86",
        "'-1",
        "'@SUM(A1)",
        "'\t=1",
        "' =1",
        "'＝1+1",
        "餐饮, “明厨亮灶”",
    ]


def test_what_is_made_for_one_answer_is_where_a_killed_program_s_is_cleared_away_and_goes_with_the_answer(
    signed_in, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    written, write = [], exports._write_text
    monkeypatch.setattr(exports, "_write_text", lambda path, rows: (written.append(path), write(path, rows)))
    with working_folder("evidence") as beside:
        answer = signed_in("高").get("/obligations.csv")
        assert answer.content.startswith(b"\xef\xbb\xbf")
        [path] = written
        assert path.parent.parent == beside.parent
        assert [*beside.parent.iterdir()] == [beside]
