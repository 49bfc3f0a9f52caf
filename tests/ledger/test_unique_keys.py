"""The INSERT is the claim: whoever comes second finds the place taken, on either database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from duban.ledger.bulk import insert_ignore
from duban.ledger.database import reading, writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)


def count(ledger, table):
    with reading(ledger) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_unit_owes_a_duty_once_per_period(bureau, an_obligation):
    with writing(bureau) as connection:
        assert insert_ignore(connection, OBLIGATION, [an_obligation()]) == 1
        assert insert_ignore(connection, OBLIGATION, [an_obligation()]) == 0
        assert insert_ignore(connection, OBLIGATION, [an_obligation(period_key="2023-10")]) == 1
    assert count(bureau, OBLIGATION) == 2


def test_a_duty_is_owed_once_per_subject_and_period_whichever_unit_is_in_charge(bureau, an_obligation):
    with writing(bureau) as connection:
        assert insert_ignore(connection, OBLIGATION, [an_obligation(subject_id=1)]) == 1
        assert insert_ignore(connection, OBLIGATION, [an_obligation(subject_id=1)]) == 0


def test_with_and_without_a_subject_are_two_obligations(bureau, an_obligation):
    rows = [an_obligation(), an_obligation(subject_id=1)]
    with writing(bureau) as connection:
        assert insert_ignore(connection, OBLIGATION, rows) == 2


def test_a_rung_speaks_once_per_obligation_and_reaches_a_recipient_once_per_channel(bureau, owed):
    notice = {
        "obligation_id": owed,
        "rung": "remind-1",
        "stage": "remind",
        "due_on": date(2023, 10, 9),
        "decided_at": NOW,
    }
    delivery = {
        "notice_id": 1,
        "obligation_id": owed,
        "recipient": "350426/食品流通科",
        "channel": "inbox",
        "not_before": NOW,
        "next_attempt_at": NOW,
    }
    with writing(bureau) as connection:
        assert insert_ignore(connection, NOTICE, [notice, notice, {**notice, "rung": "urge-1"}]) == 2
        assert insert_ignore(connection, DELIVERY, [delivery, delivery, {**delivery, "channel": "mail"}]) == 2
        states = connection.execute(select(DELIVERY.c.state, DELIVERY.c.attempts)).all()
    assert states == [("pending", 0), ("pending", 0)]


def test_a_state_that_does_not_exist_and_a_closing_without_its_moment_are_refused(bureau, an_obligation):
    for wrong in (
        {"state": "overdue"},
        {"state": "done"},
        {"closed_at": NOW, "closed_on": date(2023, 10, 9)},
    ):
        with pytest.raises(IntegrityError), writing(bureau) as connection:
            connection.execute(insert(OBLIGATION).values(**an_obligation(**wrong)))


def test_what_is_owed_by_a_unit_nobody_knows_is_refused_not_dropped(bureau, an_obligation):
    with pytest.raises(IntegrityError), writing(bureau) as connection:
        insert_ignore(connection, OBLIGATION, [an_obligation(), an_obligation(unit="999999")])
    assert count(bureau, OBLIGATION) == 0
