"""What holds for every rhythm and every run of facts, not only for the worked examples."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.findings import DatedFact, findings
from duban.cadence.kinds import frequency
from duban.cadence.kinds.campaign import CampaignCadence
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.rules import (
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    BeforeStartRule,
    NthWorkdayRule,
    OnDayRule,
    OpeningRule,
)
from duban.duties.schedules import opening_days
from duban.workdays import Period, TimeGrain, period_key, year_window
from tests.workdays.unannounced import as_it_stood

WHOLE_LIFE = (date(2018, 6, 1), date(2028, 12, 31))
UNITS = st.sampled_from(
    [TimeGrain.WEEK, TimeGrain.MONTH, TimeGrain.QUARTER, TimeGrain.HALF_YEAR, TimeGrain.YEAR]
)
DUE = st.one_of(
    st.builds(
        AfterEndRule,
        period=st.builds(Period, st.integers(1, 40), st.sampled_from([TimeGrain.WORKDAY, TimeGrain.DAY])),
    ),
    st.builds(
        AfterStartRule,
        period=st.builds(Period, st.integers(1, 5), st.sampled_from([TimeGrain.WORKDAY, TimeGrain.DAY])),
    ),
    st.just(AtEndRule()),
    st.builds(NthWorkdayRule, n=st.sampled_from([-3, -1, 1, 5])),
    st.builds(OnDayRule, month=st.just(1), day=st.integers(1, 31), next=st.booleans()),
)
BEFORE = st.none() | st.builds(
    Period, st.integers(1, 25), st.sampled_from([TimeGrain.WORKDAY, TimeGrain.DAY, TimeGrain.WEEK])
)
OPENS = st.builds(OpeningRule, anchor=st.sampled_from(["start", "end", "due"]), before=BEFORE)
RHYTHMS = st.builds(PeriodicCadence, every=UNITS, due=DUE, opens=OPENS)
DAYS = st.dates(date(2020, 6, 1), date(2026, 6, 30))


@settings(max_examples=150, deadline=None)
@given(RHYTHMS, DAYS, st.integers(0, 400))
def test_any_window_gives_the_same_occurrences_as_the_whole_life(calendar, rhythm, first, length):
    last = first + timedelta(days=length)
    whole = rhythm.occurrences(calendar, *WHOLE_LIFE)
    assert rhythm.occurrences(calendar, first, last) == [
        each for each in whole if first <= each.opens_on <= last
    ]


@settings(max_examples=100, deadline=None)
@given(RHYTHMS, DAYS)
def test_every_period_opens_exactly_once(calendar, rhythm, day):
    keys = [each.period_key for each in rhythm.occurrences(calendar, *WHOLE_LIFE)]
    assert len(keys) == len(set(keys))
    assert period_key(day, rhythm.every) in keys


@settings(max_examples=100, deadline=None)
@given(RHYTHMS, DAYS)
def test_reminders_never_aim_past_the_deadline(calendar, rhythm, day):
    for each in rhythm.occurrences(calendar, day, day + timedelta(days=370)):
        assert each.reckoning.target <= each.reckoning.deadline
        assert each.reckoning.steps


@given(st.integers(2018, 2100), st.integers(1, 366))
def test_the_windows_of_a_year_are_the_whole_year(year, n):
    if n == 366 and (date(year, 12, 31) - date(year, 1, 1)).days != 365:
        return
    windows = frequency.windows(year, n)
    assert len(windows) == n
    assert windows[0][0] == date(year, 1, 1)
    assert windows[-1][1] == date(year, 12, 31)
    for (first, last), following in zip(windows, [*windows[1:], None], strict=True):
        assert first <= last
        assert following is None or following[0] == last + timedelta(days=1)


def test_a_rhythm_of_visits_is_scheduled_on_every_grades_windows(calendar):
    from tests.obligations.small_bureau import graded_visits

    days = opening_days(graded_visits(), calendar, date(2023, 1, 1), date(2023, 12, 31))
    assert [f"{day:%m-%d}" for day in days] == ["01-01", "04-01", "05-01", "07-01", "09-01", "10-01"]


def test_waiting_for_facts_is_not_scheduled(calendar):
    from tests.obligations.small_bureau import first_inspection, flight_check

    for duty in (first_inspection(), flight_check()):
        assert opening_days(duty, calendar, *WHOLE_LIFE) == []


COUNT = CountRule(count=3, of="sample.failed", within=Period(1, TimeGrain.YEAR))
STREAK = StreakRule(length=3, grain=TimeGrain.QUARTER, of="sample.failed")
BATCHES = st.lists(st.dates(date(2022, 1, 1), date(2024, 6, 30)), max_size=12).map(
    lambda days: [DatedFact(number, day, "sample.failed") for number, day in enumerate(days, 1)]
)


def only(*rules, combine="any"):
    return ThresholdCadence(combine=combine, rules=rules, due=Period(20, TimeGrain.WORKDAY))


def brute_force(batches, *, strict_365=False):
    """The first moment at which any three unused batches lie within one year, found by trying every three; all
    unused batches of that year are then used; and so on.
    """
    left = sorted(batches, key=lambda each: (each.on, each.id))
    found = []
    while threes := [
        three
        for three in combinations(left, 3)
        if three[0].on >= year_window(three[2].on, strict_365=strict_365)[0]
    ]:
        last = min((three[2] for three in threes), key=lambda each: (each.on, each.id))
        start = year_window(last.on, strict_365=strict_365)[0]
        evidence = [each for each in left if start <= each.on and (each.on, each.id) <= (last.on, last.id)]
        found.append((last.id, tuple(sorted(each.id for each in evidence))))
        left = [each for each in left if each not in evidence]
    return found


@given(BATCHES, st.booleans())
def test_counts_agree_with_trying_every_three(batches, strict_365):
    found = findings(only(COUNT), batches, strict_365=strict_365)
    assert [(each.completed_by, each.evidence) for each in found] == brute_force(
        batches, strict_365=strict_365
    )


@given(BATCHES)
def test_streaks_agree_with_walking_the_quarters(batches):
    quarters = {}
    for each in sorted(batches, key=lambda each: (each.on, each.id)):
        quarters.setdefault(each.on.year * 4 + (each.on.month - 1) // 3, each.id)
    wanted, run = [], 0
    for quarter in sorted(quarters):
        run = run + 1 if quarter - 1 in quarters and run else 1
        if run == 3:
            wanted.append(quarters[quarter])
            run = 0
    assert [each.completed_by for each in findings(only(STREAK), batches)] == wanted


@given(BATCHES, st.randoms())
def test_the_order_they_are_given_in_does_not_matter(batches, random):
    shuffled = list(batches)
    random.shuffle(shuffled)
    cadence = only(COUNT, STREAK)
    assert findings(cadence, shuffled) == findings(cadence, batches)


@given(BATCHES)
def test_arriving_one_by_one_uses_no_batch_twice_and_misses_no_three(batches):
    """Whatever order the reports come in: findings already made keep their evidence, and nothing is left over."""
    spent, known = [], []
    for batch in batches:
        known.append(batch)
        spent += [each.evidence for each in findings(only(COUNT), known, spent)]
    used = [number for evidence in spent for number in evidence]
    assert len(used) == len(set(used))
    assert brute_force([each for each in batches if each.id not in used]) == []
    assert findings(only(COUNT), known, spent) == []


@given(BATCHES)
def test_in_order_of_happening_one_by_one_is_the_same_as_all_at_once(batches):
    cadence = only(COUNT, STREAK)
    ordered = [each._replace(id=n) for n, each in enumerate(sorted(batches, key=lambda each: each.on), 1)]
    spent, made, known = [], [], []
    for batch in ordered:
        known.append(batch)
        new = findings(cadence, known, spent)
        made += new
        spent += [each.evidence for each in new]
    assert made == findings(cadence, ordered)


@given(BATCHES)
def test_all_rules_together_need_each_of_them(batches):
    for each in findings(only(COUNT, STREAK, combine="all"), batches):
        evidence = [batch for batch in batches if batch.id in each.evidence]
        assert only(COUNT).opening.holds(evidence)
        assert only(STREAK).opening.holds(evidence)


@pytest.mark.parametrize("year", range(2019, 2027))
@pytest.mark.parametrize(
    "due",
    [
        BeforeStartRule(),
        BeforeStartRule(period=Period(5, TimeGrain.WORKDAY)),
        AtEndRule(),
        AfterEndRule(period=Period(5, TimeGrain.WORKDAY)),
    ],
    ids=lambda due: f"{type(due).__name__} {getattr(due, 'period', None) or ''}",
)
def test_what_is_due_around_a_holiday_comes_within_the_interval_told_before_its_notice(calendar, year, due):
    campaign = CampaignCadence(
        names=("元旦假期", "春节假期", "清明假期", "五一假期", "端午假期", "中秋假期", "国庆假期"), due=due
    )
    guess = as_it_stood(calendar, year)
    span = (date(year, 1, 5), date(year, 12, 20))
    real = {each.period_key: each.reckoning for each in campaign.occurrences(calendar, *span)}
    told = {key: campaign.occurrence(guess, key) for key in real}
    for key, occurrence in told.items():
        if occurrence is not None:
            assert occurrence.reckoning.earliest <= real[key].deadline <= occurrence.reckoning.latest, key
    assert sum(occurrence is not None for occurrence in told.values()) >= 5


def test_a_holiday_without_its_notice_claims_no_certainty(calendar):
    found = CampaignCadence(names=("国庆假期",)).occurrence(calendar, "2027-国庆假期").reckoning
    assert found.provisional
    assert found.earliest <= date(2027, 10, 3) < date(2027, 10, 7) <= found.latest
