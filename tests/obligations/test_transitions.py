"""What may be done to an obligation, and what the history says of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from duban.base.language import use
from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION, OBLIGATION_EVENT, STATES
from duban.obligations.cause import Cause
from duban.obligations.moves import MOVES, MoveRefused, refusal
from duban.obligations.transitions import move
from tests.ledger.small_ledger import an_obligation, owe_one, with_a_bureau

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)
TODAY = date(2023, 10, 9)
LATER = datetime(2023, 10, 16, 0, 30, tzinfo=UTC)


@pytest.fixture
def bureau(ledger):
    """The ledger with what every obligation rests on."""
    return with_a_bureau(ledger)


@pytest.fixture
def owed(bureau):
    """The number of one open obligation."""
    return owe_one(bureau)


def by(person, reason="", at=NOW):
    return Cause(person, at, TODAY, reason)


def act(ledger, number, which, *, reason="", details=None, changes=None):
    """Make a move as 张三, with a next rung where one is needed."""
    if which in ("extend", "resume", "reopen") and changes is None:
        changes = {"next_rung_at": LATER}
    with writing(ledger) as connection:
        given = {number: changes} if changes is not None else None
        return move(connection, {number: details or {}}, which, by("张三", reason), given)


def replay(kinds):
    """The state an obligation's events lead to, oldest first; what the engine notes in between is no move.

    Raises ValueError for a history that is not possible.
    """
    state, acknowledged = "open", False
    for kind in kinds:
        if kind not in MOVES:
            continue
        if state not in MOVES[kind].starts:
            raise ValueError(f"{kind} cannot follow in state {state}")
        acknowledged = acknowledged or kind == "acknowledge"
        state = MOVES[kind].state_after(state, acknowledged=acknowledged)
    return state


def stands(ledger, number):
    with reading(ledger) as connection:
        return connection.execute(select(OBLIGATION).where(OBLIGATION.c.id == number)).one()


def history(ledger, number):
    with reading(ledger) as connection:
        query = select(OBLIGATION_EVENT).where(OBLIGATION_EVENT.c.obligation_id == number)
        return connection.execute(query.order_by(OBLIGATION_EVENT.c.id)).all()


def test_signing_and_completing_leave_two_events(bureau, owed):
    act(bureau, owed, "acknowledge")
    act(bureau, owed, "complete", reason="已检查", details={"evidence": ["记录表.pdf"]})
    row = stands(bureau, owed)
    assert (row.state, row.acknowledged_at, row.closed_at, row.closed_on) == (
        "done",
        NOW,
        NOW,
        date(2023, 10, 9),
    )
    assert row.next_rung_at is None
    assert [(event.kind, event.actor, event.reason) for event in history(bureau, owed)] == [
        ("acknowledge", "张三", ""),
        ("complete", "张三", "已检查"),
    ]
    assert history(bureau, owed)[1].details == {
        "from": "acknowledged",
        "to": "done",
        "evidence": ["记录表.pdf"],
    }


def test_work_done_on_an_earlier_day_is_closed_on_that_day(bureau, owed):
    act(bureau, owed, "complete", changes={"closed_on": date(2023, 9, 28)})
    assert stands(bureau, owed).closed_on == date(2023, 9, 28)


def test_it_is_closed_on_the_business_date_it_was_told(bureau, owed):
    half_past_midnight = datetime(2023, 10, 8, 16, 30, tzinfo=UTC)
    with writing(bureau) as connection:
        move(connection, {owed: {}}, "waive", by("张三", "停业", half_past_midnight))
    row = stands(bureau, owed)
    assert (row.closed_at, row.closed_on) == (half_past_midnight, TODAY)


def test_a_suspended_obligation_is_silent_and_returns_to_what_it_was(bureau, owed):
    act(bureau, owed, "acknowledge")
    act(bureau, owed, "suspend")
    assert (stands(bureau, owed).state, stands(bureau, owed).next_rung_at) == ("suspended", None)
    act(bureau, owed, "resume")
    assert (stands(bureau, owed).state, stands(bureau, owed).next_rung_at) == ("acknowledged", LATER)


def test_reopening_undoes_a_completion(bureau, owed):
    act(bureau, owed, "complete")
    act(bureau, owed, "reopen")
    row = stands(bureau, owed)
    assert (row.state, row.closed_at, row.closed_on, row.next_rung_at) == ("open", None, None, LATER)


def test_a_refusal_says_why_and_what_is_possible(bureau, owed):
    act(bureau, owed, "complete")
    with pytest.raises(MoveRefused) as refused:
        act(bureau, owed, "acknowledge")
    assert str(refused.value) == f"{short_id(owed)} 已办结，不能签收；现在可以：重新打开"
    with use("en"), pytest.raises(MoveRefused, match="is done: cannot acknowledge; what can be done: reopen"):
        act(bureau, owed, "acknowledge")
    act(bureau, owed, "reopen")
    act(bureau, owed, "supersede")
    with pytest.raises(MoveRefused, match="它不会再变动"):
        act(bureau, owed, "complete")


def test_a_refused_move_leaves_no_trace(bureau, owed):
    with pytest.raises(MoveRefused):
        act(bureau, owed, "resume")
    assert stands(bureau, owed).state == "open"
    assert history(bureau, owed) == []


def test_a_move_is_part_of_the_callers_transaction(bureau, owed):
    def complete_and_fail():
        with writing(bureau) as connection:
            move(connection, {owed: {}}, "complete", by("张三"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        complete_and_fail()
    assert stands(bureau, owed).state == "open"
    assert history(bureau, owed) == []


def test_a_move_that_wakes_the_ladder_must_say_when(bureau, owed):
    changes = {owed: {"deadline": date(2023, 10, 16)}}
    with pytest.raises(ValueError, match="next"), writing(bureau) as connection:
        move(connection, {owed: {}}, "extend", by("张三"), changes)


def test_a_move_cannot_change_what_an_obligation_is(bureau, owed):
    with pytest.raises(ValueError, match="period_key"):
        act(bureau, owed, "complete", changes={"period_key": "2023-10"})


def test_an_obligation_that_is_not_there_is_not_moved(bureau, owed):
    with pytest.raises(KeyError):
        act(bureau, owed + 1, "complete")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=30,
    deadline=None,
    derandomize=True,
)
@given(moves=st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_no_sequence_of_moves_leaves_the_table_and_the_history_replays_to_the_state(bureau, moves):
    with writing(bureau) as connection:
        period = f"trial-{len(connection.execute(select(OBLIGATION.c.id)).all())}"
        row = an_obligation(period_key=period)
        number = connection.execute(insert(OBLIGATION).values(**row)).inserted_primary_key[0]
    made = []
    for minute, which in enumerate(moves):
        before = stands(bureau, number).state
        changes = {"next_rung_at": LATER + timedelta(minutes=minute)}
        try:
            with writing(bureau) as connection:
                move(connection, {number: {}}, which, by("张三"), {number: changes})
            made.append(which)
            assert before in MOVES[which].starts
        except MoveRefused:
            assert before not in MOVES[which].starts
            assert stands(bureau, number).state == before
    assert stands(bureau, number).state in STATES
    assert [event.kind for event in history(bureau, number)] == made
    assert replay(made) == stands(bureau, number).state


def test_what_the_engine_notes_in_between_does_not_change_the_replay():
    assert replay(["acknowledge", "passed_on", "suspend", "nobody_told", "resume"]) == "acknowledged"


def test_a_history_that_cannot_be_is_noticed():
    with pytest.raises(ValueError, match="resume cannot follow"):
        replay(["complete", "resume"])


def test_of_four_who_complete_at_once_one_does(bureau, owed, ledger_database):
    barrier = Barrier(4)

    def complete(person):
        engine = open_ledger(ledger_database)
        barrier.wait()
        try:
            with writing(engine) as connection:
                move(connection, {owed: {}}, "complete", by(person))
        except MoveRefused:
            return False
        finally:
            engine.dispose()
        return True

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(complete, "甲乙丙丁")) == [False, False, False, True]
    assert len(history(bureau, owed)) == 1


@pytest.mark.parametrize("state", ["open", "acknowledged"])
def test_what_nobody_reported_is_refused_its_review_for_that_and_not_for_a_signature(state):
    with use("zh-CN"):
        assert refusal(1, "approve", state).startswith(f"{short_id(1)} 还没有反馈，不能复核通过；")
