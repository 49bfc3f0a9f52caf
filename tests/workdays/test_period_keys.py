"""Names of calendar periods."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.language import use
from duban.workdays import TimeGrain, period_around, period_key, period_span, periods_between
from duban.workdays.hours import MINUTES_IN
from duban.workdays.period_keys import period_word

PERIODIC = [unit for unit in TimeGrain if unit not in (TimeGrain.WORKDAY, *MINUTES_IN)]
ANY_DAY = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    "day, unit, key",
    [
        ("2026-07-05", TimeGrain.DAY, "2026-07-05"),
        ("2026-07-31", TimeGrain.WEEK, "2026-W31"),
        ("2027-01-01", TimeGrain.WEEK, "2026-W53"),
        ("2026-07-05", TimeGrain.MONTH, "2026-07"),
        ("2026-07-05", TimeGrain.QUARTER, "2026-Q3"),
        ("2026-06-30", TimeGrain.HALF_YEAR, "2026-H1"),
        ("2026-07-01", TimeGrain.HALF_YEAR, "2026-H2"),
        ("2026-12-31", TimeGrain.YEAR, "2026"),
    ],
)
def test_a_day_lies_in_a_named_period(day, unit, key):
    assert period_key(date.fromisoformat(day), unit) == key


@pytest.mark.parametrize(
    "key, first, last",
    [
        ("2026-07-05", "2026-07-05", "2026-07-05"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_name_has_a_first_and_a_last_day(key, first, last):
    assert period_span(key) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "key",
    ["", "26", "2026-Q5", "2026-13", "2026-W54", "2025-W53", "2026-02-30", "2026-H3", "三季度", "2026-Q3 "],
)
def test_other_names_are_refused(key):
    with pytest.raises(ValueError, match="2026-Q3"):
        period_span(key)


def test_working_days_are_no_periods():
    with pytest.raises(ValueError, match="工作日"):
        period_key(date(2026, 7, 5), TimeGrain.WORKDAY)
    with pytest.raises(ValueError, match="工作日"):
        period_around(date(2026, 7, 5), TimeGrain.WORKDAY)


def test_periods_between_two_days_take_in_the_ones_at_both_ends():
    assert periods_between(TimeGrain.QUARTER, date(2025, 12, 31), date(2026, 4, 1)) == [
        "2025-Q4",
        "2026-Q1",
        "2026-Q2",
    ]
    assert periods_between(TimeGrain.QUARTER, date(2026, 4, 1), date(2026, 3, 31)) == []


@given(day=ANY_DAY, unit=st.sampled_from(PERIODIC))
def test_every_day_lies_in_the_period_it_names(day, unit):
    first, last = period_span(period_key(day, unit))
    assert first <= day <= last
    assert period_key(first, unit) == period_key(last, unit) == period_key(day, unit)


@given(first=ANY_DAY, length=st.integers(0, 800), unit=st.sampled_from(PERIODIC))
def test_periods_follow_each_other_without_gap_or_overlap(first, length, unit):
    last = first + timedelta(days=length)
    spans = [period_span(key) for key in periods_between(unit, first, last)]
    assert spans[0][0] <= first
    assert spans[-1][1] >= last
    for (_, ended), (begins, _) in itertools.pairwise(spans):
        assert begins == ended + timedelta(days=1)


@given(day=ANY_DAY, unit=st.sampled_from(PERIODIC))
def test_the_period_around_a_day_is_the_one_it_names(day, unit):
    assert period_around(day, unit) == period_span(period_key(day, unit))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026", "2026年"),
        ("2026-H2", "2026年下半年"),
        ("2026-Q3", "2026年三季度"),
        ("2026-07", "2026年7月"),
        ("2026-W31", "2026年第31周"),
        ("2026#2/3", "2026年第2次（共3次）"),
        ("2026-05-08", "2026-05-08"),
        ("2026-国庆假期", "2026年国庆假期"),
        ("once", "一次性"),
        ("林博会", "林博会"),
    ],
)
def test_a_sentence_names_a_period_as_people_do(key, words):
    with use("zh-CN"):
        assert period_word(key) == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026", "2026"),
        ("2026-H2", "second half of 2026"),
        ("2026-Q3", "Q3 2026"),
        ("2026-07", "July 2026"),
        ("2026-W31", "week 31 of 2026"),
        ("2026#2/3", "2026, visit 2 of 3"),
        ("2026-国庆假期", "National Day holiday 2026"),
        ("2026-世界计量日", "World Metrology Day 2026"),
        ("2026-本局服务日", "本局服务日 2026"),
        ("once", "once"),
    ],
)
def test_an_english_reader_reads_a_period_in_english(key, words):
    with use("en"):
        assert period_word(key) == words
