"""Transferring (转办): what one unit owes is owed by another from now on, because somebody above both says so.

| what | becomes of it |
|---|---|
| who may | the counterpart section of a unit above both units, and the posts that head it; programs and commands that act for such a unit |
| the receiving unit | the post of the same name there is told at once, signs anew, sees the whole history, and hears the rungs to come |
| the unit that owed it | hears that there is nothing to do any more; for it, the obligation is not there any more |
| days, evidence, what the ladder has said | stay: nobody is told the same twice, and what was late stays late |
| given to a post, worked along on | over: those posts hear that there is nothing to do |

Only what is owed about a subject is transferred: what a unit owes for itself (每个县每季度 …) the other owes, too, and what was
assigned is recalled and assigned anew. Nor is what is confidential, nor what waits for a decision. Later changes of the
subject's county, and mergers, leave it where a person put it. Who owes it may ask for it, naming the unit (`requests`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, update
from sqlmodel import col

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost, any_post_of
from duban.ledger.tables import Delivery
from duban.obligations.arming import at_once
from duban.obligations.cohandling import leave_behind
from duban.obligations.deciders import sections_over, stands_over
from duban.obligations.dispatching import cancel_waiting, standing_now
from duban.obligations.moves import MoveRefused
from duban.obligations.transitions import move

if TYPE_CHECKING:
    from datetime import date

    from duban.bureau.project import Project
    from duban.ledger.principals import Principal
    from duban.obligations.act_standings import ObligationStanding
    from duban.obligations.cause import Cause


def new_owners(project: Project, owed: ObligationStanding, who: Principal, on: date) -> Iterator[UnitPost]:
    """The staffed posts that `who` may let owe it from business date `on`: those of the same name in the other units at or
    below one for which `who` decides.
    """
    over = stands_over(project, who, owed)
    return _elsewhere(project, owed, over[-1], on) if over else iter(())


def possible_owners(project: Project, owed: ObligationStanding, on: date) -> Iterator[UnitPost]:
    """The staffed posts that whoever owes it may ask to owe it from business date `on`: as `new_owners`, whoever decides."""
    over = sections_over(project, owed)
    return _elsewhere(project, owed, over[-1].unit, on) if over else iter(())


def decider_between(project: Project, owed: ObligationStanding, to: UnitPost) -> UnitPost:
    """Who decides that `to`, one of the possible owners, owe it: the counterpart section of the nearest unit above both."""
    return next(
        section for section in sections_over(project, owed) if to.unit in set(project.below(section.unit))
    )


def refuse_other(
    project: Project, owed: ObligationStanding, to: UnitPost, possible: Iterable[UnitPost]
) -> None:
    """Raise MoveRefused for a post that is none of the possible ones."""
    if to not in set(possible):
        raise MoveRefused(
            zh=f"不能转给{project.name_of(to.unit)}{to.post}：只能转给决定转办的岗位管辖的另一个单位里有人的“{owed.owner.post}”",
            en=f"it cannot go to {to}: only to a staffed {owed.owner.post} of another unit below whoever decides",
        )


def _elsewhere(project: Project, owed: ObligationStanding, over: str, on: date) -> Iterator[UnitPost]:
    for code in project.below(over):
        post = project.post(code, owed.owner.post)
        if code != owed.unit and post is not None and post.staffed(on):
            yield UnitPost(code, post.name)


def hand_on(
    connection: Connection, project: Project, owed: ObligationStanding, to: UnitPost, cause: Cause
) -> None:
    """Let `to` owe it from now on; those who owed it, had it in hand or worked along hear that there is nothing to do."""
    left = [*dict.fromkeys((owed.owner, owed.handler, *owed.co_handlers))]
    held = standing_now(connection, [owed.id])[owed.id]
    told = {
        "unit": owed.unit,
        "now": to.unit,
        "whom": str(to),
        "left": [str(each) for each in left],
        "called": f"{project.name_of(to.unit)}{to.post}",
        "before": {
            "unit": owed.unit,
            "dispatched_to": held.dispatched_to,
            "acknowledged_at": held.acknowledged_at and held.acknowledged_at.isoformat(),
            "co_handlers": [str(each) for each in owed.co_handlers],
        },
    }
    move(
        connection,
        {owed.id: told},
        "transfer",
        cause,
        {
            owed.id: {
                "unit": to.unit,
                "dispatched_to": None,
                "next_rung_at": at_once(held.next_rung_at, cause),
            }
        },
    )
    leave_behind(connection, [owed.id])
    why = say(zh=f"发送前已转办给{told['called']}", en=f"transferred to {told['called']} before it was sent")
    cancel_for_those_left(connection, owed, left, why, cause)


def cancel_for_those_left(
    connection: Connection, owed: ObligationStanding, left: Iterable[UnitPost], why: str, cause: Cause
) -> None:
    """What was not sent yet of an obligation that another unit owes now goes no more to the posts it `left`, nor to any of
    the unit that owed it, as `owed` says; `why` stands beside each.
    """
    for each in left:
        cancel_waiting(connection, owed.id, str(each), why, cause)
    heads = col(Delivery.recipient).startswith(any_post_of(owed.unit), autoescape=True)
    connection.execute(
        update(Delivery)
        .where(col(Delivery.obligation_id) == owed.id, col(Delivery.state).in_(("pending", "failed")), heads)
        .values(state="cancelled", last_error=why, settled_at=cause.at)
    )
