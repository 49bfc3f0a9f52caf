"""What the overdue report counts and lists, and for whom."""

from datetime import date

import pytest
from sqlalchemy import insert

from duban.ladders.ladder import Stage
from duban.ledger.database import writing
from duban.ledger.heartbeats import beat
from duban.ledger.tables import DELIVERY, FACT, NOTICE
from duban.notices.patrol import patrol
from duban.reports import is_suspect, overdue
from tests.notices.bureau import CITY, MEIXIAN, SHAXIAN, YOUXI, at, duty


def test_overdue_begins_the_day_after_the_deadline(bureau):
    bureau.owe(deadline=date(2023, 10, 9))
    assert overdue(bureau.ws, at("2023-10-09 23:59")).total == 0
    assert overdue(bureau.ws, at("2023-10-10 00:00")).total == 1


def test_an_obligation_is_listed_with_what_a_leader_asks(bureau_on_either):
    bureau = bureau_on_either
    bureau.owe(
        unit=MEIXIAN, subject="好又多食品店", state="acknowledged", acknowledged_at=at("2023-09-27 10:00")
    )
    patrol(bureau.ws, at("2023-10-12 09:00"))
    (listed,) = overdue(bureau.ws, at("2023-10-12 09:00")).obligations
    assert listed.short_id.startswith("DB-")
    assert (listed.title, listed.line) == ("食品销售者月度检查", "食品流通安全监督管理")
    assert (listed.county, listed.unit) == ("尤溪县市场监管局", "尤溪县梅仙市场监管所")
    assert (listed.subject, listed.period_key) == ("好又多食品店", "2023-09")
    assert (listed.opened_on, listed.deadline) == (date(2023, 9, 1), date(2023, 10, 9))
    assert listed.stage is Stage.SUPERVISE
    assert listed.acknowledged


def test_days_overdue_are_working_days(bureau):
    """From Thursday 2023-09-28 to Monday 2023-10-09 lie an eight-day holiday and three working days."""
    bureau.owe(deadline=date(2023, 9, 28))
    (listed,) = overdue(bureau.ws, at("2023-10-09 09:00")).obligations
    assert listed.workdays_overdue == 3


def test_the_oldest_stands_first(bureau):
    for day in (9, 7, 8):
        bureau.owe(deadline=date(2023, 10, day), period_key=f"2023-W{day}")
    listed = overdue(bureau.ws, at("2023-10-20 09:00")).obligations
    assert [each.deadline.day for each in listed] == [7, 8, 9]


def test_the_board_sums_lines_and_counties_in_reading_order(bureau):
    bureau.duties["cp"] = duty("cp", title="产品质量检查", line="产品质量安全监督管理")
    for month in ("2023-07", "2023-08"):
        bureau.owe(period_key=month)
    bureau.owe(unit=SHAXIAN)
    bureau.owe(duty_id="cp", unit=MEIXIAN)
    matrix = overdue(bureau.ws, at("2023-10-20 09:00")).matrix
    assert matrix.lines == ("食品流通安全监督管理", "产品质量安全监督管理")
    assert matrix.counties == ("尤溪县市场监管局", "沙县区市场监管局")
    assert [matrix.count(line, county) for line in matrix.lines for county in matrix.counties] == [2, 1, 1, 0]
    assert [matrix.line_total(line) for line in matrix.lines] == [3, 1]
    assert [matrix.county_total(county) for county in matrix.counties] == [3, 1]
    assert (matrix.total, matrix.worst) == (4, 2)


def test_totals_by_duty_name_the_oldest_deadline(bureau):
    bureau.owe(deadline=date(2023, 9, 28), period_key="2023-08")
    bureau.owe()
    (total,) = overdue(bureau.ws, at("2023-10-20 09:00")).by_duty
    assert (total.title, total.overdue, total.oldest) == ("食品销售者月度检查", 2, date(2023, 9, 28))


@pytest.mark.parametrize("state", ["done", "waived", "suspended"])
def test_what_is_closed_or_suspended_is_not_overdue(bureau, state):
    closed = (
        {} if state == "suspended" else {"closed_at": at("2023-10-20 08:00"), "closed_on": date(2023, 10, 20)}
    )
    bureau.owe(state=state, **closed)
    report = overdue(bureau.ws, at("2023-10-20 09:00"))
    assert (report.total, report.open_total) == (0, 0)


class TestWhoSeesWhat:
    @pytest.fixture
    def flight_check(self, bureau):
        bureau.duties["secret"] = duty("secret", title="飞行检查", ladder="confidential", confidential=True)
        bureau.owe(duty_id="secret", subject="问题食品店")
        bureau.owe(unit=SHAXIAN)
        return bureau

    def test_a_confidential_obligation_is_counted_for_the_city_and_listed_for_nobody(self, flight_check):
        report = overdue(flight_check.ws, at("2023-10-20 09:00"))
        assert report.confidential == 1
        assert [each.unit for each in report.obligations] == ["沙县区市场监管局"]

    def test_its_own_county_does_not_even_learn_the_number(self, flight_check):
        report = overdue(flight_check.ws, at("2023-10-20 09:00"), unit=YOUXI)
        assert report.confidential is None
        assert (report.total, report.open_total) == (0, 0)

    def test_a_county_sees_itself_and_its_stations(self, bureau):
        for unit in (YOUXI, MEIXIAN, SHAXIAN):
            bureau.owe(unit=unit)
        report = overdue(bureau.ws, at("2023-10-20 09:00"), unit=YOUXI)
        assert report.scope == "尤溪县市场监管局"
        assert [each.unit for each in report.obligations] == ["尤溪县市场监管局", "尤溪县梅仙市场监管所"]

    def test_asking_for_the_city_is_asking_for_all(self, bureau):
        bureau.owe()
        moment = at("2023-10-20 09:00")
        assert overdue(bureau.ws, moment, unit=CITY) == overdue(bureau.ws, moment)

    def test_an_unknown_unit_is_refused(self, bureau):
        with pytest.raises(KeyError, match="999999"):
            overdue(bureau.ws, at("2023-10-20 09:00"), unit="999999")


class TestHowFarToTrustIt:
    def test_it_says_when_the_engine_was_last_alive_and_how_new_the_data_is(self, bureau):
        beat(bureau.ledger, "heartbeat", at("2023-10-20 08:00"))
        with writing(bureau.ledger) as connection:
            fact = {
                "kind": "inspection.done",
                "happened_on": date(2023, 10, 18),
                "source": "平台",
                "ref": "1",
            }
            connection.execute(insert(FACT).values(recorded_at=at("2023-10-19 07:30"), data={}, **fact))
        report = overdue(bureau.ws, at("2023-10-20 09:00"))
        assert report.engine.alive == at("2023-10-20 08:00")
        assert report.local(report.data_as_of) == "2023-10-19 07:30"

    def test_on_a_first_day_both_are_unknown(self, bureau):
        report = overdue(bureau.ws, at("2023-10-20 09:00"))
        assert (report.engine.alive, report.data_as_of, report.local(None)) == (None, None, "—")

    def test_messages_that_may_not_have_arrived_are_counted(self, bureau):
        owed = bureau.owe()
        with writing(bureau.ledger) as connection:
            moment = at("2023-10-10 09:00")
            notice = {"obligation_id": owed, "rung": "urge-1", "stage": "urge", "due_on": date(2023, 10, 10)}
            number = connection.execute(
                insert(NOTICE).values(decided_at=moment, **notice)
            ).inserted_primary_key[0]
            for channel, state in (("a", "unknown"), ("b", "dead"), ("c", "dead"), ("d", "sent")):
                settled = None if state == "unknown" else moment
                row = {"notice_id": number, "obligation_id": owed, "recipient": "x/y", "channel": channel}
                when = {"not_before": moment, "next_attempt_at": moment, "settled_at": settled}
                connection.execute(insert(DELIVERY).values(state=state, **row, **when))
        report = overdue(bureau.ws, at("2023-10-20 09:00"))
        assert (report.deliveries_unknown, report.deliveries_dead) == (1, 2)

    @pytest.mark.parametrize(
        "overdue_now, open_now, doubted",
        [(49, 49, False), (50, 100, False), (51, 100, True), (5_000, 100_000, False), (150, 150, True)],
    )
    def test_when_most_of_what_is_open_is_overdue_at_once_the_data_is_doubted(
        self, overdue_now, open_now, doubted
    ):
        assert is_suspect(overdue_now, open_now) is doubted
