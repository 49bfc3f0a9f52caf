"""Spreading (错峰): what many subjects owe in one window is aimed at on different days of it, one after the other.

The deadline is the same for all; only the safe day differs, which reminders aim at: three thousand yearly visits are not
three thousand reminders in December.

| awkward case | rule |
|---|---|
| a week without a working day | nothing is aimed at in it |
| the first fortnight | nothing: there would be no time left for a reminder |
| many units with one subject each, or few | each unit's lie a little earlier than those of the one before it |
| a window of a few weeks | the last of its days is always the window's own safe day |
| the days move, or the duty is edited | a safe day stays in its week, as long as it lies within the window |
"""

from dataclasses import replace
from datetime import date, timedelta

from duban.workdays import Reckoning, Step, WorkdayCalendar

_FORTNIGHT = timedelta(days=14)
_WEEK = timedelta(days=7)
RULE = "rule|spread"


def safe_days(calendar: WorkdayCalendar, begins: date, reckoning: Reckoning) -> list[date]:
    """The last working day of each week from a fortnight after `begins`, and the window's own safe day as the last one.

    `reckoning` says where the window ends. Raises UnknownYear past the calendar's end.
    """
    earliest, found = begins + _FORTNIGHT, []
    sunday = earliest + timedelta(days=6 - earliest.weekday())
    while sunday < reckoning.target:
        day = calendar.roll_back(sunday)
        if day > sunday - _WEEK and day >= earliest:
            found.append(day)
        sunday += _WEEK
    return [*(day for day in found if day < reckoning.target), reckoning.target]


def place_of(number: int, of: int, rank: int, units: int, places: int) -> int:
    """Which of so many places, from 0, the `number`-th of a unit's `of` subjects takes, from 1.

    Each takes a place at the end of its even share of them, so that a single one has the whole window; and the
    `rank`-th of so many `units`, from 1, lies that part of a share earlier. Otherwise the last of the few visits that
    each of sixty stations owes would be aimed at the same last day of the year.
    """
    return ((number * units - rank + 1) * places - 1) // (of * units)


def aimed_at(calendar: WorkdayCalendar, reckoning: Reckoning, day: date) -> Reckoning:
    """The same deadline with another safe day: the last working day up to `day`, never after the window's own.

    `reckoning` is the window's own; where the day moves nothing it comes back as it is, else with a step
    that says so.
    """
    target = min(calendar.roll_back(day), reckoning.target)
    if target == reckoning.target:
        return reckoning
    return replace(reckoning, target=target, steps=(*reckoning.steps, Step.of("spread", target, RULE)))
