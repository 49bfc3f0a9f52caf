"""Working along (会办): other posts see an obligation, hear its reminders and hand in what they did; its owner stays responsible.

| who | what becomes of it |
|---|---|
| who works along | is told at once, sees it, hears each rung its owner hears, hands in evidence (会办反馈) |
| who owes it, or was given it | signs, reports and closes it as before; hears what was handed in |
| the heads, the reviewer | as before |

Named by whoever has it in hand, the posts that head these, and the leaders of the unit and those above; taken back (撤销会办) it is
as before, and the post is told. What is confidential stays in the unit that owes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, insert, or_
from sqlmodel import col

from duban.base.language import say
from duban.bureau.posts import heads_above
from duban.bureau.unit_posts import UnitPost
from duban.ledger.choosing import portions
from duban.ledger.tables import CO_HANDLER, CoHandler
from duban.obligations.arming import at_once
from duban.obligations.cause import Cause
from duban.obligations.dispatching import cancel_waiting, standing_now
from duban.obligations.transitions import Changes, Details, move

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.ledger.principals import Principal
    from duban.obligations.act_standings import ObligationStanding


def partners(project: Project, owed: ObligationStanding, who: Principal, on: date) -> Iterator[UnitPost]:
    """The staffed posts that `who` may ask to work along on business date `on`: of the units they act for, and of the one
    that owes it and those below, without its own heads; of the unit itself alone for what is confidential.
    """
    if owed.unit not in project.units:
        return
    above = heads_above(project.units[owed.unit].role_of(owed.owner.post))
    below = set(project.below(owed.unit))
    taken = {owed.owner, owed.handler, *owed.co_handlers}
    for code, unit in project.units.items():
        near = code == owed.unit if owed.confidential else (code in below or who.acts_for(code))
        for post in unit.posts.values() if near else ():
            heads = code == owed.unit and post.role in above
            if not heads and UnitPost(code, post.name) not in taken and post.staffed(on):
                yield UnitPost(code, post.name)


def co_handle(connection: Connection, these: Mapping[int, UnitPost], cause: Cause) -> None:
    """Ask a post to work along on each of these obligations, by number. Raises KeyError for one that is not there."""
    details: dict[int, Details] = {number: {"whom": str(whom)} for number, whom in these.items()}
    move(connection, details, "co-handle", cause, _at_once(connection, these, cause))
    connection.execute(
        insert(CO_HANDLER), [{"obligation_id": number, "whom": str(whom)} for number, whom in these.items()]
    )


def release(connection: Connection, these: Mapping[int, UnitPost], cause: Cause) -> None:
    """A post no longer works along on each of these obligations, by number; what was not sent yet no longer goes to it."""
    details: dict[int, Details] = {number: {"whom": str(whom)} for number, whom in these.items()}
    move(connection, details, "release", cause, _at_once(connection, these, cause))
    own = [
        and_(col(CoHandler.obligation_id) == number, col(CoHandler.whom) == str(whom))
        for number, whom in these.items()
    ]
    connection.execute(delete(CoHandler).where(or_(*own)))
    why = say(zh="发送前已撤销会办", en="no longer asked to work along before it was sent")
    for number, whom in these.items():
        cancel_waiting(connection, number, str(whom), why, cause)


def contribute(connection: Connection, these: Mapping[int, Details], cause: Cause) -> None:
    """Keep what who works along handed in, by number, with what each event keeps: `whom` it is told to, `evidence`."""
    move(connection, these, "contribute", cause, _at_once(connection, these, cause))


def leave_behind(connection: Connection, obligations: Collection[int]) -> None:
    """Nobody works along on these obligations, by number, any more: another unit owes them."""
    for portion in portions(sorted(obligations)):
        connection.execute(delete(CoHandler).where(col(CoHandler.obligation_id).in_(portion)))


def _at_once(connection: Connection, these: Collection[int], cause: Cause) -> dict[int, Changes]:
    """That the ladders of these obligations, by number, speak at once."""
    return {
        number: {"next_rung_at": at_once(row.next_rung_at, cause)}
        for number, row in standing_now(connection, these).items()
    }
