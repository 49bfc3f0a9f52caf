"""A day that comes to far more than is likely: delivery is held, and a person decides. From three a day is unlikely here."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from duban.channels.channel import INBOX
from duban.deliveries import likelihood
from duban.deliveries.delivering import deliver
from duban.deliveries.holding import (
    HoldRefused,
    all_holds,
    discard_held,
    held_duties,
    hold_again,
    place_hold,
    release_hold,
    standing_hold,
)
from duban.deliveries.likelihood import CLOSING, count_day, figures_of
from duban.ledger.database import reading, writing
from duban.ledger.tables import ACCOUNT, OBLIGATION, OBLIGATION_EVENT
from tests.deliveries.cast import CITY, OWNER, SANYUAN
from tests.principals import by

DAY = timedelta(days=1)
LIN = by("林晓")
STRANGER = replace(LIN, undisclosed=False)
ADMIN = f"{CITY}/主要领导"


@pytest.fixture(autouse=True)
def few_are_unlikely(monkeypatch):
    monkeypatch.setenv("DUBAN_HOLD_FROM", "2")
    monkeypatch.setenv("DUBAN_HOLD_TIMES", "2")


@pytest.fixture
def admin(desk, now):
    with writing(desk.ledger) as connection:
        connection.execute(
            insert(ACCOUNT).values(
                name="an",
                full_name="安",
                roles=["admin"],
                unit=CITY,
                posts=[ADMIN],
                undisclosed=False,
                created_at=now,
                created_by="林晓",
            )
        )


def owe(desk, now, count, **more):
    for _ in range(count):
        desk.owe(now, **more)


def turn(desk, now):
    desk.clock.moment = now
    return deliver(desk, now)


def stands(desk):
    with reading(desk.ledger) as connection:
        return standing_hold(connection)


@pytest.fixture
def held(desk, now, admin):
    """A quiet day, and then one with nine reminders at once; the moment it was held."""
    owe(desk, now, 1)
    turn(desk, now)
    owe(desk, now + DAY, 8)
    desk.owe(now + DAY, title="另一件", duty="duty-1")
    turn(desk, now + DAY)
    return now + DAY


def test_the_first_day_of_a_ledger_is_not_judged(desk, now):
    owe(desk, now, 30)
    assert turn(desk, now).sent == 30
    assert stands(desk) is None


@pytest.mark.parametrize("looked_at, largest", [(100_000, 5), (3, 2)])
def test_before_days_were_counted_the_newest_rounds_tell_what_is_likely(
    desk, now, monkeypatch, looked_at, largest
):
    monkeypatch.setattr(likelihood, "LOOK_BACK_ROWS", looked_at)
    owe(desk, now - DAY, 5)
    owe(desk, now, 2)
    with writing(desk.ledger) as connection:
        count_day(connection, now.date())
        told = figures_of(connection, now.date())
    assert (told.notices, told.deliveries) == (largest, largest)


def test_a_day_like_others_goes_as_ever(desk, now):
    owe(desk, now, 10)
    turn(desk, now)
    owe(desk, now + DAY, 19)
    assert turn(desk, now + DAY).sent == 19


def test_an_unlikely_day_is_held_and_the_admins_are_asked_once(desk, held):
    assert desk.states().count("pending") == 9
    record = stands(desk)
    assert (record.by, record.figures["notices"]) == ("duban", [9, 2])
    turn(desk, held)
    [told] = desk.inbox(ADMIN)
    assert "到期的催办 9（平常最多 2）" in told.body
    assert [row.title for row in desk.inbox(OWNER) if "请核实" in row.title] == []


def test_what_comes_while_it_is_held_is_held_too_and_the_urgent_goes(desk, held):
    owe(desk, held, 1)
    burning, _ = desk.owe(held)
    with writing(desk.ledger) as connection:
        connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == burning).values(due_at=held))
    done = turn(desk, held)
    assert (done.sent, done.kept_back) == (1, 1)
    assert {row.obligation_id for row in desk.deliveries() if row.state == "sent"} >= {burning}
    assert desk.states().count("pending") == 10


def test_a_person_releases_it_and_the_day_goes_on(desk, held):
    assert release_hold(desk, stands(desk).id, LIN, held, "核过了") == 9
    assert turn(desk, held).sent == 9
    owe(desk, held, 2)
    assert turn(desk, held).sent == 2, "what was looked at does not count again"
    owe(desk, held, 3)
    assert turn(desk, held).sent == 0, "far more once more is asked about once more"
    with reading(desk.ledger) as connection:
        [second, first] = all_holds(connection)
    assert (first.decision, first.ended_by, first.ended_why) == ("released", "林晓", "核过了")
    assert second.ended_at is None


def test_what_is_confidential_is_counted_and_discarded_by_those_alone_who_may_know(desk, held):
    hidden, _ = desk.owe(held, title="飞行检查", confidential=True)
    with reading(desk.ledger) as connection:
        assert sum(each.deliveries for each in held_duties(connection, desk, LIN)) == 10
        assert sum(each.deliveries for each in held_duties(connection, desk, STRANGER)) == 9
    assert discard_held(desk, stands(desk).id, STRANGER, held, "导错了表", duty="duty-2") == 0
    assert discard_held(desk, stands(desk).id, STRANGER, held, "导错了表") == 9
    assert [row.obligation_id for row in desk.deliveries() if row.state == "pending"] == [hidden]


def test_one_duty_is_discarded_and_the_rest_stays_held(desk, held):
    with reading(desk.ledger) as connection:
        assert [(each.duty, each.deliveries) for each in held_duties(connection, desk, LIN)] == [
            ("duty-0", 8),
            ("duty-1", 1),
        ]
    number = stands(desk).id
    assert discard_held(desk, number, LIN, held, "导错了表", duty="duty-0") == 8
    assert stands(desk).id == number
    assert turn(desk, held).sent == 0
    assert {row.last_error for row in desk.deliveries() if row.state == "cancelled"} == {
        f"〔缓发 {number}〕导错了表"
    }


def test_what_was_discarded_can_be_had_back(desk, held):
    number = stands(desk).id
    assert discard_held(desk, number, LIN, held, "时钟快了一年") == 9
    assert turn(desk, held).sent == 0
    assert stands(desk) is None
    again, back = hold_again(desk, number, LIN, held)
    assert back == 9
    assert turn(desk, held).sent == 0
    assert release_hold(desk, again, LIN, held) == 9
    assert turn(desk, held).sent == 9


def test_a_day_that_was_thrown_away_makes_no_other_likely(desk, held):
    discard_held(desk, stands(desk).id, LIN, held, "时钟快了一年")
    owe(desk, held + DAY, 12)
    turn(desk, held + DAY)
    assert stands(desk) is not None


def test_a_person_holds_by_hand(desk, now):
    owe(desk, now, 1)
    number = place_hold(desk, LIN, now, "短信平台割接")
    assert turn(desk, now).sent == 0
    with pytest.raises(HoldRefused, match="已经压住"):
        place_hold(desk, LIN, now, "再来")
    release_hold(desk, number, LIN, now)
    assert turn(desk, now).sent == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, now: place_hold(desk, LIN, now, "  "),
        lambda desk, now: release_hold(desk, 7, LIN, now),
        lambda desk, now: discard_held(desk, 7, LIN, now, "理由"),
        lambda desk, now: hold_again(desk, 7, LIN, now),
    ],
    ids=["no reason", "release", "discard", "again"],
)
def test_what_cannot_be_is_refused(desk, now, act):
    with pytest.raises(HoldRefused):
        act(desk, now)


def test_closing_counts_in_whichever_way(sqlite_desk, now):
    desk = sqlite_desk
    owe(desk, now, 1)
    turn(desk, now)
    events = [
        {"obligation_id": 1, "at": now, "kind": kind, "actor": "duban", "reason": "", "details": {}}
        for kind in (*CLOSING, "acknowledge")
    ]
    with writing(desk.ledger) as connection:
        connection.execute(insert(OBLIGATION_EVENT), events)
        [unlikely] = count_day(connection, (now + DAY).date())
    assert (unlikely.name, unlikely.number) == ("closed", len(CLOSING))


def test_a_clock_set_right_again_counts_nothing_twice(sqlite_desk, now):
    desk = sqlite_desk
    owe(desk, now, 1)
    turn(desk, now)
    owe(desk, now + 300 * DAY, 9)
    with writing(desk.ledger) as connection:
        assert count_day(connection, (now + 300 * DAY).date())
        assert not count_day(connection, (now + DAY).date())


def test_it_can_be_switched_off(sqlite_desk, now, monkeypatch):
    monkeypatch.setenv("DUBAN_HOLD_TIMES", "0")
    owe(sqlite_desk, now, 1)
    turn(sqlite_desk, now)
    owe(sqlite_desk, now + DAY, 30, to=((OWNER, INBOX),), unit=SANYUAN)
    assert turn(sqlite_desk, now + DAY).sent == 30
