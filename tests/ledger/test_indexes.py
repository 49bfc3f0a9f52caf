"""What is asked all day is answered by an index, whatever else the ledger holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, text

from duban.deliveries.daily import accepted_since
from duban.ledger.bulk import insert_ignore
from duban.ledger.lateness import keep_hours_over
from duban.ledger.tables import ATTEMPT, DELIVERY, GIVEN_UP, OBLIGATION, OBLIGATION_EVENT, OPEN_STATES
from duban.notices.batch import PatrolPlace, due_at
from duban.service.appraising import outcomes_of

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)

DUE_NOW = due_at(NOW, None, 2000)
DUE_PAST_A_BATCH = due_at(NOW, PatrolPlace(NOW, 7), 2000)
BURNING = (
    select(OBLIGATION.c.unit, OBLIGATION.c.duty_id, func.count())
    .where(
        OBLIGATION.c.closed_at.is_(None),
        OBLIGATION.c.target <= date(2023, 10, 16),
        OBLIGATION.c.state.in_(OPEN_STATES),
        OBLIGATION.c.confidential.is_(False),
    )
    .group_by(OBLIGATION.c.unit, OBLIGATION.c.duty_id, OBLIGATION.c.deadline < date(2023, 10, 9))
)
CLOSED_LATELY = (
    select(OBLIGATION.c.unit, OBLIGATION.c.duty_id, func.count())
    .where(
        OBLIGATION.c.closed_at.is_not(None),
        OBLIGATION.c.closed_on >= date(2023, 10, 1),
        OBLIGATION.c.state == "done",
        OBLIGATION.c.deadline < OBLIGATION.c.closed_on,
    )
    .group_by(OBLIGATION.c.unit, OBLIGATION.c.duty_id, OBLIGATION.c.confidential)
)
SILENT = select(func.count()).where(
    OBLIGATION.c.closed_at.is_(None),
    OBLIGATION.c.state.in_(OPEN_STATES),
    OBLIGATION.c.next_rung_at.is_(None),
    OBLIGATION.c.duty_version_id.in_([1, 2, 3]),
)
IN_A_MESSAGE = select(DELIVERY.c.obligation_id).where(DELIVERY.c.message_id == "XX-00001X")
SENDABLE = (
    select(DELIVERY.c.id)
    .where(DELIVERY.c.settled_at.is_(None), DELIVERY.c.next_attempt_at <= NOW)
    .order_by(DELIVERY.c.next_attempt_at)
)
DEAD = select(func.count()).where(GIVEN_UP)
DEAD_LETTERS = select(DELIVERY.c.id).where(GIVEN_UP).order_by(DELIVERY.c.settled_at.desc())
NOBODY_TOLD = select(OBLIGATION_EVENT.c.obligation_id).where(OBLIGATION_EVENT.c.kind == text("'nobody_told'"))
OWED_BY_SUBJECT = select(OBLIGATION.c.id).where(
    OBLIGATION.c.subject_id == 1, OBLIGATION.c.closed_at.is_(None)
)
HAD_TODAYS = accepted_since().params(
    channel="mail", recipient="350426/食品流通科", since=NOW, until=NOW + timedelta(days=1)
)
SENT_BEFORE = outcomes_of("2023-Q3", "350426/食品流通科")


@pytest.mark.parametrize(
    "query, index",
    [
        (DUE_NOW, "ix_obligation_next_rung"),
        (SENDABLE, "ix_delivery_sendable"),
        (OWED_BY_SUBJECT, "ix_obligation_subject"),
        (SILENT, "ix_obligation_silent"),
        (IN_A_MESSAGE, "ix_delivery_message"),
        (DEAD, "ix_delivery_dead"),
        (DEAD_LETTERS, "ix_delivery_dead"),
        (NOBODY_TOLD, "ix_obligation_event_nobody_told"),
        (HAD_TODAYS, "ix_attempt_recipient (recipient=? AND put_at>? AND put_at<?)"),
        (SENT_BEFORE, "ix_attempt_recipient (recipient=?)"),
    ],
    ids=[
        "due now",
        "sendable now",
        "owed by a subject",
        "silent",
        "in a message",
        "dead",
        "dead letters",
        "nobody told",
        "had today's message",
        "a paper sent before",
    ],
)
def test_sqlite_answers_from_the_index(sqlite_ledger, query, index):
    with sqlite_ledger.connect() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    assert index in " ".join(row.detail for row in plan)


def test_hours_that_are_over_are_looked_for_among_emergencies_alone(sqlite_ledger):
    asked = []
    with sqlite_ledger.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        keep_hours_over(connection, NOW)
        ((statement, given),) = (each for each in asked if each[0].startswith("SELECT"))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    assert [row.detail for row in plan] == ["SEARCH obligation USING INDEX ix_obligation_urgent (deadline>?)"]


@pytest.mark.parametrize("query", [DUE_NOW, DUE_PAST_A_BATCH], ids=["first", "past a batch"])
def test_a_patrol_reads_what_it_takes_and_sorts_nothing(sqlite_ledger, query):
    with sqlite_ledger.connect() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    (only,) = (row.detail for row in plan)
    assert only.startswith("SEARCH obligation USING INDEX ix_obligation_next_rung")


@pytest.mark.parametrize(
    "query, index",
    [
        (BURNING, "ix_obligation_burning"),
        (CLOSED_LATELY, "ix_obligation_closed"),
    ],
    ids=["burning", "closed lately"],
)
def test_the_board_reads_no_obligation(sqlite_ledger, query, index):
    with sqlite_ledger.connect() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    assert f"USING COVERING INDEX {index}" in " ".join(row.detail for row in plan)


@pytest.mark.postgres
def test_postgresql_answers_what_is_due_from_the_index(postgresql_ledger):
    with postgresql_ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET session_replication_role = replica"))  # rows without their families
        rows = (an_obligation(n) for n in range(3000))
        insert_ignore(connection, OBLIGATION, rows)
        connection.execute(text("ANALYZE obligation"))
        compiled = DUE_NOW.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN {compiled}")).scalars().all()
    assert "ix_obligation_next_rung" in " ".join(plan)


@pytest.mark.postgres
def test_postgresql_finds_today_s_message_among_those_to_its_recipient(postgresql_ledger):
    with postgresql_ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        rows = (
            {
                "channel": "mail",
                "recipient": f"3504{n % 300}/食品流通科",
                "message_id": f"M-{n}",
                "put_at": NOW + timedelta(minutes=n),
                "outcome": "accepted",
            }
            for n in range(3000)
        )
        insert_ignore(connection, ATTEMPT, rows)
        connection.execute(text("ANALYZE attempt"))
        compiled = HAD_TODAYS.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN {compiled}")).scalars().all()
    assert "ix_attempt_recipient" in " ".join(plan)


def an_obligation(number):
    day = date(2023, 10, 9)
    return {
        "duty_id": "sl-monthly",
        "duty_version_id": 1,
        "unit": "350426",
        "period_key": str(number),
        "opened_on": day,
        "opened_at": NOW,
        "target": day,
        "deadline": day,
        "reckoning_id": 1,
        "next_rung_at": NOW if number < 5 else None,
    }
