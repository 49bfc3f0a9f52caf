"""Opening what facts bring about: one obligation per fact, or per set of facts that meets a threshold."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from duban.duties.grammar import Effective, Reviewer
from duban.ledger.database import writing
from duban.obligations.cause import Cause
from duban.obligations.opening import open_owed
from duban.obligations.transitions import move
from tests.obligations.small_bureau import (
    POST,
    at,
    before_banquet,
    first_inspection,
    flight_check,
    graded_visits,
    quarterly,
)


@pytest.fixture
def inspected(bureau):
    here = bureau(first_inspection(), on="2023-09-01")
    here.register("S1", "S2")
    here.open("2023-09-01")
    return here


class TestWithinOfAFact:
    def test_each_certificate_opens_one_obligation_of_the_county(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05")
        assert inspected.open("2023-09-06").by_duty == {"first-inspection": 1}
        assert inspected.owed("unit", "opened_on", "target", "deadline") == [
            ("350404", "2023-09-05", "2023-09-28", "2023-10-07")
        ]

    def test_the_same_fact_never_opens_a_second_one(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05")
        for day in ("2023-09-05", "2023-09-05", "2023-09-06", "2023-10-20"):
            inspected.open(day)
        assert len(inspected.owed()) == 1

    def test_two_certificates_of_one_subject_are_two_duties(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05")
        inspected.fact("certificate.issued", "2023-09-05")
        assert inspected.open("2023-09-06").total == 2

    def test_twice_at_once_opens_once(self, inspected):
        for _ in range(20):
            inspected.fact("certificate.issued", "2023-09-05")
        with ThreadPoolExecutor(4) as pool:
            opened = list(pool.map(lambda _: open_owed(inspected.ws, at("2023-09-06")), range(4)))
        assert sum(each.total for each in opened) == 20

    def test_a_fact_reported_late_opens_overdue(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05", recorded_on="2023-11-01")
        assert inspected.open("2023-11-01").total == 1
        assert inspected.owed("deadline") == ["2023-10-07"]


class TestBeforeAnEvent:
    def test_told_ahead_it_opens_at_once_and_is_due_before_the_rest_days_before_it(self, bureau):
        here = bureau(before_banquet())
        here.fact("banquet.reported", "2023-10-05", unit="350404", recorded_on="2023-09-20")
        assert here.open("2023-09-20").total == 1
        assert here.owed("unit", "opened_on", "target", "deadline") == [
            ("350404", "2023-09-20", "2023-09-28", "2023-09-28")
        ]

    def test_one_that_opens_later_waits_for_its_day_and_opens_once(self, bureau):
        here = bureau(before_banquet("开始前10日"))
        here.fact("banquet.reported", "2023-09-30", unit="350404", recorded_on="2023-08-01")
        here.fact("banquet.reported", "2033-09-30", unit="350404", recorded_on="2023-08-01")
        days = ("2023-08-01", "2023-09-19", "2023-09-20", "2023-09-21")
        opened = [here.open(day) for day in days]
        assert [each.total for each in opened] == [0, 0, 1, 0]
        assert not any(each.refused for each in opened)
        assert here.owed("opened_on") == ["2023-09-20"]

    def test_an_engine_that_stood_still_opens_it_on_its_next_day(self, bureau):
        here = bureau(before_banquet("开始前10日"))
        here.fact("banquet.reported", "2023-09-30", unit="350404", recorded_on="2023-08-01")
        here.open("2023-08-01")
        assert here.open("2023-10-09").total == 1
        assert here.owed("opened_on", "deadline") == [("2023-09-20", "2023-09-28")]

    def test_told_late_it_is_due_by_the_last_day_that_is_left(self, bureau):
        here = bureau(before_banquet())
        for day in ("2023-10-05", "2023-10-02", "2023-09-30"):
            here.fact("banquet.reported", day, unit="350404", recorded_on="2023-10-02")
        here.open("2023-10-02")
        assert here.owed("deadline") == ["2023-10-04", "2023-10-02", "2023-09-28"]

    def test_its_corrected_day_moves_it(self, bureau):
        here = bureau(before_banquet())
        here.fact("banquet.reported", "2023-09-27", unit="350404", ref="B", recorded_on="2023-09-20")
        here.open("2023-09-20")
        here.fact(
            "banquet.reported", "2023-10-12", unit="350404", revises=("测试", "B"), recorded_on="2023-09-21"
        )
        here.open("2023-09-21")
        assert here.owed("state", "deadline") == [("superseded", "2023-09-26"), ("open", "2023-10-11")]

    def test_moved_far_away_it_is_withdrawn_until_the_new_day_comes_near(self, bureau):
        here = bureau(before_banquet("开始前10日"))
        here.fact("banquet.reported", "2023-09-27", unit="350404", ref="B", recorded_on="2023-09-20")
        here.open("2023-09-20")
        here.fact(
            "banquet.reported", "2023-11-30", unit="350404", revises=("测试", "B"), recorded_on="2023-09-21"
        )
        here.open("2023-09-21")
        assert here.owed("state") == ["withdrawn"]
        here.open("2023-11-20")
        assert here.owed("state", "opened_on") == [("withdrawn", "2023-09-20"), ("open", "2023-11-20")]

    def test_what_is_not_told_ahead_is_refused_before_its_day(self, bureau):
        here = bureau(first_inspection(), on="2023-09-01")
        here.register("S1")
        with pytest.raises(AssertionError, match="2023-09-05 还没有到"):
            here.fact("certificate.issued", "2023-09-05", recorded_on="2023-09-01")


class TestANewlyInstalledEngine:
    @pytest.mark.parametrize("issued", ["2016-03-01", "2022-06-30", "2023-06-30"])
    def test_is_not_ashamed_by_an_old_register(self, bureau, issued):
        here = bureau(first_inspection(effective=Effective(from_=date(2015, 1, 1))), on="2023-10-09")
        here.register("S1")
        here.open("2023-10-09")
        here.fact("certificate.issued", issued)
        assert here.open("2023-10-10").total == 0

    def test_takes_on_what_is_still_in_time(self, bureau):
        here = bureau(first_inspection(), on="2023-10-09")
        here.register("S1")
        here.fact("certificate.issued", "2023-09-09")
        here.fact("certificate.issued", "2023-09-07")
        assert here.open("2023-10-09").total == 1
        assert here.owed("opened_on") == ["2023-09-09"]

    def test_leaves_what_happened_before_the_duty_was_in_force(self, bureau):
        in_force = Effective(from_=date(2023, 9, 10), until=date(2023, 9, 20))
        here = bureau(first_inspection(effective=in_force))
        here.register("S1")
        for day in ("2023-09-09", "2023-09-10", "2023-09-20", "2023-09-21"):
            here.fact("certificate.issued", day)
        here.open("2023-09-25")
        assert here.owed("opened_on") == ["2023-09-10", "2023-09-20"]


class TestACorrectedFact:
    def test_replaces_the_open_obligation(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05", ref="证1")
        inspected.open("2023-09-06")
        inspected.fact("certificate.issued", "2023-09-15", revises=("测试", "证1"))
        inspected.open("2023-09-16")
        assert inspected.owed("opened_on", "state") == [("2023-09-05", "superseded"), ("2023-09-15", "open")]

    def test_withdraws_it_when_the_fact_never_was(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05", ref="证1")
        inspected.open("2023-09-06")
        inspected.fact("certificate.issued", "2023-09-05", revises=("测试", "证1"), withdrawn=True)
        assert inspected.open("2023-09-07").total == 0
        assert inspected.owed("state") == ["withdrawn"]

    def test_opens_nothing_anew_once_it_is_done(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05", ref="证1")
        inspected.open("2023-09-06")
        inspected.fact("inspection.done", "2023-09-08")
        inspected.open("2023-09-08")
        inspected.fact("certificate.issued", "2023-09-04", revises=("测试", "证1"))
        inspected.open("2023-09-10")
        assert inspected.owed("state") == ["done"]


class TestDoneByAFact:
    def test_on_time_and_late(self, inspected):
        for code, day in (("S1", "2023-09-20"), ("S2", "2023-10-20")):
            inspected.clock.moment = at("2023-09-06")
            inspected.fact("certificate.issued", "2023-09-05", code=code)
            inspected.open("2023-09-06")
            inspected.fact("inspection.done", day, code=code)
            assert inspected.open(day).completed == {"first-inspection": 1}
        assert inspected.owed("state", "closed_on") == [("done", "2023-09-20"), ("done", "2023-10-20")]

    def test_one_fact_completes_the_oldest_of_two(self, inspected):
        inspected.fact("certificate.issued", "2023-09-06")
        inspected.fact("certificate.issued", "2023-09-05")
        inspected.open("2023-09-07")
        inspected.fact("inspection.done", "2023-09-08")
        for _ in range(2):
            inspected.open("2023-09-08")
        assert inspected.owed("opened_on", "state") == [("2023-09-06", "open"), ("2023-09-05", "done")]

    def test_two_facts_complete_both(self, inspected):
        for day in ("2023-09-05", "2023-09-06"):
            inspected.fact("certificate.issued", day)
            inspected.fact("inspection.done", "2023-09-08")
        inspected.open("2023-09-08")
        assert inspected.owed("state") == ["done", "done"]

    def test_a_fact_from_before_does_not_answer(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05")
        inspected.fact("inspection.done", "2023-09-04")
        inspected.open("2023-09-08")
        assert inspected.owed("state") == ["open"]

    def test_about_another_subject_does_not_answer(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05", code="S1")
        inspected.fact("inspection.done", "2023-09-06", code="S2")
        inspected.open("2023-09-08")
        assert inspected.owed("state") == ["open"]

    def test_done_before_it_was_reported_completes_at_once(self, inspected):
        inspected.fact("inspection.done", "2023-09-07")
        inspected.open("2023-09-08")
        inspected.fact("certificate.issued", "2023-09-05", recorded_on="2023-09-09")
        assert inspected.open("2023-09-09").completed == {"first-inspection": 1}

    def test_an_old_fact_is_not_used_twice(self, inspected):
        inspected.fact("certificate.issued", "2023-09-05")
        inspected.fact("inspection.done", "2023-09-07")
        inspected.open("2023-09-08")
        inspected.fact("certificate.issued", "2023-09-06", recorded_on="2023-09-09")
        inspected.open("2023-09-09")
        assert inspected.owed("opened_on", "state") == [("2023-09-05", "done"), ("2023-09-06", "open")]

    def test_a_units_report_completes_its_own_obligation(self, bureau):
        here = bureau(quarterly(done_by="analysis.held"))
        here.open("2023-10-01")
        here.fact("analysis.held", "2023-10-11", unit="350405")
        here.open("2023-10-11")
        assert here.owed("unit", "state") == [("350404", "open"), ("350405", "done")]


class TestThreshold:
    @pytest.fixture
    def sampled(self, bureau):
        here = bureau(flight_check())
        here.register("S1", "S2")
        here.open("2023-01-01")
        return here

    def fail(self, here, *days, **more):
        for day in days:
            here.fact("sample.failed", day, **more)
        here.open(days[-1])

    def test_the_third_batch_opens_and_the_fourth_does_not(self, sampled):
        self.fail(sampled, "2023-02-01", "2023-02-02")
        assert sampled.owed() == []
        self.fail(sampled, "2023-02-03")
        self.fail(sampled, "2023-02-06")
        assert sampled.owed("unit", "opened_on", "deadline", "confidential") == [
            ("350404", "2023-02-03", "2023-03-03", True)
        ]
        assert len(sampled.owed("evidence_facts")[0]) == 3

    def test_three_new_ones_open_the_next(self, sampled):
        self.fail(sampled, *(f"2023-02-0{n}" for n in range(1, 7)))
        assert sampled.owed("opened_on") == ["2023-02-03", "2023-02-06"]

    def test_one_by_one_or_all_at_once_is_the_same(self, sampled):
        days = ("2023-02-01", "2023-02-02", "2023-02-03", "2023-04-06", "2023-07-07")
        self.fail(sampled, *days, code="S1")
        for day in days:
            self.fail(sampled, day, code="S2")
        one, other = ([row[1:] for row in _of(sampled, number)] for number in (1, 2))
        assert one == other
        assert one

    def test_a_late_report_completes_the_set_once(self, sampled):
        self.fail(sampled, "2023-02-01", "2023-03-03")
        self.fail(sampled, "2023-02-15", recorded_on="2023-03-04")
        self.fail(sampled, "2023-01-15", recorded_on="2023-03-05")
        assert sampled.owed("opened_on") == ["2023-03-03"]

    def test_facts_of_two_subjects_do_not_add_up(self, sampled):
        self.fail(sampled, "2023-02-01", "2023-02-02", code="S1")
        self.fail(sampled, "2023-02-03", code="S2")
        assert sampled.owed() == []

    def test_a_retest_that_clears_a_batch_withdraws_the_finding(self, sampled):
        self.fail(sampled, "2023-02-01", "2023-02-02")
        self.fail(sampled, "2023-02-03", ref="批3")
        self.fail(sampled, "2023-02-04", revises=("测试", "批3"), withdrawn=True)
        assert sampled.owed("state") == ["withdrawn"]

    def test_what_is_left_of_the_evidence_counts_again(self, sampled):
        self.fail(sampled, "2023-02-01", "2023-02-02")
        self.fail(sampled, "2023-02-03", ref="批3")
        self.fail(sampled, "2023-02-04", revises=("测试", "批3"), withdrawn=True)
        self.fail(sampled, "2023-02-06")
        assert sampled.owed("opened_on", "state") == [("2023-02-03", "withdrawn"), ("2023-02-06", "open")]

    def test_a_corrected_day_that_leaves_the_set_whole_still_owes_the_check(self, sampled):
        self.fail(sampled, "2023-02-01", ref="批1")
        self.fail(sampled, "2023-02-02", "2023-02-03")
        sampled.fact("sample.failed", "2023-01-31", ref="批1更正", revises=("测试", "批1"))
        sampled.open("2023-02-06")
        assert sampled.owed("opened_on", "state") == [("2023-02-03", "withdrawn"), ("2023-02-03", "open")]
        assert sampled.owed("evidence_facts", state="open") == [[2, 3, 4]]

    def test_a_fact_whose_check_a_person_took_up_again_owes_no_second_one(self, sampled):
        self.fail(sampled, "2023-02-01", ref="批1")
        self.fail(sampled, "2023-02-02", "2023-02-03")
        sampled.fact("sample.failed", "2023-01-31", ref="批1更正", revises=("测试", "批1"))
        sampled.open("2023-02-06")
        self.fail(sampled, "2023-02-07", revises=("测试", "批1更正"), withdrawn=True)
        assert sampled.owed("period_key", "state") == [("3", "withdrawn"), ("3/2", "withdrawn")]
        with writing(sampled.ledger) as connection:
            by_hand = Cause("周主任", at("2023-02-07"), date(2023, 2, 7), "照样检查")
            move(connection, {1: {}}, "reopen", by_hand, {1: {"next_rung_at": None}})
            move(connection, {1: {}}, "complete", by_hand)
        self.fail(sampled, "2023-02-01", recorded_on="2023-02-08")
        assert sampled.owed("period_key", "state") == [("3", "done"), ("3/2", "withdrawn")]
        self.fail(sampled, "2023-02-09", "2023-02-10", "2023-02-13")
        assert sampled.owed("evidence_facts", state="open") == [[7, 8, 9]]

    def test_the_streak_may_begin_before_the_duty(self, bureau):
        here = bureau(flight_check(effective=Effective(from_=date(2023, 1, 1))))
        here.register("S1")
        for day in ("2022-08-01", "2022-12-31", "2023-01-01"):
            here.fact("sample.failed", day)
        here.open("2023-01-02")
        assert here.owed("opened_on") == ["2023-01-01"]


def _of(here, subject_id):
    return here.owed("subject_id", "opened_on", "deadline", subject_id=subject_id)


class TestOneVisitSeveralDuties:
    """综合查一次: what one inspection may answer, by stated rules."""

    @pytest.fixture
    def both(self, bureau):
        def found(**more):
            here = bureau(first_inspection(), graded_visits(**more), on="2023-09-01")
            here.register("S1")
            here.open("2023-09-01")
            here.fact("certificate.issued", "2023-09-05")
            here.open("2023-09-06")
            here.fact("inspection.done", "2023-09-07")
            here.open("2023-09-08")
            return dict(here.owed("duty_id", "state"))

        return found

    def test_it_answers_each_duty_once(self, both):
        assert both() == {"first-inspection": "done", "visits": "done"}

    def test_but_not_a_duty_that_wants_a_visit_of_its_own(self, both):
        assert both(credit="alone") == {"first-inspection": "done", "visits": "open"}

    def test_and_what_such_a_duty_has_used_answers_no_other(self, bureau):
        here = bureau(graded_visits(credit="alone"), first_inspection(), on="2023-09-01")
        here.register("S1")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-05")
        here.open("2023-09-06")
        here.fact("inspection.done", "2023-09-07")
        here.open("2023-09-08")
        assert dict(here.owed("duty_id", "state")) == {"first-inspection": "open", "visits": "done"}

    def test_a_visit_never_answers_one_duty_twice(self, bureau):
        here = bureau(first_inspection(), on="2023-09-01")
        here.register("S1")
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-05")
        here.fact("certificate.issued", "2023-09-06")
        here.open("2023-09-06")
        here.fact("inspection.done", "2023-09-07")
        for day in ("2023-09-08", "2023-09-09"):
            here.open(day)
        assert here.owed("state") == ["done", "open"]


def test_what_is_still_missing_is_said_when_a_fact_completes_it(bureau):
    from sqlalchemy import select

    from duban.ledger.database import reading
    from duban.ledger.tables import OBLIGATION_EVENT

    here = bureau(quarterly(done_by="analysis.held", evidence=("分析报告", "会议纪要")))
    here.open("2023-10-09")
    here.fact("analysis.held", "2023-10-11", unit="350405")
    here.open("2023-10-12")
    with reading(here.ledger) as connection:
        event = connection.execute(select(OBLIGATION_EVENT)).one()
    assert event.reason == "已有办结的事实，还缺材料：分析报告、会议纪要"
    assert event.details["missing"] == ["分析报告", "会议纪要"]


def test_what_is_reviewed_is_reported_in_the_name_of_whoever_recorded_the_fact(bureau):
    from sqlalchemy import select

    from duban.ledger.database import reading
    from duban.ledger.tables import SUBMISSION

    head = Reviewer(post=POST, unit="city")
    here = bureau(quarterly(done_by="analysis.held", evidence=("分析报告",), reviewed_by=head))
    here.open("2023-10-09")
    here.fact("analysis.held", "2023-10-11", unit="350405")
    came = here.open("2023-10-12")
    assert (came.completed, came.reported) == ({}, {"quarterly": 1})
    assert came.words() == "新开 0 项，办结 0 项，1 项待复核"
    with reading(here.ledger) as connection:
        submitted = connection.execute(select(SUBMISSION)).one()
    assert submitted.submitted_by == "王五（为沙县区局登记）"
    assert submitted.reason == "已有办结的事实"  # what lacks today may be there when it is reviewed


def test_only_a_fact_that_carries_the_value_completes_it(bureau):
    duty = quarterly(done_by="event.held", done_where={"主题": ("计量",)})
    here = bureau(duty)
    here.open("2023-10-09")
    here.fact("event.held", "2023-10-11", unit="350405", data={"主题": "标准化"})
    here.fact("event.held", "2023-10-11", unit="350404", data={"主题": "计量"})
    here.open("2023-10-12")
    assert dict(here.owed("unit", "state")) == {"350404": "done", "350405": "open"}


def test_a_duty_within_a_period_may_count_from_some_facts_only(bureau):
    from duban.cadence.kinds.within import WithinCadence
    from duban.workdays import Period, TimeGrain
    from tests.obligations.small_bureau import a_duty

    cadence = WithinCadence(period=Period(7, TimeGrain.WORKDAY), of="event.held", where={"主题": ("计量",)})
    here = bureau(a_duty("report", cadence), on="2023-09-01")
    here.open("2023-09-01")
    here.fact("event.held", "2023-09-04", unit="350405", data={"主题": "标准化"})
    here.fact("event.held", "2023-09-05", unit="350405", data={"主题": "计量"})
    here.open("2023-09-06")
    assert here.owed("unit", "opened_on", "deadline") == [("350405", "2023-09-05", "2023-09-14")]


class TestADueDayPastTheCalendar:
    """Fifteen years: longer than any year is derived after the last file."""

    @pytest.fixture
    def here(self, bureau):
        from duban.cadence.kinds.within import WithinCadence
        from duban.workdays import Period, TimeGrain
        from tests.obligations.small_bureau import SELLER, a_duty

        cadence = WithinCadence(period=Period(15, TimeGrain.YEAR), of="certificate.issued")
        here = bureau(a_duty("review", cadence, subject=SELLER), on="2024-01-01")
        here.register("S1", "S2")
        here.open("2024-01-02")
        return here

    def test_holds_up_that_fact_alone_and_says_which_year_is_missing(self, here):
        here.fact("certificate.issued", "2026-02-02", code="S1")
        here.fact("certificate.issued", "2025-02-03", code="S2")
        opened = here.open("2026-02-03")
        assert opened.by_duty == {"review": 1}
        assert "2041" in opened.refused["review"]
        assert here.owed("opened_on") == ["2025-02-03"]

    def test_and_the_fact_is_looked_at_again_when_the_year_is_there(self, here, calendar):
        from duban.workdays import WorkdayCalendar

        here.fact("certificate.issued", "2025-02-03", code="S2")
        duties = tuple(here.ws.definitions.duties.values())
        here.use_duties(
            duties,
            WorkdayCalendar(
                [year for year in calendar.years if year.year < 2030], calendar.festivals, ahead=10
            ),
        )
        assert "2040" in here.open("2026-02-03").refused["review"]
        assert here.owed() == []
        here.use_duties(duties)
        assert here.open("2026-02-04").by_duty == {"review": 1}
        assert here.open("2026-02-05").total == 0


class TestCasesWithNumbers:
    """Each answer names its case: it closes that one, whichever is older."""

    @pytest.fixture
    def here(self, bureau):
        from duban.cadence.kinds.within import WithinCadence
        from duban.workdays import Period, TimeGrain
        from tests.obligations.small_bureau import a_duty

        cadence = WithinCadence(period=Period(10, TimeGrain.WORKDAY), of="clue.received")
        here = bureau(a_duty("clue", cadence, done_by="clue.answered", done_same=("编号",)), on="2023-09-01")
        here.open("2023-09-01")
        for day, number in (("2023-09-04", "甲"), ("2023-09-05", "乙"), ("2023-09-06", "丙")):
            here.fact("clue.received", day, unit="350404", data={"编号": number})
        here.open("2023-09-06")
        return here

    def test_an_answer_closes_the_case_it_names(self, here):
        here.fact("clue.answered", "2023-09-07", unit="350404", data={"编号": "乙"})
        assert here.open("2023-09-07").completed == {"clue": 1}
        assert here.owed("state") == ["open", "done", "open"]

    def test_and_nothing_where_it_names_none(self, here):
        here.fact("clue.answered", "2023-09-07", unit="350404")
        here.fact("clue.answered", "2023-09-07", unit="350404", data={"编号": "丁"})
        here.open("2023-09-07")
        assert here.owed("state") == ["open", "open", "open"]

    def test_another_countys_answer_of_the_same_number_is_not_its_own(self, here):
        here.fact("clue.answered", "2023-09-07", unit="350405", data={"编号": "甲"})
        here.open("2023-09-07")
        assert here.owed("state") == ["open", "open", "open"]
