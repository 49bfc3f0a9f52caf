"""Undoing (撤销): a later day, or a transfer, that somebody gave by mistake is taken back, and all is as it was.

| undone | put back | who hears of it |
|---|---|---|
| 延期 | both days, what was said of them, whether they are provisional, whether it counts as late; what was asked for waits again | whoever asked, where they were told that it was granted |
| 转办 | the unit, whom it was given to, who worked along, whether it was signed for, messages that were on their way | both units, where either was told |

Only the last thing that happened can be undone, so nobody's later work is lost. An undone extension does not count against
how often a duty may be put off, and what was transferred back goes where its subject goes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from duban.base.language import say
from duban.ledger.tables import CO_HANDLER, Delivery, Notice
from duban.obligations.arming import armed, at_once, dated
from duban.obligations.dispatching import standing_now
from duban.obligations.submissions import put_again
from duban.obligations.transferring import cancel_for_those_left
from duban.obligations.transitions import Changes, Details, move

if TYPE_CHECKING:
    from duban.base.json_values import JsonObject
    from duban.definitions.definitions import Definitions
    from duban.obligations.act_standings import ObligationStanding
    from duban.obligations.cause import Cause
    from duban.obligations.undoable import UndoableEvent

_READ: Final = {
    "target": date.fromisoformat,
    "deadline": date.fromisoformat,
    "missed": date.fromisoformat,
    "due_at": datetime.fromisoformat,
    "acknowledged_at": datetime.fromisoformat,
    "course_at": datetime.fromisoformat,
}
"""How what an event keeps as text becomes a column again."""


def undo(
    connection: Connection,
    definitions: Definitions,
    owed: ObligationStanding,
    last: UndoableEvent,
    cause: Cause,
) -> None:
    """Undo `last`, what happened last to one obligation: an extension, or a transfer.

    Raises MoveRefused where it is not open any more; UnknownYear past the calendar's end.
    """
    said = select(col(Notice.id)).where(
        col(Notice.obligation_id) == owed.id, col(Notice.decided_at) > last.at
    )
    told = connection.execute(said.limit(1)).first() is not None
    asked = put_again(connection, owed.id, last.at, cause)
    if last.kind == "extend":
        details, changes = _days_put_back(connection, definitions, owed, last, heard=told and asked)
    else:
        details, changes = _unit_put_back(connection, definitions, owed, last, heard=told)
    if told or asked:
        changes["next_rung_at"] = at_once(changes["next_rung_at"], cause)
    details = {"undone": last.id, "undoes": last.kind, **details}
    move(connection, {owed.id: details}, "undo", cause, {owed.id: changes})
    if last.kind == "transfer":
        _people_put_back(connection, definitions, owed, last, cause)


def _days_put_back(
    connection: Connection,
    definitions: Definitions,
    owed: ObligationStanding,
    last: UndoableEvent,
    *,
    heard: bool,
) -> tuple[Details, Changes]:
    before = _columns(last.before)
    [row] = dated(connection, [owed.id])
    again = row._replace(
        target=before["target"],
        deadline=before["deadline"],
        due_at=before["due_at"],
        course=before.get("course", row.course),  # what was said of the day it has again counts
        course_at=before.get("course_at", row.course_at),
    )
    changes = armed(connection, definitions, [again])[owed.id]
    changes["provisional"], changes["missed"] = before["provisional"], before["missed"]
    changes["course"], changes["course_at"] = again.course, again.course_at
    told: Details = {"was": row.deadline.isoformat(), "deadline": again.deadline.isoformat()}
    return ({**told, "hears": str(owed.handler), "called": told["deadline"]} if heard else told), changes


def _unit_put_back(
    connection: Connection,
    definitions: Definitions,
    owed: ObligationStanding,
    last: UndoableEvent,
    *,
    heard: bool,
) -> tuple[Details, Changes]:
    before = _columns(last.before)
    details = {
        "whom": last.details["left"],
        "left": [str(owed.owner)],
        "called": f"{definitions.project.name_of(before['unit'])}{owed.owner.post}",
        **({} if heard else {"unsaid": True}),
    }
    changes: Changes = {
        "unit": before["unit"],
        "dispatched_to": before["dispatched_to"],
        "acknowledged_at": before["acknowledged_at"],
        "next_rung_at": standing_now(connection, [owed.id])[owed.id].next_rung_at,
    }
    return details, changes


def _people_put_back(
    connection: Connection,
    definitions: Definitions,
    owed: ObligationStanding,
    last: UndoableEvent,
    cause: Cause,
) -> None:
    """Those who worked along do so again, and what was on its way before the transfer goes out; what was on its way to the
    unit that had it for a while does not.
    """
    along = last.before.get("co_handlers")
    if isinstance(along, list) and along:
        connection.execute(
            insert(CO_HANDLER), [{"obligation_id": owed.id, "whom": str(whom)} for whom in along]
        )
    cancelled = (col(Delivery.state) == "cancelled", col(Delivery.settled_at) == last.at)
    connection.execute(
        update(Delivery)
        .where(col(Delivery.obligation_id) == owed.id, *cancelled)
        .values(state="pending", last_error=None, settled_at=None)
    )
    why = say(zh="发送前已撤销转办", en="the transfer was undone before it was sent")
    cancel_for_those_left(connection, owed, [owed.owner], why, cause)


def _columns(before: JsonObject) -> Changes:
    """What an event keeps of before it, as columns of an obligation."""
    columns = {
        name: _READ[name](str(value)) if name in _READ and value is not None else value
        for name, value in before.items()
    }
    return cast("Changes", columns)
