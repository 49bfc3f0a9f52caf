"""What is due within hours of a fact goes by the hour it was done at, not by when somebody found the time to say so."""

from datetime import datetime

import pytest

from duban.base.clock import SHANGHAI
from duban.cadence.kinds.within import WithinCadence
from duban.facts import NewFact, record_facts
from duban.ledger.database import writing
from duban.ledger.lateness import keep_hours_over
from duban.obligations.opening import open_owed
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import OPERATOR, a_duty

COUNTY = "350404"
DAY = "2023-03-02"


def at(hour, day=DAY):
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=SHANGHAI)


class Emergency:
    """A bureau with a clue at 10:05 that is to be answered within the hour."""

    def __init__(self, bureau):
        cadence = WithinCadence(period=Period(1, TimeGrain.HOUR), of="clue.received")
        duty = a_duty("clue", cadence, urgent=True, done_by="clue.answered", done_same=("编号",))
        self.bureau = bureau(duty, on="2023-03-01")
        self.states("clue.received", "10:06", 时间="10:05")

    def states(self, kind, said, ref=None, day=DAY, revises=None, **data):
        self.bureau.clock.moment = at(said)
        fact = NewFact(
            kind, None, COUNTY, at("00:00", day).date(), "测试", ref or kind, {"编号": "1", **data}, revises
        )
        ws, now = self.bureau.ws, self.bureau.clock.now()
        assert record_facts(ws, [fact], now, OPERATOR).new == 1
        open_owed(ws, now)

    def passes(self, hour):
        with writing(self.bureau.ledger) as connection:
            keep_hours_over(connection, at(hour))

    @property
    def stands(self):
        [found] = self.bureau.owed("state", "deadline", "missed")
        return found


@pytest.fixture
def emergency(bureau):
    return Emergency(bureau)


@pytest.mark.parametrize(
    ("data", "day", "missed"),
    [
        ({"时间": "10:50"}, DAY, None),
        ({"时间": "11:05"}, DAY, None),
        ({"时间": "11:06"}, DAY, DAY),
        ({}, DAY, DAY),  # at no time that is known: when it was said
    ],
)
@pytest.mark.parametrize("looked_at", [True, False])
def test_it_is_late_by_the_hour_it_was_done_at(emergency, data, day, missed, looked_at):
    if looked_at:  # by then it stood there as overdue
        emergency.passes("12:00")
        assert emergency.stands == ("open", DAY, DAY)
    emergency.states("clue.answered", "13:00", day=day, **data)
    assert emergency.stands == ("done", DAY, missed)


def test_an_hour_that_is_corrected_counts(emergency):
    emergency.passes("12:00")
    emergency.states("clue.answered", "13:00")
    assert emergency.stands == ("done", DAY, DAY)
    emergency.states("clue.answered", "13:05", ref="更正", revises=("测试", "clue.answered"), 时间="10:50")
    assert emergency.stands == ("done", DAY, None)


def test_what_was_said_in_time_with_a_late_hour_is_late(emergency):
    emergency.states("clue.answered", "11:00", 时间="11:30")
    assert emergency.stands == ("done", DAY, DAY)
