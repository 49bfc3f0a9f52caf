"""A notice that contradicts the law, or itself, is refused: with the day, the article, and how to mend it."""

import re
import textwrap

import pytest

from duban.workdays.law import contradictions, surplus
from tests.holidays.conftest import ROOT, days

LAW = "《全国年节及纪念日放假办法》（2024年修订）"
TOO_MANY = (
    f"2027 年多放 1 天：法定节日逢周末应补假 6 天，补班换来 4 天，平日却放 11 天（{LAW}第六条），"
    "看看是不是漏了上班的日子；通知确实在法定天数之外多放的，写 extra_rest: 1"
)
TOO_FEW = (
    f"2027 年少放 1 天：法定节日逢周末应补假 6 天，补班换来 5 天，平日却放 10 天（{LAW}第六条），"
    "请核对放假的起止和上班的日子"
)


def test_a_year_that_waits_becomes_official(today, made_up):
    before = today.calendar
    entered = today.enter(made_up())
    after = today.calendar
    assert not entered.amends
    assert str(before.official_until) == "2026-12-28"
    assert str(after.official_until) == "2027-12-28"
    assert [after.years[9].status, after.years[10].status] == ["official", "provisional"]
    (monday,) = days("2027-05-03")
    assert (before.is_uncertain(monday), after.is_uncertain(monday)) == (True, False)


@pytest.mark.parametrize(
    "slip, said",
    [
        (
            ("2月5日（农历除夕、周五）至12日（周五）放假调休，共8天", "2月6日至12日放假"),
            f"10:7: 2027-02-05（周五）是法定节日（除夕），按{LAW}第二条应当放假，通知里却没有放，请核对放假的起止",
        ),
        (
            ("9月15日（周三）放假1天，不调休", "9月16日放假"),
            f"14:8: 2027-09-15（周三）是法定节日（中秋节），按{LAW}第二条应当放假，通知里却没有放，请核对放假的起止",
        ),
        (
            ("5月8日（周六）上班", "5月7日（周五）上班"),
            "12:8: 2027-05-07（周五）本来就上班，补班只能是周六、周日，请核对",
        ),
        (
            ("10月9日（周六）上班", "10月2日（周六）上班"),
            "15:8: 2027-10-02 又放假又上班，请核对",
        ),
        (
            ("、2月20日（周六）上班", "、4月5日上班"),
            "10:7: 2027-04-05 又放假又上班，请核对",
        ),
        (
            ("4月3日（周六）至5日（周一）放假，共3天", "4月4日放假"),
            f"11:8: 2027-04-05（周一）是法定节日（清明节），按{LAW}第二条应当放假，通知里却没有放，请核对放假的起止",
        ),
        (
            ("。5月8日（周六）上班", ""),
            TOO_MANY,
        ),
        (
            ("5月1日（周六）至5日（周三）放假调休，共5天", "5月1日至4日放假"),
            TOO_FEW,
        ),
        (("（周五）至3日", "（周四）至3日"), "9:7: 写着周四，2027-01-01 却是周五"),
        (("共8天", "共7天"), "10:7: 写着共 7 天，2027-02-05 至 2027-02-12却是 8 天"),
        (
            ("  端午节: 6月9日（周三）放假1天，不调休。\n", ""),
            "通知里没有端午节，一年的通知七个节日都要写；只改其中几个的是修改通知，要在全年的通知之后录入",
        ),
        (
            ("端午节:", "重阳节:"),
            "13:3: “重阳节”不是放假办法里的节日，可以写：中秋节、元旦、劳动节、国庆节、春节、清明节、端午节",
        ),
        (("端午节:", "中秋:"), "14:3: “中秋节”在“中秋”里已经写过"),
        (("6月9日（周三）放假1天，不调休", "6月31日放假"), "13:8: 没有“6月31日”这样的日子"),
        (
            ("6月9日（周三）放假1天，不调休", "六月初九休息"),
            "13:8: 看不懂“六月初九休息”，请写“2月15日至23日放假，共9天。2月14日、2月28日上班。”这样",
        ),
        (("2027年部分", "2028年部分"), "2:7: 标题写的是 2028 年，year 却是 2027"),
        (("year: 2027", "year: 2029"), "10:7: 写着周五，2029-02-05 却是周一"),
        (
            ("date: 2026-11-03", "date: 2028-01-03"),
            "2028-01-03 的通知不会安排 2027 年：放假通知都在上一年或当年印发，请核对日期",
        ),
        (("date: 2026-11-03", "date: 11月3日"), "5:7: “11月3日”不是日期，请写成 2026-01-31"),
        (("number: 国办发明电〔2026〕999号\n", ""), "2:1: 缺少“number”"),
        (("source: 虚构", "sorce: 虚构"), "6:1: 不认识的字段“sorce”，是不是“source”？"),
        (("1月1日（周五）至3日（周日）放假", "2028年1月1日至3日放假"), "9:7: 2028-01-01 不属于 2027 年"),
    ],
)
def test_each_slip_is_told_with_its_place_and_how_to_mend_it(today, made_up, slip, said):
    before = today.text(2027)
    assert said in today.refused(made_up(slip))
    assert today.text(2027) == before


def test_several_slips_are_told_at_once(today, made_up):
    told = today.refused(
        made_up(("共8天", "共7天"), ("端午节:", "重阳节:"), ("（周五）至3日", "（周四）至3日"))
    )
    assert [line.partition(":")[0] for line in told] == ["9", "10", "13"]


class TestTheOrderOfTheYears:
    def test_a_later_year_waits_for_the_earlier(self, today, made_up):
        path = made_up(("2027", "2028"))
        path.write_text(re.sub("（[^）虚]*）", "", path.read_text("utf-8")), "utf-8")
        assert today.refused(path) == ["2027 年的通知还没有录入，请先录入较早的年份"]

    def test_a_year_far_off_does_not_follow(self, waiting):
        assert waiting(2019).refused("2026") == ["工作日历只有 2018 至 2019 年，2026 年接不上"]

    def test_the_year_after_the_last_may_be_entered_without_a_file(self, waiting):
        folder = waiting(2019)
        folder.enter("2019")
        folder.enter("2020")
        assert [year.year for year in folder.calendar.years] == [2018, 2019, 2020]
        assert "# 2020 年工作日安排。" in folder.text(2020)


class TestASlipFoundLater:
    def test_the_newest_notice_may_be_entered_again_mended(self, today, made_up):
        today.enter(made_up(("1月31日（周日）", "1月30日（周六）")))
        entered = today.enter(made_up())
        assert entered.changes
        assert not entered.amends
        (sunday,) = days("2027-01-31")
        assert today.calendar.is_workday(sunday)
        assert len(today.calendar.years[9].notices) == 1


def test_the_equation_that_finds_a_forgotten_make_up_day_holds_for_every_official_year(today):
    """Days off = statutory days on weekends + make-up days; but for 2020, when two days were given beyond the law."""
    for year in today.calendar.years:
        if year.status == "official":
            rest = {each.day: each.name for each in year.rest}
            work = {each.day: each.name for each in year.work}
            beyond = surplus(year.year, rest, work)
            assert beyond == (2 if year.year == 2020 else 0)
            assert contradictions(year.year, rest, work, beyond) == []
            for day in work:
                less = {each: name for each, name in work.items() if each != day}
                assert contradictions(year.year, rest, less, beyond)


def test_the_notice_shown_in_the_guide_can_be_entered(today, typed):
    page = (ROOT / "docs/zh/calendar.md").read_text("utf-8")
    (shown,) = re.findall(r"```yaml\n# 通知\n(.*?)```", page, flags=re.DOTALL)
    assert today.enter(typed(shown)).year.status == "official"


def test_the_notice_shown_beside_the_files_is_the_one_of_2026(today, typed):
    page = (ROOT / "calendar/README.md").read_text("utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)   ```", page, flags=re.DOTALL)
    assert not today.enter(typed(textwrap.dedent(shown))).changes
