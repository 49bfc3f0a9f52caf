"""Messages beside the ladder: what waits for a reviewer, what one decided, what was given to a post, as it stands just
before it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from duban.ledger.tables import OPEN_STATES, REPORTED
from duban.obligations.calls import FOR_REVIEW, dispatch_of, is_call, said, submission_of
from duban.obligations.dispatching import dispatch_events
from duban.obligations.review import lacking
from duban.obligations.submissions import submissions


class NoticeRow(Protocol):
    """A delivery, as far as it is asked here what it brings."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def obligation_id(self) -> int:
        """What it is about."""
        ...

    @property
    def rung(self) -> str:
        """The name of the rung or of the call."""
        ...

    @property
    def state(self) -> str:
        """The obligation's state."""
        ...

    @property
    def dispatched_to(self) -> str | None:
        """Whom its unit has given it to, as `unit/post`."""
        ...


class ReviewCalls:
    """What the calls among some deliveries were made for."""

    def __init__(self, connection: Connection, rows: Sequence[NoticeRow]) -> None:
        about = {row.obligation_id for row in rows if self.is_one(row)}
        self._dispatched = {each.id: each for each in dispatch_events(connection, about)}
        self._put_forward = {each.id: each for each in submissions(connection, about)}
        reported = {row.obligation_id for row in rows if row.state == REPORTED}
        self._missing = lacking(connection, reported & about)

    def is_one(self, row: NoticeRow) -> bool:
        """Whether a delivery brings a call, and no rung of a ladder."""
        return is_call(row.rung)

    def stands(self, row: NoticeRow) -> bool:
        """Whether a call is still to be said: what waits was not decided; what was decided is still owed."""
        if (given := dispatch_of(row.rung)) is not None:
            event = self._dispatched[given]
            return row.state in OPEN_STATES and event.back != (row.dispatched_to == str(event.whom))
        if row.rung.startswith(FOR_REVIEW):
            return self._put_forward[submission_of(row.rung) or 0].settled_at is None
        return row.state in OPEN_STATES

    def said(self, rows: Sequence[NoticeRow]) -> dict[int, str]:
        """What each call says, by the delivery's number."""
        given = {
            row.id: self._dispatched[number].said()
            for row in rows
            if (number := dispatch_of(row.rung)) is not None
        }
        return given | {
            row.id: said(self._put_forward[call], self._missing.get(row.obligation_id, ()))
            for row in rows
            if (call := submission_of(row.rung)) is not None
        }
