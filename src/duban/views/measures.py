"""How far one goal has come, and what is drawn of it."""

from fractions import Fraction
from typing import Final, Literal, NamedTuple, get_args

from duban.base.language import say
from duban.cadence.pace import Pace
from duban.views.lists import ListRow

Stand = Literal["behind", "lost", "unreported", "on pace", "reached"]
STANDS: Final[tuple[Stand, ...]] = get_args(Stand)
"""How a goal stands, the worst first; `lost` cannot be reached any more."""


class Measure(NamedTuple):
    """Amounts on one scale, exactly; several add up."""

    done: Fraction  #: what has been reached
    due: Fraction | None  #: what should be done by now; None for a share
    ends: Fraction | None  #: where it ends at this rate; None for a share
    goal: Fraction  #: what has to be reached
    scale: Fraction  #: what the whole length stands for

    def of(self, amount: Fraction | None) -> float:
        """Which part of the length an amount takes, 0 to 1."""
        return 0.0 if amount is None or not self.scale else min(max(float(amount / self.scale), 0.0), 1.0)


def added(one: Measure, other: Measure) -> Measure:
    """Two measures together."""
    return Measure(
        one.done + other.done,
        None if one.due is None or other.due is None else one.due + other.due,
        None if one.ends is None or other.ends is None else one.ends + other.ends,
        one.goal + other.goal,
        one.scale + other.scale,
    )


class GoalStanding(NamedTuple):
    """What one unit has to reach in one period, and how far it has come."""

    unit: str  #: its name
    unit_code: str  #: the unit that owes it
    period: str  #: the period, in words
    row: ListRow | None  #: the obligation it is; None for visits, which are many
    stands: Stand  #: how it stands
    measure: Measure  #: how far it has come
    done: str  #: as people write it
    due: str  #: what should be done by now; empty for a share
    goal: str  #: what has to be reached, in words
    told: str  #: how far, where it ends at this rate, what is still possible


def stand_word(stands: Stand) -> str:
    """How a goal stands, in the reader's words."""
    return {
        "behind": say(zh="滞后", en="behind"),
        "lost": say(zh="本期不能再达到", en="out of reach"),
        "unreported": say(zh="未报数", en="not reported"),
        "on pace": say(zh="跟得上", en="on pace"),
        "reached": say(zh="已达到", en="reached"),
    }[stands]


def on_scale(done: Fraction, due: Fraction, stands: Pace) -> Measure:
    """What is done and should be, against a goal and where the period ends at this rate."""
    ends = Fraction(stands.forecast)
    return Measure(done, due, ends, Fraction(stands.goal), max(done, ends, Fraction(stands.goal)))
