"""The notices of simulated obligations: which rung is decided on which day, if people act as assumed.

What facts measure is taken to be reported by nobody: a number is then never reached, a share is 未报数, and the ladder
of either runs out. What is urgent is told again until somebody signs: each of its rungs is counted once, not its repeats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zlib import crc32

from duban.definitions.definitions import Definitions
from duban.ladders.ladder import Ladder, Rung, up_to_urging
from duban.obligations.rungs import ladder_for, rung_moments
from duban.simulation.owed import SimulatedGroup


class Conduct(StrEnum):
    """What people are assumed to do with what they owe."""

    NOBODY = "nobody"
    """Nobody completes anything: every ladder is climbed to its last rung."""
    ON_TARGET = "on-target"
    """Everybody completes everything at the end of its safe day, or of the day it opens where that is later."""
    LIKELY = "likely"
    """Most is completed so; one of twenty lies for ten days after its deadline, wherever it is owed."""


@dataclass(frozen=True)
class SimulatedNotice:
    """A rung that spoke, once for every obligation of an `SimulatedGroup`: the day it fell due and the day it was decided."""

    rung: Rung  #: The rung.
    due_on: date  #: The day it fell due.
    decided_on: date  #: The day it was decided.

    @property
    def late(self) -> bool:
        """Whether the engine came to it after its day."""
        return self.due_on < self.decided_on


def notices_until(
    definitions: Definitions, last: date, acting: Conduct
) -> Callable[[SimulatedGroup], tuple[SimulatedNotice, ...]]:
    """A function that gives the notices of an `SimulatedGroup` up to the day `last`, in the ladder's order.

    The engine is taken to patrol every morning when the office opens. What shares its dates is worked out once.
    Raises UnknownYear past the end of the calendar.
    """
    known: dict[tuple[str, str, date, date, date, date, bool], tuple[SimulatedNotice, ...]] = {}

    def of(owing: SimulatedGroup) -> tuple[SimulatedNotice, ...]:
        ladder = ladder_for(definitions, owing.duty.id, owing.duty.ladder)
        reckoning = owing.reckoning
        if not owing.duty.climbs or reckoning.provisional:
            ladder = up_to_urging(ladder)
        lies = acting is Conduct.NOBODY or (acting is Conduct.LIKELY and _is_left(owing))
        key = (
            ladder.name,
            owing.duty.kind,
            owing.opened_on,
            owing.seen_on,
            reckoning.target,
            reckoning.deadline,
            lies,
        )
        if key not in known:
            until = last
            if not lies:
                until = min(last, max(owing.seen_on, reckoning.target))
            elif acting is Conduct.LIKELY:
                until = min(last, max(owing.seen_on, reckoning.deadline) + _LIES)
            known[key] = tuple(_spoken(definitions, ladder, owing, until))
        return known[key]

    return of


_ONE_OF = 20
"""One of so many is not done in time, where people act as is likely."""
_LIES = timedelta(days=10)
"""So long it lies then."""


def _is_left(owing: SimulatedGroup) -> bool:
    """Whether it is one of those that lie: decided by what it is, so that it comes out the same each time."""
    units = ",".join(unit for unit, _ in owing.by_unit)
    return crc32(f"{owing.duty.id} {owing.period_key} {owing.opened_on} {units}".encode()) % _ONE_OF == 0


def _spoken(
    definitions: Definitions, ladder: Ladder, owing: SimulatedGroup, until: date
) -> list[SimulatedNotice]:
    moments = rung_moments(
        ladder,
        opened_on=owing.opened_on,
        target=owing.reckoning.target,
        deadline=owing.reckoning.deadline,
        calendar=definitions.calendar,
        project=definitions.project,
    )
    found = [SimulatedNotice(rung, day, max(day, owing.seen_on)) for rung, day, _ in moments]
    return [notice for notice in found if notice.decided_on <= until]
