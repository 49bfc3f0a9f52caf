"""One enterprise is merged into another (吸收合并), or gets a new code (换证): what it owes passes on. On both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from duban.bureau.unit_posts import UnitPost
from duban.explanations import explain
from duban.facts import MergeRefused, NewSubject, merge_subject, record_subjects, unmerge_subject
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import INBOX_MESSAGE, MERGER, NOTICE, OBLIGATION, OBLIGATION_EVENT, SUBJECT
from duban.obligations import actions
from duban.obligations.actions import transfer
from duban.service.cycle import tick
from duban.workdays import Closure
from tests.obligations.small_bureau import (
    SELLER,
    a_project,
    at,
    first_inspection,
    flight_check,
    graded_visits,
)
from tests.principals import OPERATOR, by, county

SANYUAN, LIEDONG, SHAXIAN = "350404", "350404-01", "350405"
MERGED = "S1 店（S1）于 2023-09-10 并入S2 店（S2）"


def merge(here, code, into, on="2023-09-10", *, reason="", entered=None):
    moment = at(entered) if entered else max(here.clock.now(), at(on))
    return merge_subject(
        here.ws,
        SELLER,
        code,
        into=into,
        merged_on=date.fromisoformat(on),
        now=moment,
        by=OPERATOR,
        reason=reason,
    )


def unmerge(here, code, on="2023-09-20"):
    return unmerge_subject(here.ws, SELLER, code, now=at(on), by=OPERATOR, reason="录错了")


def whose(here, **where):
    """(duty, code of the subject, period, state) of what is in the ledger."""
    query = (
        select(OBLIGATION.c.duty_id, SUBJECT.c.code, OBLIGATION.c.period_key, OBLIGATION.c.state)
        .join(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
        .order_by(OBLIGATION.c.id)
    )
    for name, value in where.items():
        query = query.where(OBLIGATION.c[name] == value)
    with reading(here.ledger) as connection:
        return [tuple(row) for row in connection.execute(query)]


def history(here, obligation):
    with reading(here.ledger) as connection:
        events = select(OBLIGATION_EVENT.c.kind, OBLIGATION_EVENT.c.reason).where(
            OBLIGATION_EVENT.c.obligation_id == obligation
        )
        return [tuple(row) for row in connection.execute(events.order_by(OBLIGATION_EVENT.c.id))]


def active(here):
    with reading(here.ledger) as connection:
        rows = connection.execute(select(SUBJECT.c.code, SUBJECT.c.active).order_by(SUBJECT.c.code))
        return {row.code: row.active for row in rows}


def inbox(here):
    with reading(here.ledger) as connection:
        return list(
            connection.execute(select(INBOX_MESSAGE.c.recipient).order_by(INBOX_MESSAGE.c.id)).scalars()
        )


@pytest.fixture
def here(bureau):
    """S1 in 三元区 and S2 in 沙县区; S1 got its certificate on 2023-09-05: first inspection due 2023-10-07."""
    here = bureau(first_inspection(), on="2023-09-01")
    here.register("S1")
    here.register("S2", unit=SHAXIAN)
    here.open("2023-09-01")
    here.fact("certificate.issued", "2023-09-05")
    here.open("2023-09-06")
    return here


class TestWhatItOwes:
    def test_passes_to_the_one_that_goes_on_under_the_same_number(self, here):
        before = here.owed("id", "target", "deadline")
        merge(here, "S1", "S2", reason="三市监合〔2023〕1号")
        here.open("2023-09-11")
        assert here.owed("id", "target", "deadline") == before
        assert whose(here, state="open") == [("first-inspection", "S2", "1", "open")]
        assert here.owed("unit") == [SHAXIAN]
        assert history(here, before[0][0]) == [("rehome", f"{MERGED}：三市监合〔2023〕1号")]
        assert active(here) == {"S1": False, "S2": True}

    def test_looking_again_changes_nothing_more(self, here):
        merge(here, "S1", "S2")
        for day in ("2023-09-11", "2023-09-11", "2023-09-12"):
            here.open(day)
        assert len(history(here, 1)) == 1

    def test_keeps_its_signature(self, here):
        actions.acknowledge(here.ws, short_id(1), at("2023-09-07"), who=by("甲"))
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == [("first-inspection", "S2", "1", "acknowledged")]

    def test_what_a_person_transferred_stays_with_the_county_it_was_given_to(self, here):
        """S1 and S3 are of 三元区: what 沙县区 was given is about S3 then, and about S1 again when that was wrong."""
        here.register("S3")
        to = UnitPost(SHAXIAN, "食品流通科")
        transfer(here.ws, short_id(1), at("2023-09-07"), who=OPERATOR, to=to, reason="企业在沙县经营")
        merge(here, "S1", "S3")
        here.open("2023-09-11")
        assert whose(here) == [("first-inspection", "S3", "1", "open")]
        assert here.owed("unit") == [SHAXIAN]
        unmerge(here, "S1")
        here.open("2023-09-20")
        assert whose(here) == [("first-inspection", "S1", "1", "open")]
        assert here.owed("unit") == [SHAXIAN]

    def test_a_suspended_one_stays_suspended(self, here):
        actions.suspend(here.ws, short_id(1), at("2023-09-07"), who=by("甲"), reason="停业整顿")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == [("first-inspection", "S2", "1", "suspended")]

    def test_what_was_said_is_said_once_to_the_new_county_and_to_the_old_one_no_more(self, here):
        tick(here.ws, at("2023-09-21"))
        merge(here, "S1", "S2", on="2023-09-21")
        for day in ("2023-09-22", "2023-09-25", "2023-10-09"):
            tick(here.ws, at(day))
        assert inbox(here) == [f"{SANYUAN}/食品流通科", f"{SHAXIAN}/食品流通科"]

    def test_what_was_not_said_yet_is_said_once_to_the_new_county(self, here):
        merge(here, "S1", "S2")
        for day in ("2023-09-20", "2023-09-21", "2023-09-22", "2023-10-09"):
            tick(here.ws, at(day))
        assert inbox(here) == [f"{SHAXIAN}/食品流通科"]

    def test_what_was_done_stays_where_it_was_done(self, here):
        here.fact("inspection.done", "2023-09-08")
        here.open("2023-09-08")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == [("first-inspection", "S1", "1", "done")]

    def test_and_does_not_open_anew_when_the_duty_is_looked_at_from_the_beginning(self, here):
        here.fact("inspection.done", "2023-09-08")
        here.open("2023-09-08")
        merge(here, "S1", "S2")
        here.use_duties([first_inspection(evidence=("检查记录表",))])
        here.open("2023-09-11")
        assert [row[1:] for row in whose(here)] == [("S1", "1", "done")]

    def test_goes_by_the_working_days_of_its_new_county(self, bureau, calendar):
        storm = Closure(
            unit=SHAXIAN,
            from_=date(2023, 10, 9),
            to=date(2023, 10, 9),
            reason="台风",
            notice="沙政办〔2023〕5号",
        )
        chains = {code: [unit.code for unit in a_project().chain(code)] for code in a_project().units}
        here = bureau(on="2023-09-01")
        here.use_duties([first_inspection()], calendar.with_closures([storm], chains))
        here.register("S1")
        here.register("S2", unit=SHAXIAN)
        here.open("2023-09-01")
        here.fact("certificate.issued", "2023-09-09")
        here.open("2023-09-11")
        merge(here, "S1", "S2")
        here.open("2023-09-12")
        assert here.owed("unit", "deadline") == [(SHAXIAN, "2023-10-10")]
        assert [kind for kind, _ in history(here, 1)] == ["rehome", "redate"]

    def test_reads_well_when_it_is_explained(self, here):
        merge(here, "S1", "S2", reason="三市监合〔2023〕1号")
        here.open("2023-09-11")
        told = explain(here.ws, 1)
        assert (told.subject, told.unit) == ("S2 店", "沙县区局")
        assert [each.text for each in told.timeline if each.kind == "rehome"] == [
            f"移交 · duban · {MERGED}：三市监合〔2023〕1号"
        ]
        assert told.facts == ("2023-09-05 取得许可证（来源 测试，编号 1，王五（三明市局）记，原属 S1 店）",)


class TestTheSameThing:
    """Both owe the yearly visit of 2023."""

    @pytest.fixture
    def both(self, bureau):
        here = bureau(graded_visits(), on="2023-09-01")
        here.register("S1", "S2", grade="A")
        here.open("2023-09-01")
        return here

    def test_is_owed_once(self, both):
        merge(both, "S1", "S2")
        both.open("2023-09-11")
        assert whose(both) == [
            ("visits", "S1", "2023#1/1", "superseded"),
            ("visits", "S2", "2023#1/1", "open"),
        ]
        assert history(both, 1) == [("supersede", f"{MERGED}，后者应办同一事项")]

    def test_the_other_is_reminded_as_ever(self, both):
        merge(both, "S1", "S2")
        tick(both.ws, at("2023-12-25"))
        with reading(both.ledger) as connection:
            assert list(connection.execute(select(NOTICE.c.obligation_id)).scalars()) == [2]

    def test_also_when_the_other_has_done_it(self, both):
        both.fact("inspection.done", "2023-09-08", code="S2")
        both.open("2023-09-08")
        merge(both, "S1", "S2")
        both.open("2023-09-11")
        assert [row[3] for row in whose(both)] == ["superseded", "done"]
        assert history(both, 1) == [("supersede", f"{MERGED}，后者同一事项已经办结")]

    def test_also_when_the_other_was_excused(self, both):
        actions.waive(both.ws, short_id(2), at("2023-09-08"), who=by("甲"), reason="季节性停业")
        merge(both, "S1", "S2")
        both.open("2023-09-11")
        assert [row[3] for row in whose(both)] == ["superseded", "waived"]

    def test_a_year_s_visits_are_those_of_the_grade_of_the_one_that_goes_on(self, bureau):
        here = bureau(graded_visits(), on="2023-09-01")
        here.register("S1", grade="A")
        here.register("S2", grade="D")
        here.open("2023-09-01")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == [
            ("visits", "S1", "2023#1/1", "superseded"),
            ("visits", "S2", "2023#3/4", "open"),
        ]


class TestFactsAboutIt:
    def test_reported_after_the_merger_complete_what_passed_on(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("inspection.done", "2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [("first-inspection", "S2", "1", "done")]

    def test_from_before_the_merger_but_reported_later_too(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("inspection.done", "2023-09-08", recorded_on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [("first-inspection", "S2", "1", "done")]

    def test_but_from_before_the_merger_they_do_not_answer_what_the_other_owes_itself(self, here):
        here.fact("certificate.issued", "2023-09-06", code="S2")
        here.open("2023-09-07")
        here.fact("inspection.done", "2023-09-07")
        here.open("2023-09-07")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("inspection.done", "2023-09-08", recorded_on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [
            ("first-inspection", "S1", "1", "done"),
            ("first-inspection", "S2", "2", "open"),
        ]

    def test_one_fact_completes_one_obligation(self, here):
        here.fact("certificate.issued", "2023-09-06", code="S2")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("inspection.done", "2023-09-12")
        for day in ("2023-09-12", "2023-09-13"):
            here.open(day)
        here.fact("certificate.issued", "2023-09-13", code="S2")
        here.open("2023-09-14")
        assert sorted(row[3] for row in whose(here)) == ["done", "open", "open"]

    def test_a_certificate_reported_late_is_owed_by_the_one_that_goes_on(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("certificate.issued", "2023-09-07", recorded_on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here)[-1] == ("first-inspection", "S2", "2", "open")

    def test_a_correction_supersedes_what_passed_on(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("certificate.issued", "2023-09-06", revises=("测试", "1"), recorded_on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [
            ("first-inspection", "S2", "1", "superseded"),
            ("first-inspection", "S2", "2", "open"),
        ]


class TestFindings:
    """一年内3批次: the batches of both count together from the day of the merger."""

    @pytest.fixture
    def here(self, bureau):
        here = bureau(flight_check(), on="2023-01-01")
        here.register("S1", "S2")
        here.open("2023-01-03")
        return here

    def failed(self, here, *days, code):
        for day in days:
            here.fact("sample.failed", day, code=code)

    def test_a_third_batch_after_the_merger_completes_a_set_of_both(self, here):
        self.failed(here, "2023-08-01", code="S1")
        self.failed(here, "2023-08-02", code="S2")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == []
        self.failed(here, "2023-09-12", code="S2")
        here.open("2023-09-12")
        assert here.owed("opened_on", "evidence_facts") == [("2023-09-12", [1, 2, 3])]
        assert whose(here) == [("flight-check", "S2", "3", "open")]

    def test_a_set_that_only_both_together_had_before_is_none(self, here):
        self.failed(here, "2023-08-01", "2023-08-03", code="S1")
        self.failed(here, "2023-08-02", code="S2")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == []

    def test_a_merger_entered_late_is_judged_as_of_its_day(self, here):
        self.failed(here, "2023-08-01", "2023-08-03", code="S1")
        self.failed(here, "2023-09-12", code="S2")
        here.open("2023-09-12")
        merge(here, "S1", "S2", entered="2023-09-20")
        here.open("2023-09-20")
        assert whose(here) == [("flight-check", "S2", "3", "open")]

    def test_a_finding_passes_on_and_its_evidence_is_not_used_again(self, here):
        self.failed(here, "2023-08-01", "2023-08-02", "2023-08-03", code="S1")
        here.open("2023-08-03")
        merge(here, "S1", "S2")
        self.failed(here, "2023-09-12", "2023-09-13", code="S2")
        here.open("2023-09-13")
        assert whose(here) == [("flight-check", "S2", "3", "open")]
        self.failed(here, "2023-09-14", code="S1")
        here.open("2023-09-14")
        assert whose(here) == [("flight-check", "S2", "3", "open"), ("flight-check", "S2", "6", "open")]

    def test_a_retest_of_the_merged_one_s_batch_withdraws_it(self, here):
        self.failed(here, "2023-08-01", "2023-08-02", "2023-08-03", code="S1")
        here.open("2023-08-03")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact(
            "sample.failed", "2023-08-02", revises=("测试", "2"), withdrawn=True, recorded_on="2023-09-12"
        )
        here.open("2023-09-12")
        assert whose(here) == [("flight-check", "S2", "3", "withdrawn")]

    def test_one_of_its_own_reported_late_is_owed_by_the_one_that_goes_on(self, here):
        self.failed(here, "2023-09-01", "2023-09-02", code="S1")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("sample.failed", "2023-09-04", recorded_on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [("flight-check", "S2", "3", "open")]

    def test_taken_back_a_finding_of_both_is_withdrawn_and_each_is_judged_alone(self, here):
        self.failed(here, "2023-08-01", "2023-08-02", code="S1")
        merge(here, "S1", "S2")
        self.failed(here, "2023-09-12", code="S2")
        here.open("2023-09-12")
        unmerge(here, "S1", on="2023-09-13")
        here.open("2023-09-13")
        assert whose(here) == [("flight-check", "S2", "3", "withdrawn")]
        assert history(here, 1) == [("withdraw", "合并已撤销，双方的事实分开计算")]
        self.failed(here, "2023-09-14", code="S1")
        here.open("2023-09-14")
        assert whose(here)[-1] == ("flight-check", "S1", "4", "open")

    def test_and_merged_again_it_is_owed_again(self, here):
        self.failed(here, "2023-08-01", "2023-08-02", code="S1")
        merge(here, "S1", "S2")
        self.failed(here, "2023-09-12", code="S2")
        here.open("2023-09-12")
        unmerge(here, "S1", on="2023-09-13")
        here.open("2023-09-13")
        merge(here, "S1", "S2", entered="2023-09-14")
        for day in ("2023-09-14", "2023-09-15"):
            here.open(day)
        assert [row[2:] for row in whose(here)] == [("3", "withdrawn"), ("3/2", "open")]


class TestChain:
    def test_what_came_from_the_first_goes_on_to_the_last(self, here):
        here.register("S3", unit=SANYUAN)
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        merge(here, "S2", "S3", on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [("first-inspection", "S3", "1", "open")]
        assert here.owed("unit") == [SANYUAN]
        assert [kind for kind, _ in history(here, 1)] == ["rehome", "rehome"]

    def test_also_when_both_were_entered_before_anybody_looked(self, here):
        here.register("S3", unit=SANYUAN)
        merge(here, "S1", "S2")
        merge(here, "S2", "S3", on="2023-09-12")
        here.open("2023-09-12")
        assert whose(here) == [("first-inspection", "S3", "1", "open")]
        assert history(here, 1) == [("rehome", f"{MERGED}，后者又并入S3 店（S3）")]

    @pytest.mark.parametrize(("back", "stays_with"), [("S1", "S1"), ("S2", "S2")])
    def test_one_link_is_taken_back(self, here, back, stays_with):
        here.register("S3")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        merge(here, "S2", "S3", on="2023-09-12")
        here.open("2023-09-12")
        unmerge(here, back)
        here.open("2023-09-20")
        assert whose(here) == [("first-inspection", stays_with, "1", "open")]

    @pytest.mark.parametrize("order", [("S1", "S2"), ("S2", "S1")])
    def test_both_are_taken_back_in_any_order(self, here, order):
        here.register("S3")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        merge(here, "S2", "S3", on="2023-09-12")
        here.open("2023-09-12")
        for code in order:
            unmerge(here, code)
            here.open("2023-09-20")
        assert whose(here) == [("first-inspection", "S1", "1", "open")]
        assert set(active(here).values()) == {True}


class TestTakenBack:
    def test_it_owes_again_what_it_owed(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        unmerge(here, "S1")
        here.open("2023-09-20")
        assert active(here) == {"S1": True, "S2": True}
        assert whose(here) == [("first-inspection", "S1", "1", "open")]
        assert here.owed("unit") == [SANYUAN]
        assert history(here, 1)[-1] == ("rehome", "并入S2 店（S2）一事已撤销")

    def test_also_what_was_superseded(self, bureau):
        here = bureau(graded_visits(), on="2023-09-01")
        here.register("S1", "S2")
        here.open("2023-09-01")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        unmerge(here, "S1")
        for day in ("2023-09-20", "2023-09-21"):
            here.open(day)
        assert [row[1:] for row in whose(here)] == [("S1", "2023#1/1", "open"), ("S2", "2023#1/1", "open")]
        assert [kind for kind, _ in history(here, 1)] == ["supersede", "reinstate"]
        tick(here.ws, at("2023-12-25"))
        with reading(here.ledger) as connection:
            assert sorted(connection.execute(select(NOTICE.c.obligation_id)).scalars()) == [1, 2]

    def test_what_was_done_meanwhile_is_its_own_and_not_owed_anew(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("inspection.done", "2023-09-12", code="S2")
        here.open("2023-09-12")
        closed = here.owed("closed_on")
        unmerge(here, "S1")
        here.open("2023-09-20")
        assert whose(here) == [("first-inspection", "S1", "1", "done")]
        assert here.owed("closed_on") == closed

    def test_what_its_facts_opened_meanwhile_comes_with_it(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        here.fact("certificate.issued", "2023-09-12")
        here.open("2023-09-12")
        assert whose(here)[-1][1] == "S2"
        unmerge(here, "S1")
        here.open("2023-09-20")
        assert [row[1] for row in whose(here)] == ["S1", "S1"]

    def test_nobody_hears_twice_what_was_said(self, here):
        merge(here, "S1", "S2")
        for day in ("2023-09-20", "2023-09-21"):
            tick(here.ws, at(day))
        unmerge(here, "S1", on="2023-09-22")
        for day in ("2023-09-22", "2023-09-25", "2023-10-09"):
            tick(here.ws, at(day))
        assert inbox(here) == [f"{SHAXIAN}/食品流通科", f"{SANYUAN}/食品流通科"]

    def test_before_anybody_looked_it_is_as_if_nothing_had_been(self, here):
        merge(here, "S1", "S2")
        unmerge(here, "S1")
        here.open("2023-09-20")
        assert whose(here) == [("first-inspection", "S1", "1", "open")]
        assert history(here, 1) == []

    def test_and_may_be_entered_again_rightly(self, here):
        here.register("S3")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        unmerge(here, "S1")
        merge(here, "S1", "S3")
        here.open("2023-09-20")
        assert whose(here) == [("first-inspection", "S3", "1", "open")]

    def test_the_ledger_keeps_who_entered_it_and_who_took_it_back(self, here):
        merge(here, "S1", "S2", reason="三市监合〔2023〕1号")
        unmerge(here, "S1")
        with reading(here.ledger) as connection:
            row = connection.execute(select(MERGER)).one()
        assert (row.entered_by, row.reason) == ("王五", "三市监合〔2023〕1号")
        assert (row.undone_by, row.undone_because) == ("王五", "录错了")


class TestClosedInTheRegister:
    def close(self, here, code="S1"):
        given = NewSubject(SELLER, code, f"{code} 店", LIEDONG, active=False)
        record_subjects(here.ws, [given], here.ws.clock.now(), OPERATOR)

    def test_before_the_merger_was_entered_it_passes_on_all_the_same(self, here):
        self.close(here)
        here.open("2023-09-08")
        assert whose(here) == [("first-inspection", "S1", "1", "withdrawn")]
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        assert whose(here) == [("first-inspection", "S2", "1", "open")]
        assert [kind for kind, _ in history(here, 1)] == ["withdraw", "reopen", "rehome"]

    def test_and_is_closed_again_when_that_is_taken_back(self, here):
        self.close(here)
        here.open("2023-09-08")
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        unmerge(here, "S1")
        here.open("2023-09-20")
        assert active(here) == {"S1": False, "S2": True}
        assert whose(here) == [("first-inspection", "S1", "1", "withdrawn")]

    def test_a_register_that_still_lists_it_as_working_is_refused(self, here):
        merge(here, "S1", "S2")
        recorded = here.register("S1")
        assert [each.reason for each in recorded.refused] == [
            "已于 2023-09-10 并入 S2 店（S2），不能再登记为在业；如系误并，先撤销合并"
        ]
        self.close(here)
        assert active(here) == {"S1": False, "S2": True}

    def test_the_one_that_goes_on_closes_and_what_passed_on_is_withdrawn(self, here):
        merge(here, "S1", "S2")
        here.open("2023-09-11")
        self.close(here, "S2")
        here.open("2023-09-12")
        assert whose(here) == [("first-inspection", "S2", "1", "withdrawn")]


def test_a_new_code_for_the_same_enterprise_takes_over_what_the_old_one_owed(bureau):
    """换证: the register lists a new number; what both owe for the year is owed once, by the new one."""
    here = bureau(graded_visits(), first_inspection(), flight_check(), on="2023-09-01")
    here.register("旧证")
    here.open("2023-09-01")
    here.fact("certificate.issued", "2023-09-05", code="旧证")
    here.fact("sample.failed", "2023-09-05", code="旧证")
    here.fact("sample.failed", "2023-09-06", code="旧证")
    here.open("2023-09-06")
    here.register("新证", registered_on=date(2023, 9, 10))
    here.open("2023-09-10")
    merge(here, "旧证", "新证", reason="换证")
    here.fact("sample.failed", "2023-09-12", code="新证")
    here.open("2023-09-12")
    assert sorted(row for row in whose(here) if row[3] == "open") == [
        ("first-inspection", "新证", "1", "open"),
        ("flight-check", "新证", "4", "open"),
        ("visits", "新证", "2023#1/1", "open"),
    ]


class TestRefused:
    @pytest.mark.parametrize(
        ("code", "into", "on", "field", "reason"),
        [
            ("S1", "S1", "2023-09-10", "into", "S1 店（S1）不能并入自己"),
            ("S1", "S9", "2023-09-10", "into", "没有登记过 食品销售者 S9"),
            ("S9", "S1", "2023-09-10", "code", "没有登记过 食品销售者 S9"),
            ("S1", "关", "2023-09-10", "into", "关 店（关）已注销或停业，不能并入"),
            ("S1", "S2", "2023-09-12", "merged_on", "2023-09-12 还没有到"),
            ("S1", "S2", "1023-09-12", "merged_on", "1023-09-12 太早，请核对年份"),
            (
                "S4",
                "S2",
                "2023-09-10",
                "code",
                "S4 店（S4）已于 2023-09-09 并入S5 店（S5）；要改，先撤销那次合并",
            ),
            ("S5", "S4", "2023-09-10", "into", "S4 店（S4）已经并入S5 店（S5），不能反过来"),
            ("S1", "S4", "2023-09-10", "into", "S4 店（S4）已并入S5 店（S5），请直接并入后者"),
            (
                "S5",
                "S1",
                "2023-09-08",
                "merged_on",
                "S4 店（S4） 2023-09-09 才并入S5 店（S5），S5 店（S5）再并入别家不能早于那天",
            ),
        ],
    )
    def test_what_cannot_be(self, here, code, into, on, field, reason):
        here.register("S4", "S5")
        here.register("关", active=False)
        merge(here, "S4", "S5", on="2023-09-09", entered="2023-09-11")
        before = active(here)
        with pytest.raises(MergeRefused) as refused:
            merge(here, code, into, on=on, entered="2023-09-11")
        assert tuple(refused.value.why) == (field, reason)
        assert active(here) == before

    def test_into_another_kind(self, here):
        record_subjects(
            here.ws, [NewSubject("食品生产者", "P1", "P1 厂", SANYUAN)], here.ws.clock.now(), OPERATOR
        )
        with pytest.raises(MergeRefused, match="P1 是食品生产者，不是食品销售者：只能并入同一类监管对象"):
            merge(here, "S1", "P1")

    def test_of_a_unit_the_caller_does_not_act_for(self, here):
        with pytest.raises(MergeRefused, match="没有登记过 食品销售者 S2"):
            merge_subject(
                here.ws, SELLER, "S1", into="S2", merged_on=date(2023, 9, 10), now=at("2023-09-11"),
                by=county(SANYUAN, LIEDONG),
            )  # fmt: skip

    def test_entered_twice_is_entered_once(self, here):
        assert merge(here, "S1", "S2").changed
        assert not merge(here, "S1", "S2").changed

    def test_what_was_never_merged_is_not_taken_back(self, here):
        with pytest.raises(MergeRefused, match="S1 店（S1）没有并入过谁"):
            unmerge(here, "S1")

    def test_nor_without_a_reason(self, here):
        merge(here, "S1", "S2")
        with pytest.raises(MergeRefused, match="撤销合并要写明原因"):
            unmerge_subject(here.ws, SELLER, "S1", now=at("2023-09-12"), by=OPERATOR, reason=" ")


def test_the_short_number_on_a_desk_stays_the_same(here):
    merge(here, "S1", "S2")
    here.open("2023-09-11")
    done = actions.complete(here.ws, short_id(1), at("2023-09-12"), who=by("甲"))
    assert (parse_short_id(done.short_id), done.unit, done.state) == (1, SHAXIAN, "done")
