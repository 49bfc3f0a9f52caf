"""Messages beside the ladder: what waits for a reviewer, what one decided, what was given to a post, what is not owed any
more, as it stands just before it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from duban.ledger.tables import ENDED_STATES, OPEN_STATES, REPORTED
from duban.ledger.units import known_units
from duban.obligations.calls import FOR_REVIEW, HEARD, dispatch_of, is_call, is_ending, said, submission_of
from duban.obligations.co_handlers import co_handlers
from duban.obligations.ending import endings, who_was_told
from duban.obligations.handling_events import OWED_AGAIN, HandlingEvent, handling_events
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
    def unit(self) -> str:
        """The code of the unit that owes it."""
        ...

    @property
    def dispatched_to(self) -> str | None:
        """Whom its unit has given it to, as `unit/post`."""
        ...


class ReviewCalls:
    """What the calls among some deliveries were made for."""

    def __init__(self, connection: Connection, rows: Sequence[NoticeRow]) -> None:
        about = {row.obligation_id for row in rows if self.is_one(row)}
        self._handled = {each.called: each for each in handling_events(connection, about)}
        self._along = co_handlers(connection, about)
        self._endings = endings(connection, {row.obligation_id for row in rows if is_ending(row.rung)})
        self._heard = who_was_told(
            connection, {each.obligation_id for each in self._handled.values() if each.back}
        )
        self._put_forward = {each.id: each for each in submissions(connection, about)}
        asked = any(each.receiver for each in self._put_forward.values())
        self._units = {unit.code: unit.name for unit in known_units(connection)} if asked else {}
        reported = {row.obligation_id for row in rows if row.state == REPORTED}
        self._missing = lacking(connection, reported & about)

    def is_one(self, row: NoticeRow) -> bool:
        """Whether a delivery brings a call, and no rung of a ladder."""
        return is_call(row.rung)

    def stands(self, row: NoticeRow) -> bool:
        """Whether a call is still to be said: what waits was not decided; what was decided is still owed."""
        if is_ending(row.rung):
            return row.state in ENDED_STATES
        if (given := dispatch_of(row.rung)) is not None:
            return row.state in OPEN_STATES and self._holds_still(row, self._handled[given])
        if row.rung.startswith(FOR_REVIEW):
            return self._put_forward[submission_of(row.rung) or 0].settled_at is None
        decided = self._put_forward.get(submission_of(row.rung) or 0)
        return row.state in OPEN_STATES and (decided is None or decided.outcome in HEARD)

    def _holds_still(self, row: NoticeRow, event: HandlingEvent) -> bool:
        """Whether what an event tells a post is so still; that there is nothing to do, only who heard there was."""
        if event.kind in ("contribute", "undo-extend", *OWED_AGAIN):
            return True
        if event.kind in ("transfer", "undo-transfer", "leave"):
            has_it = row.unit == event.whom.unit
        elif event.kind in ("dispatch", "take-back"):
            has_it = row.dispatched_to == str(event.whom)
        else:
            has_it = event.whom in self._along.get(row.obligation_id, ())
        heard = event.whom in self._heard.get(row.obligation_id, {}).get(event.whom.unit, ())
        return not has_it and heard if event.back else has_it

    def ends(self, row: NoticeRow) -> bool:
        """Whether it says that there is nothing to do any more."""
        given = dispatch_of(row.rung)
        return is_ending(row.rung) or (given is not None and self._handled[given].back)

    def said(self, rows: Sequence[NoticeRow]) -> dict[int, str]:
        """What each call says, by the delivery's number."""
        given = {
            row.id: self._handled[number].said()
            for row in rows
            if (number := dispatch_of(row.rung)) is not None
        }
        ended = {row.id: self._endings[row.obligation_id].said() for row in rows if is_ending(row.rung)}
        return (
            given
            | ended
            | {
                row.id: said(self._put_forward[call], self._missing.get(row.obligation_id, ()), self._units)
                for row in rows
                if (call := submission_of(row.rung)) is not None
            }
        )
