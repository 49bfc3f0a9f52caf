"""Duties begin and end with the plan they belong to."""

import re
from datetime import date

import pytest
from ruamel.yaml import YAML

from duban.base.problems import ProblemsFound
from duban.base.starter import copy_starter
from duban.definitions.definitions import load_definitions
from duban.duties.schedules import occurrences_owed
from tests.few_duties import keep

PLAN = "plan: {title: 2023年全市市场监管业务工作要点, issued: 2023-05-06, year: 2023}"
QUARTERLY, YEARLY = "ts-quarterly-risk-analysis", "sl-yearly-regrading"


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    copy_starter(root)
    return keep(root, (QUARTERLY, YEARLY))


def write(root, plan):
    path = root / "duban.yaml"
    text, count = re.subn(r"(?m)^plan: .*$", plan, path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")


def owed(root, duty, first=date(2023, 1, 1), last=date(2026, 12, 31)):
    definitions = load_definitions(root)
    found = occurrences_owed(definitions.duties[duty], definitions.calendar, first, last)
    return {each.period_key: each for each in found}


def test_what_opens_after_its_year_is_not_owed(project):
    write(project, PLAN)
    assert [*owed(project, QUARTERLY)] == ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]


def test_unless_it_is_carried_on(project):
    write(project, PLAN[:-1] + ", carried: {until: 2024-06-30, reason: 新计划印发前沿用}}")
    assert [*owed(project, QUARTERLY)][3:] == ["2023-Q4", "2024-Q1", "2024-Q2"]


def test_or_stands_for_itself(project):
    path = project / "duties/特种设备.yaml"
    yaml = YAML()
    written = yaml.load(path)
    written["duties"][0]["effective"] = {"standing": "是"}
    yaml.dump(written, path)
    assert len(owed(project, QUARTERLY)) > 12


def test_a_project_without_a_plan_goes_on(project):
    write(project, "")
    assert len(owed(project, QUARTERLY)) > 12


def test_an_order_of_may_does_not_fall_due_in_january(project):
    """The re-rating of the year's beginning was over when the plan was issued: 20 working days from its issue instead."""
    reckoning = owed(project, YEARLY)["2023"].reckoning
    assert reckoning.deadline == date(2023, 6, 2)
    assert reckoning.steps[0].text.startswith(
        "计划 2023-05-06 印发时，2023-01-31 已经过去：改为印发后 20 个工作日内"
    )
    assert reckoning.steps[0].basis == "本局暂定"


def test_a_quarter_that_was_over_stays_over(project):
    assert owed(project, QUARTERLY)["2023-Q1"].reckoning.deadline < date(2023, 5, 6)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (PLAN.replace("2023-05-06", "2021-05-06"), "2023 年的计划不会在 2021 年印发"),
        (
            PLAN[:-1] + ", carried: {until: 2023-06-30, reason: 沿用}}",
            "计划本来就管到 2023 年底，沿用要到以后的某一天",
        ),
        (PLAN[:-1] + ", carried: {until: 2024-06-30}}", "缺少“reason”"),
    ],
)
def test_a_term_that_cannot_be_is_told(project, plan, told):
    write(project, plan)
    with pytest.raises(ProblemsFound) as found:
        load_definitions(project)
    assert [problem.path for problem in found.value.problems] == ["duban.yaml"]
    assert told in str(found.value.problems[0])
