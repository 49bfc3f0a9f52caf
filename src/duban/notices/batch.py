"""Which obligations have a rung due, claimed a batch at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, and_, select
from sqlmodel import col

from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import SPEAKING_STATES, Obligation
from duban.obligations.rungs import Hours


class PatrolPlace(NamedTuple):
    """Where a patrol has got to."""

    #: the moment of the next rung of the last obligation it has seen, aware UTC
    next_rung_at: datetime
    #: its number
    id: int


class DueObligation(NamedTuple):
    """An open obligation whose next rung is due."""

    #: the obligation's number
    id: int
    #: the row of the duty's version it was opened or carried under
    duty_version_id: int
    #: the code of the unit that owes it
    unit: str
    #: whether only its own posts may see what it is about
    confidential: bool
    #: the local day it opened, or should have
    opened_on: date
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: whether no notice has fixed its days yet
    provisional: bool
    #: when it opened, aware UTC
    opened_at: datetime
    #: the moment an emergency is due, aware UTC; None for what is due on a day
    due_at: datetime | None
    #: how often its ladder has begun
    course: int
    #: when the present course began, aware UTC; None in the first
    course_at: datetime | None
    #: when somebody signed for it, aware UTC
    acknowledged_at: datetime | None
    #: aware UTC
    next_rung_at: datetime
    #: one of `SPEAKING_STATES`
    state: str
    #: whom its unit has given it to, as `unit/post`
    dispatched_to: str | None

    @property
    def hours(self) -> Hours | None:
        """An emergency's moments."""
        return Hours(self.opened_at, self.due_at) if self.due_at else None

    @property
    def place(self) -> PatrolPlace:
        """Where a patrol is that has just seen it."""
        return PatrolPlace(self.next_rung_at, self.id)


def anything_due(connection: Connection, now: datetime) -> bool:
    """Whether any open obligation has a rung due at `now`: one look into the index, without waiting for writers."""
    query = select(col(Obligation.id)).where(
        col(Obligation.next_rung_at) <= now, col(Obligation.state).in_(SPEAKING_STATES)
    )
    return connection.execute(query.limit(1)).first() is not None


def claim_batch(
    connection: Connection, now: datetime, after: PatrolPlace | None, wanted: int
) -> Sequence[DueObligation]:
    """Up to `wanted` open obligations with a rung due at `now`, in the order they fell due, past the place `after`.

    Rows another patrol holds are skipped on PostgreSQL; on SQLite the transaction that reads them is the only writer.
    """
    claim = due_at(now, after, wanted).with_for_update(skip_locked=True)
    return rows_of(connection, claim, DueObligation)


def due_at(now: datetime, after: PatrolPlace | None, wanted: int) -> Select[tuple[object, ...]]:
    """What asks for them. It says from which moment on, and what to pass over at that moment: for “later, or the same and
    further on” SQLite would collect and sort everything that is due.
    """
    query = (
        select(*columns_of(Obligation, DueObligation))
        .where(col(Obligation.next_rung_at) <= now, col(Obligation.state).in_(SPEAKING_STATES))
        .order_by(col(Obligation.next_rung_at), col(Obligation.id))
        .limit(wanted)
    )
    if after is None:
        return query
    seen = and_(col(Obligation.next_rung_at) == after.next_rung_at, col(Obligation.id) <= after.id)
    return query.where(col(Obligation.next_rung_at) >= after.next_rung_at, ~seen)
