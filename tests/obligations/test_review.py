"""What is reported waits for its reviewer: closed, sent back, asked to be put off; and what everybody hears of it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from duban.deliveries.delivering import deliver
from duban.explanations.obligation import explain
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.tables import DELIVERY, INBOX_MESSAGE, NOTICE, SUBMISSION
from duban.obligations import actions, review_actions
from duban.obligations.act_standings import obligation_standings
from duban.obligations.actions import MoveRefused
from duban.obligations.permissions import ACTS, allowed
from tests.obligations.desk import YOUXI, told
from tests.principals import by

ZHANG, LI = by("张三"), by("李四")
HEAD = f"{YOUXI}/科室负责人"


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "形势分析报告.pdf"
    path.write_bytes(b"%PDF")
    return path


def report(desk, paper, who=ZHANG, **more):
    return review_actions.report(desk.ws, desk.number, desk.now, who=who, evidence=[paper], **more)


def submissions(desk):
    query = select(SUBMISSION).where(SUBMISSION.c.obligation_id == desk.id).order_by(SUBMISSION.c.id)
    with reading(desk.ws.ledger) as connection:
        return connection.execute(query).all()


class TestReported:
    def test_it_waits_for_the_head_of_its_own_unit_and_is_closed_as_of_the_day_it_was_done(
        self, reviewed, paper
    ):
        acted = report(reviewed, paper, on=date(2023, 10, 8))
        assert (acted.state, reviewed.row.reported_on) == ("reported", date(2023, 10, 8))
        assert submissions(reviewed)[0].reviewer == HEAD
        reviewed.tomorrow(9)
        acted = review_actions.approve(reviewed.ws, reviewed.number, reviewed.now, who=LI)
        assert (acted.state, reviewed.row.closed_on) == ("done", date(2023, 10, 8))
        assert [event.kind for event in reviewed.events] == ["report", "approve"]
        assert [each.outcome for each in submissions(reviewed)] == ["approved"]

    def test_without_its_evidence_it_is_not_taken(self, reviewed):
        with pytest.raises(MoveRefused, match="缺材料：形势分析报告；材料不齐不能复核"):
            review_actions.report(reviewed.ws, reviewed.number, reviewed.now, who=ZHANG)
        assert reviewed.row.state == "open"

    def test_nobody_reviews_what_they_reported_themselves(self, reviewed, paper):
        report(reviewed, paper)
        with pytest.raises(MoveRefused, match="张三 不能复核自己报的"):
            review_actions.approve(reviewed.ws, reviewed.number, reviewed.now, who=ZHANG)

    def test_it_cannot_be_completed_past_its_reviewer(self, reviewed, paper):
        with pytest.raises(MoveRefused, match="要复核"):
            actions.complete(reviewed.ws, reviewed.number, reviewed.now, who=ZHANG, evidence=[paper])

    def test_what_nobody_reviews_is_completed_and_not_reported(self, desk, paper):
        with pytest.raises(MoveRefused, match="不用复核，请直接办结"):
            report(desk, paper)

    def test_what_has_come_to_supervision_is_reviewed_whatever_it_needs(
        self, tmp_path, clock, ledger_database
    ):
        from tests.obligations.desk import desk_of_zhang

        with desk_of_zhang(tmp_path, clock, ledger_database, reviewed_by=None, evidence=[]) as desk:
            desk.fire("supervise-1")
            with pytest.raises(MoveRefused, match="要复核"):
                actions.complete(desk.ws, desk.number, desk.now, who=ZHANG)

    def test_taken_back_it_is_owed_as_before(self, reviewed, paper):
        before = reviewed.row.next_rung_at
        report(reviewed, paper)
        acted = review_actions.recall(reviewed.ws, reviewed.number, reviewed.now, who=ZHANG)
        assert (acted.state, reviewed.row.reported_on) == ("open", None)
        assert reviewed.row.next_rung_at == before
        assert submissions(reviewed)[0].outcome == "recalled"

    def test_reported_again_it_was_done_when_it_was(self, reviewed, paper):
        report(reviewed, paper, on=date(2023, 10, 8))
        report(reviewed, paper)
        assert reviewed.row.reported_on == date(2023, 10, 8)
        assert [each.outcome for each in submissions(reviewed)] == ["lapsed", None]


class TestWhoHears:
    def test_the_reviewer_at_once_again_after_two_working_days_and_the_leader_after_five(
        self, reviewed, paper
    ):
        report(reviewed, paper)
        assert told(reviewed) == [("remind", HEAD)]
        reviewed.tomorrow()
        assert told(reviewed) == []
        reviewed.tomorrow()  # Wednesday
        assert told(reviewed) == [("urge", HEAD)]
        reviewed.tomorrow(5)  # the next Monday: the owner's deadline, but it is not theirs to act
        assert told(reviewed) == [("supervise", HEAD), ("supervise", f"{YOUXI}/分管领导")]
        reviewed.tomorrow(30)
        assert told(reviewed) == []

    def test_of_what_was_said_late_and_at_once_nothing_was_said_before(self, reviewed):
        reviewed.tomorrow(7)  # Monday 10-16: both reminders together
        told(reviewed)
        deliver(reviewed.ws, reviewed.now)
        with reading(reviewed.ws.ledger) as connection:
            [body] = connection.scalars(select(INBOX_MESSAGE.c.body))
        assert "〔提醒〕" in body
        assert "此前" not in body

    def test_once_it_is_closed_nobody(self, reviewed, paper):
        report(reviewed, paper)
        review_actions.approve(reviewed.ws, reviewed.number, reviewed.now, who=LI)
        reviewed.tomorrow(2)
        assert told(reviewed) == []

    def test_sent_back_its_owner(self, reviewed, paper):
        report(reviewed, paper)
        told(reviewed)
        reviewed.tomorrow()
        review_actions.send_back(
            reviewed.ws, reviewed.number, reviewed.now, who=LI, reason="没有签字", to=date(2023, 10, 20)
        )
        assert told(reviewed) == [("remind", f"{YOUXI}/特种设备科")]


class TestSentBack:
    def send_back(self, desk, to=date(2023, 10, 20)):
        return review_actions.send_back(desk.ws, desk.number, desk.now, who=LI, reason="没有签字", to=to)

    def test_it_is_owed_again_by_the_new_day(self, reviewed, paper):
        report(reviewed, paper)
        acted = self.send_back(reviewed)
        assert (acted.state, acted.deadline) == ("open", date(2023, 10, 20))
        assert (reviewed.row.returns, reviewed.row.reported_on, reviewed.row.missed) == (1, None, None)

    def test_the_same_file_handed_in_again_stands_once_and_another_of_that_name_beside_it(
        self, reviewed, paper
    ):
        report(reviewed, paper)
        self.send_back(reviewed)
        report(reviewed, paper)
        assert [(each.name, each.added_by) for each in reviewed.evidence] == [(paper.name, "张三")]
        review_actions.recall(reviewed.ws, reviewed.number, reviewed.now, who=ZHANG)
        paper.write_bytes(b"another text")
        report(reviewed, paper)
        assert [each.name for each in reviewed.evidence] == [paper.name] * 2

    def test_a_new_day_on_a_weekend_moves_to_the_next_working_day(self, reviewed, paper):
        report(reviewed, paper)
        assert self.send_back(reviewed, date(2023, 10, 21)).deadline == date(2023, 10, 23)

    def test_reported_in_time_it_is_not_late_however_long_the_review_took(self, reviewed, paper):
        report(reviewed, paper)
        reviewed.tomorrow(14)
        self.send_back(reviewed, date(2023, 10, 27))
        assert reviewed.row.missed is None

    def test_what_was_late_stays_late(self, reviewed, paper):
        reviewed.tomorrow(9)
        report(reviewed, paper)
        self.send_back(reviewed, date(2023, 10, 27))
        assert reviewed.row.missed == date(2023, 10, 16)

    def test_a_day_that_is_past_is_refused(self, reviewed, paper):
        report(reviewed, paper)
        with pytest.raises(MoveRefused, match="2023-10-08 已经过去"):
            self.send_back(reviewed, date(2023, 10, 8))


class TestAsked:
    def ask(self, desk, to=date(2023, 10, 20)):
        return review_actions.request_extension(
            desk.ws, desk.number, desk.now, who=ZHANG, reason="数据未齐", to=to
        )

    def test_the_day_stays_until_the_reviewer_grants_it(self, reviewed):
        assert self.ask(reviewed).deadline == date(2023, 10, 16)
        assert told(reviewed)[-1] == ("remind", HEAD)
        acted = review_actions.grant(reviewed.ws, reviewed.number, reviewed.now, who=LI)
        assert acted.deadline == date(2023, 10, 20)

    def test_who_decides_reads_that_a_decision_is_asked_for(self, reviewed):
        told(reviewed)
        deliver(reviewed.ws, reviewed.now)
        reviewed.tomorrow()
        self.ask(reviewed)
        told(reviewed)
        deliver(reviewed.ws, reviewed.now)
        with reading(reviewed.ws.ledger) as connection:
            query = select(INBOX_MESSAGE).where(INBOX_MESSAGE.c.recipient == HEAD)
            [message] = connection.execute(query).all()
        assert message.title.endswith("：待决定 1 项")
        assert "〔待决定〕" in message.body
        assert "张三 申请延期到 2023-10-20，请决定（数据未齐）" in message.body

    def test_the_ladder_goes_on_meanwhile(self, reviewed):
        self.ask(reviewed)
        told(reviewed)
        reviewed.tomorrow(8)  # a working day after the deadline
        assert ("urge", f"{YOUXI}/特种设备科") in told(reviewed)

    def test_granted_or_refused_whoever_owes_it_hears(self, reviewed):
        self.ask(reviewed)
        told(reviewed)
        reviewed.tomorrow()
        review_actions.refuse(reviewed.ws, reviewed.number, reviewed.now, who=LI, reason="抓紧办")
        assert told(reviewed) == [("remind", f"{YOUXI}/特种设备科")]
        assert reviewed.row.deadline == date(2023, 10, 16)

    def test_once_it_is_granted_the_ladder_speaks_of_the_new_day(self, reviewed):
        self.ask(reviewed)
        told(reviewed)
        deliver(reviewed.ws, reviewed.now)
        reviewed.tomorrow()  # Tuesday
        review_actions.grant(reviewed.ws, reviewed.number, reviewed.now, who=LI)
        reviewed.tomorrow(3)  # Friday 10-13, five working days before the new day
        assert told(reviewed) == [("remind", f"{YOUXI}/特种设备科")] * 2  # the decision, and the ladder anew
        deliver(reviewed.ws, reviewed.now)
        with reading(reviewed.ws.ledger) as connection:
            query = select(INBOX_MESSAGE.c.body).where(INBOX_MESSAGE.c.received_at == reviewed.now)
            [body] = connection.scalars(query)
        assert "已延期至 2023-10-20（原期限 2023-10-16）" in body
        assert "第 2 次提醒" in body
        rungs = explain(reviewed.ws, reviewed.id).rungs
        assert [(each.day, each.coming or "已发出") for each in rungs] == [
            (date(2023, 10, 13), "已发出"),
            (date(2023, 10, 19), "未到"),
            (date(2023, 10, 23), "未到"),
            (date(2023, 10, 25), "未到"),
            (date(2023, 10, 27), "未到"),
            (date(2023, 11, 3), "未到"),
            (date(2023, 10, 9), "已发出"),
        ]
        reviewed.tomorrow(10)  # Monday 10-23: urged, and put off again before that went out
        assert ("urge", f"{YOUXI}/特种设备科") in told(reviewed)
        actions.extend(
            reviewed.ws, reviewed.number, reviewed.now, who=LI, reason="停产", to=date(2023, 11, 3)
        )
        deliver(reviewed.ws, reviewed.now)
        with reading(reviewed.ws.ledger) as connection:
            of_the_urge = select(DELIVERY.c.state, DELIVERY.c.last_error).join(NOTICE)
            urged = connection.execute(of_the_urge.where(NOTICE.c.rung == "urge-1#2")).all()
        assert set(urged) == {("cancelled", "发送前给了新的期限")}

    def test_granted_after_its_day_it_was_late(self, reviewed):
        reviewed.tomorrow(9)
        self.ask(reviewed, date(2023, 10, 27))
        review_actions.grant(reviewed.ws, reviewed.number, reviewed.now, who=LI)
        assert reviewed.row.missed == date(2023, 10, 16)

    def test_a_waiver_granted_closes_it(self, reviewed):
        review_actions.request_waiver(
            reviewed.ws, reviewed.number, reviewed.now, who=ZHANG, reason="职能划出"
        )
        assert review_actions.grant(reviewed.ws, reviewed.number, reviewed.now, who=LI).state == "waived"

    def test_one_at_a_time(self, reviewed):
        self.ask(reviewed)
        with pytest.raises(MoveRefused, match="已有一项在等复核人决定"):
            self.ask(reviewed, date(2023, 10, 25))

    def test_reported_meanwhile_it_falls_away(self, reviewed, paper):
        self.ask(reviewed)
        report(reviewed, paper)
        assert [each.outcome for each in submissions(reviewed)] == ["lapsed", None]

    @pytest.mark.parametrize(
        "limit, to, words",
        [
            ({"times": 0}, date(2023, 10, 17), "不得延期"),
            (
                {"times": 1, "length": {"amount": 3, "unit": "workday"}},
                date(2023, 10, 20),
                "最多延到 2023-10-19",
            ),
        ],
    )
    def test_how_often_and_how_long_is_the_duty_s_to_say(
        self, tmp_path, clock, ledger_database, limit, to, words
    ):
        from tests.obligations.desk import desk_of_zhang

        limit = {"times": None, "length": None} | limit
        with (
            desk_of_zhang(tmp_path, clock, ledger_database, extension=limit) as desk,
            pytest.raises(MoveRefused, match=words),
        ):
            self.ask(desk, to)


class TestWhoMay:
    """特种设备科 of 尤溪 owes it; its 科室负责人 reviews it; the city and other counties are not asked."""

    def person(self, *posts, name="某人"):
        return Principal(
            name, YOUXI, frozenset({YOUXI}), "page", may_write=True, undisclosed=True, posts=frozenset(posts)
        )

    def may(self, desk, who):
        with reading(desk.ws.ledger) as connection:
            standing = obligation_standings(connection, desk.ws.definitions, [desk.id])[desk.id]
        return {act for act in ACTS if allowed(desk.ws.definitions, who, standing, act).allowed}

    def test_the_post_that_owes_it_reports_and_asks(self, reviewed):
        assert self.may(reviewed, self.person(f"{YOUXI}/特种设备科")) == {
            "acknowledge", "report", "request-extension", "request-waiver", "dispatch", "co-handle",
        }  # fmt: skip

    def test_the_reviewer_decides_once_it_is_reported(self, reviewed, paper):
        report(reviewed, paper)
        assert self.may(reviewed, self.person(HEAD)) == {"report", "approve", "return", "recall"}
        assert self.may(reviewed, self.person(f"{YOUXI}/特种设备科")) == {"report", "recall"}

    def test_nobody_calls_done_what_figures_judge_while_they_are_untold(self, reviewed, paper):
        """Its owner by reporting it again, its reviewer by approving what was reported before a figure was withdrawn."""
        report(reviewed, paper)
        with reading(reviewed.ws.ledger) as connection:
            told = obligation_standings(connection, reviewed.ws.definitions, [reviewed.id])[reviewed.id]
        untold = replace(told, untold=("2023-Q3",))
        for act in ("report", "approve"):
            said = allowed(reviewed.ws.definitions, self.person(HEAD), untold, act)
            assert (said.allowed, "未报数（2023年三季度）：请先报数" in said.why_not) == (False, True)
            assert allowed(reviewed.ws.definitions, self.person(HEAD), told, act).allowed
        assert allowed(reviewed.ws.definitions, self.person(HEAD), untold, "return").allowed

    def test_the_leader_of_the_unit_above_may_too(self, reviewed, paper):
        report(reviewed, paper)
        assert self.may(reviewed, self.person("350400/分管药械特设副局长")) == {"approve", "return"}
        assert self.may(reviewed, self.person("350400/分管领导")) == set(), "another stands for its line"

    def test_another_line_and_another_county_may_nothing(self, reviewed):
        for post in (f"{YOUXI}/计量科", "350404/特种设备科", "350404/主要领导"):
            assert self.may(reviewed, self.person(post)) == set()

    def test_whoever_may_only_read_does_nothing(self, reviewed):
        assert self.may(reviewed, replace(self.person(f"{YOUXI}/特种设备科"), may_write=False)) == set()

    def test_the_reason_is_said(self, reviewed):
        with reading(reviewed.ws.ledger) as connection:
            standing = obligation_standings(connection, reviewed.ws.definitions, [reviewed.id])[reviewed.id]
        other = self.person(f"{YOUXI}/计量科")
        assert (
            allowed(reviewed.ws.definitions, other, standing, "report").why_not
            == "由尤溪县市场监管局特种设备科承办"
        )
