"""`duban plan`, `apply`, `approve`, `versions`: an edit is seen, put in force, and taken back."""

import shutil

import pytest

from duban.base.clock import FixedClock
from duban.base.starter import copy_starter
from duban.ledger.content import read_content
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace
from tests.cli.conftest import MORNING, made_once
from tests.conftest import MONDAY_AFTER_GOLDEN_WEEK
from tests.few_duties import carried

DUTY = "ts-quarterly-risk-analysis"
BECAUSE = ("--because", "局务会决定", "--yes")


@pytest.fixture(scope="module")
def project_as_it_ran(tmp_path_factory):
    """The project of `running`, made once and then only copied."""
    root = tmp_path_factory.mktemp("ran") / "sanming"
    copy_starter(root)
    carried(root)
    path = root / "duties" / "特种设备.yaml"
    path.write_text(
        path.read_text("utf-8").replace(
            "    due: 季度末\n",
            "    due: {value: 季度结束后10个工作日内, assumed: 计划未写分析报告的期限，按季度结束后十个工作日，待确认}\n"
            "    opens: 季度结束后\n",
            1,
        ),
        "utf-8",
    )
    clock = FixedClock(MONDAY_AFTER_GOLDEN_WEEK)
    with made_once(root):
        opened = open_workspace(root, clock)
        tick(opened, clock.now())
        opened.ledger.dispose()
    return root


@pytest.fixture
def running(duban, project_as_it_ran, monkeypatch, tmp_path):
    """The starter project on 2023-10-09, its obligations opened; the analysis is due after its quarter."""
    root = tmp_path / "sanming"
    shutil.copytree(project_as_it_ran, root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture(autouse=True)
def after_the_holidays(monkeypatch, duban, clock):
    monkeypatch.setenv("DUBAN_CLOCK", clock.now().isoformat())
    assert clock.now().isoformat() != MORNING
    assert isinstance(clock, FixedClock)


def edit(project, old="季度结束后10个工作日内", new="季度结束后15个工作日内"):
    path = project / "duties" / "特种设备.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


class TestPlan:
    def test_says_the_numbers_first_then_each_duty_with_what_moved_it_and_every_step(self, duban, running):
        edit(running)
        ran = duban("plan")
        assert ran.code == 0
        assert ran.lines[1] == "新增 0 件，撤回 0 件，移动 1 件的期限，立即发出 0 条消息"
        assert f"全市特种设备安全形势分析（{DUTY}） 改动" in ran.lines
        assert "移动 1 件  2023年三季度  期限 2023-10-18 → 2023-10-25  三明市市场监管局" in ran.out
        assert "因为 due: 季度结束后10个工作日内 → 季度结束后15个工作日内" in ran.out
        assert "数 15 个工作日到 2023-10-25（周三）" in ran.out
        assert "duban apply" in ran.lines[-1]

    def test_says_when_there_is_nothing_to_apply(self, duban, running):
        ran = duban("plan")
        assert (ran.code, ran.lines[-1]) == (0, "没有改动：已生效的就是这些内容。")

    def test_an_edit_of_comments_alone_is_named_as_that(self, duban, running):
        edit(running, "# 特种设备安全监察：", "# 特种设备安全监察（已核对）：")
        ran = duban("plan")
        assert "duties/特种设备.yaml: 只改了注释、排版或说明" in ran.out
        assert duban("apply", *BECAUSE).code == 0

    def test_what_cannot_be_applied_is_refused_with_its_place(self, duban, running):
        edit(running, "owner: {unit: 市局, post: 特种设备科}", "owner: {unit: 市局, post: 特种设备处}")
        planned = duban("plan")
        assert planned.code == 1
        applied = duban("apply", *BECAUSE)
        assert applied.code == 1
        assert "特种设备.yaml" in planned.out + planned.err
        assert duban("versions", "--json").json["versions"][0]["version"] == 1

    def test_the_json_has_the_same(self, duban, running):
        edit(running)
        told = duban("plan", "--json").json
        assert told["counts"]["moved"] == 1
        (duty,) = told["duties"]
        assert (duty["duty"], duty["change"]) == (DUTY, "edited")
        (moved,) = duty["moved"]
        assert (moved["was"], moved["now"], len(moved["ids"])) == ("2023-10-18", "2023-10-25", 1)
        assert moved["ids"][0].startswith("DB-")

    def test_speaks_english(self, duban, running):
        edit(running)
        ran = duban("plan", lang="en")
        assert ran.lines[1] == "0 added, 0 withdrawn, 1 moved, 0 messages go out at once"
        assert "because of due: " in ran.out

    def test_many_groups_are_cut_short_unless_all_are_asked_for(self, duban, running, monkeypatch):
        from duban.edits import telling

        monkeypatch.setattr(telling, "SHOWN", 0)
        edit(running)
        assert "……还有 1 组共 1 件移动，用 --all 全部列出" in duban("plan").out
        assert "还有" not in duban("plan", "--all").out


class TestApply:
    def test_an_edit_is_not_in_force_before(self, duban, running):
        edit(running)
        assert "文件夹里的内容与已生效的不同" in duban("obligations").err
        assert (
            duban("obligations", "--duty", DUTY, "--json").json["obligations"][0]["deadline"] == "2023-10-18"
        )
        assert duban("apply", "--by", "李科长", *BECAUSE).code == 0  # the older word for --actor
        assert "--by" not in duban("apply", "--help").out
        assert (
            duban("obligations", "--duty", DUTY, "--json").json["obligations"][0]["deadline"] == "2023-10-25"
        )
        assert duban("obligations").err == ""

    def test_who_and_why_stay_with_the_version_and_the_obligation(self, duban, running):
        edit(running)
        duban("apply", "--actor", "李科长", *BECAUSE)
        newest = duban("versions", "--json").json["versions"][0]
        assert (newest["version"], newest["by"], newest["because"]) == (2, "李科长", "局务会决定")
        number = duban("obligations", "--duty", DUTY, "--json").json["obligations"][0]["id"]
        explained = duban("explain", number).out
        assert "开办，期限 2023-10-18" in explained
        assert "改期 · 李科长" in explained

    def test_needs_a_confirmation(self, duban, running):
        edit(running)
        ran = duban("apply", "--because", "局务会决定")
        assert (ran.code, "没有确认" in ran.err) == (1, True)

    @pytest.mark.parametrize("arguments", [(), ("--because", " ")])
    def test_needs_a_reason(self, duban, running, arguments):
        assert duban("apply", *arguments, "--yes").code == 2

    def test_with_the_plan_s_number_a_later_edit_of_the_files_is_refused(self, duban, running):
        edit(running)
        seen = duban("plan", "--json").json["plan"]
        edit(running, "15个工作日内", "16个工作日内")
        ran = duban("apply", seen, *BECAUSE)
        assert (ran.code, "文件在" in ran.err and "又改过" in ran.err) == (1, True)

    def test_with_the_plan_s_number_a_version_applied_since_is_refused(self, duban, running):
        edit(running)
        seen = duban("plan", "--json").json["plan"]
        edit(running, "15个工作日内", "16个工作日内")
        assert duban("apply", *BECAUSE).code == 0
        edit(running, "16个工作日内", "15个工作日内")
        ran = duban("apply", seen, *BECAUSE)
        assert (ran.code, "已生效的版本在" in ran.err) == (1, True)

    def test_an_edit_while_the_question_stands_is_refused(self, duban, running, monkeypatch):
        from duban.cli import planning

        edit(running)

        def somebody_saves(*, yes):
            edit(running, "15个工作日内", "16个工作日内")

        monkeypatch.setattr(planning, "ask", somebody_saves)
        ran = duban("apply", *BECAUSE)
        assert (ran.code, "又改过" in ran.err) == (1, True)
        assert duban("status", "--json").json["version"] == 1


class TestGoingBack:
    def test_an_earlier_version_comes_back_and_the_folder_stays_a_draft(self, duban, running):
        edit(running)
        duban("apply", *BECAUSE)
        assert "2023-10-25 → 2023-10-18" in duban("plan", "--version", "1").out
        assert duban("apply", "--version", "1", *BECAUSE).code == 0
        assert (
            duban("obligations", "--duty", DUTY, "--json").json["obligations"][0]["deadline"] == "2023-10-18"
        )
        assert duban("status", "--json").json["differs"] is True

    def test_with_files_the_folder_comes_back_too_and_what_it_was_is_kept(self, duban, running):
        before = read_content(running)
        edit(running)
        edited = read_content(running)
        duban("apply", *BECAUSE)
        assert duban("apply", "--version", "1", "--files", *BECAUSE).code == 0
        assert read_content(running) == before
        assert duban("status", "--json").json["differs"] is False
        (kept,) = (running / ".duban" / "drafts").iterdir()
        assert read_content(kept) == edited

    def test_there_is_no_such_version(self, duban, running):
        ran = duban("plan", "--version", "9")
        assert (ran.code, ran.err.strip()) == (1, "没有第 9 版，duban versions 列出全部版本")


class TestTwoPersons:
    @pytest.fixture
    def proposed(self, duban, running):
        """Two persons are asked for; 李科长 has proposed an edit. Gives the plan's number."""
        path = running / "duban.yaml"
        path.write_text(
            path.read_text("utf-8").replace("language: zh-CN", "language: zh-CN\napproval: 两人"), "utf-8"
        )
        assert duban("apply", *BECAUSE).code == 0
        edit(running)
        ran = duban("apply", "--actor", "李科长", *BECAUSE)
        assert (ran.code, "还没有生效" in ran.out) == (0, True)
        (waiting,) = duban("versions", "--json").json["waiting"]
        return waiting["plan"]

    def test_nothing_is_in_force_before_another_person_approves(self, duban, proposed):
        assert duban("status", "--json").json["version"] == 2
        ran = duban("approve", proposed, "--actor", "王局", "--yes")
        assert (ran.code, "第 3 版已生效" in ran.out) == (0, True)
        newest = duban("versions", "--json").json
        assert (newest["versions"][0]["by"], newest["versions"][0]["approved_by"]) == ("李科长", "王局")
        assert newest["waiting"] == []

    @pytest.mark.parametrize("spelt", [" 李科长 ", "李 科长", "李\u200b科长"])
    def test_the_same_person_cannot(self, duban, proposed, spelt):
        ran = duban("approve", proposed, "--actor", spelt, "--yes")
        assert (ran.code, "要由另一个人批准" in ran.err) == (1, True)

    def test_what_was_proposed_is_what_takes_effect_whatever_the_folder_says_by_then(
        self, duban, running, proposed
    ):
        edit(running, "15个工作日内", "30个工作日内")
        duban("approve", proposed, "--actor", "王局", "--yes")
        assert (
            duban("obligations", "--duty", DUTY, "--json").json["obligations"][0]["deadline"] == "2023-10-25"
        )

    def test_an_edit_cannot_waive_its_own_approval(self, duban, running, proposed):
        path = running / "duban.yaml"
        path.write_text(path.read_text("utf-8").replace("approval: 两人", "approval: 一人"), "utf-8")
        assert "还没有生效" in duban("apply", "--actor", "李科长", *BECAUSE).out
        assert duban("status", "--json").json["version"] == 2

    def test_once_another_version_is_in_force_it_waits_in_vain(self, duban, running, proposed):
        edit(running, "15个工作日内", "30个工作日内")
        duban("apply", "--actor", "赵科长", *BECAUSE)
        later = duban("versions", "--json").json["waiting"][1]["plan"]
        assert duban("approve", later, "--actor", "王局", "--yes").code == 0
        ran = duban("approve", proposed, "--actor", "王局", "--yes")
        assert (ran.code, "已生效的版本在这之后变了" in ran.err) == (1, True)
        assert duban("versions", "--json").json["waiting"] == []

    def test_nobody_proposed_that(self, duban, proposed):
        assert duban("approve", "abcd-123456", "--actor", "王局", "--yes").code == 1


def test_a_word_that_is_no_approval_is_a_problem_with_its_place(duban, running):
    path = running / "duban.yaml"
    path.write_text(
        path.read_text("utf-8").replace("language: zh-CN", "language: zh-CN\napproval: 三人"), "utf-8"
    )
    ran = duban("check")
    assert ran.code == 1
    assert "approval 写 一人 或 两人，不是“三人”" in ran.out


def test_a_new_holiday_notice_is_planned_like_any_edit(duban, running):
    path = running / "calendar" / "2023.yaml"
    text = path.read_text("utf-8")
    text = text.replace("work:   #", "  - {day: 2023-10-16, name: 国庆节}   # 周一\n\nwork:   #", 1)
    path.write_text(text.replace("date: 2022-12-08\n", "date: 2022-12-08\n    extra_rest: 1\n", 1), "utf-8")
    ran = duban("plan")
    assert ran.code == 0, ran.out
    assert "2023-10-18 → 2023-10-19" in ran.out
    assert "因为 2023-10-16 改为休息（国办发明电〔2022〕16号）" in ran.out
    assert "日历 2023: 2023-10-16 改为休息" in ran.out
