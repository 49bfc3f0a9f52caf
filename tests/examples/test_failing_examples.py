"""An example that is wrong says where, what was expected, and what the engine did."""

from dataclasses import replace

import pytest

from duban.base.starter import copy_starter
from duban.definitions.definitions import load_definitions
from duban.examples.examples import load_examples
from duban.examples.judging import judge

GOOD = """duty: cp-first-inspection
cases:
  - name: 一月三十一日取证
    subjects: [{code: X1, kind: 工业产品生产许可证获证企业, unit: "350404", attributes: {发证方式: 告知承诺}}]
    facts: [{id: f1, of: certificate.issued, about: X1, on: 2023-01-31}]
    until: 2023-03-31
    expect:
      - {about: X1, deadline: 2023-02-28}
"""


@pytest.fixture
def outcome(tmp_path, monkeypatch):
    """Judge one file of examples in a fresh project; gives what is said, line by line."""
    monkeypatch.setenv("DUBAN_LANG", "zh-CN")
    copy_starter(tmp_path / "project")
    folder = tmp_path / "project/duties/tests"
    for path in folder.glob("*.yaml"):
        path.unlink()
    definitions = load_definitions(tmp_path / "project")

    def said(text):
        (folder / "例.yaml").write_text(text, encoding="utf-8")
        examples, problems = load_examples(replace(definitions))
        judged = list(judge(definitions, examples))
        return [str(each) for each in problems] + [
            str(each) for one in judged for each in (*one.problems, *one.differences)
        ]

    return said


def test_the_good_one_says_nothing(outcome):
    assert outcome(GOOD) == []


def test_another_date_is_shown_at_its_place_with_both_days(outcome):
    (said,) = outcome(GOOD.replace("deadline: 2023-02-28", "deadline: 2023-03-03"))

    assert said.startswith("duties/tests/例.yaml:8:31: 事项 cp-first-inspection: X1 的")
    assert "期望 2023-03-03 周五，实际 2023-02-28 周二" in said


def test_a_missing_obligation(outcome):
    (said,) = outcome(GOOD.replace("    facts", "    #facts"))

    assert "没有开办" in said


def test_one_that_nobody_expected(outcome):
    (said,) = outcome(GOOD.partition("    expect")[0] + "    expect: []\n")

    assert "多出的一件" in said
    assert "deadline: 2023-02-28" in said


def test_another_rung_and_another_state(outcome):
    said = outcome(GOOD.replace("02-28}", "02-28, state: 办结, rungs: {催办: 2023-03-02}}"))

    assert len(said) == 2
    assert "期望 办结，实际 在办" in said[0]
    assert "期望 2023-03-02 周四，实际 2023-03-01 周三" in said[1]


@pytest.mark.parametrize(
    "good, bad, offered",
    [
        ("duty: cp-first-inspection", "duty: cp-frist-inspection", "是不是“cp-first-inspection”？"),
        ("certificate.issued", "certificate.isued", "是不是“certificate.issued”？"),
        ("until: 2023", "untl: 2023", "until"),
        ('"350404"', '"350494"', "没有单位“350494”"),
        ("告知承诺", "告知", "告知承诺"),
        ("until: 2023-03-31", "until: 2023-01-01", "晚于 until"),
        (
            "until: 2023",
            "announced: {安全用药: {from: 2023-09-01, to: 2023-09-30, notice: 甲}}\n    until: 2023",
            "是不是“安全用药月”？",
        ),
    ],
)
def test_a_mistake_in_writing_offers_the_right_word(outcome, good, bad, offered):
    said = outcome(GOOD.replace(good, bad))

    assert said
    assert any(offered in line for line in said)
    assert all(line.startswith("duties/tests/例.yaml:") for line in said)
