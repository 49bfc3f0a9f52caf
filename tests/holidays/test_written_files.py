"""What is written into the files: only the lines that change, whole or not at all."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.edits.files_in_place import replace_files
from duban.holidays import enter
from duban.holidays.insertion import add_closure, announce_window
from duban.holidays.year_text import quoted, year_text
from duban.workdays import Closure, load_festivals
from duban.workdays.festivals import NoticedSpan
from duban.yamlfile.composing import compose_text
from tests.holidays.conftest import ROOT


class TestTheYearsFile:
    def test_what_people_wrote_beside_stays(self, waiting):
        folder = waiting(2019)
        folder.enter("2019")
        path = folder.path / "2019.yaml"
        text = path.read_text("utf-8")
        text = text.replace("# 2019 年工作日安排", "# 张三，2019-01-02 核对过\n# 2019 年工作日安排")
        text = text.replace("name: 春节}   # 周一", "name: 春节}   # 周一，办公室已通知")
        text = text.replace("work:   # 调休", "# 补班的日子要在食堂贴出\nwork:   # 调休")
        path.write_text(text, "utf-8")
        folder.enter("2019-amended")
        after = folder.text(2019)
        added = [line for line in after.splitlines() if line not in text.splitlines()]
        gone = [line for line in text.splitlines() if line not in after.splitlines()]
        assert gone == []
        assert [line.split("   #")[0] for line in added] == [
            "  - number: 国办发明电〔2019〕3号",
            "    title: 国务院办公厅关于调整2019年劳动节假期安排的通知",
            "    date: 2019-03-22",
            "    source: content_5375877",
            "    changed:",
            "      - 2019-04-28",
            "      - 2019-05-02",
            "      - 2019-05-03",
            "      - 2019-05-05",
            "  - {day: 2019-05-02, name: 劳动节}",
            "  - {day: 2019-05-03, name: 劳动节}",
            "  - {day: 2019-04-28, name: 劳动节}",
            "  - {day: 2019-05-05, name: 劳动节}",
        ]

    def test_windows_line_ends_stay(self, today, made_up):
        path = today.path / "2027.yaml"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        today.enter(made_up())
        content = path.read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n") > 30

    def test_a_comment_in_a_waiting_year_stays_and_the_words_of_waiting_go(self, today, made_up):
        path = today.path / "2027.yaml"
        first, _, rest = path.read_text("utf-8").partition("\n")
        path.write_text(f"{first}\n# 李四管这个文件\n{rest}", "utf-8")
        today.enter(made_up())
        text = today.text(2027)
        assert text.splitlines()[:3] == [
            "# yaml-language-server: $schema=../schemas/year.json",
            "# 2027 年工作日安排。没有写到的日子：周一至周五上班，周六周日休息。",
            "# 李四管这个文件",
        ]
        assert "provisional" not in text
        assert "通知尚未收到" not in text

    def test_a_layout_that_cannot_be_changed_is_refused_and_left_alone(self, waiting):
        folder = waiting(2019)
        folder.enter("2019")
        path = folder.path / "2019.yaml"
        lines = path.read_text("utf-8").splitlines()
        first = lines.index("work:   # 调休上班的周六、周日")
        entries = ", ".join(line.strip(" -").split("   #")[0] for line in lines[first + 1 :])
        path.write_text("\n".join([*lines[:first], f"work: [{entries}]"]) + "\n", "utf-8")
        before = path.read_bytes()
        with pytest.raises(ProblemsFound, match="这个文件的写法没法自动修改"):
            folder.enter("2019-amended")
        assert path.read_bytes() == before

    def test_every_official_file_is_what_would_be_written_anew(self, today):
        for year in today.calendar.years:
            if year.status == "official":
                anew = year_text(year, None, f"calendar/{year.year}.yaml")
                old = today.text(year.year)
                assert anew[anew.index("year:") :] == old[old.index("year:") :]


@settings(max_examples=300)
@given(
    st.text(
        alphabet=st.characters(
            min_codepoint=32,
            max_codepoint=0x9FFF,
            exclude_categories=["Cs", "Cc", "Cf"],
            exclude_characters="\u034f\u115f\u1160\u3164",
        ),
        min_size=1,
    )
)
@example("0E0")
@example("0x1F")
def test_any_text_survives_being_quoted(text):
    with use("zh-CN"):
        file, problems = compose_text(f"a: {quoted(text)}   # 说明\n", "a.yaml")
    assert problems == []
    assert file is not None
    assert file.data == {"a": text}


def span(first, last, notice="药监综妆〔2027〕1号"):
    return NoticedSpan.model_validate(
        {"from": date.fromisoformat(first), "to": date.fromisoformat(last), "notice": notice}
    )


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "calendar", tmp_path / "calendar")
    return tmp_path


def announce(root, name, *given):
    inserted = announce_window(root, name, span(*given))
    (root / inserted.path).write_text(inserted.text, "utf-8")
    return inserted


class TestWindows:
    def test_only_the_announced_days_come_in(self, root):
        before = (root / "calendar/festivals.yaml").read_text("utf-8")
        after = announce(root, "化妆品安全科普宣传周", "2027-05-24", "2027-05-30").text
        assert (
            after.replace(
                "    announced:\n      - {from: 2027-05-24, to: 2027-05-30, notice: 药监综妆〔2027〕1号}\n",
                "",
                1,
            )
            == before
        )
        days = load_festivals(root / "calendar").named_window("化妆品安全科普宣传周", 2027)
        assert days == (date(2027, 5, 24), date(2027, 5, 30), "official")

    def test_the_same_again_changes_nothing_and_other_days_take_their_place(self, root):
        announce(root, "质量月", "2027-09-01", "2027-09-30")
        assert not announce(root, "质量月", "2027-09-01", "2027-09-30").changes
        later = announce(root, "质量月", "2027-09-05", "2027-10-05")
        assert later.was == "2027-09-01 — 2027-09-30 药监综妆〔2027〕1号"
        assert "2027-09-30" not in later.text

    def test_years_stand_in_their_order(self, root):
        for year in (2028, 2026, 2027):
            announce(root, "高考", f"{year}-06-07", f"{year}-06-09")
        text = (root / "calendar/festivals.yaml").read_text("utf-8")
        places = [text.index(f"{{from: {year}-06-07") for year in (2026, 2027, 2028)]
        assert places == sorted(places)

    def test_a_window_written_on_one_line_is_unfolded(self, root):
        announce(root, "小吃节", "2027-12-08", "2027-12-12", "沙县区政府公告: 第1号")
        announce(root, "小吃节", "2028-12-08", "2028-12-12", "公告")
        festivals = load_festivals(root / "calendar")
        assert festivals.named_window("小吃节", 2027)[:2] == (date(2027, 12, 8), date(2027, 12, 12))
        assert festivals.named_window("小吃节", 2028)[:2] == (date(2028, 12, 8), date(2028, 12, 12))

    def test_an_alias_will_do(self, root):
        announce(root, "公平竞争政策宣传周", "2027-09-06", "2027-09-12")
        assert load_festivals(root / "calendar").named_window("中国公平竞争政策宣传周", 2027)[0] == date(
            2027, 9, 6
        )

    @pytest.mark.parametrize(
        "name, said",
        [
            ("中秋", "“中秋”每年的日子是定的，不用等通知"),
            ("质量周", "没有时段“质量周”，是不是“质量月”？"),
        ],
    )
    def test_what_is_no_window_is_told(self, root, name, said):
        with pytest.raises(ProblemsFound) as found:
            announce(root, name, "2027-05-24", "2027-05-30")
        assert str(found.value) == f"calendar/festivals.yaml: {said}"

    def test_every_window_of_the_starter_project_can_be_announced(self, root):
        for window in load_festivals(root / "calendar").windows:
            announce(root, window.name, "2027-11-01", "2027-11-07")
        days = load_festivals(root / "calendar")
        assert {days.named_window(window.name, 2027)[0] for window in days.windows} == {date(2027, 11, 1)}


def closure(first, last, unit="350404"):
    return Closure(unit=unit, from_=first, to=last, reason="台风“海葵”", notice="元政办〔2026〕5号: 紧急")


class TestClosures:
    def test_the_first_takes_the_place_of_the_empty_list(self, root):
        before = (root / "calendar/closures.yaml").read_text("utf-8")
        after = add_closure(root, closure(date(2026, 11, 26), date(2026, 11, 27))).text
        assert after.startswith(before.replace("closures: []\n", "closures:\n"))

    def test_the_next_comes_after_it_and_the_same_again_changes_nothing(self, root):
        for unit in ("350404", "350405"):
            added = add_closure(root, closure(date(2026, 11, 26), date(2026, 11, 27), unit))
            (root / added.path).write_text(added.text, "utf-8")
        assert added.text.count("- unit:") == 3  # one of them in the example of the head
        assert not add_closure(root, closure(date(2026, 11, 26), date(2026, 11, 27))).changes

    def test_without_the_file_it_is_made(self, root):
        (root / "calendar/closures.yaml").unlink()
        text = add_closure(root, closure(date(2026, 11, 26), date(2026, 11, 27))).text
        assert text.startswith('closures:\n  - unit: "350404"\n')


class TestAllOrNothing:
    def test_every_file_is_written_whole(self, tmp_path):
        replace_files(tmp_path, {"a.yaml": "甲\n", "b.yaml": "乙\n"})
        assert [(tmp_path / name).read_text("utf-8") for name in ("a.yaml", "b.yaml")] == ["甲\n", "乙\n"]
        assert len(list(tmp_path.iterdir())) == 2

    def test_when_the_second_cannot_be_put_in_place_the_first_is_as_it_was(self, tmp_path):
        (tmp_path / "a.yaml").write_text("旧\n", "utf-8")
        (tmp_path / "b.yaml").mkdir()
        (tmp_path / "b.yaml" / "in-the-way").write_text("", "utf-8")
        with pytest.raises(OSError):
            replace_files(tmp_path, {"a.yaml": "新\n", "b.yaml": "新\n"})
        assert (tmp_path / "a.yaml").read_text("utf-8") == "旧\n"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]

    def test_a_file_keeps_its_permissions(self, tmp_path):
        path = tmp_path / "a.yaml"
        path.write_text("旧\n", "utf-8")
        path.chmod(0o640)
        replace_files(tmp_path, {"a.yaml": "新\n"})
        assert path.stat().st_mode & 0o777 == 0o640

    def test_a_folder_nobody_may_write_into_says_so_and_nothing_changes(self, tmp_path):
        with pytest.raises(OSError):
            replace_files(tmp_path, {"没有/a.yaml": "新\n"})
        assert list(tmp_path.iterdir()) == []

    def test_a_half_written_file_is_never_read_as_a_year(self, tmp_path):
        """The name of the file beside must not end in .yaml, else a crash would leave a stray year."""
        seen = []
        real = os.fsync

        def looking(handle):
            seen.extend(path.name for path in Path(tmp_path).iterdir())
            real(handle)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os, "fsync", looking)
            replace_files(tmp_path, {"2027.yaml": "year: 2027\n"})
        assert seen
        assert not any(name.endswith((".yaml", ".yml")) for name in seen if name != "2027.yaml")

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_killed_while_it_writes_the_calendar_is_whole(self, today, made_up, moment, tmp_path):
        """The process dies just before, or just after, the new file takes its name."""
        script = f"""
import os, signal, sys
from pathlib import Path
real = Path.replace
def dying(self, target):
    if {moment!r} == "after":
        real(self, target)
    os.kill(os.getpid(), signal.SIGKILL)
Path.replace = dying
from duban.holidays import enter
from duban.edits.files_in_place import replace_files
replace_files(Path({str(tmp_path)!r}), {{"calendar/2027.yaml": Path({str(tmp_path / "new.yaml")!r}).read_text("utf-8")}})
"""
        entered = enter(today.calendar, today.read(made_up()))
        text = year_text(entered.year, today.text(2027), "calendar/2027.yaml")
        (tmp_path / "new.yaml").write_text(text, "utf-8")
        before = today.text(2027)
        search = os.pathsep.join(each for each in sys.path if each)
        ran = subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": search})
        assert ran.returncode == -signal.SIGKILL
        assert today.text(2027) == (text if moment == "after" else before)
        assert today.calendar.years[9].status == ("official" if moment == "after" else "provisional")
