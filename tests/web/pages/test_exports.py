"""A list as a workbook: it is written while it is read, so that no row is held: a hundred thousand take a few megabytes."""

import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import openpyxl

from duban.ledger.principals import Principal
from duban.ledger.short_ids import short_id
from duban.views.lists import Wanted, list_page
from duban.views.sight import Sight
from duban.web.pages.exports import _write


def test_a_row_that_was_written_is_not_held(door, tmp_path):
    who = Principal("高", "350400", None, "page", may_write=True, undisclosed=True)
    sight = Sight(door.ws, who, door.now)
    row = list_page(sight, Wanted()).rows[0]
    visit = SimpleNamespace(ws=door.ws, now=door.now, on=sight.on)

    def peak(count):
        rows = (row._replace(owed=replace(row.owed, id=short_id(number))) for number in range(count))
        tracemalloc.start()
        _write(visit, tmp_path / f"{count}.xlsx", rows)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3_000)  # what is loaded once, and the short ids that are remembered
    assert peak(3_000) - peak(300) < 2_700 * 250  # bytes; one row that is held takes a thousand
    book = openpyxl.load_workbook(tmp_path / "3000.xlsx", read_only=True)
    assert sum(1 for _ in book.active.iter_rows(values_only=True)) == 3_001
    book.close()
