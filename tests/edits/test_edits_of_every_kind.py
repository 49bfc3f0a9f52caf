"""The kinds whose facts are counted, and those of one day: what an edit does to what is open of them."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from duban.cadence.kinds.campaign import CampaignCadence
from duban.cadence.reading.phrases import read_due, read_opens
from duban.duties.grammar import ForEach
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import writing
from duban.ledger.tables import SUBJECT
from duban.workdays import WorkdayCalendar
from duban.workdays.festivals import NoticedSpan
from tests.edits.conftest import with_days_off
from tests.obligations.small_bureau import (
    SELLER,
    a_duty,
    by_the_end_of,
    holiday_supply,
    monthly,
    number_to_reach,
    share_to_keep,
)

SANYUAN, SHAXIAN = "350404", "350405"


class TestANumberToReach:
    @pytest.fixture
    def here(self, bureau):
        """三元区 has held three of the year's three events, 沙县区 two."""
        here = bureau(number_to_reach("全年不少于3场"))
        here.open("2023-01-03")
        for unit, days in ((SANYUAN, ("03-01", "04-01", "05-01")), (SHAXIAN, ("03-01", "04-01"))):
            for day in days:
                here.fact("event.held", f"2023-{day}", unit=unit)
        here.open("2023-06-01")
        assert dict(here.owed("unit", "state")) == {SANYUAN: "done", SHAXIAN: "open"}
        return here

    def test_a_lower_goal_that_is_reached_completes_it(self, here):
        effect = here.edit(number_to_reach("全年不少于2场"), on="2023-06-01")
        assert (effect.carried, effect.completed, effect.reopened) == (1, 1, 0)
        assert dict(here.owed("unit", "state")) == {SANYUAN: "done", SHAXIAN: "done"}

    def test_a_higher_goal_opens_again_what_the_engine_had_completed(self, here):
        plan = here.plan(number_to_reach("全年不少于6场"), on="2023-06-01")
        assert (plan.counts.reopened, plan.counts.completed) == (1, 0)
        assert "重新打开 1 件" in plan.counts.line()
        here.apply(number_to_reach("全年不少于6场"), on="2023-06-01")
        assert dict(here.owed("unit", "state")) == {SANYUAN: "open", SHAXIAN: "open"}


class TestAShareToKeep:
    def test_another_share_is_the_same_obligation(self, bureau):
        here = bureau(share_to_keep("每季度不低于99.5%"))
        here.open("2023-07-17")
        effect = here.edit(share_to_keep("每季度不低于98%"), on="2023-07-17")
        assert (effect.carried, effect.added, effect.withdrawn) == (2, (), ())

    def test_every_month_instead_of_every_quarter(self, bureau):
        here = bureau(share_to_keep("每季度不低于99.5%"))
        here.open("2023-07-17")
        effect = here.edit(share_to_keep("每月不低于99.5%"), on="2023-07-17")
        assert [(each.period, each.instead) for each in effect.superseded] == [("2023-Q3", "2023-07")]


class TestACampaign:
    def test_a_name_taken_off_withdraws_its_obligations(self, bureau):
        here = bureau(holiday_supply(), on="2024-09-14")
        here.open("2024-09-14")
        here.open("2024-09-18")
        periods = set(here.owed("period_key"))
        assert len(periods) == 2
        fewer = holiday_supply()
        cadence = fewer.cadence.model_copy(update={"names": ("国庆假期",)})
        effect = here.edit(fewer.model_copy(update={"cadence": cadence}), on="2024-09-18")
        gone = {each.period for each in (*effect.withdrawn, *effect.superseded)}
        assert gone == {period for period in periods if "国庆" not in period}

    def test_a_notice_moves_it(self, bureau, calendar):
        here = bureau(holiday_supply())
        here.open("2023-09-20")
        before = dict(here.owed("period_key", "target"))
        plan = here.apply(holiday_supply(), on="2023-09-20", calendar=with_days_off(calendar, "2023-09-28"))
        after = dict(here.owed("period_key", "target"))
        assert before != after
        assert sum(each.count for each in plan.duties[0].moved) >= 2

    @pytest.mark.parametrize("subject", [None, SELLER])
    def test_a_notice_that_is_withdrawn_takes_it_back_and_another_brings_it_again(
        self, bureau, calendar, subject
    ):
        here = bureau(publicity_month(subject), on="2026-09-01")
        here.register("S1", "S2")
        noticed = with_notice(calendar, "2026-09-10", "2026-10-09")
        here.apply(publicity_month(subject), on="2026-09-01", calendar=noticed)
        here.open("2026-09-01")
        count = len(here.owed("state"))
        assert count > 1
        effect = here.edit(publicity_month(subject), on="2026-09-15", calendar=calendar)
        assert [(gone.count, gone.why) for gone in effect.withdrawn] == [
            (count, "安全用药月 2026 年的日期撤销了，等新的通知")
        ]
        effect = here.edit(
            publicity_month(subject),
            on="2026-09-20",
            calendar=with_notice(calendar, "2026-10-10", "2026-11-09"),
        )
        assert [(again.count, str(again.deadline)) for again in effect.reinstated] == [(count, "2026-11-16")]
        assert set(here.owed("state", "deadline")) == {("open", "2026-11-16")}


def publicity_month(subject):
    due, opens = read_due("结束后5个工作日内").rule, read_opens("开始前10个工作日").opens
    return a_duty("publicity", CampaignCadence(names=("安全用药月",), due=due, opens=opens), subject=subject)


def with_notice(calendar, first, last):
    """The calendar in which a notice sets the days of 安全用药月."""
    span = NoticedSpan.model_validate({"from": first, "to": last, "notice": "药监综〔2026〕1号"})
    windows = tuple(
        each.model_copy(update={"announced": (span,)}) if each.name == "安全用药月" else each
        for each in calendar.festivals.windows
    )
    festivals = calendar.festivals.model_copy(update={"windows": windows})
    return WorkdayCalendar(calendar.years, festivals)


class TestOnce:
    def test_another_day_is_the_same_obligation(self, bureau):
        here = bureau(by_the_end_of("2023年10月31日前"))
        here.open("2023-10-09")
        effect = here.edit(by_the_end_of("2023年11月30日前"), on="2023-10-09")
        assert [(moved.period, str(moved.was), str(moved.now)) for moved in effect.moved] == [
            ("once", "2023-10-31", "2023-11-30")
        ]


class TestManyObligations:
    """What an edit costs follows the periods it touches, not the obligations."""

    def duty(self, due):
        return monthly("monthly", due=due).model_copy(update={"for_each": ForEach(subject=SELLER)})

    def cost(self, bureau, subjects):
        here = bureau(self.duty("当月最后一个工作日"), on="2023-10-09")
        with writing(here.ledger) as connection:
            rows = [
                {"kind": SELLER, "code": f"S{number}", "name": f"{number} 店", "unit": "350404-01"}
                for number in range(subjects)
            ]
            insert_ignore(connection, SUBJECT, rows)
        here.open("2023-10-09")
        statements = []
        event.listen(here.ledger, "before_cursor_execute", lambda *given: statements.append(given[2]))
        moved = here.edit(self.duty("当月第15个工作日"), on="2023-10-09").moved
        assert [each.count for each in moved] == [subjects]
        return len(statements)

    def test_moving_ten_times_as_many_takes_as_many_statements(self, fresh_bureau_with):
        assert self.cost(fresh_bureau_with, 40) == self.cost(fresh_bureau_with, 400)


def test_the_day_after_an_edit_nothing_more_opens(bureau):
    here = bureau(number_to_reach(), share_to_keep(), holiday_supply(), on="2023-09-20")
    here.open("2023-09-20")
    here.apply(
        number_to_reach("全年不少于6场"), share_to_keep("每月不低于98%"), holiday_supply(), on="2023-09-20"
    )
    before = len(here.owed())
    here.open("2023-09-20")
    here.clock.advance(timedelta(hours=1))
    here.open("2023-09-21")
    assert len(here.owed()) == before
