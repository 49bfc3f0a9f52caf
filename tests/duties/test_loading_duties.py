"""From a file of duties to duties."""

from datetime import date

import pytest

from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.kinds.review import ReviewCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.kinds.within import WithinCadence
from duban.cadence.reading.assumed import Assumption
from duban.cadence.rules import AfterEndRule, NthWorkdayRule, OpeningRule
from duban.duties import Duty, duty_from_content, load_duties
from duban.duties.crosschecks import Surroundings
from duban.duties.grammar import Basis, Effective, ForEach, Owner
from duban.workdays import Period, TimeGrain

FILE = """
line: 食品流通
defaults:
  owner: {unit: 县局, post: 食品流通科}
  ladder: brief
  effective: {from: 2023-01-01}
duties:
"""
FIRST = """
  - id: first-inspection
    title: 首次检查
    basis: {clause: CP-01, quote: 取证后一个月内}
    for_each: {subject: 获证企业, where: {发证方式: 告知承诺, 类别: [甲, 乙]}}
    within: 一个月
    of: certificate.issued
    law: 行政许可法
    done_by: inspection.done
    evidence: 记录表
    owner: 监管所/经办人
    catch_up: 只补最近一期
    effective: {from: 2023-03-01, until: 2023-12-31}
"""
MONTHLY = """
  - id: monthly-check
    title: 每月核查
    basis:
      - {clause: [SL-01, SL-02], quote: 日管控}
      - {source: 《食品安全法》第四十四条, quote: 建立健全食品安全管理制度}
    every: {value: 每月一周, assumed: 计划未写间隔}
    due: {value: 当月最后一个工作日, assumed: 计划未写期限}
"""
FLIGHT = """
  - id: flight-check
    title: 飞行检查
    basis: {clause: SL-07, quote: 三批次以上}
    for_each: {subject: 食品销售者}
    when:
      any:
        - {count: 3, of: sample.failed, in: {value: 一年, assumed: 按滚动一年}}
        - {streak: 连续3个季度, of: sample.failed}
    due: 20个工作日
    confidential: 是
"""
VISITS = """
  - id: visits
    title: 分级检查
    basis: {clause: SL-13, quote: 规定频次}
    for_each: {subject: 食品销售者}
    visits: {by: 风险等级, A: 1, B: {value: 2, assumed: 取上限}, ungraded: 每年1次}
"""


@pytest.fixture
def written(tmp_path):
    """Write duties as `duties/<name>.yaml` and load all of them without surroundings."""
    (tmp_path / "duties").mkdir()

    def write(*entries, name="食品流通", head=FILE):
        (tmp_path / "duties" / f"{name}.yaml").write_text(head + "".join(entries), encoding="utf-8")
        duties, problems = load_duties(tmp_path, Surroundings())
        assert problems == []
        return duties

    return write


def test_a_duty_says_everything_its_entry_says(written):
    assert written(FIRST)["first-inspection"] == Duty(
        id="first-inspection",
        title="首次检查",
        line="食品流通",
        basis=(Basis(clauses=("CP-01",), quote="取证后一个月内"),),
        owner=Owner(unit="station", post="经办人"),
        for_each=ForEach(subject="获证企业", where={"发证方式": ("告知承诺",), "类别": ("甲", "乙")}),
        cadence=WithinCadence(period=Period(1, TimeGrain.MONTH), of="certificate.issued", law="行政许可法"),
        ladder="brief",
        evidence=("记录表",),
        done_by="inspection.done",
        effective=Effective(from_=date(2023, 3, 1), until=date(2023, 12, 31)),
        catch_up="latest",
        path="duties/食品流通.yaml",
        line_no=9,
    )


def test_what_a_duty_leaves_out_comes_from_the_defaults_of_its_file(written):
    duty = written(MONTHLY)["monthly-check"]
    assert duty.owner == Owner(unit="county", post="食品流通科")
    assert duty.ladder == "brief"
    assert duty.effective == Effective(from_=date(2023, 1, 1))
    assert duty.for_each == ForEach(level="county")
    assert (duty.catch_up, duty.confidential, duty.evidence, duty.done_by) == ("all", False, (), None)


def test_without_defaults_the_ladder_is_the_standard_one(written):
    assert written(FIRST, head="line: 食品流通\nduties:\n")["first-inspection"].ladder == "standard"


def test_a_basis_may_be_clauses_of_the_plan_or_an_article(written):
    clauses, article = written(MONTHLY)["monthly-check"].basis
    assert clauses == Basis(clauses=("SL-01", "SL-02"), quote="日管控")
    assert article.source == "《食品安全法》第四十四条"


def test_each_kind_of_cadence(written):
    duties = written(MONTHLY, FLIGHT, VISITS)
    assert duties["monthly-check"].cadence == PeriodicCadence(
        every=TimeGrain.MONTH, due=NthWorkdayRule(n=-1), lasting=Period(1, TimeGrain.WEEK)
    )
    assert duties["flight-check"].cadence == ThresholdCadence(
        combine="any",
        rules=(
            CountRule(count=3, of="sample.failed", within=Period(1, TimeGrain.YEAR)),
            StreakRule(length=3, grain=TimeGrain.QUARTER, of="sample.failed"),
        ),
        due=Period(20, TimeGrain.WORKDAY),
    )
    assert duties["flight-check"].confidential
    assert duties["visits"].cadence == FrequencyCadence(by_grade={"A": 1, "B": 2}, ungraded=1)
    assert [duty.kind for duty in duties.values()] == ["periodic", "threshold", "frequency"]


def test_a_periodic_duty_may_open_elsewhere_than_at_its_start(written):
    duty = written(
        "  - id: a\n    title: a\n    basis: {clause: TS-01, quote: a}\n    every: 每季度\n"
        "    due: 季度结束后10个工作日内\n    opens: 季度结束后\n"
    )["a"]
    assert duty.cadence == PeriodicCadence(
        every=TimeGrain.QUARTER,
        due=AfterEndRule(period=Period(10, TimeGrain.WORKDAY)),
        opens=OpeningRule(anchor="end"),
    )


@pytest.mark.parametrize(("due", "n"), [("当周最后一个工作日", -1), ("当周第5个工作日", 5)])
def test_a_week_is_counted_in_working_days_though_a_holiday_may_leave_it_none(written, due, n):
    duty = written(
        f"  - id: a\n    title: a\n    basis: {{clause: TS-01, quote: a}}\n    every: 每周\n    due: {due}\n"
    )["a"]
    assert duty.cadence == PeriodicCadence(every=TimeGrain.WEEK, due=NthWorkdayRule(n=n))


def test_the_same_words_in_english_mean_the_same_duty(written):
    chinese = written(FLIGHT)["flight-check"]
    english = FLIGHT.replace("一年", "1 year").replace("连续3个季度", "3 quarters")
    english = english.replace("20个工作日", "20 workdays").replace("是\n", "true\n")
    head = FILE.replace("县局", "county")
    assert written(english, head=head)["flight-check"].fingerprint == chinese.fingerprint


def test_assumed_values_are_collected_with_their_keys_and_reasons(written):
    duties = written(MONTHLY, FLIGHT, VISITS)
    assert duties["monthly-check"].assumptions == (
        Assumption(key="every", reason="计划未写间隔"),
        Assumption(key="due", reason="计划未写期限"),
    )
    assert [a.key for a in duties["flight-check"].assumptions] == ["when.any.0.in"]
    assert [a.key for a in duties["visits"].assumptions] == ["visits.B"]


def test_an_assumed_default_counts_for_the_duties_that_take_it_over(written):
    head = FILE.replace("ladder: brief", "ladder: {value: brief, assumed: 暂定}")
    duties = written(MONTHLY, FLIGHT + "    ladder: standard\n", head=head)
    assert Assumption(key="ladder", reason="暂定") in duties["monthly-check"].assumptions
    assert "ladder" not in [assumption.key for assumption in duties["flight-check"].assumptions]


def test_a_duty_survives_the_way_to_json_and_back(written):
    import json

    for duty in written(FIRST, MONTHLY, FLIGHT, VISITS).values():
        assert duty_from_content(json.loads(json.dumps(duty.content(), ensure_ascii=False))) == duty


def test_the_fingerprint_follows_the_meaning_and_not_the_place_or_the_doubt(written):
    duty = written(MONTHLY)["monthly-check"]
    moved = written("\n# 注释\n" + MONTHLY)["monthly-check"]
    assert moved.line_no != duty.line_no
    assert moved.fingerprint == duty.fingerprint
    confirmed = written(
        MONTHLY.replace("{value: 当月最后一个工作日, assumed: 计划未写期限}", "当月最后一个工作日")
    )
    assert confirmed["monthly-check"].fingerprint == duty.fingerprint
    changed = written(MONTHLY.replace("最后一个工作日", "第10个工作日"))["monthly-check"]
    assert changed.fingerprint != duty.fingerprint


def test_a_wrong_duty_does_not_keep_the_others_from_being_read(tmp_path):
    (tmp_path / "duties").mkdir()
    text = FILE + MONTHLY.replace("每月一周", "适时") + FLIGHT
    (tmp_path / "duties" / "x.yaml").write_text(text, encoding="utf-8")
    duties, problems = load_duties(tmp_path, Surroundings())
    assert list(duties) == ["flight-check"]
    assert [problem.duty for problem in problems] == ["monthly-check"]


def test_rules_have_stable_names():
    assert (
        CountRule(count=3, of="sample.failed", within=Period(1, TimeGrain.YEAR)).key
        == "count-3-sample.failed-1-year"
    )
    assert (
        StreakRule(length=3, grain=TimeGrain.QUARTER, of="sample.failed").key
        == "streak-3-quarter-sample.failed"
    )


def test_a_review_keeps_its_interval_and_why_it_was_chosen(written):
    duty = written(
        "  - id: a\n    title: a\n    basis: {clause: TS-01, quote: a}\n"
        "    review: {value: 每半年, assumed: 计划没有写频次}\n"
    )["a"]
    assert duty.cadence == ReviewCadence(every=TimeGrain.HALF_YEAR)
    assert duty.kind == "review"
    assert duty.assumptions == (Assumption(key="review", reason="计划没有写频次"),)
    assert duty_from_content(duty.content()) == duty
