"""What was decided to be said, what is on its way, and what arrived in the built-in inbox."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, literal_column, text
from sqlmodel import col

from duban.ledger.columns import (
    LedgerRow,
    linked,
    moment,
    number,
    one_of_words,
    partial_index,
    refers,
    table_of,
)

SETTLED_DELIVERIES: Final = ("sent", "dead", "cancelled")
"""A delivery nobody will try again; `settled_at` is set exactly in these states."""
DELIVERY_STATES: Final = ("pending", "sending", "failed", "unknown", *SETTLED_DELIVERIES)


class Notice(LedgerRow, table=True):
    """One rung of the ladder, decided once for one obligation and course."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("obligation_id", "rung"),)
    id: int = number()  #: its row
    obligation_id: int = refers("obligation.id")  #: the obligation
    #: The rung's name in the ladder with its course and turn, where that is not the first: it stands once for an obligation.
    rung: str
    #: What the rung does: remind, urge, escalate …
    stage: str
    #: The local day on which the rung was due.
    due_on: date
    #: When the engine decided it.
    decided_at: datetime = moment()
    #: Whether it should have been decided earlier.
    late: bool = False
    #: Whom it went to, by which channels, and what became of that.
    deliveries: list["Delivery"] = linked(in_order_of="Delivery.id")


_NOT_SETTLED = text("settled_at IS NULL")
_IN_A_MESSAGE = text("message_id IS NOT NULL")


class Delivery(LedgerRow, table=True):
    """One notice on its way to one recipient by one channel.

    Sendable now: `settled_at IS NULL AND next_attempt_at <= now`, and no lease that still runs. A leased delivery keeps its
    state; it is `sending` only while its message is on the line, and only that is counted as an attempt.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "recipient", "channel"),
        Index(
            "ix_delivery_sendable",
            "next_attempt_at",
            sqlite_where=_NOT_SETTLED,
            postgresql_where=_NOT_SETTLED,
        ),
        Index("ix_delivery_obligation", "obligation_id"),
        # What one message spoke of: a reminder's link opens just that.
        Index(
            "ix_delivery_message",
            "message_id",
            sqlite_where=_IN_A_MESSAGE,
            postgresql_where=_IN_A_MESSAGE,
        ),
        # What was given up: a person sends it again.
        partial_index("ix_delivery_dead", "settled_at", "id", where="state = 'dead'"),
        # Of which nobody knows whether they arrived: every page says how many.
        partial_index("ix_delivery_unknown", "id", where="state = 'unknown'"),
        # What was called off: the rest of what is settled was sent.
        partial_index("ix_delivery_cancelled", "id", where="state = 'cancelled'"),
        CheckConstraint(one_of_words("state", DELIVERY_STATES), name="state"),
        CheckConstraint(
            f"(settled_at IS NOT NULL) = ({one_of_words('state', SETTLED_DELIVERIES)})", name="settled"
        ),
    )
    id: int = number()  #: its row
    notice_id: int = refers("notice.id")  #: the notice
    #: The notice's obligation, named again so that what is on its way for one is found at once.
    obligation_id: int = refers("obligation.id")
    #: For whom, as `unit/post`.
    recipient: str
    #: By which channel of the project; behind a slash the one of several addresses that did not take it yet.
    channel: str
    #: One of `DELIVERY_STATES`.
    state: str = "pending"
    #: Nothing is sent before this moment: the ladder's hour, or the end of a quiet time.
    not_before: datetime = moment()
    #: How often it was on the line.
    attempts: int = 0
    #: When it is tried next.
    next_attempt_at: datetime = moment()
    #: The process that is to send it.
    lease_holder: str | None = None
    #: Until when the others leave it to that process.
    lease_until: datetime | None = moment(default=None)
    #: What the channel calls the message; the same for all that travel in one.
    message_id: str | None = None
    #: What the last try failed of, without secrets.
    last_error: str | None = None
    #: When it came to its end; None while somebody will try again.
    settled_at: datetime | None = moment(default=None)


GIVEN_UP: Final[ColumnElement[bool]] = col(Delivery.state) == literal_column("'dead'")
"""That a delivery is a dead letter, written out, as its index asks."""
UNCERTAIN: Final[ColumnElement[bool]] = col(Delivery.state) == literal_column("'unknown'")
"""That nobody knows whether a delivery arrived, written out likewise."""
CALLED_OFF: Final[ColumnElement[bool]] = col(Delivery.state) == literal_column("'cancelled'")
"""That a delivery was cancelled, written out likewise."""


class Attempt(LedgerRow, table=True):
    """One message put on the line: what the limits of a channel are measured by, and what came back.

    The built-in inbox has no limits and is not written down here.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_channel", "channel", "put_at"),
        # Whether somebody had a message today.
        Index("ix_attempt_recipient", "recipient", "put_at"),
    )
    id: int = number()  #: its row
    #: By which channel of the project.
    channel: str
    #: For whom, as `unit/post`.
    recipient: str
    #: The number of the message.
    message_id: str
    put_at: datetime = moment()  #: when it was put on the line
    #: accepted, refused or unknown; None while it is on the line, or when its sender died.
    outcome: str | None = None
    #: What came back, without secrets.
    said: str | None = None


class InboxMessage(LedgerRow, table=True):
    """A message in the built-in inbox of a post. The same message arrives once, however often it is sent."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        UniqueConstraint("recipient", "message_id"),
        # One message, whoever has it.
        Index("ix_inbox_message_message", "message_id"),
        # What nobody of a post has read: every page says how many.
        partial_index("ix_inbox_message_unread", "recipient", where="read_at IS NULL"),
    )
    id: int = number()  #: its row
    #: Whose inbox, as `unit/post`.
    recipient: str
    #: What the sender calls the message.
    message_id: str
    title: str  #: its title
    body: str  #: its text
    received_at: datetime = moment()  #: when it came
    #: When somebody of the post read it; None: not yet.
    read_at: datetime | None = moment(default=None)


NOTICE: Final = table_of(Notice)
DELIVERY: Final = table_of(Delivery)
ATTEMPT: Final = table_of(Attempt)
INBOX_MESSAGE: Final = table_of(InboxMessage)
