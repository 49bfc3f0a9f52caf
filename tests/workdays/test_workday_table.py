"""Arithmetic on the working calendar: one answer per question, held against counting day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.workdays import CalendarYear, Closure, DayKind, UnknownYear, WorkdayCalendar
from duban.workdays.statutory import statutory_days

ONE_DAY = timedelta(days=1)

MIDDLE = st.dates(date(2019, 1, 1), date(2025, 12, 31))
A_YEAR_OF_WORK = st.integers(0, 245)


class TestWhatCounts:
    def test_an_ordinary_weekday_works(self, calendar):
        assert calendar.is_workday(date(2023, 3, 1))
        assert calendar.kind(date(2023, 3, 1)) is DayKind.WORKDAY

    def test_an_ordinary_saturday_rests(self, calendar):
        assert not calendar.is_workday(date(2023, 3, 4))
        assert calendar.kind(date(2023, 3, 4)) is DayKind.WEEKEND
        assert calendar.name(date(2023, 3, 4)) is None

    def test_a_statutory_day_rests_and_has_a_name(self, calendar):
        assert calendar.kind(date(2023, 10, 2)) is DayKind.STATUTORY
        assert calendar.name(date(2023, 10, 2)) == "国庆节"

    def test_a_swapped_weekday_rests(self, calendar):
        assert calendar.kind(date(2023, 10, 6)) is DayKind.SWAPPED_REST
        assert not calendar.is_workday(date(2023, 10, 6))

    def test_a_make_up_saturday_works(self, calendar):
        assert calendar.kind(date(2023, 10, 7)) is DayKind.MAKE_UP
        assert calendar.is_workday(date(2023, 10, 7))
        assert calendar.name(date(2023, 10, 7)) is None

    def test_a_weekend_inside_a_holiday_is_named_after_it(self, calendar):
        assert calendar.name(date(2026, 6, 20)) == "端午节"

    def test_two_festivals_on_one_day_share_the_name(self, calendar):
        assert calendar.name(date(2020, 10, 1)) == "中秋节、国庆节"

    def test_new_years_eve_2024_was_a_working_day(self, calendar):
        assert calendar.is_workday(date(2024, 2, 9))

    def test_the_2019_notice_changed_the_end_of_2018(self, calendar):
        assert calendar.is_workday(date(2018, 12, 29))
        assert not calendar.is_workday(date(2018, 12, 31))

    def test_a_block_of_rest_days_has_two_ends(self, calendar):
        assert calendar.rest_block(date(2023, 10, 1)) == (date(2023, 9, 29), date(2023, 10, 6))
        with pytest.raises(ValueError, match="工作日"):
            calendar.rest_block(date(2023, 10, 9))


class TestAdding:
    def test_the_start_is_not_counted(self, calendar):
        assert calendar.add(date(2023, 3, 1), 1) == date(2023, 3, 2)

    def test_a_working_saturday_as_start_is_not_counted_either(self, calendar):
        assert calendar.add(date(2023, 10, 7), 1) == date(2023, 10, 8)

    def test_a_rest_day_may_be_the_start(self, calendar):
        assert calendar.add(date(2023, 10, 1), 1) == date(2023, 10, 7)

    def test_nothing_added_leaves_even_a_rest_day_unchanged(self, calendar):
        assert calendar.add(date(2023, 10, 1), 0) == date(2023, 10, 1)

    def test_backwards_is_strictly_before(self, calendar):
        assert calendar.add(date(2023, 10, 7), -1) == date(2023, 9, 28)
        assert calendar.add(date(2023, 10, 1), -1) == date(2023, 9, 28)

    @given(start=MIDDLE, n=st.integers(-245, 245))
    def test_equals_counting_day_by_day(self, calendar, start, n):
        day, left = start, n
        while left:
            day += ONE_DAY if n > 0 else -ONE_DAY
            left -= (1 if n > 0 else -1) * calendar.is_workday(day)
        assert calendar.add(start, n) == day

    @given(start=MIDDLE, n=A_YEAR_OF_WORK)
    def test_adding_then_taking_away_comes_back_to_a_working_day(self, calendar, start, n):
        start = calendar.roll_forward(start)
        assert calendar.add(calendar.add(start, n), -n) == start

    @given(start=MIDDLE, one=A_YEAR_OF_WORK, other=A_YEAR_OF_WORK)
    def test_adding_in_two_parts_is_adding_the_sum(self, calendar, start, one, other):
        assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)

    @given(start=MIDDLE, later=st.integers(0, 30), n=A_YEAR_OF_WORK)
    def test_starting_later_never_ends_earlier(self, calendar, start, later, n):
        assert calendar.add(start + timedelta(days=later), n) >= calendar.add(start, n)

    @given(start=MIDDLE, n=A_YEAR_OF_WORK)
    def test_counting_undoes_adding(self, calendar, start, n):
        assert calendar.count(start, calendar.add(start, n)) == n


class TestCounting:
    def test_the_first_day_is_out_and_the_last_is_in(self, calendar):
        assert calendar.count(date(2023, 3, 1), date(2023, 3, 3)) == 2

    @pytest.mark.parametrize(
        "year, workdays",
        [
            (2018, 250),
            (2019, 250),
            (2020, 249),
            (2021, 250),
            (2022, 249),
            (2023, 249),
            (2024, 251),
            (2025, 248),
        ],
    )
    def test_a_year_has_the_known_number_of_working_days(self, calendar, year, workdays):
        in_all = sum(
            calendar.is_workday(date.fromordinal(day))
            for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        )
        assert in_all == workdays

    @given(one=MIDDLE, other=MIDDLE)
    def test_swapping_the_ends_changes_the_sign(self, calendar, one, other):
        assert calendar.count(one, other) == -calendar.count(other, one)


class TestRolling:
    def test_forward_past_a_long_holiday_to_a_make_up_saturday(self, calendar):
        assert calendar.roll_forward(date(2023, 9, 29)) == date(2023, 10, 7)

    def test_back_to_the_last_working_day(self, calendar):
        assert calendar.roll_back(date(2023, 10, 6)) == date(2023, 9, 28)

    @given(day=MIDDLE)
    def test_rolling_twice_is_rolling_once(self, calendar, day):
        forward, back = calendar.roll_forward(day), calendar.roll_back(day)
        assert calendar.roll_forward(forward) == forward
        assert calendar.roll_back(back) == back

    @given(day=MIDDLE)
    def test_both_ways_lead_to_the_nearest_working_days(self, calendar, day):
        forward, back = calendar.roll_forward(day), calendar.roll_back(day)
        assert back <= day <= forward
        assert calendar.is_workday(forward)
        assert calendar.is_workday(back)
        assert calendar.count(back, forward) == (0 if calendar.is_workday(day) else 1)

    @given(day=MIDDLE, later=st.integers(0, 30))
    def test_a_later_day_never_rolls_to_an_earlier_one(self, calendar, day, later):
        assert calendar.roll_forward(day + timedelta(days=later)) >= calendar.roll_forward(day)
        assert calendar.roll_back(day + timedelta(days=later)) >= calendar.roll_back(day)


class TestPastTheEnd:
    """A year nobody knows is refused, never guessed as Monday to Friday."""

    @pytest.mark.parametrize(
        "ask, year",
        [
            (lambda c: c.is_workday(date(2041, 1, 7)), 2041),
            (lambda c: c.is_workday(date(2017, 12, 29)), 2017),
            (lambda c: c.add(date(2040, 12, 28), 5), 2041),
            (lambda c: c.add(date(2041, 3, 4), 5), 2041),
            (lambda c: c.add(date(2041, 3, 4), -5), 2041),
            (lambda c: c.add(date(2041, 3, 4), 0), 2041),
            (lambda c: c.add(date(2018, 1, 3), -5), 2017),
            (lambda c: c.add(date(2017, 6, 1), 5), 2017),
            (lambda c: c.count(date(2030, 1, 1), date(2043, 1, 1)), 2043),
            (lambda c: c.roll_forward(date(2041, 1, 5)), 2041),
            (lambda c: c.roll_back(date(2018, 1, 1)), 2017),
            (lambda c: c.status(date(2041, 1, 5)), 2041),
            (lambda c: c.name(date(2041, 1, 5)), 2041),
        ],
    )
    def test_it_says_which_year_is_missing(self, calendar, ask, year):
        with pytest.raises(UnknownYear, match=rf"calendar/{min(year, 2031)}\.yaml") as refusal:
            ask(calendar)
        assert refusal.value.year == year

    def test_rolling_off_the_last_day_is_refused_too(self):
        one_year = WorkdayCalendar([provisional(2028)])
        with pytest.raises(UnknownYear, match=r"2029\.yaml"):
            one_year.roll_forward(date(2028, 12, 31))


class TestYearsNobodyHasAFileFor:
    """After the last file the law alone goes on, as it does in the file of a year without a notice."""

    @pytest.mark.parametrize(
        "year, spring, qingming, dragon_boat, mid_autumn",
        [
            (2031, "01-23", "04-05", "06-24", "10-01"),
            (2032, "02-11", "04-04", "06-12", "09-19"),
            (2033, "01-31", "04-04", "06-01", "09-08"),
            (2034, "02-19", "04-05", "06-20", "09-27"),
            (2035, "02-08", "04-05", "06-10", "09-16"),
        ],
    )
    def test_their_statutory_days_rest(self, calendar, year, spring, qingming, dragon_boat, mid_autumn):
        named = {"春节": spring, "清明节": qingming, "端午节": dragon_boat, "中秋节": mid_autumn}
        for name, written in named.items():
            day = date.fromisoformat(f"{year}-{written}")
            assert calendar.kind(day) is DayKind.STATUTORY
            assert name in calendar.name(day)
        assert not calendar.is_workday(date.fromisoformat(f"{year}-{spring}") - timedelta(days=1))

    def test_they_are_as_sure_as_a_year_without_its_notice(self, calendar):
        filed = WorkdayCalendar([*calendar.years, provisional(2031)], calendar.festivals)
        for day in (date(2031, 1, 1) + timedelta(days=n) for n in range(365)):
            assert calendar.status(day) == filed.status(day) == "provisional"
            assert calendar.is_workday(day) == filed.is_workday(day)
            assert calendar.is_uncertain(day) == filed.is_uncertain(day)

    def test_they_are_derived_ten_years_ahead_for_a_closed_unit_too(self, calendar):
        closed = Closure(
            unit="350426", from_=date(2026, 8, 19), to=date(2026, 8, 20), reason="台风", notice="x"
        )
        told = calendar.with_closures([closed], {"350426": ["350426"]})
        assert calendar.last_day == told.last_day == told.for_unit("350426").last_day == date(2040, 12, 31)

    def test_a_version_says_nothing_of_them(self, calendar):
        assert calendar.version == WorkdayCalendar(calendar.years, calendar.festivals).version


class TestVersion:
    def test_equal_calendars_have_equal_versions(self):
        assert (
            WorkdayCalendar([provisional(2027), provisional(2028)]).version
            == WorkdayCalendar([provisional(2028), provisional(2027)]).version
        )

    def test_one_day_more_is_another_version(self):
        plain = official(2027)
        swapped = plain.model_copy(update={"rest": official(2027, rest=date(2027, 2, 9)).rest})
        assert WorkdayCalendar([plain]).version != WorkdayCalendar([swapped]).version

    def test_a_notice_alone_is_another_version(self):
        assert WorkdayCalendar([official(2027)]).version != WorkdayCalendar([provisional(2027)]).version


class TestYearsInCode:
    def test_a_gap_is_refused(self):
        with pytest.raises(ValueError, match="不连续"):
            WorkdayCalendar([provisional(2027), provisional(2029)])

    def test_an_official_year_after_a_provisional_one_is_refused(self):
        with pytest.raises(ValueError, match="provisional"):
            WorkdayCalendar([provisional(2027), official(2028)])

    def test_no_year_at_all_is_refused(self):
        with pytest.raises(ValueError, match="一年也没有"):
            WorkdayCalendar([])


def provisional(year: int) -> CalendarYear:
    return CalendarYear.model_validate({"year": year, "status": "provisional", "holidays": by_law(year)})


def official(year: int, rest: date | None = None) -> CalendarYear:
    notice = {
        "number": "国办发明电〔2026〕0号",
        "title": "试验用",
        "date": date(year - 1, 11, 1),
        "source": "试验",
    }
    swapped = [{"day": rest, "name": "试验"}] if rest else []
    return CalendarYear.model_validate(
        {"year": year, "status": "official", "notices": [notice], "holidays": by_law(year), "rest": swapped}
    )


def by_law(year: int) -> list[dict[str, object]]:
    return [{"day": day, "name": name} for day, name in statutory_days(year).items()]
