"""The examples beside the duties: each one happens on a real ledger and is compared."""

from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions
from duban.examples import judge_one, load_examples, rehearsals
from duban.reports.coverage_plan import Given, load_plan

ROOT = Path(__file__).parents[2]
DEFINITIONS = load_definitions(ROOT)
EXAMPLES, PROBLEMS = load_examples(DEFINITIONS)


@pytest.fixture(scope="module")
def place():
    with rehearsals(DEFINITIONS) as place:
        yield place


def test_every_file_of_examples_is_in_order():
    assert [str(problem) for problem in PROBLEMS] == []
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_what_the_duty_makes_is_as_expected(place, example):
    judged = judge_one(place, example)

    assert [str(each) for each in (*judged.problems, *judged.differences)] == []


def test_every_duty_whose_number_the_plan_gives_has_an_example():
    clauses = load_plan(ROOT).clauses
    numbered = {
        duty.id
        for duty in DEFINITIONS.duties.values()
        for basis in duty.basis
        for clause in basis.clauses
        if clauses[clause].given is Given.QUANTIFIED
    }

    assert numbered - {example.duty.id for example in EXAMPLES} == set()
