"""The worked examples of tests/cases/cadence, one test each. A new example is a few lines of YAML."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from duban.cadence import pace, standing
from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.findings import DatedFact, findings
from duban.cadence.kinds.before import BeforeKeys
from duban.cadence.kinds.campaign import CampaignCadence
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.once import OnceCadence
from duban.cadence.kinds.periodic import PeriodicCadence
from duban.cadence.kinds.review import ReviewCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.kinds.within import WithinCadence
from duban.cadence.reading.goal_phrases import read_goal, read_share, read_term
from duban.cadence.reading.phrases import read_due, read_opens, read_period, read_rhythm, read_streak
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import OpeningRule
from duban.workdays import Period, TimeGrain, period_key, period_span

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
    cadence = PeriodicCadence(
        every=rhythm.every, lasting=rhythm.lasting, due=read_due(case["due"]).rule, **opens
    )
    found = cadence.occurrences(calendar, case["from"], case["until"])
    assert [as_written(each) for each in found] == [
        {**each, "period": str(each["period"])} for each in case["owed"]
    ]


def review_case(case, calendar):
    cadence = ReviewCadence(every=read_rhythm(case["review"]).every)
    found = cadence.occurrences(calendar, case["from"], case["until"])
    assert [as_written(each) for each in found] == case["owed"]


def as_written(occurrence):
    return {
        "period": occurrence.period_key,
        "opens": occurrence.opens_on,
        "target": occurrence.reckoning.target,
        "deadline": occurrence.reckoning.deadline,
    }


def within_case(case, calendar):
    cadence = WithinCadence(period=read_period(case["within"]), of="certificate.issued", law=case.get("law"))
    found = cadence.opening.due(calendar, case["happened"], case["happened"])
    assert (found.target, found.deadline) == (case["target"], case["deadline"])


def before_case(case, calendar):
    nowhere = DutyPlace(None, (), None, None, None)
    written = {key: case[key] for key in ("due", "opens") if key in case}
    opening = BeforeKeys(before="banquet.reported", **written).read(nowhere).opening
    opened = opening.opens_on(calendar, case["event"], case["told"])
    found = opening.due(calendar, case["event"], opened)
    assert (opened, found.target, found.deadline) == (case["opened"], case["target"], case["deadline"])


def frequency_case(case, calendar):
    visits = dict(case["visits"])
    if "per_year" in visits:
        cadence = FrequencyCadence(per_year=visits["per_year"])
    else:
        cadence = FrequencyCadence(ungraded=visits.pop("ungraded", None), by_grade=visits)
    year = case["year"]
    found = cadence.occurrences_for(case.get("grade"), calendar, date(year, 1, 1), date(year, 12, 31))
    assert [as_written(each) for each in found] == [
        {"period": each["key"], **{name: each[name] for name in ("opens", "target", "deadline")}}
        for each in case["windows"]
    ]


def threshold_case(case, calendar):
    combine = "any" if "any" in case else "all"
    cadence = ThresholdCadence(
        combine=combine,
        rules=tuple(a_rule(rule) for rule in case[combine]),
        due=Period(20, TimeGrain.WORKDAY),
    )
    facts = [DatedFact(number, day, "sample.failed") for number, day in enumerate(case["facts"], 1)]
    found = findings(cadence, facts, strict_365=case.get("strict_365", False))
    assert [{"on": each.on, "evidence": list(each.evidence)} for each in found] == case["found"]


def a_rule(written):
    if "count" in written:
        return CountRule(count=written["count"], of="sample.failed", within=read_period(written["in"]))
    run = read_streak(written["streak"])
    return StreakRule(length=run.amount, grain=run.grain, of="sample.failed")


def campaign_case(case, calendar):
    names = case["campaign"] if isinstance(case["campaign"], list) else [case["campaign"]]
    due = {"due": read_due(case["due"]).rule} if "due" in case else {}
    opens = {"opens": read_opens(case["opens"]).opens} if "opens" in case else {}
    found = CampaignCadence(names=tuple(names), **due, **opens).occurrences(
        calendar, case["from"], case["until"]
    )
    assert [{**as_written(each), "provisional": each.reckoning.provisional} for each in found] == [
        {"provisional": False, **each} for each in case["owed"]
    ]


def once_case(case, calendar):
    term = read_term(case["once"])
    opens = read_opens(case["opens"]).opens if "opens" in case else OpeningRule()
    cadence = OnceCadence(first=term.first, last=term.last, rolls=term.rolls, opens=opens)
    found = cadence.occurrences(calendar, case["from"], case["until"])
    assert [as_written(each) for each in found] == case["owed"]


def quota_case(case, calendar):
    goal = read_goal(case["quota"])
    over = case["on"].year > 2023 and case["stands"]["days_left"] == 0
    key = period_key(date(2023, 12, 31) if over else case["on"], goal.each)
    stands = pace.pace(goal.at_least, case["counted"], *period_span(key), case["on"])
    assert {name: getattr(stands, name) for name in case["stands"]} == case["stands"]


def ratio_case(case, calendar):
    share = read_share(case["ratio"])
    stands = standing.standing(
        share.bound,
        case["part"],
        case["whole"],
        at_least=share.at_least,
        of=standing.Whole(case.get("of", "cases")),
        pending=case.get("pending", 0),
        unreported=tuple(case.get("unreported", ())),
    )
    told = None if stands.share is None else standing.percent(stands.share)
    found = {name: getattr(stands, name) for name in ("met", "affordable", "needed")}
    assert {**found, "percent": told} == case["stands"]


ANSWERS = {
    "campaign": campaign_case,
    "once": once_case,
    "quota": quota_case,
    "ratio": ratio_case,
    "frequency": frequency_case,
    "periodic": periodic_case,
    "review": review_case,
    "threshold": threshold_case,
    "within": within_case,
    "before": before_case,
}


def test_every_kind_has_its_cases():
    assert {path.stem for path in CASES.glob("*.yaml")} == set(ANSWERS)
