"""Acknowledging (签收): somebody has an obligation in hand. Reminders go on until it is done."""

from collections.abc import Mapping

from sqlalchemy import Connection

from duban.obligations.cause import Cause
from duban.obligations.transitions import Details, move


def acknowledge(connection: Connection, these: Mapping[int, Details], cause: Cause) -> None:
    """Sign for these obligations, by number, with what the event of each keeps; due days and ladders stay.

    Raises MoveRefused for one that is not open, or was signed for already; KeyError for one that is not there.
    """
    move(connection, these, "acknowledge", cause)
