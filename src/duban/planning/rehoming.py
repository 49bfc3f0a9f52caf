"""An edit that lets another level of units owe a duty: what its subjects owe already is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.opening.rehoming import Handover, hand_over, moved_obligations

if TYPE_CHECKING:
    from duban.opening.one_duty import DutyPass
    from duban.planning.carrying_out import Edition


def rehome(edition: Edition, run: DutyPass, why: str) -> int:
    """Hand over the open obligations that another unit owes now, history unchanged; returns how many."""
    moved = moved_obligations(run)
    reason = edition.because(why)
    hand_over(run, moved, Handover(lambda _: reason, edition.actor, {"content": edition.number}))
    return len(moved)
