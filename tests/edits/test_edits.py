"""What an edit does to what is open: each kind of edit, on each database."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from duban.bureau.posts import Post
from duban.bureau.units import Unit
from duban.cadence.conditions import CountRule
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.cadence.kinds.within import WithinCadence
from duban.documents.markdown import as_markdown
from duban.duties.grammar import Effective, ForEach, Owner
from duban.edits import PlanRefused, apply
from duban.edits.telling import plan_document
from duban.ladders.ladder import (
    Addressee,
    Ladder,
    Rung,
    Stage,
)
from duban.ledger.database import reading, writing
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DELIVERY, OBLIGATION
from duban.obligations.actions import complete, extend, suspend
from duban.reports.audit import look_over
from duban.workdays import Closure, Period, TimeGrain
from tests.edits.conftest import analysis, monthly_analysis, with_days_off
from tests.obligations.small_bureau import (
    POST,
    SELLER,
    a_project,
    first_inspection,
    flight_check,
    graded_visits,
    monthly,
    quarterly,
)
from tests.principals import by


@pytest.fixture
def here(bureau):
    """2023-10-09: both counties owe the analysis of the third quarter, due on 2023-10-18."""
    made = bureau(analysis(), on="2023-10-09")
    made.open("2023-10-09")
    assert made.owed("unit", "period_key", "deadline") == [
        ("350404", "2023-Q3", "2023-10-18"),
        ("350405", "2023-Q3", "2023-10-18"),
    ]
    return made


def struck(calendar, day):
    """The calendar in which 三元区 was closed by a typhoon on this day."""
    chains = {code: [unit.code for unit in a_project().chain(code)] for code in a_project().units}
    storm = Closure(unit="350404", from_=day, to=day, reason="台风", notice="元政办〔2023〕5号")
    return calendar.with_closures([storm], chains)


class TestTheSameContent:
    def test_changes_nothing(self, here):
        assert here.plan(analysis(), on="2023-10-09").duties == ()

    def test_planning_changes_nothing_either(self, here):
        before = here.everything()
        plan = here.plan(monthly_analysis(), on="2023-10-09")
        assert plan.counts.superseded == 2
        assert here.everything() == before


class TestAQuarterlyDutyMadeMonthly:
    def test_the_month_that_runs_takes_the_quarter_s_place(self, here):
        effect = here.edit(monthly_analysis(), on="2023-10-09")
        assert [(each.period, each.count, each.deadline) for each in effect.added] == [
            ("2023-09", 2, date(2023, 10, 18))
        ]
        assert [(each.period, each.instead, each.count) for each in effect.superseded] == [
            ("2023-Q3", "2023-09", 2)
        ]
        assert here.owed("period_key", "state", "supersedes") == [
            ("2023-Q3", "superseded", None),
            ("2023-Q3", "superseded", None),
            ("2023-09", "open", 1),
            ("2023-09", "open", 2),
        ]

    def test_what_was_reminded_is_not_reminded_again(self, here):
        here.patrol("2023-10-11")
        assert here.notices() == ["remind-1", "remind-1"]
        effect = here.edit(monthly_analysis(), on="2023-10-11")
        assert effect.messages == ()
        one, other = here.owed("id", period_key="2023-09")
        assert here.notices(one) == here.notices(other) == ["remind-1"]
        assert here.owed("next_rung_at", period_key="2023-09") == [None, None]
        assert here.patrol("2023-10-12").notices == 0

    def test_and_back_again_is_as_before(self, here):
        here.edit(monthly_analysis(), on="2023-10-09")
        effect = here.edit(analysis(), on="2023-10-10")
        assert [(each.period, each.count) for each in effect.reinstated] == [("2023-Q3", 2)]
        assert here.owed("period_key", "state", "deadline") == [
            ("2023-Q3", "open", "2023-10-18"),
            ("2023-Q3", "open", "2023-10-18"),
            ("2023-09", "superseded", "2023-10-18"),
            ("2023-09", "superseded", "2023-10-18"),
        ]
        assert [event.kind for event in here.events(1)] == ["supersede", "reinstate"]

    def test_what_is_done_stays_done(self, here):
        complete(here.ws, short_id(1), here.clock.now(), who=by("张三"))
        effect = here.edit(monthly_analysis(), on="2023-10-09")
        assert [(each.period, each.units) for each in effect.superseded] == [("2023-Q3", ("350405",))]
        assert here.owed("state", unit="350404", period_key="2023-Q3") == ["done"]

    def test_the_history_says_who_and_why(self, here):
        here.edit(monthly_analysis(), on="2023-10-09", because="局务会要求")
        (event,) = here.events(1)
        assert (event.kind, event.actor) == ("supersede", "王五")
        assert event.reason.startswith("第 1 版内容：")
        assert event.reason.endswith("局务会要求")
        successor = here.owed("id", unit="350404", period_key="2023-09")[0]
        assert event.details == {"from": "open", "to": "superseded", "superseded_by": successor, "content": 1}


class TestADueDayThatMoves:
    def test_it_is_the_same_obligation_on_another_day(self, here):
        effect = here.edit(analysis(due="季度结束后15个工作日内"), on="2023-10-09")
        (moved,) = effect.moved
        assert (moved.period, moved.count, moved.was, moved.now) == (
            "2023-Q3",
            2,
            date(2023, 10, 18),
            date(2023, 10, 25),
        )
        assert "cadence" in moved.why
        assert here.owed("id", "deadline", "state") == [(1, "2023-10-25", "open"), (2, "2023-10-25", "open")]
        (event,) = here.events(1)
        assert event.kind == "redate"
        assert (event.details["was"], event.details["deadline"]) == ("2023-10-18", "2023-10-25")
        assert any("15 个工作日" in step for step in moved.steps)

    def test_the_next_reminder_moves_with_it(self, here):
        here.edit(analysis(due="季度结束后15个工作日内"), on="2023-10-09")
        here.patrol("2023-10-17")
        assert here.notices() == []
        here.patrol("2023-10-18")
        assert here.notices() == ["remind-1", "remind-1"]

    def test_a_rung_that_has_spoken_does_not_speak_again(self, here):
        here.patrol("2023-10-11")
        here.edit(analysis(due="季度结束后15个工作日内"), on="2023-10-11")
        assert here.patrol("2023-10-30").notices == 0

    def test_brought_forward_the_plan_says_what_goes_out_at_once(self, here):
        plan = here.plan(analysis(due="季度结束后6个工作日内"), on="2023-10-09")
        (effect,) = plan.duties
        assert [(each.stage, each.count, each.recipients) for each in effect.messages] == [("remind", 2, 2)]
        assert plan.counts.messages == 2
        here.apply(analysis(due="季度结束后6个工作日内"), on="2023-10-09")
        assert here.patrol("2023-10-09").deliveries == 2

    def test_what_was_due_anyway_is_not_counted_as_the_edit_s_message(self, here):
        plan = here.plan(analysis(due="季度结束后9个工作日内"), on="2023-10-11")
        assert plan.duties[0].moved
        assert plan.counts.messages == 0

    def test_days_a_person_granted_stand_unless_the_new_ones_are_later(self, here):
        now = here.clock.now()
        extend(here.ws, short_id(1), now, who=by("李四"), reason="台风", to=date(2023, 10, 30))
        effect = here.edit(analysis(due="季度结束后15个工作日内"), on="2023-10-09")
        assert [(moved.count, moved.units) for moved in effect.moved] == [(1, ("350405",))]
        assert here.owed("deadline") == ["2023-10-30", "2023-10-25"]
        effect = here.edit(analysis(due="季度结束后25个工作日内"), on="2023-10-09")
        assert here.owed("deadline") == ["2023-11-08", "2023-11-08"]

    def test_an_earlier_day_it_was_sent_back_to_stands_as_long_as_its_own_days_do(self, here):
        sent_back = update(OBLIGATION).where(OBLIGATION.c.id == 1)
        with writing(here.ws.ledger) as connection:
            connection.execute(sent_back.values(target=date(2023, 10, 12), deadline=date(2023, 10, 12)))
        effect = here.edit(analysis(evidence=("形势分析报告",)), on="2023-10-09")
        assert effect.moved == ()
        assert here.owed("deadline")[0] == "2023-10-12"
        here.edit(analysis(due="季度结束后15个工作日内"), on="2023-10-09")
        assert here.owed("deadline") == ["2023-10-25", "2023-10-25"]

    def test_what_is_suspended_is_dated_anew_and_stays_silent(self, here):
        suspend(here.ws, short_id(1), here.clock.now(), who=by("李四"), reason="停产")
        here.edit(analysis(due="季度结束后15个工作日内"), on="2023-10-09")
        assert here.owed("state", "deadline", "next_rung_at", unit="350404") == [
            ("suspended", "2023-10-25", None)
        ]


class TestADutyTakenOut:
    def test_what_is_open_is_withdrawn_with_the_reason(self, here):
        effect = here.edit(on="2023-10-09")
        assert (effect.change, [each.count for each in effect.withdrawn]) == ("removed", [2])
        assert here.owed("state") == ["withdrawn", "withdrawn"]
        assert "事项已删除" in here.events(1)[0].reason

    def test_put_back_it_is_owed_again_with_its_number(self, here):
        here.edit(on="2023-10-09")
        effect = here.edit(analysis(), on="2023-10-12")
        assert (effect.change, [each.count for each in effect.reinstated], effect.added) == ("new", [2], ())
        assert here.owed("id", "state") == [(1, "open"), (2, "open")]

    def test_put_back_late_it_does_not_owe_the_time_between(self, here):
        here.edit(on="2023-10-09")
        here.edit(analysis(), on="2024-06-03")
        here.open("2024-06-04")
        assert here.owed("period_key", "state") == [("2023-Q3", "open"), ("2023-Q3", "open")]

    def test_what_a_corrected_fact_withdrew_is_not_put_back(self, bureau):
        here = bureau(first_inspection(), on="2023-09-01")
        here.register("S1")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-05", ref="licence")
        here.open("2023-09-06")
        here.fact("certificate.issued", "2023-09-05", revises=("测试", "licence"), withdrawn=True)
        here.open("2023-09-07")
        assert here.owed("state") == ["withdrawn"]
        here.apply(first_inspection().model_copy(update={"title": "改名"}), on="2023-09-08")
        assert here.owed("state") == ["withdrawn"]


class TestANewDuty:
    def test_what_is_running_opens_and_what_is_over_does_not(self, here):
        effect = here.apply(analysis(), monthly(), on="2023-10-09").duties[0]
        assert (effect.duty_id, effect.change) == ("monthly", "new")
        assert [(each.period, each.count) for each in effect.added] == [("2023-10", 2)]
        assert here.open("2023-10-09").total == 0
        assert not [finding for finding in look_over(here.ws, here.clock.now()).findings if finding.broken]


class TestTimeInForce:
    def test_an_end_before_the_period_withdraws_it(self, here):
        effect = here.edit(analysis(effective=Effective(until=date(2023, 6, 30))), on="2023-10-09")
        assert [each.count for each in effect.withdrawn] == [2]
        assert "不再有效" in effect.withdrawn[0].why

    def test_an_end_within_the_period_leaves_it_owed(self, here):
        effect = here.edit(analysis(effective=Effective(until=date(2023, 9, 30))), on="2023-10-09")
        assert (effect.withdrawn, effect.carried) == ((), 2)
        here.open("2024-01-10")
        assert {row[1] for row in here.owed()} == {"2023-Q3"}

    def test_a_beginning_after_the_period_withdraws_it(self, here):
        effect = here.edit(analysis(effective=Effective(from_=date(2023, 11, 1))), on="2023-10-09")
        assert [each.count for each in effect.withdrawn] == [2]


class TestWhoOwesIt:
    def test_another_post_is_told_from_now_on(self, here):
        project = a_project()
        for unit in project.units.values():
            unit.posts["法规科"] = Post("法规科")
        duty = analysis().model_copy(update={"owner": Owner(unit="county", post="法规科")})
        effect = here.edit(duty, on="2023-10-09", project=project)
        assert effect.carried == 2
        assert here.owed("state") == ["open", "open"]
        here.patrol("2023-10-11")
        with reading(here.ledger) as connection:
            told = set(connection.execute(select(DELIVERY.c.recipient)).scalars())
        assert told == {"350404/法规科", "350405/法规科"}

    def test_a_new_county_owes_what_is_running(self, here):
        project = a_project()
        project.units["350426"] = Unit("350426", "尤溪县局", "county", "350400", {POST: Post(POST)})
        effect = here.edit(analysis(), on="2023-10-09", project=project)
        assert [(each.period, each.units) for each in effect.added] == [("2023-Q3", ("350426",))]

    def test_a_county_that_is_gone_owes_nothing_any_more(self, here):
        project = a_project()
        del project.units["350405"]
        effect = here.edit(analysis(), on="2023-10-09", project=project)
        assert [(each.count, each.units) for each in effect.withdrawn] == [(1, ("350405",))]

    def test_a_unit_whose_subjects_still_owe_something_cannot_go(self, bureau):
        here = bureau(first_inspection(), on="2023-09-01")
        here.register("S1", unit="350405")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-05")
        here.open("2023-09-06")
        project = a_project()
        del project.units["350405"]
        plan = here.plan(first_inspection(), on="2023-09-06", project=project)
        assert ["350405" in problem.what for problem in plan.problems] == [True]
        with pytest.raises(PlanRefused, match="350405"):
            apply(here.ws, plan, actor="王五", now=here.clock.now(), reason="")

    def test_the_whole_city_instead_of_the_counties(self, here):
        duty = analysis(level="city")
        effect = here.edit(duty, on="2023-10-09")
        assert [each.units for each in effect.added] == [("350400",)]
        assert [each.count for each in effect.withdrawn] == [2]

    def test_what_subjects_owe_is_handed_over_to_the_level_that_owes_it_now(self, bureau):
        here = bureau(first_inspection(), on="2023-09-01")
        here.register("S1")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-05")
        here.open("2023-09-06")
        duty = first_inspection().model_copy(update={"owner": Owner(unit="city", post=POST)})
        effect = here.edit(duty, on="2023-09-06")
        assert (effect.rehomed, effect.carried, effect.withdrawn) == (1, 1, ())
        assert here.owed("unit", "deadline", "state") == [("350400", "2023-10-07", "open")]
        assert [event.kind for event in here.events(1)] == ["rehome", "carry"]

    def test_and_is_due_by_the_days_of_the_unit_that_owes_it_now(self, bureau, calendar):
        """三元区 was closed on the day the month ended; the city was not."""
        closed = struck(calendar, date(2023, 10, 9))
        here = bureau(on="2023-09-01")
        here.use_duties([first_inspection()], closed)
        here.register("S1")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-09")
        here.open("2023-09-11")
        assert here.owed("unit", "deadline") == [("350404", "2023-10-10")]
        duty = first_inspection().model_copy(update={"owner": Owner(unit="city", post=POST)})
        effect = here.edit(duty, on="2023-09-12", calendar=closed)
        assert here.owed("unit", "deadline", "state") == [("350400", "2023-10-09", "open")]
        assert [(moved.was, moved.now) for moved in effect.moved] == [(date(2023, 10, 10), date(2023, 10, 9))]


class TestTheLadder:
    def test_a_rung_that_is_due_already_speaks_at_once_and_the_others_do_not_repeat(self, here):
        here.patrol("2023-10-11")
        rungs = (
            Rung("remind-1", Stage.REMIND, -5, "target", (Addressee(None),)),
            Rung("remind-2", Stage.REMIND, -4, "target", (Addressee(None),)),
        )
        plan = here.plan(analysis(), on="2023-10-12", ladders={"standard": Ladder("standard", rungs)})
        assert plan.counts.messages == 2
        here.apply(analysis(), on="2023-10-12", ladders={"standard": Ladder("standard", rungs)})
        here.patrol("2023-10-12")
        assert here.notices(1) == ["remind-1", "remind-2"]

    def test_a_ladder_that_speaks_later_waits(self, here):
        later = (Rung("remind-1", Stage.REMIND, -1, "target", (Addressee(None),)),)
        plan = here.apply(analysis(), on="2023-10-09", ladders={"standard": Ladder("standard", later)})
        assert [change.key for change in plan.content] == ["催办阶梯 standard/remind-1", "content"]
        assert here.patrol("2023-10-16").notices == 0
        assert here.patrol("2023-10-17").notices == 2


class TestTheCalendar:
    def test_a_new_notice_moves_what_lies_behind_it_and_says_which_days(self, here, calendar):
        effect = here.edit(
            analysis(), on="2023-10-09", calendar=with_days_off(calendar, "2023-10-12", "2023-10-13")
        )
        (moved,) = effect.moved
        assert effect.change == "touched"
        assert (moved.was, moved.now, moved.count) == (date(2023, 10, 18), date(2023, 10, 20), 2)
        assert moved.why == (
            "2023-10-12 改为休息（国办发明电〔2023〕99号）；2023-10-13 改为休息（国办发明电〔2023〕99号）"
        )
        assert here.events(1)[0].kind == "redate"

    def test_what_it_does_not_touch_stays_untouched(self, here, calendar):
        plan = here.apply(analysis(), on="2023-10-09", calendar=with_days_off(calendar, "2023-12-12"))
        assert plan.duties == ()
        assert plan.content[0].key == "日历 2023"
        assert here.events(1) == []

    def test_facts_are_dated_anew_too(self, bureau, calendar):
        duty = first_inspection().model_copy(
            update={"cadence": WithinCadence(period=Period(10, TimeGrain.WORKDAY), of="certificate.issued")}
        )
        here = bureau(duty, on="2023-09-01")
        here.register("S1", "S2")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-10-09")
        here.fact("certificate.issued", "2023-10-10", code="S2")
        here.open("2023-10-11")
        effect = here.edit(duty, on="2023-10-11", calendar=with_days_off(calendar, "2023-10-12"))
        assert [(moved.period, str(moved.was), str(moved.now)) for moved in effect.moved] == [
            ("2023-10-09", "2023-10-23", "2023-10-24"),
            ("2023-10-10", "2023-10-24", "2023-10-25"),
        ]


class TestFacts:
    @pytest.fixture
    def inspected(self, bureau):
        here = bureau(first_inspection(), on="2023-09-01")
        here.register("S1", attributes={"业态": "便利店"})
        here.register("S2", attributes={"业态": "商场超市"})
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-05")
        here.fact("certificate.issued", "2023-09-05", code="S2")
        here.open("2023-09-06")
        return here

    def test_another_period_dates_them_anew(self, inspected):
        cadence = WithinCadence(period=Period(2, TimeGrain.MONTH), of="certificate.issued")
        effect = inspected.edit(first_inspection().model_copy(update={"cadence": cadence}), on="2023-09-06")
        assert [(moved.count, str(moved.now)) for moved in effect.moved] == [(2, "2023-11-06")]

    def test_subjects_that_no_longer_match_owe_nothing_and_come_back_with_an_undo(self, inspected):
        for_each = ForEach(subject=SELLER, where={"业态": ("便利店",)})
        effect = inspected.edit(first_inspection().model_copy(update={"for_each": for_each}), on="2023-09-06")
        assert ([each.count for each in effect.withdrawn], effect.carried) == ([1], 1)
        effect = inspected.edit(first_inspection(), on="2023-09-07")
        assert [each.count for each in effect.reinstated] == [1]
        assert inspected.owed("state") == ["open", "open"]

    def test_a_wider_duty_opens_what_is_still_running(self, bureau):
        for_each = ForEach(subject=SELLER, where={"业态": ("便利店",)})
        here = bureau(first_inspection().model_copy(update={"for_each": for_each}), on="2023-08-01")
        here.register("S2", attributes={"业态": "商场超市"})
        here.open("2023-08-01")
        here.fact("certificate.issued", "2023-08-05", code="S2")
        here.fact("certificate.issued", "2023-09-05", code="S2")
        here.open("2023-09-11")
        effect = here.edit(first_inspection(), on="2023-09-11")
        assert [(each.count, str(each.deadline)) for each in effect.added] == [(1, "2023-10-07")]

    def test_a_stricter_threshold_withdraws_the_findings_it_would_not_make(self, bureau):
        here = bureau(flight_check(), on="2023-01-01")
        here.register("S1")
        here.open("2023-01-01")
        for day in ("2023-09-01", "2023-09-02", "2023-09-03"):
            here.fact("sample.failed", day)
        here.open("2023-09-04")
        rule = CountRule(count=4, of="sample.failed", within=Period(1, TimeGrain.YEAR))
        stricter = ThresholdCadence(combine="any", rules=(rule,), due=Period(20, TimeGrain.WORKDAY))
        effect = here.edit(flight_check().model_copy(update={"cadence": stricter}), on="2023-09-04")
        assert [each.count for each in effect.withdrawn] == [1]
        effect = here.edit(flight_check(), on="2023-09-05")
        assert ([each.count for each in effect.reinstated], effect.added) == ([1], ())

    @pytest.mark.parametrize("closed", [False, True], ids=["", "while a county is closed"])
    def test_visits_by_another_number_of_windows(self, bureau, calendar, closed):
        days = {"calendar": struck(calendar, date(2023, 3, 1))} if closed else {}
        here = bureau(graded_visits(), on="2023-01-02")
        here.register("S1", grade="B")
        here.open("2023-01-02")
        assert here.owed("period_key") == ["2023#1/2"]
        more = FrequencyCadence(by_grade={"A": 1, "B": 4, "C": 3, "D": 4}, ungraded=1)
        effect = here.edit(graded_visits().model_copy(update={"cadence": more}), on="2023-01-02", **days)
        assert [(each.period, each.instead) for each in effect.superseded] == [("2023#1/2", "2023#1/4")]
        assert here.owed("period_key", "state") == [("2023#1/2", "superseded"), ("2023#1/4", "open")]


class TestRefused:
    def test_a_post_nobody_fills_with_no_later_rung(self, here):
        duty = analysis().model_copy(update={"owner": Owner(unit="county", post="没有的科室")})
        plan = here.plan(duty, on="2023-10-09")
        assert any("没有人能收到" in problem.what for problem in plan.problems)

    def test_a_rule_that_can_never_fire(self, here):
        never = Effective(from_=date(2028, 1, 1))
        plan = here.plan(analysis(), monthly(effective=never), on="2023-10-09")
        assert ["永远不会触发" in problem.what for problem in plan.problems] == [True]
        before = here.everything()
        with pytest.raises(PlanRefused, match="永远不会触发"):
            apply(here.ws, plan, actor="王五", now=here.clock.now(), reason="")
        assert here.everything() == before

    def test_but_not_one_whose_plan_ends_and_which_had_its_turn(self, here):
        """In December, what is owed each spring under a plan of this year has no turn left, and is no mistake."""
        spring = quarterly("spring", due="每年3月31日前", opens="周期开始时")
        every_year = spring.cadence.model_copy(update={"every": TimeGrain.YEAR})
        ends = Effective(until=date(2023, 12, 31))
        yearly = spring.model_copy(update={"cadence": every_year, "effective": ends})
        assert here.plan(analysis(), yearly, on="2023-12-20").problems == ()
        late = Effective(from_=date(2023, 12, 21), until=date(2023, 12, 31))
        never = yearly.model_copy(update={"effective": late})
        (problem,) = here.plan(analysis(), never, on="2023-12-20").problems
        assert "永远不会触发" in problem.what

    def test_dates_past_the_calendar(self, here):
        plan = here.plan(analysis(due="季度结束后6000个工作日内"), on="2023-10-09")
        assert any("日历" in str(problem) for problem in plan.problems)


def test_the_numbers_in_one_line(here):
    plan = here.plan(monthly_analysis(), on="2023-10-09")
    assert plan.counts.line() == "新增 2 件，撤回 0 件，移动 0 件的期限，替换 2 件，立即发出 0 条消息"


@pytest.mark.parametrize(("carried", "warned"), [(9_997, False), (9_998, True)])
def test_who_else_writes_waits_for_an_edit_of_ten_thousand_and_the_plan_says_so(here, carried, warned):
    plan = here.plan(monthly_analysis(), on="2023-10-09")
    (effect,) = plan.duties
    told = as_markdown(plan_document(replace(plan, duties=(replace(effect, carried=carried),))))
    assert ("一共要改 10,000 件在办事项，全部在一个事务里" in told) == warned


def test_unchanged_duties_are_not_named(bureau):
    here = bureau(analysis(), monthly(), on="2023-10-09")
    here.open("2023-10-09")
    plan = here.plan(analysis(), monthly(due="当月第10个工作日"), on="2023-10-09")
    assert [duty.duty_id for duty in plan.duties] == ["monthly"]
