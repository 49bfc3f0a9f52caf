"""What facts have come to: numbers reached, and shares judged when their deadline is over. On both databases."""

import pytest
from sqlalchemy import select

from duban.base.language import use
from duban.cadence.counting import RegisteredSubjects, Tally, YearBefore
from duban.explanations import explain
from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION, OBLIGATION_EVENT
from duban.obligations.actions import complete
from duban.reports.audit import look_over
from tests.obligations.small_bureau import (
    SELLER,
    at,
    by_the_end_of,
    holiday_supply,
    number_to_reach,
    share_to_keep,
)

CITY, SANYUAN, SHAXIAN, STATION = "350400", "350404", "350405", "350404-01"


def states(here):
    return dict(here.owed("unit", "state"))


def events(here, unit, period=None):
    query = (
        select(OBLIGATION_EVENT.c.kind, OBLIGATION_EVENT.c.reason)
        .join(OBLIGATION, OBLIGATION.c.id == OBLIGATION_EVENT.c.obligation_id)
        .where(OBLIGATION.c.unit == unit)
        .order_by(OBLIGATION_EVENT.c.id)
    )
    if period:
        query = query.where(OBLIGATION.c.period_key == period)
    with reading(here.ledger) as connection:
        return [tuple(row) for row in connection.execute(query)]


def progress(here, unit):
    with reading(here.ledger) as connection:
        number = connection.execute(select(OBLIGATION.c.id).where(OBLIGATION.c.unit == unit)).scalar()
    return explain(here.ws, number).progress


class TestANumberToReach:
    @pytest.fixture
    def here(self, bureau):
        here = bureau(number_to_reach())
        here.open("2023-01-03")
        return here

    def test_each_county_owes_it_once_a_year(self, here):
        assert here.owed("unit", "period_key", "deadline") == [
            (SANYUAN, "2023", "2023-12-31"),
            (SHAXIAN, "2023", "2023-12-31"),
        ]

    def test_it_is_done_on_the_day_of_the_fact_that_reached_it(self, here):
        for day in ("2023-03-01", "2023-09-20", "2023-06-01", "2023-10-11"):
            here.fact("event.held", day, unit=SANYUAN)
        assert here.open("2023-10-12").completed == {"events": 1}
        assert here.owed("unit", "state", "closed_on") == [
            (SANYUAN, "done", "2023-09-20"),
            (SHAXIAN, "open", None),
        ]

    def test_a_stations_events_count_for_its_county_and_the_citys_for_nobody(self, here):
        here.fact("event.held", "2023-03-01", unit=STATION)
        here.fact("event.held", "2023-03-02", unit=SANYUAN)
        here.fact("event.held", "2023-03-03", unit=CITY)
        here.open("2023-03-04")
        assert states(here)[SANYUAN] == "open"
        here.fact("event.held", "2023-03-05", unit=STATION)
        here.open("2023-03-06")
        assert states(here)[SANYUAN] == "done"

    def test_last_years_events_and_next_years_do_not_count(self, here):
        for day in ("2022-12-31", "2023-05-01", "2023-12-31"):
            here.fact("event.held", day, unit=SANYUAN, recorded_on="2024-01-03")
        here.fact("event.held", "2024-01-01", unit=SANYUAN, recorded_on="2024-01-03")
        here.open("2024-01-03")
        assert here.owed("state", unit=SANYUAN) == ["open", "open"]

    def test_an_event_of_the_year_reported_late_still_completes_it_in_time(self, here):
        for day in ("2023-05-01", "2023-06-01"):
            here.fact("event.held", day, unit=SANYUAN)
        here.fact("event.held", "2023-12-30", unit=SANYUAN, recorded_on="2024-02-01")
        here.open("2024-02-01")
        assert here.owed("closed_on", unit=SANYUAN, period_key="2023") == ["2023-12-30"]

    def test_a_correction_below_the_goal_opens_it_again_and_a_new_fact_closes_it(self, here):
        for day in ("2023-03-01", "2023-06-01", "2023-09-20"):
            here.fact("event.held", day, unit=SANYUAN, ref=day)
        here.open("2023-09-21")
        here.fact(
            "event.held", "2023-06-01", unit=SANYUAN, recorded_on="2023-10-08",
            revises=("测试", "2023-06-01"), withdrawn=True,
        )  # fmt: skip
        here.open("2023-10-08")
        assert states(here)[SANYUAN] == "open"
        assert [kind for kind, _ in events(here, SANYUAN)] == ["complete", "reopen"]
        here.fact("event.held", "2023-10-09", unit=SANYUAN)
        here.open("2023-10-10")
        assert here.owed("closed_on", unit=SANYUAN) == ["2023-10-09"]

    def test_what_a_person_has_completed_a_correction_leaves_alone(self, here):
        here.fact("event.held", "2023-03-01", unit=SANYUAN, ref="一")
        here.open("2023-03-02")
        with reading(here.ledger) as connection:
            number = connection.execute(select(OBLIGATION.c.id).where(OBLIGATION.c.unit == SANYUAN)).scalar()
        complete(here.ws, short_id(number), at("2023-03-03"), actor="张三", reason="另有两场未录")
        here.fact(
            "event.held", "2023-03-01", unit=SANYUAN, recorded_on="2023-03-05",
            revises=("测试", "一"), withdrawn=True,
        )  # fmt: skip
        here.open("2023-03-06")
        assert states(here)[SANYUAN] == "done"

    def test_twice_changes_nothing(self, here):
        for day in ("2023-03-01", "2023-06-01", "2023-09-20"):
            here.fact("event.held", day, unit=SANYUAN)
        here.open("2023-09-21")
        before = events(here, SANYUAN)
        here.open("2023-09-21")
        here.open("2023-09-22")
        assert events(here, SANYUAN) == before

    def test_it_says_how_far_it_has_come_and_where_it_ends_at_this_rate(self, here):
        for day in ("2023-03-01", "2023-05-20"):
            here.fact("event.held", day, unit=SANYUAN)
        here.open("2023-11-30")  # day 334 of 365
        assert progress(here, SANYUAN) == "已有 2场，目标 3场；照这个速度，到 2023-12-31 约 2场，还差 1场"
        with use("en"):
            assert progress(here, SANYUAN) == "2 of 3; at this rate 2 by 2023-12-31, 1 still missing"


class TestOnlySomeFacts:
    def test_count_by_what_they_carry(self, bureau):
        here = bureau(number_to_reach("全年2场", where={"主题": ("计量",)}))
        here.open("2023-01-03")
        for theme in ("计量", "标准化", "计量"):
            here.fact("event.held", "2023-03-01", unit=SHAXIAN, data={"主题": theme})
        here.open("2023-03-02")
        assert states(here) == {SANYUAN: "open", SHAXIAN: "done"}

    def test_or_by_the_number_they_report(self, bureau):
        here = bureau(number_to_reach("全年10场", amount="场次"))
        here.open("2023-01-03")
        for day, times in (("2023-03-31", 4), ("2023-06-30", 5.5), ("2023-09-30", 0.5)):
            here.fact("event.held", day, unit=SHAXIAN, data={"场次": times})
        here.fact("event.held", "2023-09-30", unit=SANYUAN)  # carries no number
        here.open("2023-10-08")
        assert here.owed("unit", "state", "closed_on") == [
            (SANYUAN, "open", None),
            (SHAXIAN, "done", "2023-09-30"),
        ]


class TestAShareToKeep:
    @pytest.fixture
    def here(self, bureau):
        here = bureau(share_to_keep())
        here.open("2023-07-03")
        return here

    def tally(self, here, unit, closed, on_time, day="2023-08-31", **more):
        here.fact("complaint.tallied", day, unit=unit, data={"办结": closed, "按时": on_time}, **more)

    def test_nothing_is_judged_before_the_deadline_is_over(self, here):
        self.tally(here, SANYUAN, 200, 200)
        here.open("2023-09-30")
        assert states(here) == {SANYUAN: "open", SHAXIAN: "open"}

    def test_kept_is_done_missed_stays_and_nothing_to_judge_is_no_failure(self, here):
        self.tally(here, SANYUAN, 199, 198)
        self.tally(here, CITY, 10, 0)
        here.open("2023-10-01")
        assert here.owed("unit", "state", "closed_on", period_key="2023-Q3") == [
            (SANYUAN, "open", None),
            (SHAXIAN, "done", "2023-09-30"),
        ]
        assert events(here, SANYUAN, "2023-Q3") == [
            ("freeze", "198/199 = 99.497%（要求不低于 99.5%），没有达到要求")
        ]
        assert events(here, SHAXIAN, "2023-Q3") == [("complete", "本期没有发生，不作考核")]

    def test_exactly_the_bound_is_kept(self, here):
        self.tally(here, SANYUAN, 200, 199)
        here.open("2023-10-01")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]

    def test_a_frozen_share_is_not_changed_by_what_is_reported_later(self, here):
        self.tally(here, SANYUAN, 199, 198)
        here.open("2023-10-01")
        self.tally(here, SANYUAN, 1000, 1000, day="2023-09-30", recorded_on="2023-10-10")
        here.open("2023-10-10")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["open"]
        assert progress(here, SANYUAN) == "已定格：198/199 = 99.497%（要求不低于 99.5%），没有达到要求"

    def test_what_was_reported_in_the_period_but_came_late_counts_while_it_is_not_judged(self, here):
        self.tally(here, SANYUAN, 199, 198)
        self.tally(here, SANYUAN, 101, 101, day="2023-09-30", recorded_on="2023-10-01")
        here.open("2023-10-01")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]

    def test_a_silent_feed_is_suspended_and_said_not_shamed(self, here):
        here.open("2023-10-01")
        assert here.owed("state", period_key="2023-Q3") == ["suspended", "suspended"]
        [(kind, reason)] = events(here, SANYUAN, "2023-Q3")
        assert kind == "suspend"
        assert "没有任何单位报过数据（complaint.tallied）" in reason

    def test_the_audit_says_so_until_the_data_come(self, here):
        here.open("2023-10-01")
        silent = [
            each for each in look_over(here.ws, at("2023-10-01")).findings if each.key == "ratio.silent"
        ]
        assert [(each.count, each.named, each.broken) for each in silent] == [(2, ("on-time (2)",), False)]
        self.tally(here, SANYUAN, 100, 50, day="2023-09-30", recorded_on="2023-10-10")
        here.open("2023-10-10")
        assert not [
            each for each in look_over(here.ws, at("2023-10-10")).findings if each.key == "ratio.silent"
        ]

    def test_it_is_judged_when_the_data_come_and_a_missed_one_gets_its_days_back(self, here):
        here.open("2023-10-01")
        self.tally(here, SANYUAN, 100, 50, day="2023-09-30", recorded_on="2023-10-10")
        here.open("2023-10-10")
        # 7 (make-up), 8 (make-up), 9 and 10 October are the working days it stood still
        assert here.owed("unit", "state", "deadline", period_key="2023-Q3") == [
            (SANYUAN, "open", "2023-10-10"),
            (SHAXIAN, "done", "2023-09-30"),
        ]

    def test_it_says_how_many_more_misses_it_can_afford(self, here):
        self.tally(here, SANYUAN, 1000, 999)
        here.open("2023-09-01")
        assert progress(here, SANYUAN) == "999/1000 = 99.9%（要求不低于 99.5%）；还能再错 4 件"
        self.tally(here, SANYUAN, 10, 0)
        assert progress(here, SANYUAN).endswith("；再连续办好 1190 件才能达到")


class TestAShareOfSubjects:
    @pytest.fixture
    def here(self, bureau):
        here = bureau(
            share_to_keep(
                "每季度不低于50%", of=Tally(fact="exam.taken"), among=RegisteredSubjects(subject=SELLER)
            )
        )
        here.register("S1", "S2", "S3", "S4")
        here.register("S5", unit=SHAXIAN)
        here.open("2023-07-03")
        return here

    def test_each_subject_counts_once(self, here):
        for _ in range(3):
            here.fact("exam.taken", "2023-08-01", code="S1")
        here.fact("exam.taken", "2023-08-01", code="S5")
        here.open("2023-10-01")
        assert dict(here.owed("unit", "state", period_key="2023-Q3")) == {SANYUAN: "open", SHAXIAN: "done"}

    def test_half_of_them_is_half(self, here):
        here.fact("exam.taken", "2023-08-01", code="S1")
        here.fact("exam.taken", "2023-08-01", code="S2")
        here.open("2023-10-01")
        assert dict(here.owed("unit", "state", period_key="2023-Q3")) == {SANYUAN: "done", SHAXIAN: "open"}


def test_a_share_against_the_year_before(bureau):
    of = Tally(fact="event.held", amount="场次")
    here = bureau(share_to_keep("全年不低于105%", of=of, among=YearBefore()))
    here.open("2023-01-03")
    for unit, before, now in ((SANYUAN, 40, 42), (SHAXIAN, 40, 41)):
        here.fact("event.held", "2022-06-01", unit=unit, data={"场次": before}, recorded_on="2023-01-04")
        here.fact("event.held", "2023-06-01", unit=unit, data={"场次": now})
    here.open("2024-01-01")
    assert dict(here.owed("unit", "state", period_key="2023")) == {SANYUAN: "done", SHAXIAN: "open"}


class TestDutiesWithDaysOfTheirOwn:
    def test_a_campaign_opens_for_each_county_before_the_holiday(self, bureau):
        here = bureau(holiday_supply())
        here.open("2023-09-14")
        assert here.owed() == []
        here.open("2023-09-15")
        here.open("2023-10-08")
        assert here.owed("unit", "period_key", "opened_on", "deadline") == [
            (SANYUAN, "2023-中秋假期", "2023-09-15", "2023-09-28"),
            (SHAXIAN, "2023-中秋假期", "2023-09-15", "2023-09-28"),
        ]

    def test_what_is_owed_once_opens_once(self, bureau):
        here = bureau(by_the_end_of("2023年12月31日前"))
        for day in ("2023-05-06", "2023-05-07", "2024-01-02", "2024-06-01"):
            here.open(day)
        assert here.owed("unit", "period_key", "deadline") == [
            (SANYUAN, "once", "2024-01-02"),
            (SHAXIAN, "once", "2024-01-02"),
        ]

    def test_what_was_over_before_the_engine_came_is_not_opened(self, bureau):
        here = bureau(by_the_end_of("2023年底前"), on="2024-01-02")
        assert here.open("2024-01-02").total == 0
