"""Reopening (重新打开) and reinstating (恢复效力): an obligation that was closed is owed again, by the days it had.

A person reopens what was done, waived or withdrawn by mistake; the engine reopens what a corrected fact had completed, or
what a closed subject owed that is active again. An edit that is undone, and a merger that is taken back, reinstate what
they had withdrawn or superseded. Rungs that have spoken stay silent.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection

from duban.definitions.definitions import Definitions
from duban.obligations.arming import armed, armed_to_tell, dated
from duban.obligations.cause import Cause
from duban.obligations.transitions import Changes, Details, move, move_all


def reopen(
    connection: Connection, definitions: Definitions, these: Mapping[int, Details], cause: Cause
) -> None:
    """Let these obligations, by number, be owed again after a completion, a waiver or a withdrawal; their ladders go on.

    Raises MoveRefused for one that is not closed, or was superseded; KeyError for one that is not there; UnknownYear when
    a rung lies past the calendar's end.
    """
    move(connection, these, "reopen", cause, armed_to_tell(connection, definitions, these, cause))


def reinstate(
    connection: Connection, definitions: Definitions, these: Mapping[int, Details], cause: Cause
) -> None:
    """As `reopen`, for what was withdrawn or superseded by something that is undone."""
    move(connection, these, "reinstate", cause, armed(connection, definitions, dated(connection, these)))


def reinstate_those(
    connection: Connection, which: ColumnElement[bool], cause: Cause, details: Details, changes: Changes
) -> None:
    """Reinstate all that `which` selects, over Obligation, with these days; whoever calls arms their ladders (`rearm`).

    `cause` says who, when and why, each event keeps `details`, and `changes` are the days. It is for what
    was withdrawn or superseded.
    """
    move_all(connection, which, "reinstate", cause, details, changes)
