"""The notices of simulated obligations: which rung is decided on which day, if people act as assumed.

What facts measure is taken to be reported by nobody: a number is then never reached, a share is 未报数, and the ladder
of either runs out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from duban.ladders.ladder import Rung, up_to_urging
from duban.obligations.rungs import ladder_for, rung_moments

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.ladders.ladder import Ladder
    from duban.simulation.owed import Owing


class Acting(StrEnum):
    """What people are assumed to do with what they owe."""

    NOBODY = "nobody"
    """Nobody completes anything: every ladder is climbed to its last rung."""
    ON_TARGET = "on-target"
    """Everybody completes everything at the end of its safe target day, or of the day it opens where that is later."""


@dataclass(frozen=True)
class SimulatedNotice:
    """A rung that spoke, once for every obligation of an `Owing`: the day it fell due and the day it was decided."""

    rung: Rung  #: The rung.
    due_on: date  #: The day it fell due.
    decided_on: date  #: The day it was decided.

    @property
    def late(self) -> bool:
        """Whether the engine came to it after its day."""
        return self.due_on < self.decided_on


def notices_until(
    definitions: Definitions, last: date, acting: Acting
) -> Callable[[Owing], tuple[SimulatedNotice, ...]]:
    """A function that gives the notices of an `Owing` up to the day `last`, in the ladder's order.

    The engine is taken to patrol every morning when the office opens. What shares its dates is worked out once.
    Raises UnknownYear past the end of the calendar.
    """
    known: dict[tuple[str, str, date, date, date, date], tuple[SimulatedNotice, ...]] = {}

    def of(owing: Owing) -> tuple[SimulatedNotice, ...]:
        ladder = ladder_for(definitions, owing.duty.id, owing.duty.ladder)
        reckoning = owing.reckoning
        if not owing.duty.climbs or reckoning.provisional:
            ladder = up_to_urging(ladder)
        key = (
            ladder.name,
            owing.duty.kind,
            owing.opened_on,
            owing.seen_on,
            reckoning.target,
            reckoning.deadline,
        )
        if key not in known:
            known[key] = tuple(_spoken(definitions, ladder, owing, last, acting))
        return known[key]

    return of


def _spoken(
    definitions: Definitions, ladder: Ladder, owing: Owing, last: date, acting: Acting
) -> list[SimulatedNotice]:
    moments = rung_moments(
        ladder,
        opened_on=owing.opened_on,
        target=owing.reckoning.target,
        deadline=owing.reckoning.deadline,
        calendar=definitions.calendar,
        project=definitions.project,
    )
    until = last
    if acting is Acting.ON_TARGET:
        until = min(until, max(owing.seen_on, owing.reckoning.target))
    found = [SimulatedNotice(rung, day, max(day, owing.seen_on)) for rung, day, _ in moments]
    return [notice for notice in found if notice.decided_on <= until]
