"""What can be undone (撤销) of obligations: a later day or a transfer, as long as nothing has happened since."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.json_values import JsonObject
from duban.ledger.choosing import among_those, portions
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import ObligationEvent
from duban.obligations.history import nothing_since

UNDONE: Final = ("extend", "transfer")
"""The moves that are undone by putting back what their events keep as `before`."""


class UndoableEvent(NamedTuple):
    """The last event of an obligation, where that can be undone."""

    #: its number
    id: int
    #: the obligation's number
    obligation_id: int
    #: one of `UNDONE`
    kind: str
    #: aware UTC
    at: datetime
    #: what it keeps
    details: JsonObject

    @property
    def before(self) -> JsonObject:
        """What was so before it, by column; for a transfer also who worked along. Empty in what an older version wrote."""
        before = self.details.get("before")
        return before if isinstance(before, dict) else {}


def undoable_events(connection: Connection, obligations: Collection[int]) -> dict[int, UndoableEvent]:
    """What can be undone of these obligations, by number; without those of which nothing can."""
    found = (
        row
        for portion in portions(sorted(obligations))
        for row in rows_of(connection, _last_of_those(), UndoableEvent, {"those": portion})
    )
    return {row.obligation_id: row for row in found if row.before}


def not_undone() -> ColumnElement[bool]:
    """That nobody has undone an event, in a statement over ObligationEvent."""
    undo = aliased(ObligationEvent, name="undo")
    return ~(
        select(col(undo.id))
        .where(
            col(undo.obligation_id) == col(ObligationEvent.obligation_id),
            col(undo.kind) == "undo",
            col(undo.details)["undone"].as_integer() == col(ObligationEvent.id),
        )
        .exists()
    )


@cache
def _last_of_those() -> Executable:
    return select(*columns_of(ObligationEvent, UndoableEvent)).where(
        among_those(col(ObligationEvent.obligation_id)),
        col(ObligationEvent.kind).in_(UNDONE),
        nothing_since(ObligationEvent),
    )
