"""A county is closed by a typhoon: what it and its stations owe is due later, what others owe is not."""

from datetime import date

import pytest

from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.reading.phrases import read_due
from duban.workdays import Closure, TimeGrain, UnknownYear
from tests.obligations.small_bureau import (
    SELLER,
    a_duty,
    a_project,
    first_inspection,
    flight_check,
    graded_visits,
    quarterly,
)

SANYUAN, LIEDONG, SHAXIAN = "350404", "350404-01", "350405"
CHAINS = {code: [unit.code for unit in a_project().chain(code)] for code in a_project().units}


@pytest.fixture
def storm(calendar):
    """`storm("2023-04-18", "2023-04-19")`: the calendar with 三元区 closed from the first to the last day."""

    def struck(first, last, unit=SANYUAN):
        closure = Closure(
            unit=unit,
            from_=date.fromisoformat(first),
            to=date.fromisoformat(last),
            reason="台风",
            notice="元政办〔2023〕5号",
        )
        return calendar.with_closures([closure], CHAINS)

    return struck


def test_by_period_each_unit_goes_by_its_own_calendar(bureau, storm):
    here = bureau(on="2023-04-01")
    here.use_duties([quarterly()], storm("2023-04-12", "2023-04-13"))
    here.open("2023-04-03")
    assert sorted(here.owed("unit", "period_key", "opened_on", "deadline")) == [
        (SANYUAN, "2023-Q1", "2023-04-01", "2023-04-19"),
        (SHAXIAN, "2023-Q1", "2023-04-01", "2023-04-17"),
    ]


def test_by_subject_each_goes_by_its_unit_s_calendar_and_nobody_is_left_out(bureau, storm):
    here = bureau(on="2023-01-01")
    here.use_duties([a_monthly_round()], storm("2023-05-05", "2023-05-05"))
    here.register("S1", "S2", unit=LIEDONG)
    here.register("X1", unit=SHAXIAN)
    here.open("2023-05-04")
    assert sorted(here.owed("unit", "period_key", "deadline")) == [
        (LIEDONG, "2023-05", "2023-05-06"),
        (LIEDONG, "2023-05", "2023-05-06"),
        (SHAXIAN, "2023-05", "2023-05-05"),
    ]


def test_a_subject_registered_while_it_runs_goes_by_its_unit_s_calendar(bureau, storm):
    here = bureau(on="2023-01-01")
    here.use_duties([a_monthly_round(due="当月最后一个工作日")], storm("2023-05-31", "2023-05-31"))
    here.open("2023-05-04")
    here.register("S1", unit=LIEDONG, registered_on=date(2023, 5, 10))
    here.register("X1", unit=SHAXIAN, registered_on=date(2023, 5, 10))
    here.open("2023-05-10")
    assert sorted(here.owed("unit", "opened_on", "deadline")) == [
        (LIEDONG, "2023-05-10", "2023-06-01"),
        (SHAXIAN, "2023-05-10", "2023-05-31"),
    ]


def test_by_fact_each_unit_goes_by_its_own_calendar_and_the_notice_is_among_the_reasons(bureau, storm):
    here = bureau(on="2023-04-01")
    here.use_duties([first_inspection()], storm("2023-05-15", "2023-05-16"))
    here.register("S1", unit=LIEDONG)
    here.register("X1", unit=SHAXIAN)
    here.fact("certificate.issued", "2023-04-15", code="S1")
    here.fact("certificate.issued", "2023-04-15", code="X1")
    here.open("2023-04-17")
    assert sorted(here.owed("unit", "deadline")) == [(SANYUAN, "2023-05-17"), (SHAXIAN, "2023-05-15")]


def test_a_finding_goes_by_its_unit_s_calendar(bureau, storm):
    here = bureau(on="2023-04-01")
    here.use_duties([flight_check()], storm("2023-04-24", "2023-04-25"))
    for code, unit in (("S1", LIEDONG), ("X1", SHAXIAN)):
        here.register(code, unit=unit)
        for day in ("2023-04-03", "2023-04-04", "2023-04-06"):
            here.fact("sample.failed", day, code=code)
    here.open("2023-04-07")
    arranged, later = sorted(here.owed("deadline"))
    assert (arranged, later) == ("2023-05-06", "2023-05-09")


def test_visits_of_both_calendars_open_once_each(bureau, storm):
    here = bureau(on="2023-01-01")
    here.use_duties([graded_visits()], storm("2023-06-30", "2023-06-30"))
    here.register("S1", unit=LIEDONG, grade="B")
    here.register("X1", unit=SHAXIAN, grade="B")
    for day in ("2023-01-03", "2023-01-04", "2023-07-03"):
        here.open(day)
    assert sorted(here.owed("unit", "period_key", "target", "deadline")) == [
        (SANYUAN, "2023#1/2", "2023-06-29", "2023-06-30"),
        (SANYUAN, "2023#2/2", "2023-12-29", "2023-12-31"),
        (SHAXIAN, "2023#1/2", "2023-06-30", "2023-06-30"),
        (SHAXIAN, "2023#2/2", "2023-12-29", "2023-12-31"),
    ]


def test_a_closure_announced_late_opens_nothing_twice_and_loses_nothing(bureau, storm, calendar):
    duty = quarterly(due="季度结束前", opens="到期前10个工作日")
    here = bureau(duty, on="2023-06-01")
    here.open("2023-06-13")
    here.use_duties([duty], storm("2023-06-19", "2023-06-20"))
    for day in ("2023-06-14", "2023-06-15", "2023-06-16", "2023-06-19", "2023-06-20"):
        here.open(day)
    assert sorted(here.owed("unit", "period_key", "opened_on")) == [
        (SANYUAN, "2023-Q2", "2023-06-15"),
        (SHAXIAN, "2023-Q2", "2023-06-15"),
    ]


def test_a_closure_in_the_last_days_of_the_calendar_refuses_as_ever(storm):
    closed = storm("2040-12-31", "2040-12-31").for_unit(LIEDONG)
    with pytest.raises(UnknownYear):
        closed.roll_forward(date(2040, 12, 31))


def a_monthly_round(due="当月5日前"):
    cadence = PeriodicCadence(every=TimeGrain.MONTH, due=read_due(due).rule)
    return a_duty("round", cadence, level="station", subject=SELLER)
