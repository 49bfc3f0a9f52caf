"""What `check` says of rules taken together: no tip-off, windows and duties, facts that nobody brings."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from duban.base.clock import SHANGHAI, FixedClock
from duban.definitions.definitions import load_definitions
from tests.checked import check, remarks
from tests.definitions.conftest import IN_2026, edit
from tests.few_duties import keep

ROOT = Path(__file__).resolve().parents[2]
FLIGHT, OPEN, MONTH = "cy-flight-check", "cy-stepped-up-supervision", "zc-service-month"
HAZARD = "ts-grave-hazard"


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    root = tmp_path_factory.mktemp("together")
    for folder in ("calendar", "duties", "notifications"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copyfile(ROOT / "duban.yaml", root / "duban.yaml")
    return keep(root, (FLIGHT, OPEN, MONTH, HAZARD))


@pytest.fixture
def project(few, tmp_path):
    return Path(shutil.copytree(few, tmp_path / "project"))


def opened_by_the_same_facts(project, subject="餐饮服务单位"):
    """The open duty as it was: on the third failed batch, like the flight check."""
    file = project / "duties/餐饮服务.yaml"
    yaml = YAML()
    written = yaml.load(file)
    [duty] = [each for each in written["duties"] if each["id"] == OPEN]
    del duty["within"], duty["of"]
    duty["when"] = {"any": [{"count": 3, "of": "sample.failed", "in": "一年"}]}
    duty["due"] = "10个工作日"
    duty["for_each"]["subject"] = subject
    yaml.dump(written, file)


def test_an_open_duty_that_gives_a_flight_check_away_is_refused(project):
    opened_by_the_same_facts(project)
    [problem] = check(project)
    assert (problem.duty, problem.path) == (OPEN, "duties/餐饮服务.yaml")
    assert "cy-flight-check" in problem.what
    assert "of: flight_check.done" in problem.mend


def test_one_for_other_subjects_gives_nothing_away(project):
    opened_by_the_same_facts(project, "食品销售者")
    assert check(project) == []


def test_what_waits_for_the_flight_check_is_in_order(project):
    assert check(project) == []


def of_windows(project, clock=IN_2026):
    return [str(each) for each in remarks(project, clock) if each.path == "calendar/festivals.yaml"]


def test_a_window_no_duty_reads_is_a_remark(project):
    assert any("没有事项用到时段“质量月”" in each for each in of_windows(project))


def test_a_duty_whose_window_nobody_announced_is_a_remark_until_its_notice_comes(project):
    [said] = [each for each in of_windows(project) if "个体工商户服务月" in each]
    assert "2026 年的通知也没有填，这些事项不会为它开办：“个体工商户服务月”活动" in said
    earlier = FixedClock(datetime(2023, 6, 1, 9, tzinfo=SHANGHAI))
    assert any(
        "“个体工商户服务月”没有惯常日期，2023 年的通知" in each for each in of_windows(project, earlier)
    )
    edit(
        project / "calendar/festivals.yaml",
        "{name: 个体工商户服务月, status: awaiting, note: 月份以当年通知为准}",
        "{name: 个体工商户服务月, status: awaiting, announced: [{from: 2026-09-01, to: 2026-09-30, notice: 市监登〔2026〕1号}]}",
    )
    assert not [each for each in of_windows(project) if "个体工商户服务月" in each]


def test_a_fact_that_nobody_brings_is_a_remark_where_a_duty_waits_for_it(project):
    file = project / "duties/vocabulary.yaml"
    text = file.read_text("utf-8")
    begins = text.index("    comes_by:", text.index("  supervision.stepped_up:"))
    file.write_text(text[:begins] + text[text.index("\n", begins) + 1 :], "utf-8")
    assert check(project) == []
    [said] = [str(each) for each in remarks(project, IN_2026) if each.path == "duties/vocabulary.yaml"]
    assert "没有说“落实加强监管措施”从哪里来，等它的事项办不了" in said


def test_what_begins_or_ends_a_period_in_hours_without_saying_at_what_hour_is_a_remark(project):
    def said():
        return [str(each) for each in remarks(project, IN_2026) if "不写几点发生" in str(each)]

    assert said() == []
    edit(project / "duties/vocabulary.yaml", "    data: {时间: 时刻}\n", "")
    found, stopped = said()
    assert "“严重隐患责令停用并报告”按小时计" in found
    assert stopped.startswith("duties/vocabulary.yaml")


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("12315月报", "导入对照“12315月报”不带来这种事实"),
        ("监督抽检表", "没有导入对照“监督抽检表”"),
        ("县局/餐饮处", "没有一个单位有岗位“餐饮处”"),
    ],
)
def test_a_wrong_way_in_is_refused(project, way, said):
    file = project / "duties/vocabulary.yaml"
    text = file.read_text("utf-8")
    begins = text.index("    comes_by:", text.index("  flight_check.done:"))
    file.write_text(text[:begins] + f"    comes_by: [{way}]" + text[text.index("\n", begins) :], "utf-8")
    [problem] = check(project)
    assert problem.what == said


def test_every_kind_of_fact_that_a_duty_waits_for_has_a_way_in():
    definitions = load_definitions(ROOT)
    waited = {kind for duty in definitions.duties.values() for kind in duty.fact_kinds}
    assert not [name for name in waited if not definitions.vocabulary.facts[name].comes_by]
