"""Which statute means working days when it says days."""

import re
from datetime import date
from pathlib import Path

import pytest

from duban.workdays import STATUTES, Period, TimeGrain, reckon, statute_named

ROOT = Path(__file__).resolve().parents[2]
START = date(2025, 9, 26)  # a Friday before the eight days of National Day


@pytest.mark.parametrize(
    "law, amount, deadline",
    [
        ("行政处罚法", 2, "2025-09-29"),
        ("行政处罚法", 3, "2025-09-30"),
        ("行政处罚法", 5, "2025-10-10"),
        ("行政处罚法", 7, "2025-10-13"),
        ("行政处罚法", 4, "2025-09-30"),  # not listed in article 85: natural days
        ("行政处罚法", 10, "2025-10-09"),  # likewise, and 10-06 is a rest day
        ("行政处罚法", 90, "2025-12-25"),
        ("行政许可法", 20, "2025-10-30"),
        ("行政许可法", 10, "2025-10-16"),
        ("行政复议法", 3, "2025-09-30"),
        ("行政复议法", 10, "2025-10-16"),
        ("行政复议法", 60, "2025-11-25"),
        ("行政强制法", 10, "2025-10-16"),
        ("行政强制法", 30, "2025-10-27"),  # 10-26 is a Sunday
        ("民事诉讼法", 7, "2025-10-09"),
        ("行政诉讼法", 15, "2025-10-11"),  # a make-up Saturday: the last day stays
        ("市场监督管理投诉举报处理暂行办法", 7, "2025-10-09"),
        ("民法典", 7, "2025-10-09"),
    ],
)
def test_short_periods_by_statute(calendar, law, amount, deadline):
    found = reckon(calendar, START, Period(amount, TimeGrain.DAY), law=law)
    assert found.deadline == date.fromisoformat(deadline)


def test_open_government_information_counts_in_working_days(calendar):
    found = reckon(calendar, START, Period(20, TimeGrain.DAY), law="《政府信息公开条例》第三十三条")
    assert found.deadline == date(2025, 10, 30)
    assert found.steps[1].basis == "政府信息公开条例"


def test_every_law_a_duty_names_as_its_source_is_known():
    named = set()
    for file in (ROOT / "duties").glob("*.yaml"):
        named |= {each.split("：")[0] for each in re.findall(r"source: ([^,}]*)", file.read_text("utf-8"))}
    named = {re.sub(r"（[^）]*(?:凭常识|修订前)[^）]*）$", "", each) for each in named}
    named.remove("药监局公告2021年第35号")  # an announcement of days, no law on periods
    assert len(named) > 10
    for each in named:
        assert statute_named(each, date(2026, 1, 5)).law in each


class TestWhosePeriodItIs:
    """行政许可法 82 counts the agency's own periods in working days; 50 gives the applicant natural ones."""

    def test_an_applicant_s_thirty_days_are_natural(self, calendar):
        found = reckon(
            calendar, date(2026, 12, 31), Period(30, TimeGrain.DAY), law="行政许可法第五十条", backward=True
        )
        assert found.nominal == date(2026, 12, 1)
        assert found.steps[1].text == "这里的“30日”是申请人的期间，按自然日"
        assert found.steps[1].basis == "行政许可法第五十条"

    def test_asking_for_the_agency_s_is_refused_with_the_article(self, calendar):
        with pytest.raises(ValueError, match="届满三十日前申请延续（第五十条）是申请人的期间"):
            reckon(calendar, date(2026, 12, 31), Period(30, TimeGrain.DAY), law="行政许可法", backward=True)

    def test_civil_procedure_has_its_own_rule_for_the_first_day(self, calendar):
        found = reckon(calendar, START, Period(7, TimeGrain.DAY), law="民事诉讼法")
        assert found.steps[0].basis == "民事诉讼法第八十五条"


class TestVersions:
    def test_the_reconsideration_law_counts_ten_days_as_working_days_since_2024(self, calendar):
        old = reckon(calendar, date(2023, 12, 20), Period(10, TimeGrain.DAY), law="行政复议法")
        new = reckon(calendar, date(2024, 1, 8), Period(10, TimeGrain.DAY), law="行政复议法")
        assert old.deadline == date(2024, 1, 2)
        assert new.deadline == date(2024, 1, 22)
        assert "行政复议法第八十八条" in [step.basis for step in new.steps]

    def test_the_penalty_law_says_so_only_since_its_2021_revision(self, calendar):
        old = reckon(calendar, date(2021, 7, 14), Period(7, TimeGrain.DAY), law="行政处罚法")
        new = reckon(calendar, date(2021, 7, 15), Period(7, TimeGrain.DAY), law="行政处罚法")
        assert old.deadline == date(2021, 7, 21)
        assert new.deadline == date(2021, 7, 26)

    @pytest.mark.parametrize("law", sorted({statute.law for statute in STATUTES}))
    def test_versions_of_a_law_follow_each_other(self, law):
        since = [statute.since for statute in STATUTES if statute.law == law]
        assert since == sorted(set(since))

    def test_a_law_before_its_first_version_is_refused(self):
        with pytest.raises(ValueError, match="2021-01-01"):
            statute_named("民法典", date(2020, 12, 31))


class TestNaming:
    @pytest.mark.parametrize(
        "written",
        [
            "行政处罚法",
            "《行政处罚法》",
            "中华人民共和国行政处罚法",
            "行政处罚法第六十一条",
            "行政处罚法61",
            "行政处罚法85+61",
            "《中华人民共和国行政处罚法》（2021）第85条",
            "处罚法",
        ],
    )
    def test_a_law_may_be_written_in_the_usual_ways(self, written):
        assert statute_named(written, date(2023, 1, 1)).short_article == 85

    def test_an_unknown_law_is_refused_with_the_nearest_known(self):
        with pytest.raises(ValueError, match=r"行政处法.*是不是“行政处罚法”"):
            statute_named("行政处法", date(2023, 1, 1))

    def test_the_rule_that_moves_a_last_day_is_the_statutes_own_where_it_has_one(self, calendar):
        found = reckon(calendar, date(2025, 8, 2), Period(60, TimeGrain.DAY), law="行政复议法62")
        assert found.deadline == date(2025, 10, 9)
        assert "民事诉讼法第八十五条" in [step.basis for step in found.steps]
        civil = reckon(calendar, date(2025, 8, 2), Period(60, TimeGrain.DAY), law="行政处罚法")
        assert "民法典第二百零三条" in [step.basis for step in civil.steps]

    def test_months_of_a_statute_are_civil_months(self, calendar):
        assert reckon(
            calendar, date(2025, 8, 1), Period(1, TimeGrain.MONTH), law="行政许可法"
        ).deadline == date(2025, 9, 1)
