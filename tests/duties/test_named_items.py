"""What was settled of single duties, by their ids: a rule edited later must not lose it unawares."""

from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions
from duban.duties.certainty import set_by_statute
from duban.explanations.obligation import statement_of
from duban.explanations.sentences import _reasons

DUTIES = load_definitions(Path(__file__).resolve().parents[2]).duties


def marked(duty):
    """The keys whose values no text gives."""
    return {each.key.split(".")[0] for each in DUTIES[duty].assumptions}


@pytest.mark.parametrize(
    "duty, kind",
    {
        "cy-rural-banquet": "before",
        "cy-major-event": "before",
        "ts-design-life": "before",
        "fz-document-expiry": "before",
        "fz-lawsuit-answer": "within",
        "fz-reconsideration-answer": "within",
        "cp-help-after-failed-sample": "within",
        "jl-verification-rate": "ratio",
        "sl-yearly-regrading": "ratio",
        "sp-yearly-grading": "ratio",
        "cy-yearly-regrading": "ratio",
        "cy-enter-results": "ratio",
        "yp-key-units": "review",
        "wl-demonstration-zone": "once",
    }.items(),
)
def test_a_duty_is_of_the_kind_its_clause_means(duty, kind):
    assert DUTIES[duty].kind == kind


@pytest.mark.parametrize("duty", ["sl-graded-inspection", "sp-graded-inspection", "cy-graded-inspection"])
def test_graded_inspections_are_at_the_lower_bound_and_say_so(duty):
    assert DUTIES[duty].cadence.by_grade == {"A": 1, "B": 1, "C": 2, "D": 3}
    assert "visits" in marked(duty)


@pytest.mark.parametrize(
    "duty", ["wl-demonstration-zone", "wl-demonstration-plan", "wl-demonstration-application"]
)
def test_the_demonstration_zone_is_striven_for(duty):
    assert DUTIES[duty].soft == "工作重点"


@pytest.mark.parametrize(
    "duty", ["xb-complaint-decision", "xb-complaint-closing", "xb-report-check", "xb-report-told"]
)
def test_each_complaint_has_its_days_and_a_short_ladder(duty):
    assert (DUTIES[duty].kind, DUTIES[duty].ladder) == ("within", "brief")


@pytest.mark.parametrize(
    "duty, article",
    {
        "fz-yearly-report": "第二十四条",
        "cy-publish-grades": "第二十六条",
        "cp-false-promise": "第十八条",
        "yp-cosmetics-yearly-report": "2021年第35号",
        "wl-platform-data": "第二十五条",
        "xb-report-told": "第三十一条",
        "ts-grave-hazard": "第二十三条",
    }.items(),
)
def test_an_assumed_number_names_the_article_and_how_sure_it_is(duty, article):
    sources = [each.source for each in DUTIES[duty].assumptions if each.source]
    assert any(article in source and "待核对" in source for source in sources)


@pytest.mark.parametrize(
    "duty, article, words",
    [
        ("yx-after-filing", "总局令第53号）第二十二条", "生产备案之日起3个月内"),
        ("cp-sample-rectified", "总局令第18号）第四十六条", "自责令之日起六十日内予以改正"),
        ("cp-sample-recheck", "总局令第18号）第四十七条", "自责令之日起七十五日内"),
        ("sb-bad-faith-clue", "行政处罚程序规定第十八条", "十五个工作日内予以核查"),
        ("sb-agency-clue", "行政处罚程序规定第十八条", "十五个工作日内予以核查"),
        ("fz-lawsuit-answer", "行政诉讼法第六十七条", "收到起诉状副本之日起十五日内"),
        ("fz-reconsideration-answer", "行政复议法第四十八条", "之日起十日内,提出书面答复"),
    ],
)
def test_a_day_that_a_statute_sets_is_quoted_and_called_the_statutes(duty, article, words):
    statutes = [each for each in DUTIES[duty].basis if each.source]
    assert [(article in each.source, words in each.quote) for each in statutes] == [(True, True)]
    assert marked(duty) <= {"owner"}
    assert set_by_statute(DUTIES[duty].content())


def test_every_quoted_article_says_how_far_it_was_checked_and_that_is_no_other_rule():
    quoted = {duty.id: duty for duty in DUTIES.values() if any(basis.source for basis in duty.basis)}
    assert len(quoted) > 10
    for duty in quoted.values():
        assert all("待核对" in basis.checked for basis in duty.basis if basis.source), duty.id
    duty = quoted["gg-clue-check"]
    told = " ".join(each.text for each in _reasons(statement_of(duty, {})) if "第十八条" in each.text)
    assert told.endswith("十五个工作日内予以核查”（条文已据公开法规汇编核对，官方文本待核对）")
    confirmed = tuple(basis.model_copy(update={"checked": ""}) for basis in duty.basis)
    assert duty.model_copy(update={"basis": confirmed}).fingerprint == duty.fingerprint
