"""Everything the shipped duties say of the plan holds: quotes, clause numbers, and where each number comes from."""

from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions
from duban.duties.loader import duty_files
from duban.duties.unpicked import plan_items
from duban.duties.work_plan import load_plan
from duban.reports.coverage import Origin, coverage

ROOT = Path(__file__).parents[2]
PLAN = load_plan(ROOT)
COVERED = coverage(load_definitions(ROOT), PLAN, plan_items(ROOT, PLAN))
ENCODED = [each for each in COVERED.clauses if each.duties]


def test_the_plan_has_21_lines_and_388_clauses():
    assert len(PLAN.lines) == 21
    assert len(PLAN.clauses) == COVERED.total == 388


def test_nothing_is_misquoted_and_no_number_comes_from_nowhere():
    assert [str(finding) for finding in COVERED.findings] == []


@pytest.mark.parametrize("each", ENCODED, ids=lambda each: each.clause.id)
def test_an_encoded_clause_is_accounted_for(each):
    assert each.known not in {Origin.UNCOVERED, Origin.UNEXPLAINED}


@pytest.mark.parametrize("each", COVERED.assumed, ids=lambda each: f"{each.duty_id}-{each.key}")
def test_an_assumption_gives_its_reason_and_asks_for_confirmation(each):
    assert len(each.reason) >= 8
    assert "待确认" in each.reason


def test_the_plan_and_the_rule_tests_are_not_read_as_duties():
    assert {path.parent for path in duty_files(ROOT)} == {ROOT / "duties"}
