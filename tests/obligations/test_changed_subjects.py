"""A subject moves, closes, comes back: what it owes follows it. On both databases."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from duban.facts import NewSubject, record_subjects
from duban.ledger.database import reading, writing
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DELIVERY, INBOX_MESSAGE, OBLIGATION, OBLIGATION_EVENT
from duban.obligations import actions
from duban.service.cycle import tick
from duban.workdays import Closure
from tests.obligations.small_bureau import SELLER, a_project, at, first_inspection, graded_visits, quarterly
from tests.principals import OPERATOR, by

SANYUAN, SHAXIAN = "350404", "350405"


@pytest.fixture
def here(bureau):
    """S1 in 三元区 got its certificate on 2023-09-05: first inspection due 2023-10-07, reminded on 2023-09-21."""
    here = bureau(first_inspection(), graded_visits(), on="2023-09-01")
    here.register("S1")
    here.open("2023-09-01")
    here.fact("certificate.issued", "2023-09-05")
    here.open("2023-09-06")
    return here


def change(here, **columns):
    given = {"kind": SELLER, "code": "S1", "name": "S1 店", "unit": "350404-01", **columns}
    return record_subjects(here.ws, [NewSubject(**given)], here.ws.clock.now(), OPERATOR)


def events(here):
    with reading(here.ledger) as connection:
        return connection.execute(
            select(OBLIGATION_EVENT.c.kind, OBLIGATION_EVENT.c.reason).order_by(OBLIGATION_EVENT.c.id)
        ).all()


def inbox(here):
    with reading(here.ledger) as connection:
        return connection.execute(
            select(INBOX_MESSAGE.c.recipient).order_by(INBOX_MESSAGE.c.id)
        ).scalars().all()  # fmt: skip


class TestMoved:
    def test_what_is_open_goes_with_it_and_its_dates_stay(self, here):
        before = here.owed("id", "target", "deadline")
        change(here, unit=SHAXIAN)
        here.open("2023-09-07")
        assert here.owed("unit") == [SHAXIAN, SHAXIAN]
        assert here.owed("id", "target", "deadline") == before
        assert [tuple(event) for event in events(here)] == [("rehome", "监管对象由三元区局转到沙县区局")] * 2

    def test_whom_the_county_it_left_had_given_it_to_has_it_no_more(self, here):
        with writing(here.ledger) as connection:
            connection.execute(update(OBLIGATION).values(dispatched_to="350404-01/经办人"))
        change(here, unit=SHAXIAN)
        here.open("2023-09-07")
        assert here.owed("unit", "dispatched_to") == [(SHAXIAN, None)] * 2

    def test_twice_changes_nothing_more(self, here):
        change(here, unit=SHAXIAN)
        for day in ("2023-09-07", "2023-09-07", "2023-09-08"):
            here.open(day)
        assert len(events(here)) == 2

    def test_within_the_county_nothing_changes(self, here):
        change(here, unit=SANYUAN)
        here.open("2023-09-07")
        assert here.owed("unit") == [SANYUAN, SANYUAN]
        assert events(here) == []

    def test_what_was_done_stays_where_it_was_done(self, here):
        here.fact("inspection.done", "2023-09-08")
        here.open("2023-09-08")
        change(here, unit=SHAXIAN)
        here.open("2023-09-09")
        assert here.owed("unit", state="done") == [SANYUAN, SANYUAN]

    def test_the_new_unit_is_told_what_was_said_and_the_old_one_hears_no_more(self, here):
        here.clock.moment = at("2023-09-21")
        tick(here.ws, here.clock.now())
        assert set(inbox(here)) == {f"{SANYUAN}/食品流通科"}
        change(here, unit=SHAXIAN)
        tick(here.ws, at("2023-09-22"))
        assert inbox(here)[-1] == f"{SHAXIAN}/食品流通科"
        assert len(inbox(here)) == 2

    def test_a_message_on_its_way_to_the_unit_it_left_is_cancelled(self, here):
        from duban.notices.patrol import patrol

        patrol(here.ws, at("2023-09-21"))
        change(here, unit=SHAXIAN)
        tick(here.ws, at("2023-09-21"))
        with reading(here.ledger) as connection:
            rows = connection.execute(
                select(DELIVERY.c.recipient, DELIVERY.c.state, DELIVERY.c.last_error)
            ).all()
        assert [tuple(row) for row in rows if row.recipient.startswith(SANYUAN)] == [
            (f"{SANYUAN}/食品流通科", "cancelled", "发送前已移交沙县区局")
        ]
        assert [row.state for row in rows if row.recipient.startswith(SHAXIAN)] == ["sent"]


class TestMovedToOtherWorkingDays:
    """S1's first inspection is due on 2023-10-09, a Monday; one of the two counties was closed around it."""

    @pytest.fixture
    def struck(self, bureau, calendar):
        def struck(unit, first, last):
            closure = Closure(
                unit=unit,
                from_=date.fromisoformat(first),
                to=date.fromisoformat(last),
                reason="台风",
                notice="沙政办〔2023〕5号",
            )
            chains = {code: [each.code for each in a_project().chain(code)] for code in a_project().units}
            here = bureau(on="2023-09-01")
            here.use_duties([first_inspection()], calendar.with_closures([closure], chains))
            here.register("S1")
            here.open("2023-09-01")
            here.fact("certificate.issued", "2023-09-09")
            here.open("2023-09-11")
            return here

        return struck

    def test_it_is_due_by_the_new_county_s_days_and_the_history_says_which(self, struck):
        here = struck(SHAXIAN, "2023-10-09", "2023-10-10")
        change(here, unit=SHAXIAN)
        here.open("2023-09-12")
        assert here.owed("unit", "deadline") == [(SHAXIAN, "2023-10-11")]
        closed = "改为休息（台风，沙政办〔2023〕5号）"
        assert [tuple(event) for event in events(here)] == [
            ("rehome", "监管对象由三元区局转到沙县区局"),
            (
                "redate",
                f"改按沙县区局的工作日：2023-10-09 {closed}；2023-10-10 {closed}",
            ),
        ]

    def test_and_leaves_the_longer_term_of_the_county_it_left(self, struck):
        here = struck(SANYUAN, "2023-10-09", "2023-10-09")
        assert here.owed("deadline") == ["2023-10-10"]
        change(here, unit=SHAXIAN)
        here.open("2023-09-12")
        assert here.owed("deadline") == ["2023-10-09"]
        change(here, unit=SANYUAN)
        here.open("2023-09-13")
        assert here.owed("deadline") == ["2023-10-10"]

    def test_a_closure_after_it_is_due_moves_nothing(self, struck):
        here = struck(SHAXIAN, "2023-11-01", "2023-11-02")
        change(here, unit=SHAXIAN)
        here.open("2023-09-12")
        assert here.owed("unit", "deadline") == [(SHAXIAN, "2023-10-09")]
        assert [kind for kind, _ in events(here)] == ["rehome"]

    def test_the_reminder_goes_by_the_new_days_unless_it_was_said_already(self, struck):
        here = struck(SHAXIAN, "2023-10-09", "2023-10-10")
        tick(here.ws, at("2023-09-26"))
        assert inbox(here) == [f"{SANYUAN}/食品流通科"]
        change(here, unit=SHAXIAN)
        for day in ("2023-09-27", "2023-09-28", "2023-10-07", "2023-10-11"):
            tick(here.ws, at(day))
        assert inbox(here) == [f"{SANYUAN}/食品流通科", f"{SHAXIAN}/食品流通科"]

    def test_days_a_person_set_stand(self, struck):
        here = struck(SHAXIAN, "2023-10-09", "2023-10-10")
        number = short_id(here.owed("id")[0])
        actions.extend(
            here.ws, number, at("2023-09-12"), who=by("甲"), reason="企业搬迁", to=date(2023, 10, 20)
        )
        change(here, unit=SHAXIAN)
        here.open("2023-09-13")
        assert here.owed("unit", "deadline") == [(SHAXIAN, "2023-10-20")]


class TestClosed:
    def test_what_is_open_is_withdrawn_with_the_reason(self, here):
        change(here, active=False)
        here.open("2023-09-07")
        assert here.owed("state") == ["withdrawn", "withdrawn"]
        assert {reason for _, reason in events(here)} == {"监管对象已注销或停业"}

    def test_and_is_open_again_when_it_comes_back_in_time(self, here):
        change(here, active=False)
        here.open("2023-09-07")
        change(here)
        here.open("2023-09-20")
        assert here.owed("state") == ["open", "open"]

    def test_but_not_when_the_deadline_is_over(self, here):
        change(here, active=False)
        here.open("2023-09-07")
        change(here)
        here.open("2023-10-09")
        assert here.owed("state", duty_id="first-inspection") == ["withdrawn"]

    def test_what_was_withdrawn_for_another_reason_stays_withdrawn(self, here):
        here.fact(
            "certificate.issued",
            "2023-09-05",
            revises=("测试", "1"),
            withdrawn=True,
            recorded_on="2023-09-08",
        )
        here.open("2023-09-08")
        change(here, active=False)
        here.open("2023-09-09")
        change(here)
        here.open("2023-09-10")
        assert here.owed("state", duty_id="first-inspection") == ["withdrawn"]


def test_the_ledger_itself_keeps_what_a_unit_owes_at_that_unit(bureau):
    here = bureau(quarterly(), on="2023-10-09")
    here.open("2023-10-09")
    with pytest.raises(DBAPIError, match="append-only"), writing(here.ledger) as connection:
        connection.execute(update(OBLIGATION).values(unit=SHAXIAN))
