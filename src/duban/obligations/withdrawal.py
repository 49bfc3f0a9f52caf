"""Withdrawing (撤回): what brought an obligation about does not stand, or stands no more; it is not owed.

A fact was corrected, a subject closed down or merged into another, an edit took the duty away. What is withdrawn is never
erased: it may be owed again (`reopening`).
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection

from duban.obligations.cause import Cause
from duban.obligations.transitions import Details, move, move_all


def withdraw(connection: Connection, these: Mapping[int, Details], cause: Cause) -> None:
    """Withdraw these obligations, by number, with what the event of each keeps.

    Raises MoveRefused for one that is closed already; KeyError for one that is not there.
    """
    move(connection, these, "withdraw", cause)


def withdraw_those(
    connection: Connection, which: ColumnElement[bool], cause: Cause, details: Details
) -> None:
    """Withdraw all that `which` selects, over Obligation, and that are not closed, in a few statements.

    `cause` says who, when and why; each event keeps `details`. For what an edit takes away from thousands
    at once; of a few, `withdraw` has the numbers.
    """
    move_all(connection, which, "withdraw", cause, details)
