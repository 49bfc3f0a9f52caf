"""Which duties are said to be dead, and that nothing alive is called so."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.evidence import dead_rules, smallest_evidence
from duban.cadence.findings import DatedFact, findings
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.kinds.within import WithinCadence
from duban.duties.grammar import Effective
from duban.simulation import never_fires
from duban.workdays import Period, TimeGrain, add_period
from tests.simulation.small_city import (
    EVERY_KIND,
    FOOD,
    HEAD,
    LEADER,
    SELLER,
    SHAXIAN,
    a_duty,
    a_project,
    after_analysis,
    done_once,
    first_inspection,
    flight_check,
    holiday_supply,
    monthly,
    quarterly,
    three_in_a_year,
    three_quarters,
    visits,
)

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


def why(city, duty, first=FIRST, last=LAST, project=None):
    """The reason given for this one duty; empty when it is alive."""
    return never_fires(city(duty, project=project), first, last).get(duty.id, "")


def test_every_duty_of_the_small_city_is_alive(city):
    assert never_fires(city(*EVERY_KIND), FIRST, LAST) == {}


def test_so_is_every_duty_of_the_starter_project(starter):
    dead = never_fires(starter, FIRST, LAST)
    # Windows that nobody has announced have no day yet: `check` remarks on them.
    assert set(dead) == {
        "jz-campus-month",
        "jz-secret-service-month",
        "yp-safe-medication-month",
        "zc-service-month",
    }
    assert all("的日期要等当年通知" in why for why in dead.values())


@pytest.mark.parametrize(
    "duty",
    [monthly(), first_inspection(), flight_check(), visits(), after_analysis()],
    ids=lambda duty: duty.kind,
)
def test_what_is_over_or_yet_to_begin_is_dead(city, duty):
    over = duty.model_copy(update={"effective": Effective(until=date(2022, 6, 30))})
    later = duty.model_copy(update={"effective": Effective(from_=date(2024, 1, 1))})

    assert why(city, over) == "已于 2022-06-30 失效"
    assert why(city, later) == "2024-01-01 才生效"
    assert why(city, later, last=date(2024, 3, 31)) == ""


def test_a_rhythm_that_skips_the_span(city):
    assert why(city, quarterly(), date(2023, 2, 1), date(2023, 3, 31)) == (
        "2023-02-01 至 2023-03-31 一次也不开办"
    )
    assert why(city, quarterly(), date(2023, 2, 1), date(2023, 4, 1)) == ""


def test_what_is_owed_once_in_another_year(city):
    duty = done_once(last=date(2023, 5, 31))
    assert why(city, duty) == ""
    assert why(city, duty, date(2024, 1, 1), date(2024, 12, 31)) == ("只办一次，期限 2023-05-31 已过")
    assert why(city, duty, date(2022, 3, 1), date(2022, 3, 31)) == (
        "只办一次，2022-03-01 至 2022-03-31 不在它的期间里"
    )


def test_a_campaign_whose_days_are_elsewhere_or_wait_for_a_notice(city):
    assert why(city, holiday_supply()) == ""
    assert why(city, holiday_supply(), date(2023, 8, 1), date(2023, 8, 31)) == (
        "2023-08-01 至 2023-08-31 没有它的节点"
    )
    assert why(city, holiday_supply(names=("竹笋节",))) == (
        "“竹笋节”的日期要等当年通知，通知到了请填进 calendar/festivals.yaml"
    )


def test_what_is_still_running_on_the_first_day_is_alive(city):
    assert why(city, quarterly(), date(2023, 1, 9), date(2023, 2, 1)) == ""


@pytest.mark.parametrize("make", [first_inspection, flight_check, visits])
def test_subjects_no_value_of_the_vocabulary_matches(city, make):
    assert why(city, make(where={"业态": ("批发",)})) == "没有一个“食品销售者”的“业态”会是“批发”"
    assert why(city, make(where={"业态": ("批发", "便利店")})) == ""
    assert why(city, make(where={"备注": ("随便写",)})) == ""
    assert why(city, make(where={"面积": ("大",)})).startswith("没有一个“食品销售者”的“面积”")


def test_a_subject_kind_that_is_not_there(city):
    duty = a_duty("visits", FrequencyCadence(per_year=1), subject="电梯")
    assert why(city, duty) == "没有监管对象“电梯”"


def test_visits_of_which_there_are_none(city):
    duty = a_duty("visits", FrequencyCadence(by_grade=dict.fromkeys("ABCD", 0), ungraded=0), subject=SELLER)
    assert why(city, duty) == "每个等级的次数都是 0"


def test_facts_that_cannot_concern_whom_the_duty_is_about(city):
    of_unit = a_duty("within", WithinCadence(period=Period(1, TimeGrain.MONTH), of="certificate.issued"))
    of_subject = a_duty(
        "within", WithinCadence(period=Period(1, TimeGrain.MONTH), of="analysis.held"), subject=SELLER
    )
    unknown = a_duty("within", WithinCadence(period=Period(1, TimeGrain.MONTH), of="no.such"), subject=SELLER)

    assert why(city, of_unit) == "“取得许可证”说的不是单位"
    assert why(city, of_subject) == "“开展形势分析”说的不是“食品销售者”"
    assert why(city, unknown) == "没有事实“no.such”"


def test_a_condition_about_no_subject(city):
    duty = flight_check().model_copy(update={"for_each": monthly().for_each})
    assert "for_each" in why(city, duty)


class TestRulesOfAThreshold:
    def test_three_batches_or_three_quarters_both_have_their_turn(self, city):
        """Three batches in one quarter and one in each of the next two: only the streak completes then."""
        assert why(city, flight_check(three_in_a_year(), three_quarters())) == ""

    def test_a_rule_written_twice(self, city):
        said = why(city, flight_check(three_in_a_year(), three_in_a_year()))
        assert said == "第 2 个触发条件永远轮不到：凡是满足它的，别的条件总已同时或更早满足"

    def test_a_rule_that_another_always_meets(self, city):
        """Whoever has one failed sample has met the first rule by every single one."""
        one = CountRule(count=1, of="sample.failed", within=Period(1, TimeGrain.YEAR))
        said = why(city, flight_check(three_in_a_year(), one))
        assert said.startswith("第 1 个触发条件永远轮不到")

    def test_a_longer_window_leaves_the_shorter_one_its_turn(self, city):
        two_years = CountRule(count=3, of="sample.failed", within=Period(2, TimeGrain.YEAR))
        assert why(city, flight_check(three_in_a_year(), two_years)) == ""

    def test_a_rule_whose_facts_cannot_be(self, city):
        of_unit = CountRule(count=2, of="analysis.held", within=Period(1, TimeGrain.YEAR))
        assert why(city, flight_check(three_in_a_year(), of_unit)) == (
            "第 2 个触发条件永远轮不到：“开展形势分析”说的不是“食品销售者”"
        )
        assert why(city, flight_check(of_unit)) == "“开展形势分析”说的不是“食品销售者”"

    def test_all_rules_at_once(self, city):
        of_unit = CountRule(count=2, of="analysis.held", within=Period(1, TimeGrain.YEAR))
        certified = CountRule(count=1, of="certificate.issued", within=Period(1, TimeGrain.MONTH))
        assert why(city, flight_check(three_in_a_year(), certified, combine="all")) == ""
        assert why(city, flight_check(three_in_a_year(), three_quarters(), combine="all")) == ""
        assert why(city, flight_check(three_in_a_year(), of_unit, combine="all")) == (
            "“开展形势分析”说的不是“食品销售者”"
        )


class TestRungsNobodyHears:
    def test_a_ladder_that_ends_where_nobody_is(self, city):
        everybody = {(SHAXIAN, post) for post in (FOOD, HEAD, LEADER)}
        of_city = {("350400", LEADER)}
        project = a_project(empty=everybody | of_city)
        assert why(city, monthly(), project=project) == (
            "沙县区局没有人能收到第 1 级提醒和以后各级；三元区局没有人能收到第 5 级通报和以后各级"
        )

    def test_an_empty_post_that_passes_on_is_no_reason(self, city):
        assert why(city, monthly(), project=a_project(empty={(SHAXIAN, FOOD)})) == ""

    def test_both_reasons_are_said(self, city):
        over = monthly(effective=Effective(until=date(2022, 6, 30)))
        said = why(city, over, project=a_project(empty={("350400", LEADER)}))
        assert said == "已于 2022-06-30 失效；三元区局、沙县区局没有人能收到第 5 级通报和以后各级"


counts = st.builds(
    CountRule,
    count=st.integers(1, 4),
    of=st.sampled_from(["sample.failed", "certificate.issued"]),
    within=st.sampled_from(
        [
            Period(10, TimeGrain.DAY),
            Period(1, TimeGrain.MONTH),
            Period(1, TimeGrain.YEAR),
            Period(2, TimeGrain.YEAR),
        ]
    ),
)
streaks = st.builds(
    StreakRule,
    length=st.integers(2, 4),
    grain=st.sampled_from([TimeGrain.MONTH, TimeGrain.QUARTER, TimeGrain.YEAR]),
    of=st.sampled_from(["sample.failed", "certificate.issued"]),
)
rules = counts | streaks
KINDS = ("sample.failed", "certificate.issued")


def threshold_of(*rules, combine="any"):
    return ThresholdCadence(combine=combine, rules=rules, due=Period(20, TimeGrain.WORKDAY))


@given(rule=rules, on=st.dates(date(2022, 1, 1), date(2026, 12, 31)))
def test_the_smallest_evidence_is_the_smallest(rule, on):
    cadence = threshold_of(rule)
    evidence = smallest_evidence(cadence, on, KINDS)
    assert [found.on for found in findings(cadence, evidence)] == [on]
    for left_out in evidence:
        assert not findings(cadence, [fact for fact in evidence if fact is not left_out])


@given(one=rules, other=rules, on=st.dates(date(2022, 1, 1), date(2026, 12, 31)))
def test_rules_that_must_hold_together_are_met_by_what_is_made_up(one, other, on):
    cadence = threshold_of(one, other, combine="all")
    evidence = smallest_evidence(cadence, on, KINDS)
    assert any(found.on == on for found in findings(cadence, evidence))


@st.composite
def sequences(draw, on):
    """Facts near `on`, in numbers that may meet the rules."""
    days = st.integers(0, 800).map(lambda back: on - timedelta(days=back))
    drawn = draw(st.lists(st.tuples(days, st.sampled_from(KINDS), st.integers(1, 4)), max_size=6))
    made = [(day, kind) for day, kind, times in drawn for _ in range(times)]
    return [DatedFact(number, day, kind) for number, (day, kind) in enumerate(sorted(made), 1)]


@settings(max_examples=60)
@given(data=st.data(), one=rules, other=rules)
def test_no_facts_bring_a_dead_rule_its_turn(data, one, other):
    """What the search calls dead stays dead whatever hypothesis makes up."""
    cadence = threshold_of(one, other)
    dead = dead_rules(cadence, LAST, KINDS)
    if not dead or one.key == other.key:
        return
    evidence = data.draw(sequences(LAST))
    told = {found.rule for found in findings(cadence, evidence)}
    assert not told & {cadence.rules[number].key for number in dead}


def test_a_window_is_spread_over_all_its_days():
    rule = three_in_a_year()
    days = smallest_evidence(threshold_of(rule), LAST, KINDS)
    assert all(add_period(LAST, rule.within, times=-1) <= fact.on <= LAST for fact in days)
