"""What stands in the way of an act, whoever would do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.ledger.short_ids import short_id
from duban.obligations.share_words import not_told

if TYPE_CHECKING:
    from duban.obligations.act_standings import ObligationStanding


def not_by_hand(owed: ObligationStanding) -> Iterator[str]:
    """Why nobody can call done what figures tell: they are not all in, and silence is never compliance."""
    if owed.untold:
        number, silent = short_id(owed.id), not_told(owed.untold)
        yield say(
            zh=f"{number} {silent}：请先报数，没有发生的报零；数报齐了才能反馈或办结，到期也会自动判定",
            en=f"{number} {silent}: report the figures first, zero where nothing happened; it can be called done once they "
            "are all in, and is judged when its day is over",
        )


def not_to_be_transferred(owed: ObligationStanding) -> Iterator[str]:
    """Why no other unit can owe it instead."""
    number = short_id(owed.id)
    if owed.waiting is not None:
        yield say(
            zh=f"{number} 有一项在等决定，决定或收回以后再转办",
            en=f"{number} waits for a decision: decide it, or take it back, before it is transferred",
        )
    if owed.confidential:
        yield say(
            zh=f"{number} 不得提前泄露，不能转办", en=f"{number} is confidential, and stays in its unit"
        )
    if owed.duty.for_each.subject is None:
        yield say(
            zh=f"{number} 是单位自己的事，不能转给别的单位；可以派单、会办，交办的可以撤回重新交办",
            en=f"{number} is the unit's own: dispatch it, ask others to work along; what was assigned can be recalled",
        )
