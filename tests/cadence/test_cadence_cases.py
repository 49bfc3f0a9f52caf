"""The worked examples of tests/cases/cadence, one test each. A new example is a few lines of YAML."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from duban.cadence import frequency, periodic, threshold, within
from duban.duties.cadences import CountRule, Frequency, Periodic, Review, StreakRule, Threshold, Within
from duban.duties.phrases import read_due, read_opens, read_period, read_rhythm, read_streak
from duban.workdays import Period, Unit

CASES = Path(__file__).resolve().parents[1] / "cases" / "cadence"


def load_cases():
    for path in sorted(CASES.glob("*.yaml")):
        for case in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize("kind, case", list(load_cases()))
def test_worked_example(kind, case, calendar):
    ANSWERS[kind](case, calendar)


def periodic_case(case, calendar):
    rhythm = read_rhythm(case["every"])
    opens = {"opens": read_opens(case["opens"]).opens} if "opens" in case else {}
    cadence = Periodic(every=rhythm.every, lasting=rhythm.lasting, due=read_due(case["due"]).rule, **opens)
    found = periodic.occurrences(cadence, calendar, case["from"], case["until"])
    assert [as_written(each) for each in found] == [
        {**each, "period": str(each["period"])} for each in case["owed"]
    ]


def review_case(case, calendar):
    cadence = Review(every=read_rhythm(case["review"]).every)
    found = periodic.occurrences(cadence, calendar, case["from"], case["until"])
    assert [as_written(each) for each in found] == case["owed"]


def as_written(occurrence):
    return {
        "period": occurrence.period_key,
        "opens": occurrence.opens_on,
        "target": occurrence.reckoning.target,
        "deadline": occurrence.reckoning.deadline,
    }


def within_case(case, calendar):
    cadence = Within(period=read_period(case["within"]), of="certificate.issued", law=case.get("law"))
    found = within.reckon(cadence, calendar, case["happened"])
    assert (found.target, found.deadline) == (case["target"], case["deadline"])


def frequency_case(case, calendar):
    visits = dict(case["visits"])
    if "per_year" in visits:
        cadence = Frequency(per_year=visits["per_year"])
    else:
        cadence = Frequency(ungraded=visits.pop("ungraded", None), by_grade=visits)
    year = case["year"]
    found = frequency.occurrences(cadence, case.get("grade"), calendar, date(year, 1, 1), date(year, 12, 31))
    assert [as_written(each) for each in found] == [
        {"period": each["key"], **{name: each[name] for name in ("opens", "target", "deadline")}}
        for each in case["windows"]
    ]


def threshold_case(case, calendar):
    combine = "any" if "any" in case else "all"
    cadence = Threshold(
        combine=combine, rules=tuple(a_rule(rule) for rule in case[combine]), due=Period(20, Unit.WORKDAY)
    )
    facts = [threshold.Happened(number, day, "sample.failed") for number, day in enumerate(case["facts"], 1)]
    found = threshold.findings(cadence, facts, strict_365=case.get("strict_365", False))
    assert [{"on": each.on, "evidence": list(each.evidence)} for each in found] == case["found"]


def a_rule(written):
    if "count" in written:
        return CountRule(count=written["count"], of="sample.failed", within=read_period(written["in"]))
    run = read_streak(written["streak"])
    return StreakRule(length=run.amount, unit=run.unit, of="sample.failed")


ANSWERS = {
    "frequency": frequency_case,
    "periodic": periodic_case,
    "review": review_case,
    "threshold": threshold_case,
    "within": within_case,
}


def test_every_kind_has_its_cases():
    assert {path.stem for path in CASES.glob("*.yaml")} == set(ANSWERS)
