"""Local closures: some days rest for one unit and those below it, and for nobody else."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duban.base.language import use
from duban.cadence import by_period
from duban.cadence.kinds.campaign import CampaignCadence
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.once import OnceCadence
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.rules import (
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    NthWorkdayRule,
    OnDayRule,
    OpeningRule,
)
from duban.workdays import Closure, DayKind, Period, TimeGrain, reckon

CITY, YOUXI, MEIXIAN, SHAXIAN = "350400", "350426", "350426-01", "350405"
CHAINS = {
    CITY: [CITY],
    YOUXI: [YOUXI, CITY],
    MEIXIAN: [MEIXIAN, YOUXI, CITY],
    SHAXIAN: [SHAXIAN, CITY],
}
WEDNESDAY, THURSDAY, FRIDAY = date(2026, 8, 19), date(2026, 8, 20), date(2026, 8, 21)


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


def closure(first, last, unit=YOUXI, reason="台风“某某”", notice="尤政办〔2026〕5号"):
    return Closure(unit=unit, from_=first, to=last, reason=reason, notice=notice)


@pytest.fixture
def closed(calendar):
    """`closed(closure, …)`: the real calendar with these closures."""
    return lambda *closures: calendar.with_closures(closures, CHAINS)


class TestWhoIsClosed:
    def test_the_unit_and_the_stations_below_it(self, closed):
        calendar = closed(closure(THURSDAY, THURSDAY))
        assert {code: calendar.for_unit(code).is_workday(THURSDAY) for code in CHAINS} == {
            CITY: True,
            YOUXI: False,
            MEIXIAN: False,
            SHAXIAN: True,
        }

    def test_everybody_when_it_is_the_city(self, closed):
        calendar = closed(closure(THURSDAY, THURSDAY, CITY))
        assert not any(calendar.for_unit(code).is_workday(THURSDAY) for code in CHAINS)

    def test_units_closed_on_the_same_days_share_a_calendar_and_the_others_keep_the_nation_s(self, closed):
        calendar = closed(closure(THURSDAY, THURSDAY))
        assert calendar.for_unit(YOUXI) is calendar.for_unit(MEIXIAN)
        assert calendar.for_unit(SHAXIAN) is calendar
        assert calendar.for_unit(YOUXI).nationwide is calendar
        assert list(calendar.by_calendar(CHAINS).values()) == [[CITY, SHAXIAN], [YOUXI, MEIXIAN]]

    def test_the_nearest_unit_s_own_notice_is_the_one_named(self, closed):
        calendar = closed(
            closure(WEDNESDAY, FRIDAY, CITY, notice="明政办〔2026〕8号"), closure(THURSDAY, THURSDAY)
        )
        named = {day: each.notice for day, each in calendar.for_unit(MEIXIAN).closed.items()}
        assert named == {
            WEDNESDAY: "明政办〔2026〕8号",
            THURSDAY: "尤政办〔2026〕5号",
            FRIDAY: "明政办〔2026〕8号",
        }

    def test_a_make_up_saturday_rests_too(self, closed):
        saturday = date(2026, 2, 28)
        calendar = closed(closure(saturday, saturday))
        assert calendar.kind(saturday) is DayKind.MAKE_UP
        assert calendar.for_unit(YOUXI).kind(saturday) is DayKind.CLOSED

    def test_a_holiday_inside_a_closure_stays_a_holiday(self, closed):
        calendar = closed(closure(date(2026, 9, 30), date(2026, 10, 8))).for_unit(YOUXI)
        kinds = [calendar.kind(date(2026, 9, 30) + timedelta(days=n)).value for n in range(9)]
        assert kinds == ["closed", *["statutory"] * 3, "weekend", *["swapped-rest"] * 3, "closed"]

    def test_a_closure_changes_the_version_of_the_calendar(self, calendar, closed):
        assert closed(closure(THURSDAY, THURSDAY)).version != calendar.version
        assert closed().version == calendar.version


class TestDeadlines:
    def test_a_closed_last_day_moves_to_the_next_working_day_and_says_by_which_notice(self, closed):
        youxi = closed(closure(THURSDAY, FRIDAY)).for_unit(YOUXI)
        reckoned = reckon(youxi, date(2026, 7, 20), Period(1, TimeGrain.MONTH))
        assert (reckoned.nominal, reckoned.target, reckoned.deadline) == (
            THURSDAY,
            WEDNESDAY,
            date(2026, 8, 24),
        )
        told = [(step.text, step.basis) for step in reckoned.steps]
        assert "2026-08-20（周四）是因台风“某某”停工的休息日，顺延到 2026-08-24（周一）" in [
            text for text, _ in told
        ]
        assert ("08-20、08-21 因台风“某某”停工，不算工作日", "尤政办〔2026〕5号") in told

    def test_a_last_day_on_sunday_before_a_closed_monday_names_the_closure(self, closed):
        youxi = closed(closure(date(2026, 8, 24), date(2026, 8, 24))).for_unit(YOUXI)
        reckoned = reckon(youxi, date(2026, 7, 23), Period(1, TimeGrain.MONTH))
        assert reckoned.deadline == date(2026, 8, 25)
        assert "尤政办〔2026〕5号" in [step.basis for step in reckoned.steps]

    def test_closed_days_are_not_counted_as_working_days(self, closed):
        youxi = closed(closure(THURSDAY, THURSDAY)).for_unit(YOUXI)
        reckoned = reckon(youxi, date(2026, 8, 17), Period(5, TimeGrain.WORKDAY))
        assert reckoned.deadline == date(2026, 8, 25)
        assert "08-20 因台风“某某”停工，不算工作日" in [step.text for step in reckoned.steps]

    def test_the_day_it_starts_does_not_count_anyway_and_is_not_spoken_of(self, closed):
        youxi = closed(closure(THURSDAY, THURSDAY)).for_unit(YOUXI)
        reckoned = reckon(youxi, THURSDAY, Period(5, TimeGrain.WORKDAY))
        assert reckoned.deadline == date(2026, 8, 27)
        assert not any("停工" in step.text for step in reckoned.steps)

    def test_a_weekend_inside_a_closure_is_not_given_as_its_work(self, closed):
        youxi = closed(closure(FRIDAY, date(2026, 8, 24))).for_unit(YOUXI)
        reckoned = reckon(youxi, date(2026, 8, 17), Period(5, TimeGrain.WORKDAY))
        assert "08-21、08-24 因台风“某某”停工，不算工作日" in [step.text for step in reckoned.steps]

    def test_the_month_s_last_working_day_is_not_brought_forward(self, closed):
        """The storm comes on the 31st, when 08-28 is over: nobody could still have kept it."""
        last = PeriodicCadence(every=TimeGrain.MONTH, due=NthWorkdayRule(n=-1))
        youxi = closed(closure(date(2026, 8, 31), date(2026, 8, 31))).for_unit(YOUXI)
        due = by_period.due(last, youxi, "2026-08")
        assert (due.target, due.deadline) == (date(2026, 8, 28), date(2026, 9, 1))
        assert due.steps[-1].basis == "督办规则：停工不使期限提前"

    def test_a_closed_week_leaves_the_weekly_check_due_on_the_next_working_day(self, closed):
        last = PeriodicCadence(every=TimeGrain.WEEK, due=NthWorkdayRule(n=-1))
        youxi = closed(closure(date(2026, 8, 17), FRIDAY)).for_unit(YOUXI)
        assert by_period.due(last, youxi, "2026-W34").deadline == date(2026, 8, 24)

    def test_a_closed_day_in_an_unannounced_year_is_sure_to_rest(self, calendar):
        day = date(2027, 2, 13)
        assert calendar.is_uncertain(day)
        youxi = calendar.with_closures([closure(day, day)], CHAINS).for_unit(YOUXI)
        assert not youxi.is_uncertain(day)
        assert not youxi.if_all_work.is_workday(day)


DAYS = st.dates(date(2021, 1, 1), date(2026, 6, 30))
CLOSURES = st.lists(st.tuples(DAYS, st.integers(0, 12)), max_size=4).map(
    lambda spans: [closure(first, first + timedelta(days=length)) for first, length in spans]
)
PERIODS = st.builds(
    Period,
    st.integers(1, 30),
    st.sampled_from([TimeGrain.DAY, TimeGrain.WORKDAY, TimeGrain.WEEK, TimeGrain.MONTH]),
)
EVERY = st.sampled_from([TimeGrain.WEEK, TimeGrain.MONTH, TimeGrain.QUARTER, TimeGrain.YEAR])
DUE = st.one_of(
    st.builds(AfterEndRule, period=PERIODS),
    st.builds(
        AfterStartRule,
        period=st.builds(Period, st.integers(1, 5), st.sampled_from([TimeGrain.WORKDAY, TimeGrain.DAY])),
    ),
    st.just(AtEndRule()),
    st.builds(NthWorkdayRule, n=st.sampled_from([-3, -1, 1, 2, 5, 9])),
    st.builds(OnDayRule, month=st.just(1), day=st.integers(1, 31), next=st.booleans()),
)
OPENS = st.builds(
    OpeningRule,
    anchor=st.sampled_from(["start", "end", "due"]),
    before=st.none()
    | st.builds(Period, st.integers(1, 9), st.sampled_from([TimeGrain.WORKDAY, TimeGrain.DAY])),
)


class TestWhatHoldsForEveryClosure:
    @settings(max_examples=100)
    @given(CLOSURES, DAYS, PERIODS, st.booleans())
    def test_it_never_makes_a_deadline_earlier(self, calendar, closures, start, period, backward):
        local = calendar.with_closures(closures, CHAINS)
        arranged = reckon(calendar, start, period, backward=backward)
        own = reckon(local.for_unit(YOUXI), start, period, backward=backward)
        assert own.deadline >= arranged.deadline
        assert own.earliest <= own.deadline <= own.latest
        assert own.target <= own.deadline

    @settings(max_examples=100)
    @given(CLOSURES, DAYS, PERIODS)
    def test_other_units_are_untouched(self, calendar, closures, start, period):
        local = calendar.with_closures(closures, CHAINS)
        assert reckon(local.for_unit(SHAXIAN), start, period) == reckon(calendar, start, period)

    @settings(max_examples=100)
    @given(CLOSURES, st.builds(PeriodicCadence, every=EVERY, due=DUE, opens=OPENS), DAYS)
    def test_a_rhythm_opens_on_the_same_days_and_is_due_no_earlier(self, calendar, closures, rhythm, first):
        last = first + timedelta(days=120)
        local = calendar.with_closures(closures, CHAINS).for_unit(YOUXI)
        arranged = rhythm.occurrences(calendar, first, last)
        own = rhythm.occurrences(local, first, last)
        assert [(each.period_key, each.opens_on) for each in own] == [
            (each.period_key, each.opens_on) for each in arranged
        ]
        for mine, theirs in zip(own, arranged, strict=True):
            assert mine.reckoning.deadline >= theirs.reckoning.deadline
            assert mine.reckoning.target <= mine.reckoning.deadline
            if theirs.reckoning.target >= theirs.opens_on:
                assert mine.reckoning.target >= mine.opens_on

    @settings(max_examples=100)
    @given(CLOSURES, st.integers(1, 24), st.integers(2021, 2026))
    def test_visits_keep_their_windows(self, calendar, closures, visits, year):
        local = calendar.with_closures(closures, CHAINS).for_unit(YOUXI)
        cadence, whole = FrequencyCadence(per_year=visits), (date(year, 1, 1), date(year, 12, 31))
        for mine, theirs in zip(
            cadence.occurrences_for(None, local, *whole),
            cadence.occurrences_for(None, calendar, *whole),
            strict=True,
        ):
            assert (mine.first, mine.last) == (theirs.first, theirs.last)
            assert mine.reckoning.deadline == theirs.reckoning.deadline


class TestCampaignsAndWhatIsOwedOnce:
    HOLIDAY = CampaignCadence(
        names=("国庆假期",),
        opens=OpeningRule(anchor="start", before=Period(10, TimeGrain.WORKDAY)),
        due=AtEndRule(),
    )

    def test_closed_days_beside_a_holiday_are_no_part_of_it(self, calendar, closed):
        youxi = closed(closure(date(2026, 9, 29), date(2026, 9, 30))).for_unit(YOUXI)
        year = (date(2026, 1, 1), date(2026, 12, 31))
        (theirs,) = self.HOLIDAY.occurrences(calendar, *year)
        (mine,) = self.HOLIDAY.occurrences(youxi, *year)
        assert (mine.first, mine.last, mine.opens_on) == (theirs.first, theirs.last, theirs.opens_on)
        assert mine.reckoning.deadline == theirs.reckoning.deadline == date(2026, 10, 7)
        assert (theirs.reckoning.target, mine.reckoning.target) == (date(2026, 9, 30), date(2026, 9, 28))

    def test_what_is_owed_once_opens_when_it_would_and_is_due_no_earlier(self, calendar, closed):
        cadence = OnceCadence(
            first=date(2026, 8, 1),
            last=date(2026, 8, 20),
            rolls=True,
            opens=OpeningRule(anchor="due", before=Period(5, TimeGrain.WORKDAY)),
        )
        youxi = closed(closure(date(2026, 8, 17), THURSDAY)).for_unit(YOUXI)
        theirs, mine = cadence.occurrence(calendar, "once"), cadence.occurrence(youxi, "once")
        assert mine.opens_on == theirs.opens_on == date(2026, 8, 13)
        assert (theirs.reckoning.deadline, mine.reckoning.deadline) == (THURSDAY, FRIDAY)


def test_the_nth_working_day_of_a_month_counts_without_the_closed_days(closed):
    youxi = closed(closure(date(2026, 8, 3), date(2026, 8, 3))).for_unit(YOUXI)
    assert reckon(youxi, date(2026, 7, 31), Period(1, TimeGrain.WORKDAY)).deadline == date(2026, 8, 4)
