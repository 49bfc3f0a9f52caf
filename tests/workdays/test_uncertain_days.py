"""What a date in an unannounced year may still become.

The measure is the past: each official year is replayed as if its notice had not come, and the arrangement that then
really came must lie between the two extremes.
"""

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from duban.workdays import Period, TimeGrain, WorkdayCalendar, reckon
from duban.workdays.statutory import statutory_days
from duban.workdays.uncertainty import uncertain_days
from tests.workdays.unannounced import as_it_stood

REPLAYED = range(2019, 2026)
START = st.dates(date(2019, 1, 1), date(2025, 10, 31))


@pytest.fixture(scope="module")
def before_the_notice(calendar) -> dict[int, WorkdayCalendar]:
    """For each year, the calendar as it stood before that year's notice: earlier years official, it and the next not."""
    return {year: as_it_stood(calendar, year) for year in REPLAYED}


@pytest.mark.parametrize("year", REPLAYED)
def test_the_notice_that_came_only_moved_uncertain_days(calendar, before_the_notice, year):
    guess = before_the_notice[year]
    day = date(year - 1, 12, 29)
    while day.year <= year:
        assert guess.is_uncertain(day) or guess.is_workday(day) == calendar.is_workday(day), day
        day += timedelta(days=1)


PARADE = {date(2015, 9, 3), date(2015, 9, 4), date(2015, 9, 6)}
"""70 years after the war: given off once, by a notice of its own in May."""


@pytest.mark.parametrize("year", range(2008, 2027))
def test_no_notice_since_2008_went_beyond_the_uncertain_days(year):
    """The numbers behind them were read off 2018 to 2026; the ten years before are independent of them."""
    statutory = {**statutory_days(year), date(year + 1, 1, 1): "元旦"}
    uncertain = uncertain_days(statutory)
    day = date(year, 1, 1)
    while day < date(year, 12, 29):
        if day not in statutory | dict.fromkeys(PARADE) and day not in uncertain:
            assert is_workday(day) == (day.weekday() < 5), day
        day += timedelta(days=1)


def test_a_make_up_day_of_the_weekend_after_a_block_that_ends_on_a_sunday(calendar):
    """The Spring Festival of 2027 may last until Sunday 14 February; it is then made up for on 20 or 21 February."""
    found = reckon(calendar, date(2027, 2, 15), Period(5, TimeGrain.WORKDAY))
    assert found.provisional
    assert found.earliest <= date(2027, 2, 20) < found.deadline == date(2027, 2, 22)


@given(start=START, n=st.integers(1, 40), unit=st.sampled_from([TimeGrain.WORKDAY, TimeGrain.DAY]))
def test_the_real_deadline_lay_within_the_interval(calendar, before_the_notice, start, n, unit):
    guessed = reckon(before_the_notice[start.year], start, Period(n, unit))
    real = reckon(calendar, start, Period(n, unit))
    assert guessed.earliest <= real.deadline <= guessed.latest


@given(start=st.dates(date(2026, 6, 1), date(2029, 6, 1)), n=st.integers(1, 60))
def test_the_deadline_lies_in_its_own_interval(calendar, start, n):
    found = reckon(calendar, start, Period(n, TimeGrain.WORKDAY))
    assert found.earliest <= found.deadline <= found.latest
    assert found.provisional == (found.earliest != found.latest)
    assert found.deadline > calendar.official_until or not found.provisional


class TestAWordedExample:
    def test_twenty_working_days_over_an_unannounced_spring_festival(self, calendar):
        found = reckon(calendar, date(2027, 1, 20), Period(20, TimeGrain.WORKDAY))
        assert found.provisional
        assert (found.earliest, found.deadline, found.latest) == (
            date(2027, 2, 15),
            date(2027, 2, 19),
            date(2027, 3, 1),
        )
        assert "暂定" in found.steps[-1].text

    def test_a_day_no_notice_can_move_is_not_provisional(self, calendar):
        found = reckon(calendar, date(2027, 2, 25), Period(14, TimeGrain.DAY))
        assert not found.provisional
        assert "暂定" not in found.steps[-1].text
        assert found.earliest == found.deadline == found.latest == date(2027, 3, 11)

    def test_a_period_that_ends_before_the_tail_is_not_provisional(self, calendar):
        found = reckon(calendar, date(2026, 11, 23), Period(20, TimeGrain.WORKDAY))
        assert not found.provisional
        assert found.earliest == found.latest == found.deadline == date(2026, 12, 21)

    def test_the_last_days_of_the_last_official_year_are_uncertain(self, calendar):
        found = reckon(calendar, date(2026, 12, 30), Period(1, TimeGrain.DAY))
        assert found.provisional
        assert found.latest > found.deadline == date(2026, 12, 31)

    def test_statutory_days_stay_sure(self, calendar):
        assert not calendar.is_uncertain(date(2027, 10, 1))
        assert calendar.is_uncertain(date(2027, 10, 4))
        assert not calendar.is_uncertain(date(2027, 7, 14))
        assert not calendar.is_uncertain(date(2026, 10, 10))
