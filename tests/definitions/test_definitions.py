"""All content folders together, and what `duban check` says about them."""

import shutil
from pathlib import Path

import pytest

from duban.checks.checking import check, remarks
from duban.definitions.definitions import load_definitions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """A copy of the project that comes with duban."""
    root = tmp_path / "project"
    for folder in ("calendar", "duties", "notifications"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copyfile(ROOT / "duban.yaml", root / "duban.yaml")
    return root


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


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


def test_the_digest_follows_what_the_content_means(project):
    before = load_definitions(project).digest
    edit(project / "duties/特种设备.yaml", "duties:\n", "# 又一条注释\nduties:\n")
    assert load_definitions(project).digest == before
    edit(project / "duties/特种设备.yaml", "10个工作日", "12个工作日")
    after = load_definitions(project).digest
    assert after != before
    edit(project / "duban.yaml", "三元区列东市场监管所", "列东所")
    assert load_definitions(project).digest != after


def test_an_empty_post_is_a_remark_and_not_a_problem(project):
    county = "      name: 永安市市场监管局\n"
    edit(project / "duban.yaml", county, county + "      posts:\n        分管领导: {vacant: 是}\n")
    assert check(project) == []
    empty = [remark for remark in remarks(project) if remark.path == "duban.yaml"]
    assert [remark.what for remark in empty] == ["永安市市场监管局的“分管领导”空缺"]
    assert empty[0].line > 1


def test_a_ladder_that_ends_in_an_empty_post_is_a_problem(project):
    edit(
        project / "duban.yaml",
        "  name: 三明市市场监管局\n",
        "  name: 三明市市场监管局\n  posts:\n    主要领导: {vacant: 是}\n",
    )
    problems = check(project)
    assert problems
    assert {problem.path for problem in problems} == {"notifications/ladders.yaml"}
    assert all("没有人能收到这一级" in problem.what for problem in problems)


def test_mistakes_in_the_notifications_folder_are_found_too(project):
    (project / "notifications/channels.yaml").write_text("chanels: {}\n", encoding="utf-8")
    assert {problem.path for problem in check(project)} == {"notifications/channels.yaml"}
    assert remarks(project) == []


def test_checking_needs_neither_prefect_nor_apprise(project):
    import subprocess
    import sys

    script = (
        "import sys; from pathlib import Path; from duban.checks.checking import check; check(Path(sys.argv[1]));"
        "print(sorted({'prefect', 'apprise'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(project)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
