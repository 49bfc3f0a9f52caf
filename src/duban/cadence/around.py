"""When something falls due and opens around days that have a name or a date: before them, while they last, after them.

The awkward cases stand in `kinds.windows`, for festivals and windows, and in `opening.EventOpening`, for an event somebody told of.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from duban.base.days import ONE_DAY
from duban.cadence.occurrence import due_on_day
from duban.cadence.rules import (
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    BeforeStartRule,
    OpeningRule,
    WindowRule,
)
from duban.workdays import Period, Reckoning, Step, TimeGrain, WorkdayCalendar, add_period, reckon
from duban.workdays.steps import DUTY, SAFE, with_uncertainty


class NamedSpan(NamedTuple):
    """Days that something lies around."""

    name: str  #: What people call them; empty for the day of an event.
    first: date  #: The first of them.
    last: date  #: The last of them, inclusive.


def due_around(rule: WindowRule, calendar: WorkdayCalendar, span: NamedSpan) -> Reckoning:
    """When what is owed around these days is due. Raises UnknownYear outside the calendar."""
    match rule:
        case BeforeStartRule(period=None):
            eve = span.first - ONE_DAY
            told = Step.of("before_window", eve, DUTY, name=span.name)
            return _aimed(calendar, due_on_day(calendar, eve, eve, told, roll=False))
        case BeforeStartRule(period=Period() as period):
            return reckon(calendar, span.first, period, backward=True)
        case AfterStartRule(period=period):
            return reckon(calendar, span.first - ONE_DAY, period)
        case AtEndRule():
            told = Step.of("last_day" if span.name else "its_day", span.last, DUTY, key=span.name)
            return _aimed(calendar, due_on_day(calendar, span.first, span.last, told, roll=False))
        case AfterEndRule(period=period):
            return reckon(calendar, span.last, period)
    raise TypeError(rule)


def opens_around(opens: OpeningRule, calendar: WorkdayCalendar, span: NamedSpan, nominal: date) -> date:
    """The day it opens, where `nominal` is the day it is due before rest days are looked at."""
    anchor = {"start": span.first, "end": span.last + ONE_DAY, "due": nominal}[opens.anchor]
    before = opens.before
    if before is None:
        return calendar.roll_back(anchor) if opens.anchor == "start" else anchor
    if before.grain is TimeGrain.WORKDAY:
        return calendar.add(anchor, -before.amount)
    return add_period(anchor, before, times=-1)


def _aimed(calendar: WorkdayCalendar, due: Reckoning) -> Reckoning:
    """Let reminders aim at the last working day on or before the due day, be it before the window itself."""
    target = calendar.roll_back(due.nominal)
    told = list(due.steps)
    if target != due.target:
        told = [step for step in told if step.kind not in ("safe", "no_safe")]
        told.append(Step.of("aimed", target, SAFE, nominal=due.nominal))
    safe = [target, *(table.roll_back(due.nominal) for table in (calendar.if_all_work, calendar.if_all_rest))]
    ends, aims = (due.earliest, due.latest), (min(safe), max(safe))
    steps = with_uncertainty(told, calendar.official_until, due.deadline, ends, aims)
    return replace(due, target=target, steps=steps)
