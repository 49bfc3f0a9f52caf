"""`duban test` as a person runs it."""

import json

import pytest

from duban.base.starter import copy_starter
from duban.cli import main


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run `duban test …` in a fresh starter project; gives the exit code, the output and the failure."""
    monkeypatch.setenv("DUBAN_LANG", "zh-CN")
    copy_starter(tmp_path / "project")

    def run(*arguments):
        capsys.readouterr()
        code = main(["test", "--project", str(tmp_path / "project"), *arguments])
        said = capsys.readouterr()
        return int(code), said.out, said.err

    run.examples = tmp_path / "project/duties/tests"
    return run


def test_the_starter_project_passes_its_own_examples(run):
    code, out, _ = run()

    assert code == 0
    assert "0 个不符，0 处写错" in out


def test_a_wrong_expectation_fails_and_shows_both_days_and_the_steps(run):
    path = run.examples / "特种设备.yaml"
    path.write_text(path.read_text("utf-8").replace("deadline: 2023-03-31", "deadline: 2023-04-01"), "utf-8")
    code, out, _ = run("ts-quarterly-risk-analysis")

    assert code == 1
    assert "✗ ts-quarterly-risk-analysis: 三月二十八日的分析会算一季度的" in out
    assert "- 期望 2023-04-01 周六" in out
    assert "+ 实际 2023-03-31 周五" in out


def test_only_the_duties_that_are_named(run):
    told = json.loads(run("ts-quarterly-risk-analysis", "--json")[1])

    assert {each["duty"] for each in told["examples"]} == {"ts-quarterly-risk-analysis"}
    assert all(each["passed"] for each in told["examples"])


def test_an_unknown_duty_is_answered_with_the_nearest(run):
    code, _, err = run("ts-quartely-risk-analysis")

    assert code == 2
    assert "是不是“ts-quarterly-risk-analysis”？" in err
