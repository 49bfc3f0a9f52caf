"""Reporting (反馈): an obligation is said to be done, and waits for its reviewer; and taking that back (收回).

While it waits its ladder is silent: it is the reviewer who is told, and reminded. On time or late goes by the day it was
done, however long the review takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from duban.bureau.unit_posts import UnitPost
from duban.definitions.definitions import Definitions
from duban.ledger.lateness import judge_hours
from duban.ledger.tables import REPORTED
from duban.obligations.arming import armed_to_tell, dated
from duban.obligations.cause import Cause
from duban.obligations.submissions import ReviewMatter, lapse, settle, submit
from duban.obligations.transitions import NOTHING, Changes, Details, move


@dataclass(frozen=True)
class Feedback:
    """How one obligation is said to be done."""

    #: the local day it was done
    on: date
    #: the moment it was done, aware UTC, where that is known: of what is due within hours
    at: datetime | None = field(default=None, kw_only=True)
    #: who reviews it
    reviewer: UnitPost
    #: what else its event keeps
    details: Details = field(default_factory=lambda: NOTHING)


def report(connection: Connection, these: Mapping[int, Feedback], cause: Cause) -> None:
    """Report these obligations, by number, as done; the reviewer of each is told.

    What was reported before stays done on the day it was. A wish that was not decided falls away. Raises MoveRefused for
    one that is closed; KeyError for one that is not there.
    """
    known = {row.id: row.reported_on for row in dated(connection, these) if row.state == REPORTED}
    days = {number: known.get(number) or each.on for number, each in these.items()}
    judge_hours(connection, {number: each.at for number, each in these.items()}, cause.at)
    lapse(connection, sorted(these), cause)
    details: dict[int, Details] = {
        number: {**each.details, "on": days[number].isoformat(), "reviewer": str(each.reviewer)}
        for number, each in these.items()
    }
    changes: dict[int, Changes] = {
        number: {"reported_on": day, "next_rung_at": cause.at} for number, day in days.items()
    }
    move(connection, details, "report", cause, changes)
    matters = {number: ReviewMatter("report", each.reviewer) for number, each in these.items()}
    submit(connection, matters, cause)


def recall(
    connection: Connection, definitions: Definitions, these: Mapping[int, Details], cause: Cause
) -> None:
    """Take back what these obligations, by number with what the event of each keeps, have put before a reviewer: they are
    owed as before.

    Raises MoveRefused for one that is closed or suspended; KeyError for one that is not there.
    """
    rows = dated(connection, these)
    settle(connection, sorted(these), "recalled", cause)
    changes = armed_to_tell(connection, definitions, these, cause)
    for row in rows:
        changes[row.id]["reported_on"] = None
        if row.missed is None and row.state == REPORTED and row.was_late(cause.present):
            changes[row.id]["missed"] = row.deadline
    move(connection, these, "recall", cause, changes)
