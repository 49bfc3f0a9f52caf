"""What was settled of single duties, by their ids: a rule edited later must not lose it unawares."""

from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions

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
        "yx-after-filing": "第53号",
        "wl-platform-data": "第二十五条",
        "xb-report-told": "第三十一条",
        "cp-sample-rectified": "第四十六条",
        "cp-sample-recheck": "第四十七条",
        "fz-lawsuit-answer": "第六十七条",
        "fz-reconsideration-answer": "第四十八条",
    }.items(),
)
def test_an_assumed_number_names_the_article_and_how_sure_it_is(duty, article):
    sources = [each.source for each in DUTIES[duty].assumptions if each.source]
    assert any(article in source and "待核对" in source for source in sources)
