"""`duban calendar`: a notice is shown day by day, asked about, and written; the law is held against every year."""

import pytest

from duban.workdays import load_calendar
from tests.holidays.conftest import MADE_UP_2027


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "通知.yaml"
    path.write_text(MADE_UP_2027, "utf-8")
    return path


def content(project):
    return {path.name: path.read_bytes() for path in (project / "calendar").iterdir()}


class TestLoad:
    def test_the_days_that_change_are_shown_and_the_year_becomes_official(self, duban, project, notice):
        ran = duban("calendar", "load", notice, "--yes")
        assert ran.code == 0, ran.err
        assert ran.lines[1] == "2027 年由暂定转为正式"
        assert " 2027-02-09 周二   上班（暂定）       调休放假（春节）" in ran.lines
        assert " 2027-09-26 周日   周末休息（暂定）   调休上班" in ran.lines
        assert "76 个拿不准的日子定了下来；正式安排到 2027-12-28。" in ran.lines
        assert ran.lines[-1] == "已写入 calendar/2027.yaml，第 2 版已生效。正在运行的服务会自动采用。"
        assert duban("check").code == 0
        assert str(load_calendar(project / "calendar").official_until) == "2027-12-28"

    def test_dates_that_were_provisional_are_no_more(self, duban, project, notice):
        asked = ("deadline", "--from", "2027-04-28", "--within", "5 workdays", "--json")
        before = duban(*asked).json
        duban("calendar", "load", notice, "--yes")
        after = duban(*asked).json
        assert (before["provisional"], after["provisional"]) == (True, False)
        assert before["earliest"] <= after["deadline"] <= before["latest"]
        assert after["deadline"] == "2027-05-08"

    def test_a_trial_changes_nothing(self, duban, project, notice):
        before = content(project)
        ran = duban("calendar", "load", notice, "--dry-run")
        assert (ran.code, ran.lines[-1]) == (0, "没有写入 calendar/2027.yaml。")
        assert content(project) == before

    def test_without_a_yes_nothing_is_written(self, duban, project, notice, monkeypatch):
        import io

        before = content(project)
        monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
        ran = duban("calendar", "load", notice)
        assert (ran.code, ran.err.strip()) == (1, "已取消，什么也没有改")
        assert content(project) == before

    def test_a_yes_typed_in_is_enough(self, duban, project, notice, monkeypatch):
        import io

        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        assert duban("calendar", "load", notice).code == 0
        assert "status: official" in (project / "calendar" / "2027.yaml").read_text("utf-8")

    def test_the_same_notice_again_changes_nothing(self, duban, project, notice):
        duban("calendar", "load", notice, "--yes")
        before = content(project)
        ran = duban("calendar", "load", notice, "--yes")
        assert (ran.code, ran.lines) == (0, ["国办发明电〔2026〕999号 已经录入，什么也没有改。"])
        assert content(project) == before

    def test_a_notice_that_contradicts_the_law_is_refused(self, duban, project, notice):
        before = content(project)
        notice.write_text(
            MADE_UP_2027.replace("2月5日（农历除夕、周五）至", "2月6日至").replace("共8天", "共7天"), "utf-8"
        )
        ran = duban("calendar", "load", notice, "--yes")
        assert ran.code == 1
        assert (
            "2027-02-05（周五）是法定节日（除夕），按《全国年节及纪念日放假办法》（2024年修订）第二条应当放假"
            in ran.err
        )
        assert content(project) == before
        assert "article 2" in duban("calendar", "load", notice, "--yes", lang="en").err

    def test_content_with_a_mistake_elsewhere_stops_it(self, duban, project, notice):
        (project / "duban.yaml").write_text("bureau: [\n", "utf-8")
        before = content(project)
        ran = duban("calendar", "load", notice, "--yes")
        assert (ran.code, ran.err.startswith("duban.yaml:")) == (1, True)
        assert content(project) == before

    def test_as_json(self, duban, project, notice):
        assert duban("calendar", "load", notice, "--json").code == 2
        told = duban("calendar", "load", notice, "--json", "--yes", "--actor", "张三").json
        assert (told["written"], told["files"], told["version"]) == (True, ["calendar/2027.yaml"], 2)
        assert told["days"][0] == {
            "day": "2027-01-31",
            "was": "周末休息",
            "becomes": "调休上班",
            "works": True,
            "uncertain": True,
        }

    def test_what_cannot_be_written_is_said_and_changes_nothing(self, duban, project, notice, monkeypatch):
        from pathlib import Path

        def full(self, target):
            raise OSError(28, "No space left on device", str(target))

        before = content(project)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", full)
            ran = duban("calendar", "load", notice, "--yes")
        assert ran.code == 3
        assert "磁盘已满" in ran.err
        assert content(project) == before

    def test_a_file_that_somebody_changed_meanwhile_is_left_as_they_left_it(
        self, duban, project, notice, monkeypatch
    ):
        path = project / "calendar" / "2027.yaml"

        def while_it_asks(*_args, **_more):
            path.write_text(path.read_text("utf-8") + "# 李四刚写的\n", "utf-8")

        monkeypatch.setattr("typer.confirm", while_it_asks)
        ran = duban("calendar", "load", notice)
        assert ran.code == 1
        assert ran.err.strip() == "calendar/2027.yaml: 刚才有人改了这个文件，什么也没有写，请再运行一次"
        assert path.read_text("utf-8").endswith("# 李四刚写的\n")
        assert "status: provisional" in path.read_text("utf-8")


class TestVerify:
    def test_every_year_with_its_status_and_notice(self, duban, project):
        ran = duban("calendar", "verify")
        assert ran.code == 0
        assert any("2026   正式" in line and "国办发明电〔2025〕7号" in line for line in ran.lines)
        assert any("2027   暂定" in line and "通知未到" in line for line in ran.lines)
        assert [line for line in ran.lines if line.startswith("2020: ")] == [
            "2020: 国办发明电〔2020〕1号 改动了 2 天"
        ]
        assert ran.lines[-2:] == [
            "都符合放假办法。正式安排到 2026-12-28，之后是暂定。",
            "2031 至 2040 年没有文件，按放假办法推算法定节日，也是暂定。",
        ]

    def test_a_make_up_day_lost_by_hand_is_found(self, duban, project):
        path = project / "calendar" / "2026.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace("  - {day: 2026-02-28, name: 春节}   # 周六\n", ""), "utf-8")
        for command in (("calendar", "verify", "2026"), ("check",)):
            ran = duban(*command)
            assert ran.code == 1
            assert "calendar/2026.yaml:39:1: 2026 年多放 1 天：" in ran.out + ran.err

    def test_a_day_off_lost_by_hand_contradicts_the_law(self, duban, project):
        path = project / "calendar" / "2026.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace("  - {day: 2026-05-05, name: 劳动节}   # 周二\n", ""), "utf-8")
        ran = duban("calendar", "verify")
        assert ran.code == 1
        assert "calendar/2026.yaml:38:1: 2026 年少放 1 天：" in ran.out + ran.err

    def test_one_year_as_json(self, duban, project):
        told = duban("calendar", "verify", "2019", "--json").json
        (year,) = told["years"]
        assert (year["year"], year["status"], year["workdays"]) == (2019, "official", 250)
        assert year["notices"] == ["国办发明电〔2018〕15号", "国办发明电〔2019〕3号"]

    def test_a_year_the_calendar_does_not_have(self, duban, project):
        ran = duban("calendar", "verify", "2050")
        assert (ran.code, ran.err.strip()) == (1, "工作日历只有 2018 至 2040 年")


class TestShow:
    def test_a_year_month_by_month_with_its_marks(self, duban, project):
        ran = duban("calendar", "show", "2026")
        assert ran.lines[0] == "2026 正式 国办发明电〔2025〕7号"
        page = "\n".join(ran.lines)
        for mark in ("16*", "20-", "14+", "28+"):
            assert mark in page, mark
        assert "30?" not in page.split("12 月")[0]

    def test_an_unannounced_year_shows_what_is_uncertain(self, duban, project):
        page = duban("calendar", "show", "2027").out
        assert "2027 暂定" in page
        assert " 9?" in page

    def test_as_a_unit_sees_it(self, duban, project):
        duban(
            "calendar", "close", "350404", "--from", "2026-11-26", "--to", "2026-11-27",
            "--reason", "台风", "--notice", "元政办5号", "--yes",
        )  # fmt: skip
        assert "26x" in duban("calendar", "show", "2026", "--unit", "350404-01").out
        assert "26x" not in duban("calendar", "show", "2026").out
        days = {
            each["day"]: each["kind"]
            for each in duban("calendar", "show", "2026", "--unit", "350404", "--json").json["days"]
        }
        assert (days["2026-11-26"], len(days)) == ("closed", 365)


class TestWindowAndClose:
    def test_an_announced_window(self, duban, project):
        ran = duban(
            "calendar", "window", "化妆品安全科普宣传周", "--from", "2027-05-24", "--to", "2027-05-30",
            "--notice", "药监综妆〔2027〕1号", "--yes",
        )  # fmt: skip
        assert ran.lines[-1].startswith("已写入 calendar/festivals.yaml，第 2 版已生效。")
        assert ran.lines[1] == "按它开办的事项：化妆品安全科普宣传周"
        assert "{from: 2027-05-24, to: 2027-05-30, notice: 药监综妆〔2027〕1号}" in (
            project / "calendar/festivals.yaml"
        ).read_text("utf-8")

    def test_a_closure_names_the_units_and_the_days(self, duban, project):
        ran = duban(
            "calendar", "close", "350404", "--from", "2026-11-26", "--to", "2026-11-27",
            "--reason", "台风", "--notice", "元政办5号", "--dry-run",
        )  # fmt: skip
        assert "三元区列东市场监管所" in ran.lines[0]
        assert " 2026-11-26 周四   上班   停工" in ran.lines
        assert "closures: []" in (project / "calendar/closures.yaml").read_text("utf-8")

    @pytest.mark.parametrize(
        "given, said",
        [
            (("close", "350499", "--from", "2026-11-26", "--to", "2026-11-27"), "没有单位“350499”"),
            (("close", "350404", "--from", "2026-11-27", "--to", "2026-11-26"), "早于 --from"),
            (
                ("close", "350404", "--from", "2062-11-26", "--to", "2062-11-27"),
                "工作日历只有 2018 至 2040 年",
            ),
        ],
    )
    def test_a_closure_that_cannot_be_is_refused(self, duban, project, given, said):
        before = content(project)
        ran = duban("calendar", *given, "--reason", "台风", "--notice", "元政办5号", "--yes")
        assert ran.code in (1, 2)
        assert said in ran.err
        assert content(project) == before


def test_calendar_alone_shows_its_commands(duban, project):
    ran = duban("calendar")
    assert ran.code == 0
    assert all(name in ran.out for name in ("load", "verify", "show", "window", "close"))
