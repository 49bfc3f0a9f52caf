"""History only grows: the database itself refuses everything else."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from duban.ledger.access_log import note_access
from duban.ledger.authors import author_of
from duban.ledger.database import reading, writing
from duban.ledger.tables import (
    ACCESS_RECORD,
    AUTHOR,
    FACT,
    MERGER,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    RECKONING,
    SUBJECT,
    SUBJECT_CHANGE,
)
from tests.principals import operator

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)
OPERATOR = operator("王五", unit="350426")


@pytest.fixture
def history(bureau, owed):
    """A ledger in which something has happened."""
    with writing(bureau) as connection:
        connection.execute(
            insert(FACT).values(
                kind="sample.failed",
                subject_id=1,
                happened_on=date(2023, 9, 1),
                recorded_at=NOW,
                source="lims",
                ref="1",
            )
        )
        connection.execute(
            insert(OBLIGATION_EVENT).values(obligation_id=owed, at=NOW, kind="acknowledge", actor="张三")
        )
        connection.execute(
            insert(NOTICE).values(
                obligation_id=owed, rung="remind-1", stage="remind", due_on=date(2023, 10, 9), decided_at=NOW
            )
        )
        connection.execute(
            insert(SUBJECT).values(kind="食品销售者", code="2", name="乙店", unit="350426", attributes={})
        )
        connection.execute(
            insert(MERGER).values(
                subject_id=1,
                into_id=2,
                merged_on=date(2023, 9, 1),
                survivor_id=2,
                survivor_since=date(2023, 9, 1),
                was_active=True,
                entered_at=NOW,
                entered_by="张三",
            )
        )
        author = author_of(connection, OPERATOR)
        connection.execute(
            insert(SUBJECT_CHANGE).values(
                subject_id=1, at=NOW, author_id=author, changed={"name": ["甲", "乙"]}
            )
        )
    note_access(bureau, OPERATOR, NOW, act="duban import 抽检.xlsx", outcome="done", touched=["S1"])
    return bureau


@pytest.mark.parametrize(
    "what",
    [
        update(FACT).values(happened_on=date(2023, 9, 2)),
        delete(FACT),
        update(OBLIGATION_EVENT).values(actor="李四"),
        delete(OBLIGATION_EVENT),
        update(NOTICE).values(late=True),
        delete(NOTICE),
        update(RECKONING).values(deadline=date(2024, 1, 1)),
        delete(OBLIGATION),
        update(OBLIGATION).values(period_key="2023-10"),
        update(OBLIGATION).values(opened_on=date(2023, 9, 2)),
        update(OBLIGATION).values(subject_id=1),
        update(MERGER).values(reason="另有原因"),
        update(MERGER).values(merged_on=date(2023, 9, 2)),
        delete(MERGER),
        update(AUTHOR).values(name="别人"),
        delete(AUTHOR),
        update(SUBJECT_CHANGE).values(changed={}),
        delete(SUBJECT_CHANGE),
        update(ACCESS_RECORD).values(outcome="refused"),
        delete(ACCESS_RECORD),
    ],
    ids=str,
)
def test_what_happened_can_neither_be_changed_nor_deleted(history, what):
    with pytest.raises(DatabaseError, match="append-only"), writing(history) as connection:
        connection.execute(what)


def test_how_an_obligation_stands_may_change(history, owed):
    with writing(history) as connection:
        connection.execute(update(OBLIGATION).values(state="acknowledged", deadline=date(2023, 10, 16)))
    with reading(history) as connection:
        assert connection.execute(select(OBLIGATION.c.state)).scalar_one() == "acknowledged"


def test_replacing_a_row_is_deleting_it(history):
    with writing(history) as connection:
        if connection.dialect.name != "sqlite":
            with pytest.raises(DatabaseError, match="append-only"), connection.begin_nested():
                connection.execute(text("TRUNCATE fact CASCADE"))
            return
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text("REPLACE INTO notice SELECT * FROM notice"))
