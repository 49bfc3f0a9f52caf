"""Every numbered item of the plan has a clause, or a reason for having none."""

import csv
from pathlib import Path

import pytest

from duban.base.starter import copy_starter
from duban.duties.unpicked import UNPICKED_FILE, plan_items
from duban.duties.work_plan import load_plan

ROOT = Path(__file__).resolve().parents[2]


def test_the_plan_of_2023_has_236_items_and_46_without_a_clause_each_with_its_reason():
    items = plan_items(ROOT, load_plan(ROOT))
    assert (items.total, len(items.unpicked)) == (236, 46)
    assert [each.item.item for each in items.unpicked if not each.reason] == []


def test_every_reason_is_about_an_item_of_the_plan_without_a_clause():
    with (ROOT / UNPICKED_FILE).open(encoding="utf-8", newline="") as file:
        said = len(list(csv.DictReader(file)))
    assert said == len(plan_items(ROOT, load_plan(ROOT)).unpicked)


@pytest.mark.parametrize("spoilt", [None, b"\xff\xfe", b"line,chapter\n"])
def test_without_reasons_the_items_are_still_listed(tmp_path, spoilt):
    root = tmp_path / "project"
    copy_starter(root)
    if spoilt is None:
        (root / UNPICKED_FILE).unlink()
    else:
        (root / UNPICKED_FILE).write_bytes(spoilt)
    items = plan_items(root, load_plan(root))
    assert (len(items.unpicked), {each.reason for each in items.unpicked}) == (46, {""})
