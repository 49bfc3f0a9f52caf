"""The duties that come with duban, against the plan they are taken from."""

import csv
from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions
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


def test_every_clause_of_the_plan_is_carried_out():
    assert {clause for duty in DUTIES.values() for basis in duty.basis for clause in basis.clauses} == set(
        CLAUSES
    )


@pytest.mark.parametrize("duty, basis", BASES)
def test_every_quote_stands_word_for_word_in_the_plan_where_its_clause_is(duty, basis):
    assert basis.quote in PLAN
    for clause in basis.clauses:
        row = CLAUSES[clause]
        at = int(row["offset"])
        stands = PLAN.find(basis.quote, max(at - len(basis.quote) - 50, 0))
        assert at - len(basis.quote) - 50 <= stands <= at + len(row["quote"]) + 50


@pytest.mark.parametrize("duty, basis", BASES)
def test_every_duty_stands_under_the_line_of_its_clauses(duty, basis):
    assert {CLAUSES[clause]["line"] for clause in basis.clauses} == {duty.line}


GUIDED_BY_THE_CITY = {"ZS-06", "TS-08", "JZ-15", "JZ-18"}
"""Clauses on the work of counties whose own verb is the city's: 指导, 组织, 推动 (one county by name)."""


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_owed_at_the_level_it_speaks_to(clause):
    level = CLAUSES[clause]["level"]
    theirs = [duty for duty in DUTIES.values() if any(clause in basis.clauses for basis in duty.basis)]
    owners = {level for duty in theirs for level in duty.owner.levels}
    if level == "city":
        assert "city" in owners
    elif level in ("county", "enterprise/county") and clause not in GUIDED_BY_THE_CITY:
        # each enterprise is visited by its own station of that county
        visited = any(duty.owner.unit == "station" and duty.for_each.subject for duty in theirs)
        assert "county" in owners or visited
    elif level.startswith("station"):
        assert "station" in owners
    if level == "all":
        assert all("owner.unit" in {each.key for each in duty.assumptions} for duty in theirs if alone(duty))


def alone(duty):
    """Whether it stands on clauses alone of which the plan does not say whose they are."""
    return {CLAUSES[clause]["level"] for basis in duty.basis for clause in basis.clauses} == {"all"}


def test_market_bureaus_of_city_and_counties_both_owe_what_the_plan_says_of_both():
    ts16 = [duty for duty in DUTIES.values() if any("TS-16" in basis.clauses for basis in duty.basis)]
    assert sorted(duty.owner.unit for duty in ts16) == ["city", "county"]
    both = [duty for duty in DUTIES.values() if duty.owner.also]
    assert len(both) == 15
    assert {duty.owner.levels for duty in both} == {("county", "city")}


def test_each_file_is_named_after_its_line():
    for path in duty_files(ROOT):
        lines = {duty.line for duty in DUTIES.values() if duty.path == f"duties/{path.name}"}
        (line,) = lines
        assert line.startswith(path.stem[:2])


@pytest.mark.parametrize(
    "duty",
    [pytest.param(each, id=each.id) for each in DUTIES.values() if each.kind in ("periodic", "threshold")],
)
def test_a_due_day_neither_the_plan_nor_a_law_gives_is_marked_as_assumed(duty):
    """The end of the period the plan names is given with it; any other day needs a source or says it is assumed."""
    marked = {assumption.key for assumption in duty.assumptions}
    by_law = any(basis.source for basis in duty.basis)
    assert "due" in marked or by_law or duty.cadence.due.kind == "at_end"


def test_every_assumption_says_that_it_waits_for_a_person():
    for duty in DUTIES.values():
        assert all("待确认" in each.reason for each in duty.assumptions), duty.id


def test_flight_checks_are_confidential():
    checks = [duty for duty in DUTIES.values() if "飞行检查" in duty.title]
    assert len(checks) == 2
    assert all(duty.confidential and duty.ladder == "confidential" for duty in checks)
