"""A day that a person gives lets the ladder begin anew: its rungs are said for that day, each once.

Due on Friday 2023-10-20 by the standard ladder:

| rung | for 10-20 | for 11-03 |
|---|---|---|
| remind-1 | 10-13 | 10-27 |
| remind-2 | 10-19 | 11-02 |
| urge-1 | 10-23 | 11-06 |
| supervise-1 | 10-25 | 11-08 |
| circulate-1 | 10-27 | 11-10 |
| summon-1 | 11-03 | 11-17 |
"""

import random
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, true, update

from duban.base.clock import SHANGHAI
from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading, writing
from duban.ledger.tables import NOTICE, OBLIGATION
from duban.notices.patrol import patrol
from duban.obligations.cause import Cause
from duban.obligations.extension import Postponement, extend
from duban.obligations.feedback import Feedback, report
from duban.obligations.moves import MoveRefused
from duban.obligations.rearming import rearm
from duban.obligations.review import send_back
from duban.obligations.rungs import rung_of, rung_times
from duban.obligations.succession import supersede
from tests.notices.bureau import YOUXI, Bureau

OPENED, DUE, GIVEN = date(2023, 10, 7), date(2023, 10, 20), date(2023, 11, 3)
FOR_THE_FIRST = {
    "10-13": "remind-1",
    "10-19": "remind-2",
    "10-23": "urge-1",
    "10-25": "supervise-1",
    "10-27": "circulate-1",
    "11-03": "summon-1",
}
FOR_THE_SECOND = {
    "10-27": "remind-1#2",
    "11-02": "remind-2#2",
    "11-06": "urge-1#2",
    "11-08": "supervise-1#2",
    "11-10": "circulate-1#2",
    "11-17": "summon-1#2",
}


@pytest.fixture
def bureau(tmp_path, ledger, clock):
    return Bureau(tmp_path, ledger, clock)


def by_wang(day, clock="10:00"):
    at = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)
    return Cause("王局", at, at.date(), "确需延期")


def granted(bureau, owed, day, to):
    with writing(bureau.ledger) as connection:
        extend(connection, bureau.definitions, [owed], Postponement(to=to), by_wang(day))


def returned(bureau, owed, day, to):
    with writing(bureau.ledger) as connection:
        cause = by_wang(day)
        report(connection, {owed: Feedback(cause.on, UnitPost(YOUXI, "科室负责人"))}, cause)
        send_back(connection, bureau.definitions, {owed: to}, by_wang(day, "10:01"))


def lived(bureau, owed, acts, until=date(2023, 11, 30)):
    """The ladder's notices by day, with a patrol each morning; `acts` are what people do, by the day."""
    day = OPENED
    while day <= until:
        patrol(bureau.ws, datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=9))
        if day in acts:
            acts[day]()
        day += timedelta(days=1)
    return [
        (row.decided_at.astimezone(SHANGHAI).strftime("%m-%d"), row.rung)
        for row in bureau.notice_rows(owed)
        if ":" not in row.rung
    ]


def before(day):
    return [each for each in FOR_THE_FIRST.items() if each[0] <= day.strftime("%m-%d")]


@pytest.mark.parametrize("gives", [granted, returned])
@pytest.mark.parametrize("on", [date(2023, 10, 18), date(2023, 10, 24), date(2023, 10, 25)], ids=str)
def test_for_a_day_that_was_given_the_ladder_speaks_anew(bureau, gives, on):
    owed = bureau.owe(opened_on=OPENED, deadline=DUE)
    said = lived(bureau, owed, {on: lambda: gives(bureau, owed, on, GIVEN)})
    assert said == [*before(on), *FOR_THE_SECOND.items()]


def test_given_twice_each_day_has_its_own(bureau):
    owed = bureau.owe(opened_on=OPENED, deadline=DUE)
    first, second = date(2023, 10, 24), date(2023, 11, 6)
    acts = {
        first: lambda: granted(bureau, owed, first, GIVEN),
        second: lambda: granted(bureau, owed, second, date(2023, 11, 9)),  # its first reminder lies before
    }
    assert lived(bureau, owed, acts) == [
        *before(first),
        *list(FOR_THE_SECOND.items())[:3],
        ("11-08", "remind-2#3"),
        ("11-10", "urge-1#3"),
        ("11-14", "supervise-1#3"),
        ("11-16", "circulate-1#3"),
        ("11-23", "summon-1#3"),
    ]


def test_sent_back_with_the_day_it_had_nothing_is_said_again(bureau):
    owed = bureau.owe(opened_on=OPENED, deadline=DUE)
    on = date(2023, 10, 19)
    assert lived(bureau, owed, {on: lambda: returned(bureau, owed, on, DUE)}) == [*FOR_THE_FIRST.items()]


def test_what_moves_its_days_and_is_no_person_says_nothing_again(bureau):
    owed = bureau.owe(opened_on=OPENED, deadline=DUE)
    on = date(2023, 10, 24)

    def dated_anew():
        with writing(bureau.ledger) as connection:
            connection.execute(update(OBLIGATION).values(target=GIVEN, deadline=GIVEN))
            rearm(connection, bureau.definitions, bureau.ladders["standard"], [(bureau.calendar, true())])

    assert lived(bureau, owed, {on: dated_anew}) == [
        *before(on),
        ("11-08", "supervise-1"),
        ("11-10", "circulate-1"),
        ("11-17", "summon-1"),
    ]


def test_what_takes_its_place_goes_on_where_it_was(bureau):
    owed = bureau.owe(opened_on=OPENED, deadline=DUE)
    granted(bureau, owed, date(2023, 10, 18), GIVEN)
    patrol(bureau.ws, by_wang("2023-10-27").at)
    new = bureau.owe(opened_on=OPENED, deadline=GIVEN, period_key="2023-10")
    with writing(bureau.ledger) as connection:
        supersede(connection, {owed: new}, by_wang("2023-10-30"))
    assert lived(bureau, new, {}) == [*FOR_THE_SECOND.items()]


def test_no_rung_of_a_course_is_said_twice_and_none_is_left_out(tmp_path, sqlite_ledger, clock):
    """Days given and sent back with any day, ladders armed again at any time."""
    bureau, chance = Bureau(tmp_path, sqlite_ledger, clock), random.Random(7)
    numbers = [
        bureau.owe(opened_on=OPENED, deadline=OPENED + timedelta(days=6 + each), period_key=str(each))
        for each in range(20)
    ]
    begun = {number: [None] for number in numbers}
    for day in (OPENED + timedelta(days=each) for each in range(30)):
        patrol(bureau.ws, by_wang(day, "09:00").at)
        for number in chance.sample(numbers, 2):
            act = chance.choice([granted, returned])
            with suppress(MoveRefused):
                act(bureau, number, day, day + timedelta(days=chance.randrange(1, 20)))
            row = bureau.obligation(number)
            if row.course > len(begun[number]):
                begun[number].append(row.course_at)
        if chance.random() < 0.3:
            with writing(bureau.ledger) as connection:
                rearm(connection, bureau.definitions, bureau.ladders["standard"], [(bureau.calendar, true())])
    patrol(bureau.ws, by_wang("2024-01-31").at)
    with reading(bureau.ledger) as connection:
        rows = connection.execute(select(NOTICE).where(~NOTICE.c.rung.contains(":"))).all()
    said = Counter()
    for row in rows:
        course = sum(since is None or row.decided_at > since for since in begun[row.obligation_id])
        said[row.obligation_id, course, rung_of(row.rung)] += 1
    assert set(said.values()) == {1}
    assert max(map(len, begun.values())) > 3
    for number in numbers:
        owed = bureau.obligation(number)
        days = owed.opened_on, owed.target, owed.deadline
        since = owed.course_at
        ahead = {
            rung.key
            for rung, at in rung_times(bureau.ladders["standard"], *days, bureau.project, bureau.calendar)
            if since is None or at > since
        }
        assert {key for of, course, key in said if (of, course) == (number, owed.course)} == ahead
