"""One row with what belongs to it, in a session; what is changed there is written whole, or not at all."""

import gc
import weakref
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select
from sqlmodel import col

from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.sessions import changing, looking, session_on
from duban.ledger.tables import InboxMessage, MergerRecord, Notice, Obligation, ObligationEvent, Subject

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)


def message(title):
    return InboxMessage(recipient="350426/分管领导", message_id=title, title=title, body="…", received_at=NOW)


class PowerCut(Exception):
    """Somebody pulled the plug."""


def in_a_session(engine, title):
    with changing(engine) as session:
        session.add(message(title))
        session.flush()
        raise PowerCut


def in_a_transaction(engine, title):
    with writing(engine) as connection:
        with session_on(connection) as session:
            session.add(message(title))
            session.flush()
        assert connection.execute(select(col(InboxMessage.title))).scalar() == title
        raise PowerCut


def titles(engine):
    with reading(engine) as connection:
        return list(
            connection.execute(select(col(InboxMessage.title)).order_by(col(InboxMessage.id))).scalars()
        )


def test_an_obligation_is_read_with_all_that_belongs_to_it(bureau, an_obligation):
    with writing(bureau) as connection:
        number = connection.execute(insert(Obligation).values(an_obligation())).inserted_primary_key[0]
        for kind in ("acknowledge", "complete"):
            connection.execute(
                insert(ObligationEvent).values(obligation_id=number, at=NOW, kind=kind, actor="陈站长")
            )
        connection.execute(
            insert(Notice).values(
                obligation_id=number, rung="提醒-3", stage="remind", due_on=NOW.date(), decided_at=NOW
            )
        )
    with looking(bureau) as session:
        owed = session.get_one(Obligation, number)
        assert (owed.owing_unit.name, owed.version.title, owed.subject) == ("尤溪县", "月度检查", None)
        assert [event.kind for event in owed.events] == ["acknowledge", "complete"]
        assert [(notice.rung, notice.deliveries) for notice in owed.notices] == [("提醒-3", [])]
        assert owed.reckoning.deadline == owed.deadline
        assert owed.evidence == []


def test_a_merger_knows_its_three_subjects(bureau):
    with changing(bureau) as session:
        other = Subject(kind="食品销售者", code="E-2", name="大家福", unit="350426")
        session.add(other)
        session.flush()
        session.add(
            MergerRecord(
                subject_id=1,
                into_id=other.id,
                survivor_id=other.id,
                merged_on=NOW.date(),
                survivor_since=NOW.date(),
                was_active=True,
                entered_at=NOW,
                entered_by="陈站长",
            )
        )
    with looking(bureau) as session:
        merger = session.get_one(MergerRecord, 1)
        assert (merger.subject.name, merger.into.name, merger.survivor.name) == (
            "好邻居超市",
            "大家福",
            "大家福",
        )


def test_what_a_session_changes_is_written_whole_or_not_at_all(bureau):
    with changing(bureau) as session:
        session.add(message("第一条"))
    with pytest.raises(PowerCut):
        in_a_session(bureau, "第二条")
    assert titles(bureau) == ["第一条"]


def test_a_session_in_a_transaction_goes_with_it(bureau):
    with pytest.raises(PowerCut):
        in_a_transaction(bureau, "第一条")
    assert titles(bureau) == []
    with writing(bureau) as connection, session_on(connection) as session:
        session.add(message("第二条"))
        session.flush()
    assert titles(bureau) == ["第二条"]


def test_what_was_read_stays_readable_after_the_session(bureau):
    with changing(bureau) as session:
        kept = message("第一条")
        session.add(kept)
    assert (kept.id, kept.title) == (1, "第一条")


def written_and_closed(file):
    ledger = open_ledger(f"sqlite:///{file}")
    with changing(ledger) as session:
        session.add(message("第一条"))
        session.flush()
        session.rollback()
    ledger.dispose()
    return weakref.ref(ledger)


def test_nothing_of_a_closed_ledger_stays_in_memory(migrated_sqlite_file):
    """A plan is worked out on a copy of the ledger, each time somebody edits: the mappers remember whom they wrote with."""
    closed = written_and_closed(migrated_sqlite_file)
    gc.collect()
    assert closed() is None
