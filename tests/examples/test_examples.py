"""The examples beside the duties: each one happens on a real ledger and is compared."""

from pathlib import Path

import pytest

from duban.base.problems import ProblemsFound
from duban.base.starter import copy_starter
from duban.cli.rule_tests import judge_examples
from duban.definitions.definitions import load_definitions
from duban.examples.examples import load_examples
from duban.examples.judging import judge_one
from duban.examples.rehearsal import rehearsals

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


def test_every_duty_has_an_example():
    assert DEFINITIONS.duties.keys() - {example.duty.id for example in EXAMPLES} == set()


def test_a_mistake_in_an_example_is_said_beside_one_in_a_duty(tmp_path):
    project = tmp_path / "项目"
    copy_starter(project)
    for place in ("duties/计量.yaml", "duties/tests/计量.yaml"):
        with (project / place).open("a", encoding="utf-8") as file:
            file.write("nonsense: 1\n")
    with pytest.raises(ProblemsFound) as found:
        judge_examples(project=project)
    assert [problem.path for problem in found.value.problems] == [
        "duties/tests/计量.yaml",
        "duties/计量.yaml",
    ]
