"""Opening for more subjects than one transaction may hold others for: whole in the end, whatever comes between."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from duban.facts import merge_subject
from duban.ledger import choosing
from duban.ledger.database import writing
from duban.obligations import answers_in_portions, placings
from tests.obligations.small_bureau import SELLER, a_duty, graded_visits, monthly
from tests.principals import OPERATOR

EIGHT = [f"S{number}" for number in range(8)]
COLUMNS = ("unit", "subject_id", "period_key", "opened_on", "target", "deadline", "next_rung_at", "state")


@pytest.fixture
def between(monkeypatch):
    """Portions of two, one after the other; `between` holds what happens in the pause after each, in turn."""
    happens = []
    for name in ("AT_ONCE", "SMALLEST", "LARGEST"):
        monkeypatch.setattr(placings, name, 2)
    for module in (placings, answers_in_portions):
        monkeypatch.setattr(module, "let_others_write", lambda _: happens and happens.pop(0)())
    return happens


def dies():
    raise KeyboardInterrupt


def for_each_seller(**more):
    return a_duty("each", monthly().cadence, subject=SELLER, done_by="inspection.done", **more)


def test_portions_open_what_one_transaction_opens(bureau, between, monkeypatch):
    here = bureau(graded_visits(), for_each_seller())
    here.register(*EIGHT[:6])
    here.register(*EIGHT[6:], registered_on=date(2023, 3, 2))
    assert here.open("2023-03-06", "visits").by_duty == {"visits": 8}
    in_portions = here.owed(*COLUMNS)
    monkeypatch.setattr(placings, "AT_ONCE", 5_000)
    again = bureau(graded_visits().model_copy(update={"id": "visits-again"}), for_each_seller())
    assert again.open("2023-03-06", "visits-again").by_duty == {"visits-again": 8}
    assert sorted(again.owed(*COLUMNS, duty_id="visits-again")) == sorted(in_portions)


def test_portions_answer_what_one_transaction_answers(bureau, between, monkeypatch):
    duties = [for_each_seller().model_copy(update={"id": name}) for name in ("portions", "whole")]
    here = bureau(*duties)
    here.register(*EIGHT)

    def open_both(day):
        monkeypatch.setattr(placings, "AT_ONCE", 2)
        between[:] = [lambda: None] * 99
        first = here.open(day, "portions")
        paused = 99 - len(between)
        monkeypatch.setattr(placings, "AT_ONCE", 5_000)
        return first.completed.get("portions", 0), here.open(day, "whole").completed.get("whole", 0), paused

    for code, day in (("S0", "2023-02-02"), ("S2", "2023-02-03"), ("S6", "2023-02-03")):
        here.fact("inspection.done", day, code=code, ref=code, recorded_on="2023-02-04")
    assert open_both("2023-02-06") == (3, 3, 8)  # four pauses of opening, four of answering
    here.fact("inspection.done", "2023-02-20", code="S0", ref="S0b", recorded_on="2023-02-20")
    here.fact("inspection.done", "2023-03-02", code="S1", ref="S1", recorded_on="2023-03-02")
    here.fact("inspection.done", "2023-03-02", code="S2", revises=("测试", "S2"), recorded_on="2023-03-02")
    moment = here.clock.now() + timedelta(days=24)
    merge_subject(here.ws, SELLER, "S6", into="S7", merged_on=date(2023, 3, 1), now=moment, by=OPERATOR)
    for number in ("S7a", "S7b"):
        here.fact("inspection.done", "2023-03-02", code="S7", ref=number, recorded_on="2023-03-02")
    answered, whole, _ = open_both("2023-03-06")
    assert answered == whole > 0
    found = {
        duty.id: here.owed("subject_id", "period_key", "state", "closed_on", duty_id=duty.id)
        for duty in duties
    }
    assert found["portions"] == found["whole"]
    assert [row for row in found["whole"] if row[0] == 2] == [
        (
            2,
            "2023-02",
            "done",
            "2023-03-02",
        ),  # the oldest it owes, though the month that has begun is open, too
        (2, "2023-03", "open", None),
    ]


def test_who_comes_after_a_program_that_died_answers_the_others_once(bureau, between):
    here = bureau(for_each_seller())
    here.register(*EIGHT)
    for code in EIGHT:
        here.fact("inspection.done", "2023-03-02", code=code, recorded_on="2023-03-03")
    between += [lambda: None] * 5 + [dies]
    with pytest.raises(KeyboardInterrupt):
        here.open("2023-03-06")
    assert here.owed("subject_id", state="done") == [1, 2, 3, 4]
    assert here.open("2023-03-07").completed == {"each": 4}
    assert here.owed("subject_id", state="done") == [1, 2, 3, 4, 5, 6, 7, 8]


def test_others_write_between_and_none_waits_for_more_than_a_portion(bureau, between):
    here = bureau(for_each_seller())
    here.register(*EIGHT)
    seen = []

    def somebody_writes():
        with writing(here.ledger) as connection:
            connection.exec_driver_sql("UPDATE unit SET name = name WHERE code = '350400'")
        seen.append(len(here.owed()))

    between += [somebody_writes] * 4
    assert here.open("2023-03-06").total == 8
    assert seen == [2, 4, 6, 8]
    between.append(dies)
    assert here.open("2023-03-07").total == 0  # a day with nothing new comes to no portion
    assert between == [dies]


def test_who_comes_after_a_program_that_died_opens_the_others_once(bureau, between):
    here = bureau(for_each_seller())
    here.register(*EIGHT)
    here.fact("inspection.done", "2023-03-02", code="S0")
    between += [lambda: None, dies]
    with pytest.raises(KeyboardInterrupt):
        here.open("2023-03-06")
    assert here.owed("subject_id", "state") == [(number, "open") for number in (1, 2, 3, 4)]
    later = here.open("2023-03-07")
    assert later.total == 4
    # What the first one opened is answered by what was reported before, as all at once would have been.
    assert later.completed == {"each": 1}
    assert here.owed("subject_id", state="done") == [1]
    assert here.open("2023-03-07").total == 0


def test_what_ran_when_it_began_opens_for_all_though_it_is_over_when_the_next_comes(bureau, between):
    here = bureau(for_each_seller(catch_up="none"))
    here.register(*EIGHT)
    between += [dies]
    with pytest.raises(KeyboardInterrupt):
        here.open("2023-03-31")
    here.open("2023-04-03")
    assert len(here.owed("subject_id", period_key="2023-03")) == 8
    assert len(here.owed("subject_id", period_key="2023-04")) == 8


def test_a_subject_registered_between_owes_after_the_next_look(bureau, between):
    here = bureau(for_each_seller())
    here.register(*EIGHT)
    between += [lambda: here.register("S8")]
    assert here.open("2023-03-06").total == 8
    assert here.open("2023-03-06").total == 1


def test_two_at_once_open_each_obligation_once_and_one_of_them_ends_it(bureau, between):
    here = bureau(for_each_seller())
    here.register(*EIGHT)
    others = []
    between += [lambda: others.append(here.open("2023-03-06").total)]
    mine = here.open("2023-03-06").total
    assert mine + others[0] == 8
    assert len(set(here.owed("subject_id"))) == 8
    assert here.open("2023-03-06").total == 0


@pytest.mark.parametrize("ends", ["answered", "answered and corrected"])
def test_what_facts_answer_takes_no_value_for_each_of_them(bureau, ends, monkeypatch):
    """A database takes only so many values in a statement: what is told by numbers is told in portions, here of two."""
    monkeypatch.setattr(choosing.portions, "__defaults__", (2,))
    here = bureau(for_each_seller())
    most = []
    for number, codes in enumerate((["A", "B"], EIGHT)):
        here.register(*codes)
        here.open("2023-03-01")
        for code in codes:
            here.fact("inspection.done", "2023-03-02", code=code, ref=code, recorded_on="2023-03-02")
        if ends != "answered":
            here.open("2023-03-02")
            for code in codes:
                again = {"revises": ("测试", code), "recorded_on": "2023-03-03"}
                here.fact("inspection.done", "2023-03-03", code=code, **again)
        counted = []

        def count(connection, cursor, statement, given, context, many, counted=counted):
            counted.append(0 if many else len(given))

        event.listen(here.ledger, "before_cursor_execute", count)
        try:
            assert here.open(f"2023-03-0{3 + number}").completed == {"each": len(codes)}
        finally:
            event.remove(here.ledger, "before_cursor_execute", count)
        most.append(max(counted))
    assert most[0] == most[1]
