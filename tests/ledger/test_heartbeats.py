"""A heartbeat says when a step was done last."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.heartbeats import beat
from duban.ledger.tables import Lease

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)


def heard(ledger):
    with reading(ledger) as connection:
        steps = dict(connection.execute(select(col(Lease.name), col(Lease.beat_at))).tuples().all())
    steps.pop("oldest program at work")  # what a ledger says of itself
    return steps


def test_the_newest_heartbeat_of_each_step_stays(ledger):
    beat(ledger, "heartbeat", NOW)
    beat(ledger, "patrol", NOW)
    beat(ledger, "heartbeat", NOW + timedelta(hours=1))
    assert heard(ledger) == {"heartbeat": NOW + timedelta(hours=1), "patrol": NOW}
