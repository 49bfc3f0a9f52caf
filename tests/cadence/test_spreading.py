"""Safe days spread over a window: one after the other, in its weeks, never after its own."""

from datetime import date

from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.spreading import aimed_at, place_of, safe_days
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT

CALENDAR = load_calendar(ROOT / "calendar")
(YEARLY,) = FrequencyCadence(per_year=1).occurrences(CALENDAR, date(2023, 1, 1), date(2023, 12, 31))


def test_there_is_a_day_in_each_week_but_the_first_two_and_those_nobody_works_in():
    days = safe_days(CALENDAR, date(2023, 1, 1), YEARLY.reckoning)

    assert days[:2] == [date(2023, 1, 20), date(2023, 1, 29)]  # the week of 春节 ends on a make-up Sunday
    assert date(2023, 10, 8) in days  # and that of 国庆 on another
    assert days[-1] == YEARLY.reckoning.target == date(2023, 12, 29)
    assert len(days) == len(set(days)) == 50
    assert all(CALENDAR.is_workday(day) for day in days)


def test_each_place_takes_its_even_share():
    places = [place_of(number, 100, 1, 1, 50) for number in range(1, 101)]

    assert places == sorted(places)
    assert {places.count(place) for place in range(50)} == {2}
    assert [place_of(number, 2, 1, 1, 50) for number in (1, 2)] == [24, 49]
    assert place_of(1, 1, 1, 1, 50) == 49  # alone, it has the whole window


def test_the_few_of_many_units_do_not_all_come_last():
    alone = [place_of(1, 1, rank, 50, 50) for rank in range(1, 51)]
    assert sorted(alone) == list(range(50))

    pairs = [place_of(number, 2, rank, 25, 50) for rank in range(1, 26) for number in (1, 2)]
    assert sorted(pairs) == list(range(50))


def test_the_deadline_stays_and_the_step_says_why():
    reckoning = aimed_at(CALENDAR, YEARLY.reckoning, date(2023, 5, 1))

    assert (reckoning.target, reckoning.deadline) == (date(2023, 4, 28), date(2023, 12, 31))
    assert reckoning.steps[-1].kind == "spread"


def test_a_day_past_the_window_is_its_own_safe_day():
    assert aimed_at(CALENDAR, YEARLY.reckoning, date(2024, 3, 1)) is YEARLY.reckoning
