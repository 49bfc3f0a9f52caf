"""Waiving (免办): an obligation need not be done, for a reason that is kept."""

from collections.abc import Mapping

from sqlalchemy import Connection

from duban.obligations.cause import Cause
from duban.obligations.transitions import Details, move


def waive(connection: Connection, these: Mapping[int, Details], cause: Cause) -> None:
    """Waive these obligations, by number, with what the event of each keeps; they are closed and no longer overdue.

    Raises MoveRefused for one that is closed already; KeyError for one that is not there.
    """
    move(connection, these, "waive", cause)
