"""Dispatching (派单): a unit gives what it owes to a post of its own, or of a unit below it, and keeps the oversight.

| who | what becomes of it |
|---|---|
| the receiver | is told at once, signs anew, gets the reminders, and acts on it |
| the unit's own post | still owes it: sees it in its lists, and hears with the receiver from 催办 on |
| the heads, the reviewer | as before: those of the unit that owes |

Taken back (收回派单) it is as before, and the receiver is told. What is confidential stays in the unit that owes it: no post
below hears of it before it is done.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update
from sqlmodel import col

from duban.base.language import say
from duban.bureau.posts import heads_above
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.ledger.choosing import portions
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import Delivery, Obligation
from duban.obligations.arming import at_once
from duban.obligations.cause import Cause
from duban.obligations.moves import MoveRefused
from duban.obligations.transitions import Changes, Details, move


class HandlerState(NamedTuple):
    """Who has an obligation in hand, and when it speaks next."""

    id: int  #: its number
    dispatched_to: str | None  #: whom it was given to, as `unit/post`
    next_rung_at: datetime | None  #: aware UTC
    acknowledged_at: datetime | None  #: when whoever has it signed for it, aware UTC


def receivers(project: Project, unit: str, post: str, *, confidential: bool, on: date) -> Iterator[UnitPost]:
    """The staffed posts that `post` of `unit` may give what it owes to on business date `on`: of its own unit those that do
    not head it, and every post of the units below; what is confidential goes to none of these.
    """
    above = heads_above(project.units[unit].role_of(post)) if unit in project.units else ()
    for code in [unit] if confidential else project.below(unit):
        for each in project.units[code].posts.values():
            own = code == unit and (each.name == post or each.role in above)
            if not own and each.staffed(on):
                yield UnitPost(code, each.name)


def dispatch(connection: Connection, these: Mapping[int, UnitPost], cause: Cause) -> None:
    """Give each of these obligations, by number, to a post; the cause says by whom and why.

    Raises MoveRefused for one that was given to another already; KeyError for one that is not there.
    """
    held = standing_now(connection, these)
    first = next((each.dispatched_to for each in held.values() if each.dispatched_to), None)
    if first:
        raise MoveRefused(
            zh=f"已派给 {first}，请先收回再派", en=f"given to {first} already: take it back first"
        )
    details: dict[int, Details] = {number: {"whom": str(whom)} for number, whom in these.items()}
    changes: dict[int, Changes] = {
        number: {"dispatched_to": str(whom), "next_rung_at": at_once(held[number].next_rung_at, cause)}
        for number, whom in these.items()
    }
    move(connection, details, "dispatch", cause, changes)


def take_back(connection: Connection, these: Collection[int], cause: Cause) -> None:
    """Take these obligations back, by number: their unit's own post sees to them again.

    What was not sent yet no longer goes to the receiver. Raises MoveRefused for one that nobody was given; KeyError for
    one that is not there.
    """
    held = standing_now(connection, these)
    if not all(each.dispatched_to for each in held.values()):
        raise MoveRefused(zh="没有派单，不用收回", en="nobody was given it")
    changes: dict[int, Changes] = {
        number: {"dispatched_to": None, "next_rung_at": at_once(each.next_rung_at, cause)}
        for number, each in held.items()
    }
    details: dict[int, Details] = {number: {"whom": each.dispatched_to} for number, each in held.items()}
    move(connection, details, "take-back", cause, changes)
    for number, each in held.items():
        why = say(zh="发送前已收回派单", en="taken back before it was sent")
        cancel_waiting(connection, number, each.dispatched_to or "", why, cause)


def cancel_waiting(connection: Connection, number: int, whom: str, why: str, cause: Cause) -> None:
    """What was not sent yet of an obligation, by number, no longer goes to a post, as `unit/post`."""
    waiting = col(Delivery.state).in_(("pending", "failed"))
    connection.execute(
        update(Delivery)
        .where(col(Delivery.obligation_id) == number, col(Delivery.recipient) == whom, waiting)
        .values(state="cancelled", last_error=why, settled_at=cause.at)
    )


def standing_now(connection: Connection, these: Collection[int]) -> dict[int, HandlerState]:
    """Who has these obligations, by number, in hand. Raises KeyError for one that is not there."""
    found = {
        row.id: row
        for portion in portions(sorted(these))
        for row in rows_of(
            connection,
            select(*columns_of(Obligation, HandlerState)).where(col(Obligation.id).in_(portion)),
            HandlerState,
        )
    }
    return {number: found[number] for number in these}
