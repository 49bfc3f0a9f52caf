"""No moment ahead of the clock: the engine opens and reminds of what is owed today, never of what will be.

A notice that was sent half a year early cannot be called back, so the engine itself refuses, whoever asks.
"""

from datetime import datetime, timedelta

from duban.base.clock import Clock, FixedClock
from duban.base.language import say

EARLY = timedelta(minutes=1)
"""A run may begin a moment before its time, and two machines' clocks may differ by as much."""


class MomentAhead(Exception):
    """The engine was asked to work for a moment that has not come."""

    def __init__(self, moment: datetime, present: datetime) -> None:
        super().__init__(
            say(
                zh=f"{moment:%Y-%m-%d %H:%M %z} 还没有到（现在是 {present:%Y-%m-%d %H:%M %z}），没有开办，没有发送；"
                "预演用 duban simulate",
                en=f"{moment:%Y-%m-%d %H:%M %z} has not come (it is {present:%Y-%m-%d %H:%M %z}): nothing was opened or "
                "sent; rehearse with duban simulate",
            )
        )


def refuse_ahead(clock: Clock, now: datetime) -> None:
    """Raise MomentAhead when `now` (aware) lies more than a minute ahead of the clock.

    A clock that stands still (`DUBAN_CLOCK`, a rehearsal on a ledger of its own) is moved by whoever set it, and
    refuses nothing.
    """
    if isinstance(clock, FixedClock):
        return
    present = clock.now()
    if now > present + EARLY:
        raise MomentAhead(now, present)
