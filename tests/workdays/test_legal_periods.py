"""Periods of the civil calendar: how they are written, added, and where a year's window begins."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.language import use
from duban.base.numerals import read_numeral, to_chinese
from duban.workdays import Period, TimeGrain, add_months, add_period, parse_period, year_window

ANY_DAY = st.dates(date(1950, 1, 1), date(2090, 12, 31))


class TestWriting:
    @pytest.mark.parametrize(
        "text, amount, unit",
        [
            ("1 month", 1, TimeGrain.MONTH),
            ("20 workdays", 20, TimeGrain.WORKDAY),
            ("20 working days", 20, TimeGrain.WORKDAY),
            ("7 days", 7, TimeGrain.DAY),
            (" 3  Quarters ", 3, TimeGrain.QUARTER),
            ("1 half-year", 1, TimeGrain.HALF_YEAR),
            ("一个月", 1, TimeGrain.MONTH),
            ("一个月内", 1, TimeGrain.MONTH),
            ("7个工作日", 7, TimeGrain.WORKDAY),
            ("四十五个工作日", 45, TimeGrain.WORKDAY),
            ("七日", 7, TimeGrain.DAY),
            ("十五日以内", 15, TimeGrain.DAY),
            ("90天", 90, TimeGrain.DAY),
            ("30 个自然日", 30, TimeGrain.DAY),
            ("两周", 2, TimeGrain.WEEK),
            ("3个季度", 3, TimeGrain.QUARTER),
            ("一年", 1, TimeGrain.YEAR),
            ("半年", 1, TimeGrain.HALF_YEAR),
            ("一百二十日", 120, TimeGrain.DAY),
        ],
    )
    def test_a_period_is_read_in_either_language(self, text, amount, unit):
        assert parse_period(text) == Period(amount, unit)

    @pytest.mark.parametrize(
        "text",
        ["", "soon", "及时", "month", "1 fortnight", "一五日", "十十日", "-3 days", "1.5 months", "三"],
    )
    def test_anything_else_is_refused_with_the_forms_that_may_stand(self, text):
        with pytest.raises(ValueError, match="7个工作日"):
            parse_period(text)
        with use("en"), pytest.raises(ValueError, match="7 workdays"):
            parse_period(text)

    @pytest.mark.parametrize("text", ["0 days", "零日", "123456 days", "99999 workdays"])
    def test_an_empty_or_absurd_amount_is_refused(self, text):
        with pytest.raises(ValueError, match="1 到 9999"):
            parse_period(text)

    @given(period=st.builds(Period, st.integers(1, 9999), st.sampled_from(TimeGrain)))
    def test_what_is_printed_can_be_read_again(self, period):
        assert parse_period(str(period), hours=True) == period
        with use("en"):
            assert parse_period(str(period), hours=True) == period

    @given(number=st.integers(0, 9999))
    def test_chinese_numbers_go_there_and_back(self, number):
        assert read_numeral(to_chinese(number)) == number

    @pytest.mark.parametrize(
        "number, text",
        [
            (10, "十"),
            (12, "十二"),
            (85, "八十五"),
            (110, "一百一十"),
            (203, "二百零三"),
            (1259, "一千二百五十九"),
            (2003, "二千零三"),
        ],
    )
    def test_chinese_numbers_are_written_as_statutes_write_them(self, number, text):
        assert to_chinese(number) == text


class TestMonths:
    @pytest.mark.parametrize(
        "anchor, months, end",
        [
            ("2023-01-31", 1, "2023-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2023-02-28", 1, "2023-03-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2023-08-31", 1, "2023-09-30"),
            ("2023-11-30", 3, "2024-02-29"),
            ("2023-03-31", -1, "2023-02-28"),
            ("2023-01-15", -1, "2022-12-15"),
        ],
    )
    def test_a_month_ends_on_the_corresponding_day_or_the_last_of_the_month(self, anchor, months, end):
        assert add_months(date.fromisoformat(anchor), months) == date.fromisoformat(end)

    @given(anchor=ANY_DAY, months=st.integers(0, 240))
    def test_month_ends_do_not_drift(self, anchor, months):
        """Counted from the anchor, every end falls on the anchor's day wherever that month has one."""
        end = add_months(anchor, months)
        assert end.day == min(anchor.day, monthrange(end.year, end.month)[1])
        assert (end.year - anchor.year) * 12 + end.month - anchor.month == months

    @given(anchor=ANY_DAY, later=st.integers(0, 60), months=st.integers(0, 60))
    def test_a_later_anchor_never_ends_earlier(self, anchor, later, months):
        assert add_months(anchor + timedelta(days=later), months) >= add_months(anchor, months)

    @given(anchor=ANY_DAY, years=st.integers(1, 5))
    def test_years_quarters_and_half_years_are_months(self, anchor, years):
        assert add_period(anchor, Period(years, TimeGrain.YEAR)) == add_months(anchor, 12 * years)
        assert add_period(anchor, Period(years, TimeGrain.QUARTER)) == add_months(anchor, 3 * years)
        assert add_period(anchor, Period(years, TimeGrain.HALF_YEAR)) == add_months(anchor, 6 * years)

    def test_working_days_have_no_sum_without_a_calendar(self):
        with pytest.raises(ValueError, match="工作日历"):
            add_period(date(2023, 1, 1), Period(3, TimeGrain.WORKDAY))


class TestWithinOneYear:
    def test_the_corresponding_day_still_counts(self):
        assert year_window(date(2023, 5, 10)) == (date(2022, 5, 10), date(2023, 5, 10))

    def test_the_strict_reading_is_365_days_with_the_last(self):
        assert year_window(date(2023, 5, 10), strict_365=True) == (date(2022, 5, 11), date(2023, 5, 10))

    def test_from_a_leap_day_one_year_runs_to_the_28th(self):
        assert year_window(date(2025, 2, 28)) == (date(2024, 2, 28), date(2025, 2, 28))

    def test_the_28th_before_a_leap_day_is_over_a_year_ago(self):
        assert year_window(date(2024, 2, 29)) == (date(2023, 3, 1), date(2024, 2, 29))

    @given(day=ANY_DAY)
    def test_the_window_holds_exactly_the_days_whose_year_has_not_ended(self, day):
        first, last = year_window(day)
        assert last == day
        assert add_months(first, 12) >= day
        assert add_months(first - timedelta(days=1), 12) < day
