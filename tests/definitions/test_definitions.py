"""All content folders together, and what `duban check` says about them."""

import shutil
from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions
from tests.checked import check, remarks
from tests.definitions.conftest import edit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """A copy of the project that comes with duban."""
    root = tmp_path / "project"
    for folder in ("calendar", "duties", "notifications"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copyfile(ROOT / "duban.yaml", root / "duban.yaml")
    return root


def test_the_project_that_comes_with_duban_has_no_problems(project):
    assert check(project) == []


def test_definitions_hold_every_part(project):
    definitions = load_definitions(project)
    assert definitions.root == project
    assert len(definitions.project.units_at("county")) == 11
    assert definitions.calendar.first_day.year == 2018
    assert "standard" in definitions.ladders
    assert "sample.failed" in definitions.vocabulary.facts
    assert definitions.duties["ts-quarterly-risk-analysis"].path == "duties/特种设备.yaml"


def test_the_fingerprint_follows_what_the_content_means(project):
    before = load_definitions(project).fingerprint
    edit(project / "duties/特种设备.yaml", "duties:\n", "# 又一条注释\nduties:\n")
    assert load_definitions(project).fingerprint == before
    edit(project / "duties/特种设备.yaml", "10个工作日", "12个工作日")
    after = load_definitions(project).fingerprint
    assert after != before
    edit(project / "duban.yaml", "三元区列东市场监管所", "列东所")
    assert load_definitions(project).fingerprint != after


def test_an_empty_post_is_a_remark_and_not_a_problem(project, clock):
    county = "      name: 永安市市场监管局\n"
    edit(project / "duban.yaml", county, county + "      posts:\n        分管领导: {vacant: 是}\n")
    assert check(project) == []
    empty = [remark for remark in remarks(project, clock) if remark.path == "duban.yaml"]
    assert [remark.what for remark in empty] == ["永安市市场监管局的“分管领导”空缺"]
    assert empty[0].line > 1


def test_a_ladder_that_ends_in_an_empty_post_is_a_problem(project):
    edit(
        project / "duban.yaml",
        "  posts:\n    分管食品副局长:",
        "  posts:\n    主要领导: {vacant: 是}\n    分管食品副局长:",
    )
    problems = check(project)
    assert problems
    assert {problem.path for problem in problems} == {"notifications/ladders.yaml"}
    assert all("没有人能收到这一级" in problem.what for problem in problems)


def test_mistakes_in_the_notifications_folder_are_found_too(project, clock):
    (project / "notifications/channels.yaml").write_text("chanels: {}\n", encoding="utf-8")
    assert {problem.path for problem in check(project)} == {"notifications/channels.yaml"}
    assert remarks(project, clock) == []


def test_checking_needs_neither_prefect_nor_apprise_nor_the_ledger(project):
    import subprocess
    import sys

    script = (
        "import sys; from pathlib import Path; from duban.base.clock import system_clock; "
        "from duban.checks.checking import examine; examine(Path(sys.argv[1]), system_clock());"
        "print(sorted({'prefect', 'apprise', 'requests', 'sqlalchemy'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(project)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "place",
    ["duties/子/旧的.yaml", "duties/imports/旧/表.yml", "calendar/旧/2025.yaml", "notifications/备份/a.yaml"],
)
def test_a_file_in_a_subfolder_is_said_not_to_be_read(project, place):
    file = project / place
    file.parent.mkdir(parents=True)
    file.write_text("line: 计量\n", encoding="utf-8")
    assert [(problem.path, problem.what) for problem in check(project)] == [
        (place, "子文件夹里的文件不会读取")
    ]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("duties/新.YAML", "不会读取以 .YAML 结尾的文件"),
        ("duties/tests/新.yml", "不会读取以 .yml 结尾的文件"),
        ("notifications/新.yaml", "这个文件不会读取"),
    ],
)
def test_a_file_named_as_nothing_is_read_is_said_not_to_be_read(project, place, why):
    (project / place).write_text("line: 计量\n", encoding="utf-8")
    assert [(problem.path, problem.what) for problem in check(project)] == [(place, why)]


def test_a_mistake_in_a_mapping_is_not_said_again_where_the_mapping_is_named(project):
    edit(project / "duties/imports/监督抽检结果.yaml", "ref: 抽样单编号", "ref: 抽样单编")
    assert {problem.path for problem in check(project)} == {"duties/imports/监督抽检结果.yaml"}


def test_a_line_or_a_clause_that_the_plan_does_not_have_is_a_remark(project, clock):
    file = project / "duties/食品流通.yaml"
    edit(file, "line: 食品流通安全监督管理\n", "line: 食品流通安全监督管里\n")
    edit(file, "basis: {clause: SL-13,", "basis: {clause: SL-93,")
    assert check(project) == []
    said = [str(remark) for remark in remarks(project, clock) if remark.path == "duties/食品流通.yaml"]
    assert said == [
        "duties/食品流通.yaml:4:7: 计划里没有条线“食品流通安全监督管里”，是不是“食品流通安全监督管理”？",
        "duties/食品流通.yaml:53:21: 事项 sl-graded-inspection: 计划里没有条款“SL-93”，是不是“SL-29”？",
    ]


def test_a_sentence_the_plan_does_not_say_there_is_a_remark(project, clock):
    file = project / "duties/特种设备.yaml"
    edit(file, "quote: 严格监察平台重要问题和隐患“清零”", "quote: 严格监察平台所有问题和隐患“清零”")
    edit(file, "{clause: TS-01, quote: 每季度", "{clause: TS-02, quote: 每季度")
    assert check(project) == []
    said = [remark.what for remark in remarks(project, clock) if remark.path == "duties/特种设备.yaml"]
    assert said == [
        "这句话在计划里，但不在 TS-02 那一段",
        "计划里没有这句话：“严格监察平台所有问题和隐患“清零””",
    ]


def test_without_a_plan_no_line_is_called_unknown(project, clock):
    shutil.rmtree(project / "duties/plan")
    edit(project / "duties/计量.yaml", "line: 计量\n", "line: 计量科\n")
    assert [remark for remark in remarks(project, clock) if "计量" in remark.path] == []


def test_a_mistake_in_a_mapping_is_said_beside_one_in_a_duty(project):
    edit(project / "duties/imports/监督抽检结果.yaml", "ref: 抽样单编号", "ref: 抽样单编")
    edit(project / "duties/计量.yaml", "every: ", "every: 每两年半  # ")
    assert {problem.path for problem in check(project)} == {
        "duties/imports/监督抽检结果.yaml",
        "duties/计量.yaml",
    }
