"""What facts have come to: numbers reached, and shares judged when their deadline is over. On both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from duban.base.clock import SHANGHAI, Present
from duban.base.language import use
from duban.cadence.counting import Cohort, EarlierYear, RegisteredSubjects, Tally
from duban.cadence.rules import GRACE
from duban.duties.sources import FactSource
from duban.explanations import explain
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import OBLIGATION, OBLIGATION_EVENT
from duban.obligations.actions import MoveRefused
from duban.obligations.listing import Filter, listed
from duban.obligations.state_words import standing_word
from duban.reports.audit import look_over
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import (
    POST,
    SELLER,
    at,
    by_the_end_of,
    holiday_supply,
    number_to_reach,
    share_to_keep,
)

CITY, SANYUAN, SHAXIAN, STATION = "350400", "350404", "350405", "350404-01"


def present(day):
    return Present.of(at(day), SHANGHAI)


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
        here.complete(SANYUAN, "2023", "2023-03-03", reason="另有两场未录")
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
        assert (
            progress(here, SANYUAN)
            == "已有 2场，目标 3场，还差 1场；照前 334 天的平均速度，到 2023-12-31 约 2场"
        )
        with use("en"):
            assert (
                progress(here, SANYUAN)
                == "2 of 3, 1 missing; at the average rate of 334 days 2 by 2023-12-31"
            )


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


class TestANumberThatUnitsTell:
    """How many inspectors there are is told, and nobody who has told nothing has none."""

    def counted(self, here, unit, number, day="2023-12-20", ref=None, recorded_on=None):
        here.fact("event.held", day, unit=unit, data={"持证": number}, ref=ref, recorded_on=recorded_on)

    @pytest.mark.parametrize("stock", [True, False])
    def test_who_told_nothing_has_not_reported_and_who_told_none_has(self, bureau, stock):
        here = bureau(number_to_reach("全年1名", amount="持证", stock=stock))
        here.open("2023-01-03")
        assert progress(here, SANYUAN) == "未报数（2023年）"
        self.counted(here, SANYUAN, 0)
        here.open("2023-12-21")
        assert progress(here, SANYUAN).startswith("已有 0名，目标 1名，还差 1名")
        here.open("2024-01-03")
        with reading(here.ledger) as connection:
            late = listed(connection, Filter(overdue=True), present("2024-01-03"), size=9)
        assert {each.unit_code: each.unreported for each in late} == {SANYUAN: False, SHAXIAN: True}
        assert events(here, SHAXIAN, "2023") == [("unreported", "未报数（2023年）")]
        with pytest.raises(MoveRefused, match="未报数（2023年）：请先报数"):
            here.complete(SHAXIAN, "2023", "2024-01-04")
        self.counted(here, SHAXIAN, 1, day="2023-12-31", recorded_on="2024-01-10")
        here.open("2024-01-10")
        assert here.owed("state", "closed_on", unit=SHAXIAN, period_key="2023") == [("done", "2024-01-10")]

    def test_told_late_and_too_little_it_is_missed(self, bureau):
        here = bureau(number_to_reach("全年2名", amount="持证", stock=True))
        here.open("2023-01-03")
        here.open("2024-01-03")
        self.counted(here, SHAXIAN, 1, day="2023-12-31", recorded_on="2024-01-10")
        here.open("2024-01-10")
        assert events(here, SHAXIAN, "2023") == [
            ("unreported", "未报数（2023年）"),
            ("missed", "补报后还没有达到目标"),
        ]

    def test_a_stock_is_what_was_told_last_and_grows_at_no_rate(self, bureau):
        here = bureau(number_to_reach("全年3名", amount="持证", stock=True))
        here.open("2023-01-03")
        self.counted(here, SANYUAN, 2, day="2023-03-01")
        self.counted(here, SANYUAN, 1, day="2023-06-01")
        self.counted(here, STATION, 1, day="2023-06-02")
        here.open("2023-07-03")
        assert progress(here, SANYUAN) == "已有 2名，目标 3名，还差 1名"
        self.counted(here, SANYUAN, 2, day="2023-08-01")
        here.open("2023-08-02")
        assert here.owed("state", "closed_on", unit=SANYUAN) == [("done", "2023-08-01")]


class TestAShareToKeep:
    @pytest.fixture
    def here(self, bureau):
        here = bureau(share_to_keep())
        here.open("2023-08-01")
        return here

    def tally(self, here, unit, closed, on_time, day="2023-08-31", **more):
        here.fact("complaint.tallied", day, unit=unit, data={"办结": closed, "按时": on_time}, **more)

    def test_nothing_is_judged_before_the_figures_are_in(self, here):
        self.tally(here, SANYUAN, 200, 200)
        here.open("2023-09-30")
        # 10 working days after the quarter: 7 to 13 October are 7 of them (two make-up days), the tenth is the 18th
        assert here.owed("target", "deadline", period_key="2023-Q3") == [("2023-09-28", "2023-10-18")] * 2
        here.open("2023-10-18")
        assert set(here.owed("state", period_key="2023-Q3")) == {"open"}

    def test_kept_is_done_missed_stays_and_silence_is_no_compliance(self, here):
        """三元 reports honestly; 沙县 says nothing; the city's own figures count for neither."""
        self.tally(here, SANYUAN, 199, 198)
        self.tally(here, CITY, 10, 0)
        here.open("2023-10-19")
        assert set(here.owed("state", period_key="2023-Q3")) == {"open"}
        assert events(here, SANYUAN, "2023-Q3") == [
            ("missed", "198/199 = 99.497%（要求不低于 99.5%），没有达到要求")
        ]
        assert events(here, SHAXIAN, "2023-Q3") == [("unreported", "未报数（2023年三季度）")]

    def test_a_list_says_who_has_not_reported(self, here):
        self.tally(here, SANYUAN, 199, 198)
        here.open("2023-10-19")
        with reading(here.ledger) as connection:
            found = listed(connection, Filter(duty="on-time", overdue=True), present("2023-10-19"), size=9)
        assert {each.unit_code: (each.overdue, each.unreported) for each in found} == {
            SANYUAN: (True, False),
            SHAXIAN: (True, True),
        }

    def test_nothing_happened_is_a_zero_that_somebody_reports(self, here):
        self.tally(here, SANYUAN, 0, 0)
        here.fact("zero.reported", "2023-09-30", unit=SHAXIAN, data={"事实": "complaint.tallied"})
        here.open("2023-10-19")
        assert set(here.owed("state", period_key="2023-Q3")) == {"done"}
        assert events(here, SHAXIAN, "2023-Q3") == [("complete", "报的是零：本期没有发生，不作考核")]

    def test_exactly_the_bound_is_kept(self, here):
        self.tally(here, SANYUAN, 200, 199)
        here.open("2023-10-19")
        assert here.owed("state", "closed_on", unit=SANYUAN, period_key="2023-Q3") == [("done", "2023-10-18")]

    def test_a_figure_corrected_later_changes_a_missed_result(self, here):
        self.tally(here, SANYUAN, 199, 198, ref="八月")
        here.open("2023-10-19")
        self.tally(
            here, SANYUAN, 199, 199, ref="八月更正", recorded_on="2023-11-02", revises=("测试", "八月")
        )
        here.open("2023-11-02")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]
        assert events(here, SANYUAN, "2023-Q3")[-1] == (
            "complete", "按11月2日更正数重算：199/199 = 100%（要求不低于 99.5%），达到要求",
        )  # fmt: skip

    def test_what_one_unit_corrects_another_has_not_corrected(self, here):
        self.tally(here, SANYUAN, 199, 198, ref="八月")
        here.open("2023-10-19")
        self.tally(
            here, SANYUAN, 199, 199, ref="八月更正", recorded_on="2023-11-02", revises=("测试", "八月")
        )
        self.tally(here, SHAXIAN, 100, 100, day="2023-09-30", recorded_on="2023-11-01")
        here.open("2023-11-02")
        assert events(here, SANYUAN, "2023-Q3")[-1][1].startswith("按11月2日更正数重算：")
        assert events(here, SHAXIAN, "2023-Q3")[-1][1].startswith("按11月1日补报数重算：")
        assert here.owed("closed_on", unit=SHAXIAN, period_key="2023-Q3") == ["2023-11-01"]

    def test_a_figure_that_comes_later_opens_again_what_was_done(self, here):
        self.tally(here, SANYUAN, 200, 200)
        here.open("2023-10-19")
        self.tally(here, SANYUAN, 10, 0, day="2023-09-30", recorded_on="2023-11-02")
        here.open("2023-11-02")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["open"]
        assert [kind for kind, _ in events(here, SANYUAN, "2023-Q3")] == ["complete", "reopen", "missed"]
        assert events(here, SANYUAN, "2023-Q3")[-1][1].startswith("按11月2日补报数重算：200/210 = 95.238%")
        with reading(here.ledger) as connection:
            (late,) = listed(connection, Filter(overdue=True, units=[SANYUAN]), present("2023-11-02"), size=9)
        told = explain(here.ws, parse_short_id(late.id))
        assert [each.kind for each in told.timeline if "重算" in each.text] == ["reopen"]  # said once
        assert standing_word(told) == standing_word(late) == "在办·逾期"

    def test_what_is_reported_after_its_day_is_done_late(self, here):
        here.open("2023-10-19")
        self.tally(here, SHAXIAN, 100, 100, day="2023-09-30", recorded_on="2023-10-25")
        here.open("2023-10-25")
        assert here.owed("state", "closed_on", unit=SHAXIAN, period_key="2023-Q3") == [("done", "2023-10-25")]

    def test_a_report_that_is_withdrawn_is_no_report(self, here):
        self.tally(here, SHAXIAN, 100, 100, ref="报错单位")
        here.open("2023-10-19")
        self.tally(
            here, SHAXIAN, 100, 100, ref="撤", recorded_on="2023-10-25",
            revises=("测试", "报错单位"), withdrawn=True,
        )  # fmt: skip
        here.open("2023-10-25")
        assert here.owed("state", unit=SHAXIAN, period_key="2023-Q3") == ["open"]
        assert events(here, SHAXIAN, "2023-Q3")[-1] == (
            "unreported",
            "按10月25日更正数重算：未报数（2023年三季度）",
        )

    @pytest.mark.parametrize("day", ["2023-09-28", "2023-10-20"])
    def test_silence_is_not_made_good_by_a_word(self, here, day):
        """Neither before its day nor when it is overdue; a zero that is told later is done, late."""
        here.open(day)
        with pytest.raises(MoveRefused, match="未报数（2023年三季度）：请先报数，没有发生的报零"):
            here.complete(SHAXIAN, "2023-Q3", day)
        self.tally(here, SHAXIAN, 0, 0, day="2023-09-30", recorded_on="2023-10-25")
        here.open("2023-10-25")
        assert here.owed("state", unit=SHAXIAN, period_key="2023-Q3") == ["done"]

    def test_what_was_missed_a_person_deals_with_and_the_figures_leave_it_alone(self, here):
        self.tally(here, SANYUAN, 199, 198, ref="八月")
        here.open("2023-10-19")
        here.complete(SANYUAN, "2023-Q3", "2023-10-20", reason="已约谈整改")
        self.tally(here, SANYUAN, 199, 100, recorded_on="2023-10-25", revises=("测试", "八月"), ref="八月改")
        here.open("2023-10-25")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]

    def test_twice_changes_nothing(self, here):
        self.tally(here, SANYUAN, 199, 198)
        here.open("2023-10-19")
        before = events(here, SANYUAN), events(here, SHAXIAN)
        here.open("2023-10-19")
        here.open("2023-10-20")
        assert (events(here, SANYUAN), events(here, SHAXIAN)) == before

    def test_the_audit_says_so_until_the_data_come(self, here):
        here.open("2023-10-19")
        key = "ratio.unreported"
        silent = [each for each in look_over(here.ws, at("2023-10-19")).findings if each.key == key]
        assert [(each.count, each.named, each.broken) for each in silent] == [(2, ("on-time (2)",), False)]
        for unit in (SANYUAN, SHAXIAN):
            self.tally(here, unit, 100, 50, day="2023-09-30", recorded_on="2023-10-25")
        here.open("2023-10-25")
        assert not [each for each in look_over(here.ws, at("2023-10-25")).findings if each.key == key]

    def test_it_says_how_many_more_misses_it_can_afford(self, here):
        self.tally(here, SANYUAN, 1000, 999)
        here.open("2023-09-01")
        assert progress(here, SANYUAN) == (
            "999/1000 = 99.9%（要求不低于 99.5%）；假如不再增加别的，还能再错 4 件"
        )
        self.tally(here, SANYUAN, 10, 0)
        assert progress(here, SANYUAN).endswith("；假如以后每件都办好，还要 1190 件才能达到")

    def test_and_that_nothing_was_reported(self, here):
        here.open("2023-09-01")
        assert progress(here, SANYUAN) == "未报数（2023年三季度）"


class TestStatisticsOfASource:
    """A quarter of monthly statistics is reported when each of its months is."""

    def test_the_months_that_are_missing_are_named(self, bureau):
        source = FactSource("12315月报", ("complaint.tallied",), TimeGrain.MONTH, GRACE, POST)
        here = bureau(share_to_keep(), sources={"12315月报": source})
        here.open("2023-08-01")
        for day in ("2023-07-31", "2023-09-30"):
            here.fact(
                "complaint.tallied",
                day,
                unit=SANYUAN,
                data={"办结": 10, "按时": 10},
                recorded_on="2023-10-09",
            )
        here.open("2023-10-19")
        assert events(here, SANYUAN, "2023-Q3") == [
            ("unreported", "未报数（2023年8月），已报的：20/20 = 100%（要求不低于 99.5%）")
        ]


class TestAShareOfCases:
    """GG-05: each clue belongs to the quarter in which it came; it counts when its own answer came in time."""

    @pytest.fixture
    def here(self, bureau):
        cohort = Cohort(
            asked=Tally(fact="clue.received"), same=("编号",), within=Period(10, TimeGrain.WORKDAY)
        )
        here = bureau(share_to_keep("每季度100%", of=Tally(fact="clue.answered"), among=cohort))
        here.open("2023-08-01")
        return here

    def clue(self, here, number, received, answered=None):
        here.fact("clue.received", received, unit=SANYUAN, data={"编号": number}, recorded_on=received)
        if answered:
            here.fact("clue.answered", answered, unit=SANYUAN, data={"编号": number}, recorded_on=answered)

    def test_six_clues_each_answered_in_its_ten_days_over_the_quarters_end(self, here):
        for number, (received, answered) in enumerate(
            (("2023-08-02", "2023-08-10"), ("2023-09-25", "2023-10-07"), ("2023-09-27", "2023-10-08"),
             ("2023-09-28", "2023-10-16"), ("2023-10-09", "2023-10-10"), ("2023-12-25", "2024-01-05")),
        ):  # fmt: skip
            self.clue(here, f"{number}", received, answered)
        here.open("2024-02-20")
        assert here.owed("period_key", "state", unit=SANYUAN)[:2] == [
            ("2023-Q3", "done"),
            ("2023-Q4", "done"),
        ]

    def test_a_late_answer_is_a_miss_and_anothers_answer_is_none(self, here):
        self.clue(here, "甲", "2023-08-02", "2023-08-20")
        here.fact("clue.answered", "2023-08-03", unit=SHAXIAN, data={"编号": "甲"}, recorded_on="2023-08-20")
        here.open("2023-11-10")
        assert events(here, SANYUAN, "2023-Q3") == [("missed", "0/1 = 0%（要求不低于 100%），没有达到要求")]

    def test_while_their_time_is_not_up_they_may_still_be_answered(self, here):
        self.clue(here, "甲", "2023-08-02", "2023-08-03")
        self.clue(here, "乙", "2023-08-03")
        here.open("2023-08-04")
        assert progress(here, SANYUAN) == ("1/2 = 50%（要求不低于 100%）；还没到期的 1 件里要按时办好 1 件")

    def test_an_answer_put_down_later_makes_it_good(self, here):
        self.clue(here, "甲", "2023-08-02")
        here.open("2023-11-10")
        here.fact("clue.answered", "2023-08-10", unit=SANYUAN, data={"编号": "甲"}, recorded_on="2023-11-13")
        here.open("2023-11-13")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]


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
        here.open("2023-08-01")
        return here

    def test_each_subject_counts_once(self, here):
        for _ in range(3):
            here.fact("exam.taken", "2023-08-01", code="S1")
        here.fact("exam.taken", "2023-08-01", code="S5")
        here.open("2023-10-19")
        assert dict(here.owed("unit", "state", period_key="2023-Q3")) == {SANYUAN: "open", SHAXIAN: "done"}

    def test_half_of_them_is_half(self, here):
        here.fact("exam.taken", "2023-08-01", code="S1")
        here.fact("exam.taken", "2023-08-01", code="S2")
        here.open("2023-10-19")
        assert dict(here.owed("unit", "state", period_key="2023-Q3")) == {SANYUAN: "done", SHAXIAN: "open"}

    def test_it_says_how_many_of_the_register_are_missing(self, here):
        here.fact("exam.taken", "2023-08-02", code="S1")
        here.open("2023-08-02")
        assert progress(here, SANYUAN) == "1/4 = 25%（要求不低于 50%）；按现在在册的 4 户，还差 1 户"

    def test_who_was_registered_after_the_period_is_not_one_of_them(self, here):
        for code in ("S1", "S2"):
            here.fact("exam.taken", "2023-08-01", code=code)
        here.register("S6", registered_on=date(2023, 10, 9))
        here.open("2023-10-19")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]


class TestAStockToBeDoneByADay:
    """SL-12: re-graded by the end of January, each one that is registered by then."""

    @pytest.fixture
    def here(self, bureau):
        share = share_to_keep(
            "全年100%",
            of=Tally(fact="exam.taken"),
            among=RegisteredSubjects(subject=SELLER),
            due="每年1月31日前",
        )
        here = bureau(share, on="2022-12-01")
        here.register("S1", "S2")
        here.register("S3", unit=SHAXIAN)
        here.open("2023-01-03")
        return here

    def test_it_is_done_when_the_last_one_is(self, here):
        for day, code in (("2023-01-05", "S1"), ("2023-01-12", "S2")):
            here.fact("exam.taken", day, code=code, recorded_on="2023-01-13")
        here.open("2023-01-13")
        assert here.owed("unit", "deadline", "state", "closed_on") == [
            (SANYUAN, "2023-01-31", "done", "2023-01-12"),
            (SHAXIAN, "2023-01-31", "open", None),
        ]

    def test_and_open_again_should_another_be_registered_before_the_day(self, here):
        here.fact("exam.taken", "2023-01-05", code="S3", recorded_on="2023-01-05")
        here.open("2023-01-05")
        here.register("S4", unit=SHAXIAN, registered_on=date(2023, 1, 10))
        here.open("2023-01-10")
        assert here.owed("state", unit=SHAXIAN) == ["open"]

    def test_who_comes_after_the_day_is_none_of_them(self, here):
        here.fact("exam.taken", "2023-01-05", code="S3", recorded_on="2023-01-05")
        here.open("2023-01-05")
        here.open("2023-02-01")
        here.register("S4", unit=SHAXIAN, registered_on=date(2023, 6, 1))
        here.fact("exam.taken", "2023-06-02", code="S3", recorded_on="2023-06-02")
        here.open("2023-06-02")
        assert here.owed("state", unit=SHAXIAN) == ["done"]

    def test_what_is_done_after_the_day_is_done_late(self, here):
        here.open("2023-02-01")
        here.fact("exam.taken", "2023-02-09", code="S3", recorded_on="2023-02-10")
        here.open("2023-02-10")
        assert here.owed("state", "closed_on", unit=SHAXIAN) == [("done", "2023-02-09")]


class TestAnEmptyRegister:
    def test_is_no_compliance_until_the_county_reports_that_it_has_none(self, bureau):
        share = share_to_keep(
            "每季度100%", of=Tally(fact="exam.taken"), among=RegisteredSubjects(subject=SELLER)
        )
        here = bureau(share)
        here.open("2023-08-01")
        here.open("2023-10-19")
        assert set(here.owed("state", period_key="2023-Q3")) == {"open"}
        here.fact(
            "zero.reported", "2023-09-30", unit=SANYUAN, data={"事实": SELLER}, recorded_on="2023-10-20"
        )
        here.open("2023-10-20")
        assert here.owed("state", unit=SANYUAN, period_key="2023-Q3") == ["done"]


def test_a_share_against_the_year_before(bureau):
    of = Tally(fact="event.held", amount="场次")
    here = bureau(share_to_keep("全年不低于105%", of=of, among=EarlierYear()))
    here.open("2023-02-01")
    for unit, before, now in ((SANYUAN, 40, 42), (SHAXIAN, 40, 41)):
        here.fact("event.held", "2022-06-01", unit=unit, data={"场次": before}, recorded_on="2023-02-02")
        here.fact("event.held", "2023-06-01", unit=unit, data={"场次": now})
    here.open("2024-01-16")
    assert dict(here.owed("unit", "state", period_key="2023")) == {SANYUAN: "done", SHAXIAN: "open"}


def test_a_share_against_the_year_before_without_the_year_before(bureau):
    """BZ-01 without last year's data is not reported, and becomes done when they come."""
    of = Tally(fact="event.held", amount="场次")
    here = bureau(share_to_keep("全年不低于105%", of=of, among=EarlierYear()))
    here.open("2023-02-01")
    here.fact("event.held", "2023-06-01", unit=SANYUAN, data={"场次": 42})
    assert progress(here, SANYUAN) == "未报数（2022年）"
    here.open("2024-01-16")
    assert events(here, SANYUAN, "2023") == [("unreported", "未报数（2022年）")]
    here.fact("event.held", "2022-06-01", unit=SANYUAN, data={"场次": 40}, recorded_on="2024-01-17")
    here.open("2024-01-17")
    assert here.owed("state", "closed_on", unit=SANYUAN, period_key="2023") == [("done", "2024-01-17")]


def test_what_last_year_lacks_is_said_as_what_is_missing(bureau):
    here = bureau(share_to_keep("全年不低于100%", of=Tally(fact="event.held"), among=EarlierYear()))
    here.open("2023-02-01")
    for day in ("2022-03-01", "2022-04-01", "2022-05-01"):
        here.fact("event.held", day, unit=SANYUAN, recorded_on="2023-02-02")
    here.fact("event.held", "2023-06-01", unit=SANYUAN)
    assert progress(here, SANYUAN) == "1/3 = 33.333%（要求不低于 100%）；按上年同期的 3，还差 2"


def test_a_number_corrected_after_its_year_is_opened_again(bureau):
    here = bureau(number_to_reach())
    here.open("2023-02-01")
    for day in ("2023-03-01", "2023-06-01", "2023-09-20"):
        here.fact("event.held", day, unit=SANYUAN, ref=day)
    here.open("2023-09-21")
    here.fact(
        "event.held", "2023-06-01", unit=SANYUAN, recorded_on="2024-02-01",
        revises=("测试", "2023-06-01"), withdrawn=True,
    )  # fmt: skip
    here.open("2024-02-01")
    assert here.owed("state", unit=SANYUAN, period_key="2023") == ["open"]


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
