"""How far a period has come towards a number (全年宣传不少于6场), and where it will end at this rate.

| awkward case | rule |
|---|---|
| 不少于6场, 6场以上 | both include 6 (民法典 1259) |
| 2至3项 | the lower number is the goal |
| more than the goal | reached, on the day of the fact that reached it |
| the period's first day | its part of the period counts: the pace is reckoned by days that are over, today included |
| nothing counted yet | the pace is 0: the whole goal is missing |
| the period is over | the forecast is what was counted |
| before the period begins | there is no pace yet: the forecast is what was counted |
| amounts with decimals | added up exactly |
| a forecast between two numbers | rounded down: an event that is not held does not count |
| a number that is all there is each time (持证人数) | no rate: it stays what it is until it is told anew |
| nothing reported where units have to report | not reported, and not none |
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True)
class Pace:
    """How a period stands on a day: what was counted, what is wanted, where it ends at this rate."""

    counted: Fraction  #: What was counted so far, exactly.
    goal: int  #: What is wanted.
    forecast: int  #: Where the period ends at this rate, rounded down.
    days_over: int  #: Natural days of the period that are over, the day asked about included: what the rate is taken of.
    days_left: int  #: Natural days after the day asked about.
    stock: bool = False  #: Whether it is a stock, which grows at no rate.
    unreported: tuple[
        str, ...
    ] = ()  #: The periods, by key, whose number nobody has reported; the goal is not reached.

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.counted >= self.goal

    @property
    def missing(self) -> int:
        """How many are missing still."""
        return max(ceil(self.goal - self.counted), 0)

    @property
    def behind(self) -> bool:
        """Whether the goal is missed at this rate."""
        return not self.reached and self.forecast < self.goal


def pace(
    goal: int,
    counted: Fraction | int,
    first: date,
    last: date,
    on: date,
    *,
    stock: bool = False,
    unreported: Iterable[str] = (),
) -> Pace:
    """How the period `first`..`last` stands at the end of business date `on`.

    `goal` is what has to be reached and `counted` what facts have come to; days are natural days, both ends
    counted. Before the period nothing is over and the forecast is what there is, as it is of a `stock`. `unreported` are
    the periods, by key, whose number was not reported.
    """
    counted = Fraction(counted)
    days = (last - first).days + 1
    over = min(max((on - first).days + 1, 0), days)
    ends = counted * days / over if over and not stock else counted
    missing = () if counted >= goal else tuple(unreported)
    return Pace(counted, goal, floor(ends), over, days - over, stock, missing)
