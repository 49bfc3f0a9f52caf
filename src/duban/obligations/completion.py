"""Completing (办结、销号): an obligation is done, by what a person says or by what a fact reports.

Evidence that the duty asks for and nobody handed in does not hold it up: it is said, and stays in the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from duban.ledger.lateness import judge_hours
from duban.obligations.cause import Cause
from duban.obligations.transitions import NOTHING, Changes, Details, move


@dataclass(frozen=True)
class Fulfilment:
    """How one obligation came to be done."""

    #: the local day it was done: on time or late goes by that day, not by the day it was reported
    on: date
    #: the moment it was done, aware UTC, where that is known: of what is due within hours
    at: datetime | None = field(default=None, kw_only=True)
    #: the pieces of evidence the duty asks for that are still missing
    missing: tuple[str, ...] = ()
    #: what else its event keeps
    details: Details = field(default_factory=lambda: NOTHING)


def complete(connection: Connection, these: Mapping[int, Fulfilment], cause: Cause) -> None:
    """Complete these obligations, by number: each is closed as of the day it was done.

    Raises MoveRefused for one that is closed already; KeyError for one that is not there.
    """
    details: dict[int, Details] = {
        number: {**each.details, "missing": list(each.missing)} if each.missing else each.details
        for number, each in these.items()
    }
    judge_hours(connection, {number: each.at for number, each in these.items()}, cause.at)
    changes: dict[int, Changes] = {number: {"closed_on": each.on} for number, each in these.items()}
    move(connection, details, "complete", cause, changes)
