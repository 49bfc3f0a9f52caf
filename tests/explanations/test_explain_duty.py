"""A duty explains itself by what it opens next, on the code path that opens it."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from duban.base.clock import SHANGHAI
from duban.base.language import use
from duban.base.starter import copy_starter
from duban.cadence.rules import AtEndRule, OpeningRule
from duban.definitions.definitions import load_definitions
from duban.documents import as_terminal
from duban.documents.objects import plain
from duban.duties.grammar import Effective
from duban.explanations import explain_duty, explanation_document
from duban.explanations.sentences import _reasons
from duban.workdays import TimeGrain, UnknownYear
from tests.few_duties import carried

ROOT = Path(__file__).parents[2]
MARCH = date(2023, 3, 1)
EVE = date(2022, 12, 31)
"""Before everything the plan of 2023 asks for has opened."""


AWAITING = {"jz-campus-month", "jz-secret-service-month", "yp-safe-medication-month", "zc-service-month"}
"""Their windows have no day before somebody announces them."""


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    """The starter project's own, its plan carried on."""
    root = tmp_path_factory.mktemp("carried") / "project"
    copy_starter(root)
    return load_definitions(carried(root))


def of_kind(definitions, kind):
    return next(duty for duty in definitions.duties.values() if duty.kind == kind)


def test_a_periodic_duty_shows_its_next_occurrences_as_opening_makes_them(definitions):
    duty = of_kind(definitions, "periodic")
    told = explain_duty(definitions, duty.id, MARCH, count=2, root=definitions.root)
    opened = duty.cadence.occurrences(definitions.calendar, MARCH, date(2024, 4, 4))[:2]
    assert [each.period_key for each in told.coming] == [each.period_key for each in opened]
    assert [each.dates.deadline for each in told.coming] == [each.reckoning.deadline for each in opened]
    assert all(each.dates.steps for each in told.coming)


def test_what_is_counted_is_called_by_its_title(definitions):
    notes = {
        duty: explain_duty(definitions, duty, MARCH, root=definitions.root).note
        for duty in definitions.duties
    }
    facts = definitions.vocabulary.facts
    assert [duty for duty, note in notes.items() for kind in facts if kind in note] == []
    assert notes["sl-flight-check"] == (
        "触发条件：1年内 “监督抽检检出不合格样品” 达 3 次，或“监督抽检检出不合格样品” 连续3个季度都有"
    )


def test_a_duty_that_waits_for_a_fact_shows_what_one_today_would_bring(definitions):
    duty = of_kind(definitions, "within")
    (coming,) = explain_duty(definitions, duty.id, date(2023, 8, 30), root=definitions.root).coming
    assert coming.condition == f"假如 2023-08-30 {definitions.vocabulary.facts[duty.cadence.of].title}"
    assert any("民法典" in step.basis for step in coming.dates.steps)


def test_an_emergency_that_is_supposed_names_no_hour_that_nobody_told(definitions):
    told = explain_duty(definitions, "cy-incident-report", date(2023, 8, 30), root=definitions.root)
    (coming,) = told.coming
    (step,) = coming.dates.steps
    assert step.text == "从事情发生的那一刻起2小时；按小时计，不因休息日顺延"
    console = Console(file=StringIO(), width=200)
    console.print(as_terminal(explanation_document(told, SHANGHAI)))
    shown = console.file.getvalue()
    assert "00:00" not in shown
    assert "应办日" not in shown


def test_a_threshold_states_its_condition(definitions):
    duty = of_kind(definitions, "threshold")
    told = explain_duty(definitions, duty.id, MARCH, root=definitions.root)
    assert told.note.startswith("触发条件：")
    assert told.coming[0].opens_on == MARCH


def test_a_graded_frequency_shows_each_grade(definitions):
    duty = next(
        duty for duty in definitions.duties.values() if duty.kind == "frequency" and duty.cadence.by_grade
    )
    told = explain_duty(definitions, duty.id, MARCH, root=definitions.root)
    assert {coming.condition for coming in told.coming} >= {"风险等级 C", "风险等级 D"}


def test_every_duty_of_the_starter_project_can_be_explained(definitions):
    for duty_id in definitions.duties:
        told = explain_duty(definitions, duty_id, EVE, root=definitions.root)
        assert told.duty.reasons[0].quote
        assert len(set(told.duty.reasons)) == len(told.duty.reasons), duty_id
        assert bool(told.coming) == (duty_id not in AWAITING), duty_id
        json.dumps(plain(told))
        console = Console(width=160, file=StringIO())
        console.print(as_terminal(explanation_document(told, SHANGHAI)))
        assert told.duty.title[:10] in console.file.getvalue()


def test_reckonings_that_follow_one_another_say_once_how_far_a_notice_may_move_their_end(definitions):
    told = explain_duty(definitions, "xb-closing-rate", date(2026, 9, 1), root=definitions.root)
    [dates] = [each.dates for each in told.coming if each.period_key == "2026-Q4"]
    [waits] = [dict(step.values) for step in dates.steps if step.kind == "unannounced"]
    assert (waits["earliest"], waits["latest"]) == (str(dates.earliest), str(dates.latest))


def test_an_english_reader_is_told_which_words_stay_chinese(definitions):
    with use("en"):
        told = explain_duty(definitions, "wl-tourism", MARCH, root=definitions.root)
        said = [each.text for each in _reasons(told.duty)]
        steps = [step.text for step in told.coming[0].dates.steps]
    assert said[0].endswith("” (in Chinese)")
    assert steps[0] == "Labour Day holiday runs from 2023-04-29 to 2023-05-03"


def test_an_unknown_duty_is_refused(definitions):
    with pytest.raises(KeyError):
        explain_duty(definitions, "no-such-duty", MARCH, root=definitions.root)


def test_a_day_the_calendar_does_not_know_is_refused(definitions):
    duty = next(
        each for each in definitions.duties.values() if each.kind == "within" and each.effective.until is None
    )
    with pytest.raises(UnknownYear):
        explain_duty(definitions, duty.id, date(2041, 1, 1), root=definitions.root)


def test_a_duty_owed_once_is_shown_until_it_is_over_and_a_past_duty_has_nothing_coming(definitions):
    duty = of_kind(definitions, "once")
    (coming,) = explain_duty(definitions, duty.id, MARCH, root=definitions.root).coming
    assert coming.opens_on <= MARCH <= coming.dates.deadline
    assert explain_duty(definitions, duty.id, date(2026, 1, 1), root=definitions.root).coming == ()


def test_nothing_comes_after_a_duty_is_in_force(definitions):
    duty = next(
        each
        for each in definitions.duties.values()
        if each.effective.until is not None and each.effective.until < date(2025, 1, 1)
    )
    assert explain_duty(definitions, duty.id, date(2025, 1, 1), root=definitions.root).coming == ()


def opens_monthly(duty):
    return duty.cadence.every is TimeGrain.MONTH and duty.cadence.opens == OpeningRule()


def opens_yearly(duty):
    cadence = duty.cadence
    return cadence.every is TimeGrain.YEAR and cadence.opens == OpeningRule() and cadence.due == AtEndRule()


class TestTimeInForce:
    @pytest.fixture
    def within_force(self, definitions):
        """The coming occurrences of a duty of a kind, were it in force only from … until …."""

        def explained(kind, on, which=bool, **effective):
            found = next(each for each in definitions.duties.values() if each.kind == kind and which(each))
            duty = found.model_copy(update={"effective": Effective(**effective)})
            return explain_duty(
                replace(definitions, duties={duty.id: duty}), duty.id, on, root=definitions.root
            )

        return explained

    @pytest.mark.parametrize("kind", ["periodic", "frequency", "within", "threshold"])
    def test_what_has_ended_opens_nothing_and_says_so(self, within_force, kind):
        told = within_force(kind, MARCH, until=date(2022, 12, 31))
        assert told.coming == ()
        assert told.note.endswith("已于 2022-12-31 失效")

    def test_what_ends_before_it_would_open_again_says_until_when_it_holds(self, within_force):
        told = within_force("campaign", date(2026, 11, 20), until=date(2026, 11, 30))
        assert told.coming == ()
        assert told.note.endswith("有效到 2026-11-30，在那以前不再开办")

    def test_what_runs_when_it_begins_opens_that_day(self, within_force):
        told = within_force("periodic", MARCH, opens_monthly, from_=date(2023, 5, 8))
        assert told.coming[0].opens_on == date(2023, 5, 8)
        assert all(each.opens_on >= date(2023, 5, 8) for each in told.coming)

    def test_a_fact_is_supposed_on_the_first_day_in_force(self, within_force):
        (coming,) = within_force("within", MARCH, from_=date(2023, 5, 8)).coming
        assert coming.opens_on == date(2023, 5, 8)

    def test_when_nothing_more_comes_what_is_running_is_shown(self, within_force):
        yearly = within_force("periodic", date(2023, 3, 7), opens_yearly, until=date(2023, 12, 31))
        (running,) = yearly.coming
        assert (running.period_key, running.condition) == ("2023", "已经开办")
        assert running.opens_on == date(2023, 1, 1)

    def test_what_is_owed_once_is_shown_until_it_is_over(self, definitions):
        duty = of_kind(definitions, "once")
        last = duty.cadence.last
        (only,) = explain_duty(definitions, duty.id, last, root=definitions.root).coming
        assert only.dates.deadline >= last
        over = explain_duty(definitions, duty.id, date(last.year + 2, 1, 9), root=definitions.root)
        assert (over.coming, over.note) == ((), f"只办一次，期限 {last} 已过")
