"""The committed years against two independent sources, against the holiday regulation and against their notices."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from duban.workdays import WorkdayCalendar
from duban.workdays.statutory import statutory_days

OFFICIAL = range(2018, 2027)
PROVISIONAL = range(2027, 2031)


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("year", OFFICIAL)
def test_every_day_agrees_with_chinesecalendar(calendar, year):
    different = [day for day in days_of(year) if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert different == []


@pytest.mark.parametrize("year", OFFICIAL)
def test_every_day_agrees_with_holidays(calendar, year):
    peer = holidays.country_holidays("CN", years=year)
    different = [day for day in days_of(year) if calendar.is_workday(day) != peer.is_working_day(day)]
    assert different == []


@pytest.mark.parametrize("year", PROVISIONAL)
def test_a_provisional_year_works_on_weekdays_that_are_not_statutory(calendar, year):
    law = statutory_days(year)
    for day in days_of(year):
        assert calendar.is_workday(day) == (day.weekday() < 5 and day not in law)


@pytest.mark.parametrize(
    "year, first, days",
    [(2013, "除夕", 11), (2014, "春节", 11), (2024, "春节", 11), (2025, "除夕", 13), (2027, "除夕", 13)],
)
def test_the_holiday_regulation_in_its_versions(year, first, days):
    law = statutory_days(year)
    assert len(law) + sum("、" in name for name in law.values()) == days
    assert next(name for name in law.values() if name in ("除夕", "春节")) == first


def test_the_regulation_before_2008_is_not_known():
    with pytest.raises(ValueError, match="2008"):
        statutory_days(2007)


def test_each_official_year_names_its_notices_and_no_other_does(calendar):
    for year in calendar.years:
        assert bool(year.notices) == (year.year in OFFICIAL)
        assert all(notice.number.startswith("国办发明电") for notice in year.notices)


@pytest.mark.parametrize("year, changed", [(2019, 4), (2020, 2)])
def test_the_two_amendments_say_what_they_changed(calendar, year, changed):
    amendment = year_of(calendar, year).notices[1]
    assert len(amendment.changed) == changed
    assert "调整" in amendment.title or "延长" in amendment.title


def test_the_2019_amendment_is_in_force(calendar):
    assert calendar.is_workday(date(2019, 4, 28))
    assert calendar.is_workday(date(2019, 5, 5))
    assert not calendar.is_workday(date(2019, 5, 2))
    assert not calendar.is_workday(date(2019, 5, 3))


def test_the_2020_amendment_is_in_force(calendar):
    assert not calendar.is_workday(date(2020, 1, 31))
    assert not calendar.is_workday(date(2020, 2, 1))
    assert calendar.is_workday(date(2020, 2, 3))


class TestStatus:
    def test_announced_years_are_official(self, calendar):
        assert calendar.status(date(2018, 1, 1)) == "official"
        assert calendar.status(date(2025, 12, 31)) == "official"

    def test_the_last_three_days_of_the_last_official_year_wait_for_the_next_notice(self, calendar):
        assert calendar.status(date(2026, 12, 28)) == "official"
        assert calendar.status(date(2026, 12, 29)) == "provisional"
        assert calendar.status(date(2026, 12, 31)) == "provisional"

    def test_unannounced_years_are_provisional(self, calendar):
        assert calendar.status(date(2027, 6, 1)) == "provisional"

    def test_without_any_notice_every_day_is_provisional(self, calendar):
        only = WorkdayCalendar(year for year in calendar.years if year.year in PROVISIONAL)
        assert only.status(date(2027, 1, 1)) == "provisional"


def year_of(calendar: WorkdayCalendar, number: int):
    return next(year for year in calendar.years if year.year == number)
