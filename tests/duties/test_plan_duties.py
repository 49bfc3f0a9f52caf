"""The duties that come with duban, against the plan they are taken from."""

import csv
from pathlib import Path

import pytest

from duban.definitions import load_definitions
from duban.duties.loader import duty_files

ROOT = Path(__file__).resolve().parents[2]
PLAN = (ROOT / "duties/plan/work-plan-2023.txt").read_text(encoding="utf-8")
with (ROOT / "duties/plan/clauses.csv").open(encoding="utf-8-sig", newline="") as rows:
    CLAUSES = {row["id"]: row for row in csv.DictReader(rows)}
DUTIES = load_definitions(ROOT).duties
BASES = [
    pytest.param(duty, basis, id=f"{duty.id}-{'-'.join(basis.clauses)}")
    for duty in DUTIES.values()
    for basis in duty.basis
    if basis.clauses
]
ENCODED = [
    "TS-01",
    "SL-12",
    "SL-14",
    "CP-01",
    "CP-02",
    "SL-07",
    "SL-08",
    "CY-09",
    "CY-10",
    "CP-03",
    "SP-11",
    "SL-13",
    "CY-11",
    "SP-06",
    "CY-04",
    "SL-01",
    "SL-02",
    "SL-03",
    "CY-01",
    "CY-02",
    "CY-03",
]


def test_the_clauses_encoded_so_far():
    assert {clause for duty in DUTIES.values() for basis in duty.basis for clause in basis.clauses} == set(
        ENCODED
    )


@pytest.mark.parametrize("duty, basis", BASES)
def test_every_quote_stands_word_for_word_in_the_plan_where_its_clause_is(duty, basis):
    assert basis.quote in PLAN
    for clause in basis.clauses:
        row = CLAUSES[clause]
        at = int(row["offset"])
        assert basis.quote in PLAN[at - 50 : at + len(row["quote"]) + 50]


@pytest.mark.parametrize("duty, basis", BASES)
def test_every_duty_stands_under_the_line_of_its_clauses(duty, basis):
    assert {CLAUSES[clause]["line"] for clause in basis.clauses} == {duty.line}


@pytest.mark.parametrize("duty", DUTIES.values(), ids=list(DUTIES))
def test_a_county_clause_is_owed_by_counties_and_a_city_clause_by_the_city(duty):
    levels = {CLAUSES[clause]["level"] for basis in duty.basis for clause in basis.clauses}
    allowed = {"county": {"county", "city+county", "enterprise"}, "city": {"city", "city+county"}}
    assert levels <= allowed[duty.owner.unit]


def test_each_file_is_named_after_its_line():
    for path in duty_files(ROOT):
        lines = {duty.line for duty in DUTIES.values() if duty.path == f"duties/{path.name}"}
        (line,) = lines
        assert line.startswith(path.stem[:2])


def test_a_due_day_the_plan_does_not_give_is_marked_as_assumed():
    unmarked = {
        duty.id
        for duty in DUTIES.values()
        if duty.kind in ("periodic", "threshold") and "due" not in {a.key for a in duty.assumptions}
    }
    assert unmarked == {
        "cy-online-week-county",
        "cy-online-week-city",
    }  # 每月一周: the month's end is the limit itself


def test_flight_checks_are_confidential():
    checks = [duty for duty in DUTIES.values() if "飞行检查" in duty.title]
    assert len(checks) == 2
    assert all(duty.confidential and duty.ladder == "confidential" for duty in checks)
