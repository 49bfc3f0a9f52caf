"""The phrases of the duty files, as officials say them, in Chinese and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.language import use
from duban.cadence.reading.phrases import (
    read_due,
    read_opens,
    read_period,
    read_rhythm,
    read_streak,
    read_times_a_year,
)
from duban.cadence.rules import (
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    NthWorkdayRule,
    OnDayRule,
    OpeningRule,
)
from duban.workdays import Period, TimeGrain


def workdays(n):
    return Period(n, TimeGrain.WORKDAY)


@pytest.mark.parametrize(
    "phrases, every",
    [
        (("每年", "年", "每年度", "每年开展一次", "year", "every year", "once a year"), TimeGrain.YEAR),
        (("每半年", "半年", "half-year", "every half-year"), TimeGrain.HALF_YEAR),
        (
            ("每季度", "季度", "每季", "每个季度", "一季度一次", "quarter", "Every Quarter"),
            TimeGrain.QUARTER,
        ),
        (("每月", "月", "每个月", " 每 月 ", "month", "once per month"), TimeGrain.MONTH),
        (("每周", "周", "每星期", "week", "each week"), TimeGrain.WEEK),
        (("每日", "每天", "day", "every day"), TimeGrain.DAY),
    ],
)
def test_rhythms(phrases, every):
    for phrase in phrases:
        rhythm = read_rhythm(phrase)
        assert (rhythm.every, rhythm.lasting) == (every, None), phrase


@pytest.mark.parametrize("phrase", ["每月一周", "每月1周", "one week a month", "1 week per month"])
def test_one_week_a_month_is_monthly_work_that_lasts_a_week(phrase):
    rhythm = read_rhythm(phrase)
    assert (rhythm.every, rhythm.lasting) == (TimeGrain.MONTH, Period(1, TimeGrain.WEEK))


def test_work_cannot_last_longer_than_its_period():
    with pytest.raises(ValueError, match="比周期还长"):
        read_rhythm("每周一个月")


@pytest.mark.parametrize(
    "phrases, rule, unit",
    [
        (("季度结束后10个工作日内", "季度终了后十个工作日", "10 workdays after the quarter ends"), AfterEndRule(period=workdays(10)), TimeGrain.QUARTER),
        (("年度结束后一个月内", "1 month after the year ends"), AfterEndRule(period=Period(1, TimeGrain.MONTH)), TimeGrain.YEAR),
        (("周期结束后5个工作日内", "5 workdays after the period ends"), AfterEndRule(period=workdays(5)), None),
        (("季度开始后20日内", "20 days after the quarter begins"), AfterStartRule(period=Period(20, TimeGrain.DAY)), TimeGrain.QUARTER),
        (("月初3个工作日内", "3 workdays after the month starts"), AfterStartRule(period=workdays(3)), TimeGrain.MONTH),
        (("季度末", "季末", "季度结束前", "每季度末", "quarter end", "by the end of the quarter"), AtEndRule(), TimeGrain.QUARTER),
        (("月底", "当月末", "month end"), AtEndRule(), TimeGrain.MONTH),
        (("年底", "年末前", "by the year end"), AtEndRule(), TimeGrain.YEAR),
        (("周期结束前", "期末", "period end"), AtEndRule(), None),
        (("当月最后一个工作日", "每月倒数第一个工作日", "last workday of the month"), NthWorkdayRule(n=-1), TimeGrain.MONTH),
        (("当月第5个工作日前", "每月第五个工作日", "workday 5 of the month"), NthWorkdayRule(n=5), TimeGrain.MONTH),
        (("每年1月31日前", "1月31日前", "1月31日", "by 01-31"), OnDayRule(month=1, day=31), TimeGrain.YEAR),
        (("次年3月1日前", "翌年3月1日前", "by 03-01 of the next year"), OnDayRule(month=3, day=1, next=True), TimeGrain.YEAR),
        (("2月末前", "每年2月底"), OnDayRule(month=2, day=31), TimeGrain.YEAR),
        (("每月25日前", "当月25日前", "by day 25 of the month"), OnDayRule(month=1, day=25), TimeGrain.MONTH),
        (("次月5日前", "下月5日前", "by day 5 of the next month"), OnDayRule(month=1, day=5, next=True), TimeGrain.MONTH),
        (("每季度首月10日前", "每季度第一个月10日前", "by day 10 of month 1 of the quarter"), OnDayRule(month=1, day=10), TimeGrain.QUARTER),
        (("每季度第3个月15日前", "by day 15 of month 3 of the quarter"), OnDayRule(month=3, day=15), TimeGrain.QUARTER),
    ],
)  # fmt: skip
def test_due_rules(phrases, rule, unit):
    for phrase in phrases:
        due = read_due(phrase)
        assert (due.rule, due.grain, due.period) == (rule, unit, None), phrase


def test_a_bare_length_is_left_to_the_cadence():
    assert read_due("20个工作日").period == workdays(20)
    assert read_due("20个工作日").rule is None


@pytest.mark.parametrize(
    "phrase, why",
    [
        ("2月30日前", "不是每年都有"),
        ("2月29日前", "不是每年都有"),
        ("13月1日前", "没有13月"),
        ("每月32日前", "没有第1个月第32日"),
        ("当月第十十个工作日", "看不懂的数字"),
        ("by 02-30", "不是每年都有"),
        ("及时", "看不懂的期限"),
        ("定期", "看不懂的期限"),
        ("季度结束后很快", "看不懂的期限"),
        ("", "看不懂的期限"),
    ],
)
def test_what_no_calendar_can_tell_is_refused(phrase, why):
    with pytest.raises(ValueError, match=why):
        read_due(phrase)


def test_refusals_speak_the_reader_s_language():
    with use("en"), pytest.raises(ValueError, match="not a due rule"):
        read_due("soon")


@pytest.mark.parametrize(
    "phrases, opens",
    [
        (("季度开始", "季度初", "quarter start", "at the period start"), OpeningRule()),
        (("季度结束后", "季度结束", "quarter end", "after the quarter ends"), OpeningRule(anchor="end")),
        (("季度开始前10个工作日", "10 workdays before the quarter starts"), OpeningRule(anchor="start", before=workdays(10))),
        (("到期前20个工作日", "应办日前20个工作日", "20 workdays before due"), OpeningRule(anchor="due", before=workdays(20))),
    ],
)  # fmt: skip
def test_openings(phrases, opens):
    for phrase in phrases:
        assert read_opens(phrase).opens == opens, phrase


@pytest.mark.parametrize(
    "written", [2, "2次", "每年2次", "每年至少两次", "twice a year", "at least 2 times a year"]
)
def test_times_a_year(written):
    assert read_times_a_year(written) == 2


def test_a_streak_may_be_called_running():
    assert read_streak("连续3个季度") == read_streak("3 quarters") == Period(3, TimeGrain.QUARTER)


def test_a_number_without_its_unit_is_refused():
    with pytest.raises(ValueError, match="30个工作日"):
        read_period(30)


@given(
    st.integers(1, 999),
    st.sampled_from(["个工作日", "日", "个月", "周"]),
    st.sampled_from(["季度", "年", "月"]),
)
def test_what_is_counted_after_a_period_is_the_period_that_was_written(amount, unit, every):
    due = read_due(f"{every}结束后{amount}{unit}内")
    assert due.rule == AfterEndRule(period=read_period(f"{amount}{unit}"))


@given(st.dates())
def test_every_day_of_a_common_year_can_be_a_due_day(day):
    if (day.month, day.day) == (2, 29):
        return
    chinese, english = read_due(f"每年{day.month}月{day.day}日前"), read_due(f"by {day:%m-%d}")
    assert chinese == english
    assert (chinese.rule.month, chinese.rule.day) == (day.month, day.day)


def refusal(read, text):
    try:
        read(text)
    except ValueError as error:
        return str(error)
    return None


@given(st.text(max_size=30))
def test_whatever_is_written_is_read_or_refused_with_words(text):
    for read in (read_rhythm, read_due, read_opens, read_period, read_streak, read_times_a_year):
        assert refusal(read, text) is None or len(refusal(read, text)) > 4
