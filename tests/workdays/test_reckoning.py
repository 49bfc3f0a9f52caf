"""Due dates: what the law says about a start and a period, and how each day was arrived at."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.language import use
from duban.workdays import (
    Period,
    TimeGrain,
    UnknownYear,
    parse_period,
    reckon,
)
from duban.workdays.steps import Step

START = st.dates(date(2019, 1, 1), date(2025, 6, 30))
NATURAL = st.builds(
    Period,
    st.integers(1, 12),
    st.sampled_from([TimeGrain.DAY, TimeGrain.WEEK, TimeGrain.MONTH, TimeGrain.QUARTER]),
)
DAY = date.fromisoformat


class TestNaturalPeriods:
    @pytest.mark.parametrize(
        "start, period, nominal, target, deadline",
        [
            # 取证后一个月内: an ordinary month, ending on a working day
            ("2023-08-17", "1 month", "2023-09-17", "2023-09-15", "2023-09-18"),
            # the last day falls into National Day: act before it, overdue only after it
            ("2023-09-01", "1 month", "2023-10-01", "2023-09-28", "2023-10-07"),
            # the last day is a make-up Saturday: it is a working day and stays
            ("2026-01-31", "1 month", "2026-02-28", "2026-02-28", "2026-02-28"),
            # the last day is a swapped weekday: it rests and moves
            ("2023-09-06", "1 month", "2023-10-06", "2023-09-28", "2023-10-07"),
            # New Year's Eve 2024 was a working day
            ("2024-01-09", "1 month", "2024-02-09", "2024-02-09", "2024-02-09"),
            ("2022-12-31", "1 year", "2023-12-31", "2023-12-29", "2024-01-02"),
            ("2023-03-01", "2 weeks", "2023-03-15", "2023-03-15", "2023-03-15"),
            ("2022-12-31", "1 quarter", "2023-03-31", "2023-03-31", "2023-03-31"),
        ],
    )
    def test_three_dates_of_a_period(self, calendar, start, period, nominal, target, deadline):
        found = reckon(calendar, DAY(start), parse_period(period))
        assert (found.nominal, found.target, found.deadline) == (DAY(nominal), DAY(target), DAY(deadline))

    def test_without_a_working_day_in_between_the_safe_day_is_the_deadline(self, calendar):
        found = reckon(calendar, DAY("2023-09-28"), Period(3, TimeGrain.DAY))
        assert found.nominal == DAY("2023-10-01")
        assert found.target == found.deadline == DAY("2023-10-07")

    def test_a_window_is_not_moved_by_rest_days(self, calendar):
        found = reckon(calendar, DAY("2023-09-01"), Period(1, TimeGrain.MONTH), roll=False)
        assert found.deadline == found.nominal == DAY("2023-10-01")
        assert found.target == DAY("2023-09-28")

    @given(start=START, period=NATURAL)
    def test_the_safe_day_is_never_after_the_deadline_and_the_deadline_works(self, calendar, start, period):
        found = reckon(calendar, start, period)
        assert start < found.nominal <= found.deadline
        assert start < found.target <= found.deadline
        assert calendar.is_workday(found.deadline)
        assert calendar.is_workday(found.target)
        assert found.target == found.deadline or found.target <= found.nominal

    @given(start=START, later=st.integers(0, 40), period=NATURAL)
    def test_a_later_start_is_never_due_earlier(self, calendar, start, later, period):
        one, other = (reckon(calendar, day, period) for day in (start, start + timedelta(days=later)))
        assert one.nominal <= other.nominal
        assert one.deadline <= other.deadline


class TestWorkingDays:
    def test_forty_five_working_days_of_a_complaint(self, calendar):
        found = reckon(calendar, DAY("2023-04-03"), parse_period("45个工作日"))
        assert found.nominal == found.target == found.deadline == calendar.add(DAY("2023-04-03"), 45)

    def test_make_up_days_count_and_are_named_in_the_steps(self, calendar):
        found = reckon(calendar, DAY("2023-09-28"), Period(3, TimeGrain.WORKDAY))
        assert found.deadline == DAY("2023-10-09")
        assert "10-07、10-08 是调休上班日" in found.steps[-1].text


class TestCountingBack:
    def test_thirty_days_before_expiry(self, calendar):
        found = reckon(calendar, DAY("2023-12-31"), Period(30, TimeGrain.DAY), backward=True)
        assert found.nominal == found.target == found.deadline == DAY("2023-12-01")

    def test_a_rest_day_is_left_towards_the_past(self, calendar):
        found = reckon(calendar, DAY("2023-11-02"), Period(30, TimeGrain.DAY), backward=True)
        assert found.nominal == DAY("2023-10-03")
        assert found.target == found.deadline == DAY("2023-09-28")
        assert "不顺延" in found.steps[-1].text

    def test_working_days_back(self, calendar):
        found = reckon(calendar, DAY("2023-10-09"), Period(3, TimeGrain.WORKDAY), backward=True)
        assert found.deadline == DAY("2023-09-28")

    def test_months_back_take_the_corresponding_day(self, calendar):
        found = reckon(calendar, DAY("2023-05-31"), Period(3, TimeGrain.MONTH), backward=True)
        assert found.nominal == DAY("2023-02-28")

    @given(expiry=START, period=NATURAL)
    def test_never_later_than_the_nominal_day(self, calendar, expiry, period):
        if expiry < DAY("2022-03-01"):
            expiry += timedelta(days=3 * 366)
        found = reckon(calendar, expiry, period, backward=True)
        assert found.target == found.deadline <= found.nominal < expiry
        assert calendar.is_workday(found.deadline)


class TestCalendarPeriods:
    def test_natural_days_after_a_quarter_ends_move_past_rest_days(self, calendar):
        found = reckon(calendar, DAY("2023-09-30"), Period(5, TimeGrain.DAY))
        assert (found.nominal, found.deadline) == (DAY("2023-10-05"), DAY("2023-10-07"))

    def test_an_unannounced_month_gives_an_interval(self, calendar):
        found = reckon(calendar, DAY("2027-09-30"), Period(1, TimeGrain.WORKDAY))
        assert (found.earliest, found.deadline, found.latest) == (
            DAY("2027-10-04"),
            DAY("2027-10-04"),
            DAY("2027-10-11"),
        )


class TestExplaining:
    def test_each_step_names_its_article(self, calendar):
        found = reckon(calendar, DAY("2023-09-01"), Period(1, TimeGrain.MONTH))
        assert [(step.day.isoformat(), step.basis) for step in found.steps] == [
            ("2023-09-01", "民法典第二百零一条"),
            ("2023-10-01", "民法典第二百零二条"),
            ("2023-10-07", "民法典第二百零三条"),
            ("2023-09-28", "督办规则：提醒按应办日，逾期按最后期限"),
        ]
        assert found.steps[2].text == "2023-10-01（周日）是国庆节休息日，顺延到 2023-10-07（周六）"

    def test_the_same_in_english(self, calendar):
        """Made while Chinese was spoken, kept, and read by somebody who reads English."""
        made = reckon(calendar, DAY("2023-09-01"), Period(1, TimeGrain.MONTH))
        found = [Step.kept(json.loads(json.dumps(step.plain()))) for step in made.steps]
        with use("en"):
            assert found[2].basis == "Civil Code, article 203"
            assert (
                found[2].text == "2023-10-01 (Sun) is a day off for National Day: moved to 2023-10-07 (Sat)"
            )
            assert not any("\u4e00" <= sign <= "\u9fff" for step in found for sign in step.text + step.basis)
        assert found[2].basis == "民法典第二百零三条"

    def test_what_an_earlier_release_kept_in_words_is_shown_as_it_was(self):
        step = Step.kept({"text": "约定的期限", "day": "2023-10-09", "basis": "合同"})
        assert (step.text, step.day, step.basis) == ("约定的期限", date(2023, 10, 9), "合同")

    def test_a_saturday_that_works_is_named_with_its_notice(self, calendar):
        found = reckon(calendar, DAY("2026-09-10"), Period(1, TimeGrain.MONTH))
        assert found.steps[2].text == "2026-10-10（周六）是调休上班日（国办发明电〔2025〕7号），不顺延"

    def test_a_count_over_a_holiday_names_it_and_the_make_up_days(self, calendar):
        found = reckon(calendar, DAY("2026-09-28"), Period(7, TimeGrain.WORKDAY))
        assert found.steps[1].text == (
            "数 7 个工作日到 2026-10-13（周二）（国庆节放假 10-01 至 10-07 不算；"
            "其中 10-10 是调休上班日（国办发明电〔2025〕7号））"
        )

    @pytest.mark.parametrize(
        "start, told",
        [
            ("2026-01-14", "2026-02-14（周六）是调休上班日（国办发明电〔2025〕7号），不顺延"),
            ("2026-01-15", "2026-02-15（周日）是春节假期里的周末休息日，顺延到 2026-02-24（周二）"),
            ("2026-01-16", "2026-02-16（周一）是除夕休息日，顺延到 2026-02-24（周二）"),
            ("2026-01-18", "2026-02-18（周三）是春节初二休息日，顺延到 2026-02-24（周二）"),
            (
                "2026-01-20",
                "2026-02-20（周五）是春节调休放假的休息日（国办发明电〔2025〕7号），顺延到 2026-02-24（周二）（调休放假日按休息日算，系督办规则）",
            ),
        ],
    )
    def test_the_days_of_spring_festival_by_their_names(self, calendar, start, told):
        assert reckon(calendar, DAY(start), Period(1, TimeGrain.MONTH)).steps[2].text == told

    def test_where_no_notice_is_the_safe_day_has_its_span_too(self, calendar):
        found = reckon(calendar, DAY("2027-09-03"), Period(1, TimeGrain.MONTH))
        assert "，应办日在 2027-09-" in found.steps[-1].text

    def test_a_month_without_the_day_says_so(self, calendar):
        found = reckon(calendar, DAY("2023-01-31"), Period(1, TimeGrain.MONTH))
        assert "没有 31 日" in found.steps[1].text

    def test_before_2021_the_general_provisions_are_named(self, calendar):
        found = reckon(calendar, DAY("2020-12-31"), Period(1, TimeGrain.MONTH))
        assert found.steps[0].basis == "民法总则第二百零一条"


class TestPastTheEnd:
    @pytest.mark.parametrize("period", ["1 year", "9000 months", "9999 years", "9999 weeks", "300 workdays"])
    def test_an_unknown_year_is_refused(self, calendar, period):
        with pytest.raises(UnknownYear):
            reckon(calendar, DAY("2040-06-01"), parse_period(period))
