"""Suspending (中止) and resuming (恢复): the ladder is silent, and an obligation cannot become overdue, meanwhile.

Target and deadline move on by the working days it stood still: the day of suspension does not count, the day of resumption
does.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from duban.base.clock import Present, business_date
from duban.definitions.definitions import Definitions
from duban.obligations.arming import DatedObligation, armed, dated
from duban.obligations.cause import Cause
from duban.obligations.history import last_of_kind
from duban.obligations.transitions import NOTHING, Details, move


def suspend(connection: Connection, these: Mapping[int, Details], cause: Cause) -> None:
    """Suspend these obligations, by number, with what the event of each keeps.

    Raises MoveRefused for one that is not open; KeyError for one that is not there.
    """
    move(connection, these, "suspend", cause)


def resume(connection: Connection, definitions: Definitions, these: Collection[int], cause: Cause) -> None:
    """Resume these suspended obligations, by number, their dates moved on by the working days of their unit.

    Raises MoveRefused for one that is not suspended; KeyError for one that is not there; UnknownYear past the calendar's
    end.
    """
    before = dated(connection, these)
    suspended = last_of_kind(connection, these, "suspend")
    stood_still: dict[int, int] = {}
    after: list[DatedObligation] = []
    for row in before:
        calendar = definitions.calendar.for_unit(row.unit)
        since = suspended.get(row.id)
        days = 0
        if since is not None:
            days = max(calendar.count(business_date(since.at, definitions.project.zone), cause.on), 0)
        stood_still[row.id] = days
        target, deadline = calendar.add(row.target, days), calendar.add(row.deadline, days)
        after.append(row._replace(target=target, deadline=deadline))
    details: dict[int, Details] = dict.fromkeys(these, NOTHING) | {
        was.id: {
            "workdays": stood_still[was.id],
            "was": was.deadline.isoformat(),
            "deadline": now.deadline.isoformat(),
        }
        for was, now in zip(before, after, strict=True)
    }
    changes = armed(connection, definitions, after)
    for row in before:
        since = suspended.get(row.id)
        stopped = Present.of(since.at, definitions.project.zone) if since is not None else cause.present
        if row.missed is None and row.was_late(stopped):
            changes[row.id]["missed"] = row.deadline
    move(connection, details, "resume", cause, changes)
