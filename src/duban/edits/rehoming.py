"""An edit that lets another level of units owe a duty: what its subjects owe already is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.obligations.handover import Handover, hand_over, moved_obligations

if TYPE_CHECKING:
    from duban.edits.carrying_out import Edition
    from duban.obligations.one_duty import DutyPass


def rehome(edition: Edition, run: DutyPass, why: str) -> int:
    """Hand over the open obligations that another unit owes now, history unchanged; returns how many."""
    reason, details = edition.because(why), {"content": edition.number}
    moved = [
        Handover(row.id, row.unit, row.now_owing, reason, details=details) for row in moved_obligations(run)
    ]
    hand_over(run, moved, actor=edition.actor)
    return len(moved)
