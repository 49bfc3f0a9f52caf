"""The engine stands still over the National Day holiday of 2023 and is started again.

It was off for ten days, from Friday 2023-09-29, 00:00, to Monday 2023-10-09, 09:00. Saturday 2023-10-07 and Sunday
2023-10-08 were working days, so the ladders of what fell due before the holiday went on while nobody was looking.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from duban.deliveries.delivering import deliver
from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE
from duban.notices.patrol import patrol
from tests.notices.bureau import CITY, YOUXI, at

STOPPED, STARTED = at("2023-09-29 00:00"), at("2023-10-09 09:00")
DUE = [date(2023, 9, 22), date(2023, 9, 25), date(2023, 9, 27), date(2023, 9, 28), date(2023, 10, 10)]


def turn(bureau, moment):
    """Patrol and deliver once; opening is not what this is about."""
    bureau.clock.moment = moment
    patrol(bureau.ws, moment)
    deliver(bureau.ws, moment)


def messages(bureau):
    with reading(bureau.ledger) as connection:
        return connection.execute(select(INBOX_MESSAGE).order_by(INBOX_MESSAGE.c.id)).all()


@pytest.fixture
def stopped(bureau_on_either):
    """Five obligations whose ladders were running when the engine stopped."""
    bureau = bureau_on_either
    for deadline in DUE:
        bureau.owe(deadline=deadline, opened_on=date(2023, 9, 1), period_key=f"{deadline}")
    moment = at("2023-09-14 09:00")
    while moment < STOPPED:
        turn(bureau, moment)
        moment += timedelta(hours=6)
    return bureau


def test_each_missed_rung_is_recorded_once_and_marked_late(stopped):
    before = len(stopped.notice_rows())
    turn(stopped, STARTED)
    missed = stopped.notice_rows()[before:]
    assert sorted(
        (DUE[row.obligation_id - 1].isoformat(), row.rung, str(row.due_on), row.late) for row in missed
    ) == [
        ("2023-09-22", "circulate-1", "2023-10-07", True),
        ("2023-09-25", "circulate-1", "2023-10-08", True),
        ("2023-09-27", "supervise-1", "2023-10-08", True),
        ("2023-09-28", "supervise-1", "2023-10-09", False),
        ("2023-09-28", "urge-1", "2023-10-07", True),
        ("2023-10-10", "remind-2", "2023-10-09", False),
    ]


def test_every_recipient_gets_one_digest(stopped):
    before = len(messages(stopped))
    turn(stopped, STARTED)
    received = messages(stopped)[before:]
    assert Counter(message.recipient for message in received) == {
        f"{YOUXI}/食品流通科": 1,
        f"{YOUXI}/科室负责人": 1,
        f"{YOUXI}/分管领导": 1,
        f"{YOUXI}/主要领导": 1,
        f"{CITY}/分管领导": 1,
        f"{CITY}/食品流通科": 1,
    }
    assert {row.state for row in stopped.deliveries()} == {"sent"}


def test_starting_again_says_nothing_twice(stopped):
    turn(stopped, STARTED)
    notices, received = stopped.notices(), messages(stopped)
    for minutes in (0, 5, 10):
        turn(stopped, STARTED + timedelta(minutes=minutes))
    assert stopped.notices() == notices
    assert messages(stopped) == received
    assert max(Counter((row.obligation_id, row.rung) for row in stopped.notice_rows()).values()) == 1


def test_the_ledger_then_holds_every_rung_and_only_the_missed_ones_are_late(stopped):
    turn(stopped, STARTED)
    with_gap = {(row.obligation_id, row.rung, row.due_on) for row in stopped.notice_rows()}
    for row in stopped.notice_rows():
        assert row.late == (STOPPED.date() <= row.due_on < STARTED.date())
    ladders = {"2023-09-22": 5, "2023-09-25": 5, "2023-09-27": 4, "2023-09-28": 4, "2023-10-10": 2}
    assert Counter(DUE[number - 1].isoformat() for number, _, _ in with_gap) == ladders
