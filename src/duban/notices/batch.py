"""Which obligations have a rung due, claimed a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select
from sqlmodel import col

from duban.ledger.tables import OPEN_STATES, Obligation

Place = tuple[datetime, int]
"""Where a patrol has got to: the next rung's moment and the obligation's id."""


class DueObligation(NamedTuple):
    """An open obligation whose next rung is due."""

    id: int
    duty_version_id: int
    unit: str
    confidential: bool
    opened_on: date
    target: date
    deadline: date
    next_rung_at: datetime


def anything_due(connection: Connection, now: datetime) -> bool:
    """Whether any open obligation has a rung due at `now`: one look into the index, without waiting for writers."""
    query = select(col(Obligation.id)).where(
        col(Obligation.next_rung_at) <= now, col(Obligation.state).in_(OPEN_STATES)
    )
    return connection.execute(query.limit(1)).first() is not None


def claim_batch(
    connection: Connection, now: datetime, after: Place | None, wanted: int
) -> Sequence[DueObligation]:
    """Up to `wanted` open obligations with a rung due at `now`, in the order they fell due, past the place `after`.

    Rows another patrol holds are skipped on PostgreSQL; on SQLite the transaction that reads them is the only writer.
    """
    query = (
        select(
            col(Obligation.id),
            col(Obligation.duty_version_id),
            col(Obligation.unit),
            col(Obligation.confidential),
            col(Obligation.opened_on),
            col(Obligation.target),
            col(Obligation.deadline),
            col(Obligation.next_rung_at),
        )
        .where(col(Obligation.next_rung_at) <= now, col(Obligation.state).in_(OPEN_STATES))
        .order_by(col(Obligation.next_rung_at), col(Obligation.id))
        .limit(wanted)
        .with_for_update(skip_locked=True)
    )
    if after is not None:
        moment, number = after
        later = col(Obligation.next_rung_at) > moment
        same_moment = and_(col(Obligation.next_rung_at) == moment, col(Obligation.id) > number)
        query = query.where(or_(later, same_moment))
    return [DueObligation(*row) for row in connection.execute(query)]
