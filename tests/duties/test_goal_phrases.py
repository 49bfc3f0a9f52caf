"""Numbers to reach, shares to keep and days to finish by, as people write them in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from duban.cadence.reading.goal_phrases import Goal, Share, Term, read_goal, read_share, read_term
from duban.cadence.reading.phrases import read_due, read_opens
from duban.workdays import TimeGrain


@pytest.mark.parametrize(
    "written, goal",
    [
        ("全年不少于6场", Goal(TimeGrain.YEAR, 6, "场")),
        ("全年6场以上", Goal(TimeGrain.YEAR, 6, "场")),
        ("每年至少六场", Goal(TimeGrain.YEAR, 6, "场")),
        ("每季度 1 期", Goal(TimeGrain.QUARTER, 1, "期")),
        ("全季度2次", Goal(TimeGrain.QUARTER, 2, "次")),
        ("每月2次", Goal(TimeGrain.MONTH, 2, "次")),
        ("全年完成15个", Goal(TimeGrain.YEAR, 15, "个")),
        ("全年1000批次", Goal(TimeGrain.YEAR, 1000, "批次")),
        ("6 events a year", Goal(TimeGrain.YEAR, 6, "events")),
        ("at least 2 per quarter", Goal(TimeGrain.QUARTER, 2, "")),
        ("at least 2 training courses each half-year", Goal(TimeGrain.HALF_YEAR, 2, "training courses")),
    ],
)
def test_numbers_to_reach(written, goal):
    assert read_goal(written) == goal


@pytest.mark.parametrize("written", ["6场", "全年若干场", "全年0场", "全年99.5%", "多办几场", "a year", ""])
def test_no_numbers_to_reach(written):
    with pytest.raises(ValueError, match=r"数量目标|没有目标|not a number|no goal"):
        read_goal(written)


@pytest.mark.parametrize(
    "written, share",
    [
        ("每季度不低于99.5%", Share(TimeGrain.QUARTER, Decimal("0.995"))),
        ("每季度99.5%以上", Share(TimeGrain.QUARTER, Decimal("0.995"))),
        ("全年达到100％", Share(TimeGrain.YEAR, Decimal(1))),
        ("全年100%", Share(TimeGrain.YEAR, Decimal(1))),
        ("全年不高于5%", Share(TimeGrain.YEAR, Decimal("0.05"), at_least=False)),
        ("每月5%以内", Share(TimeGrain.MONTH, Decimal("0.05"), at_least=False)),
        ("全年不低于105%", Share(TimeGrain.YEAR, Decimal("1.05"))),
        ("at least 99.5% each quarter", Share(TimeGrain.QUARTER, Decimal("0.995"))),
        ("at most 5% a year", Share(TimeGrain.YEAR, Decimal("0.05"), at_least=False)),
    ],
)
def test_shares_to_keep(written, share):
    assert read_share(written) == share


@pytest.mark.parametrize("written", ["99.5%", "每季度99.5", "全年绝大多数", "每季度不低于", "at least half"])
def test_no_shares_to_keep(written):
    with pytest.raises(ValueError, match=r"比率目标|not a share"):
        read_share(written)


def whole(first, last):
    return Term(date.fromisoformat(first), date.fromisoformat(last), rolls=False)


@pytest.mark.parametrize(
    "written, term",
    [
        ("2023年12月31日前", Term(date(2023, 1, 1), date(2023, 12, 31), rolls=True)),
        ("2024年5月6日以前", Term(date(2024, 1, 1), date(2024, 5, 6), rolls=True)),
        (date(2023, 6, 30), Term(date(2023, 1, 1), date(2023, 6, 30), rolls=True)),
        ("by 2023-12-31", Term(date(2023, 1, 1), date(2023, 12, 31), rolls=True)),
        ("2023年底前", whole("2023-01-01", "2023-12-31")),
        ("2023年内", whole("2023-01-01", "2023-12-31")),
        ("2023年度", whole("2023-01-01", "2023-12-31")),
        ("2023年6月底前", whole("2023-06-01", "2023-06-30")),
        ("2023年上半年", whole("2023-01-01", "2023-06-30")),
        ("2023年下半年内", whole("2023-07-01", "2023-12-31")),
        ("2023年第三季度", whole("2023-07-01", "2023-09-30")),
        ("2023年4季度末前", whole("2023-10-01", "2023-12-31")),
        ("in 2023-Q3", whole("2023-07-01", "2023-09-30")),
        ("by the end of 2023", whole("2023-01-01", "2023-12-31")),
    ],
)
def test_days_to_finish_by(written, term):
    assert read_term(written) == term


@pytest.mark.parametrize(
    "written", ["年底前", "12月31日前", "2023年2月30日前", "2023年13月底前", "2023年第五季度", "尽快"]
)
def test_no_days_to_finish_by(written):
    with pytest.raises(ValueError, match="年"):
        read_term(written)


@pytest.mark.parametrize(
    "chinese, english",
    [
        ("节前", "before it starts"),
        ("开始前", "before it starts"),
        ("节前3个工作日", "3 workdays before it starts"),
        ("当天", "on the day"),
        ("节日期间", "while it lasts"),
        ("活动结束当天", "by the last day"),
        ("结束后5个工作日内", "5 workdays after it ends"),
        ("节后5个工作日内", "5 workdays after it ends"),
        ("活动开始后10日内", "10 days after it starts"),
    ],
)
def test_a_campaigns_due_day_reads_the_same_in_both_languages(chinese, english):
    assert read_due(chinese) == read_due(english)
    assert read_due(chinese).window


@pytest.mark.parametrize(
    "chinese, english",
    [
        ("开始前10个工作日", "10 workdays before it starts"),
        ("节前10个工作日", "10 workdays before it starts"),
        ("提前10个工作日", "10 workdays before it starts"),
        ("当天", "on the day"),
        ("结束后", "after it ends"),
        ("到期前60个工作日", "60 workdays before due"),
    ],
)
def test_a_campaigns_opening_reads_the_same_in_both_languages(chinese, english):
    assert read_opens(chinese) == read_opens(english)
