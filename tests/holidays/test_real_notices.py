"""The notices of 2018 to 2026, as the State Council published them: entered, they give the files that were written by hand."""

from datetime import date

import pytest

from duban.holidays.difference import difference
from duban.workdays import load_calendar
from tests.holidays.conftest import ROOT, days

ENTERED = {
    2018: ["2018"],
    2019: ["2019", "2019-amended"],
    2020: ["2020", "2020-amended"],
    **{year: [str(year)] for year in range(2021, 2027)},
}


def without_header(text):
    return text[text.index("year:") :]


@pytest.mark.parametrize("year", ENTERED)
def test_the_notices_of_a_year_give_the_file_that_stands_in_the_calendar(waiting, year):
    folder = waiting(year)
    for notice in ENTERED[year]:
        folder.enter(notice)
    written = folder.text(year)
    assert without_header(written) == without_header((ROOT / "calendar" / f"{year}.yaml").read_text("utf-8"))
    assert written.splitlines()[1].startswith(f"# {year} 年工作日安排。")
    assert folder.calendar.years[-1] == load_calendar(ROOT / "calendar").years[year - 2018]


@pytest.mark.parametrize("year", ENTERED)
def test_entering_the_same_notice_again_changes_nothing(waiting, year):
    folder = waiting(year)
    for notice in ENTERED[year]:
        folder.enter(notice)
    before = folder.text(year)
    for notice in ENTERED[year]:
        assert not folder.enter(notice).changes
    assert folder.text(year) == before


class TestTheLastDaysOfTheYearBefore:
    def test_the_notice_of_2019_moved_two_days_of_december_2018(self, waiting):
        folder = waiting(2019)
        before = folder.calendar
        folder.enter("2019")
        moved = {each.day: each.works for each in difference(before, folder.calendar).days}
        assert {day: works for day, works in moved.items() if day.year == 2018} == {
            date(2018, 12, 29): True,
            date(2018, 12, 31): False,
        }

    def test_they_were_provisional_until_then(self, waiting):
        folder = waiting(2019)
        before = folder.calendar
        folder.enter("2019")
        (saturday, monday) = days("2018-12-29", "2018-12-31")
        assert [before.status(day) for day in (saturday, monday)] == ["provisional"] * 2
        assert [folder.calendar.status(day) for day in (saturday, monday)] == ["official"] * 2

    def test_they_stand_in_the_file_of_the_notice_s_own_year(self, waiting):
        folder = waiting(2019)
        before = folder.text(2018)
        folder.enter("2019")
        assert folder.text(2018) == before
        assert "2018-12-31" in folder.text(2019)

    def test_a_day_that_the_file_before_states_already_is_said_and_not_written_twice(self, waiting):
        folder = waiting(2019)
        path = folder.path / "2018.yaml"
        stated = path.read_text("utf-8").replace(
            "rest:   # 调休放假的周一至周五\n", "rest:\n  - {day: 2018-12-31, name: 元旦}\n"
        )
        stated = stated.replace("    source:", "    extra_rest: 1\n    source:", 1)
        path.write_text(stated, "utf-8")
        (said,) = folder.refused("2019")
        assert "2018-12-31 在 2018.yaml 里已经写过" in said


class TestAmendments:
    def test_labour_day_2019(self, waiting):
        folder = waiting(2019)
        folder.enter("2019")
        before = folder.calendar
        entered = folder.enter("2019-amended")
        assert entered.amends
        changed = {str(each.day): each.works for each in difference(before, folder.calendar).days}
        assert changed == {
            "2019-04-28": True,
            "2019-05-02": False,
            "2019-05-03": False,
            "2019-05-05": True,
        }
        assert [str(day) for day in entered.year.notices[-1].changed] == list(changed)

    def test_the_spring_festival_2020_was_extended_beyond_the_law_and_the_notice_says_by_how_much(
        self, waiting
    ):
        folder = waiting(2020)
        folder.enter("2020")
        before = folder.calendar
        folder.enter("2020-amended")
        assert [str(each.day) for each in difference(before, folder.calendar).days] == [
            "2020-01-31",
            "2020-02-01",
        ]

    def test_without_saying_so_it_is_refused(self, waiting, typed):
        folder = waiting(2020)
        folder.enter("2020")
        text = (ROOT / "tests/cases/notices/2020-amended.yaml").read_text("utf-8")
        (said,) = folder.refused(
            typed("".join(line for line in text.splitlines(True) if "extra_rest" not in line))
        )
        assert said.startswith("2020 年多放 2 天：")
        assert said.endswith("看看是不是漏了上班的日子；通知确实在法定天数之外多放的，写 extra_rest: 2")

    def test_an_amendment_before_the_year_s_notice_is_told_so(self, waiting):
        (said,) = waiting(2019).refused("2019-amended")
        assert "通知里没有元旦、春节、清明节、端午节、中秋节、国庆节" in said

    def test_the_first_notice_loaded_again_does_not_undo_the_amendment(self, waiting):
        folder = waiting(2019)
        folder.enter("2019")
        folder.enter("2019-amended")
        entered = folder.enter("2019")
        assert not entered.changes
        assert [remark.what for remark in entered.remarks] == [
            "国办发明电〔2018〕15号 早已录入，其后又有 国办发明电〔2019〕3号，什么也不改"
        ]

    def test_festivals_the_amendment_does_not_speak_of_stay(self, waiting):
        folder = waiting(2019)
        folder.enter("2019")
        before = {each for each in folder.calendar.years[-1].rest if each.name != "劳动节"}
        folder.enter("2019-amended")
        assert before <= set(folder.calendar.years[-1].rest)

    def test_an_older_notice_does_not_amend_a_newer_one(self, waiting, typed):
        folder = waiting(2019)
        folder.enter("2019")
        text = (ROOT / "tests/cases/notices/2019-amended.yaml").read_text("utf-8")
        (said,) = folder.refused(typed(text.replace("2019-03-22", "2018-03-22")))
        assert said.startswith("已录入更晚的通知 国办发明电〔2018〕15号（2018-12-06）")


class TestNewYearsEve2024:
    def test_a_day_that_is_only_encouraged_to_be_taken_off_works(self, waiting):
        folder = waiting(2024)
        entered = folder.enter("2024")
        assert folder.calendar.is_workday(date(2024, 2, 9))
        assert [str(remark).partition(": ")[2] for remark in entered.remarks] == [
            "2024-02-09 只是“鼓励”休息，不是放假，仍按原来的算"
        ]

    def test_typed_as_a_day_off_it_is_refused_with_the_reason(self, waiting, typed):
        text = (ROOT / "tests/cases/notices/2024.yaml").read_text("utf-8")
        slipped = text.replace("2月10日至17日放假调休，共8天", "2月9日至17日放假调休，共9天")
        (said,) = waiting(2024).refused(typed(slipped))
        assert said.startswith("2024 年多放 1 天：")
        assert "除夕（2024-02-09）这一年不是法定节日，通知只写“鼓励休息”的仍要上班" in said

    def test_in_2025_it_is_a_statutory_day(self, waiting):
        folder = waiting(2025)
        folder.enter("2025")
        assert folder.calendar.kind(date(2025, 1, 28)).value == "statutory"
