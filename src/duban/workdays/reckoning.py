"""From a start and a period to a due date, with every step and the article it rests on.

| rule | source |
|---|---|
| the start is never counted | 民法典 201 |
| months and years end on the corresponding day, or the month's last day | 民法典 202 |
| a last day that is a rest day moves to the next working day | 民法典 203 |
| some statutes' short day-periods are working days | `statutes.py` |
| make-up Saturdays and Sundays are working days, swapped weekdays are rest days | each year's State Council notice |
| a period counted backwards is kept by acting before a rest day, never after | 203 moves deadlines forward only |
| a local closure makes rest days of one unit, and never brings a deadline forward | the notice of the closure |
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from duban.base.days import ONE_DAY
from duban.workdays.periods import Period, TimeGrain, add_period
from duban.workdays.statutes import Statute, civil_article, governed
from duban.workdays.steps import (
    CLOSURE,
    SAFE,
    STAYS,
    Step,
    article,
    before_step,
    closed_steps,
    count_step,
    natural_step,
    roll_step,
    safe_days,
    start_step,
    statute_step,
    with_uncertainty,
    works_step,
)
from duban.workdays.table import DayTable, UnknownYear
from duban.workdays.working_calendar import WorkdayCalendar


@dataclass(frozen=True)
class Reckoning:
    """A due date and how it came about.

    `nominal` is the period's last day before rest days are looked at. `target` is the safe one, the last working day
    on or before it: reminders aim at it. `deadline` is the legal one: overdue begins the day after. `provisional`
    says that a notice still to come may move the deadline; it will then lie in `earliest`..`latest`, which are equal to
    it otherwise. The steps are data: worded when they are read.
    """

    nominal: date  #: the day before rest days were looked at
    target: date  #: the safe day reminders aim at
    deadline: date  #: the last day by law
    provisional: bool  #: whether a notice may still move it
    earliest: date  #: the earliest day the deadline may come to lie on
    latest: date  #: the latest
    steps: tuple[Step, ...]  #: how it was counted, one step after the other

    @property
    def safe_days(self) -> tuple[date, date]:
        """The first and the last day that the safe day may come to lie on."""
        return safe_days(self.steps, self.target)


def reckon(
    calendar: WorkdayCalendar,
    start: date,
    period: Period,
    *,
    law: str | None = None,
    roll: bool = True,
    backward: bool = False,
) -> Reckoning:
    """The due date of `period` counted from `start`, which itself never counts.

    `law` names the statute whose text states the period, and decides whether its days are working days. `roll=False`
    is for what rest days do not move: expiry dates, campaign windows, windows of facts. `backward` counts back from
    `start` (届满三十日前): acting on or before the result keeps the period.
    Raises UnknownYear outside the calendar, ValueError for a law the table of statutes does not hold.
    """
    reckoning = _reckon(calendar, start, period, law=law, roll=roll, backward=backward)
    if backward and calendar.closed:
        arranged = _reckon(calendar.nationwide, start, period, law=law, roll=roll, backward=True)
        return not_earlier(calendar, reckoning, arranged)
    return reckoning


def not_earlier(calendar: WorkdayCalendar, reckoning: Reckoning, arranged: Reckoning) -> Reckoning:
    """`reckoning` on a unit's calendar, due no earlier than `arranged`, the same without its closures.

    A closure is announced when the storm is there: counting back from the end of a period it would make the deadline
    one that is past already. What would be due on a closed day is due on the next working day.
    """
    if reckoning.deadline >= arranged.deadline:
        return reckoning
    deadline = calendar.roll_forward(arranged.deadline)
    step = Step.of("not_earlier", deadline, CLOSURE, arranged=arranged.deadline)
    return replace(
        reckoning,
        nominal=arranged.nominal,
        deadline=deadline,
        earliest=max(reckoning.earliest, min(arranged.earliest, deadline)),
        latest=max(reckoning.latest, arranged.latest, deadline),
        steps=(*reckoning.steps, step),
    )


def _reckon(
    calendar: WorkdayCalendar, start: date, period: Period, *, law: str | None, roll: bool, backward: bool
) -> Reckoning:
    statute = governed(law, start, backward=backward) if law else None
    steps = [start_step(start, statute, backward=backward)]
    if statute is not None and period.grain is TimeGrain.DAY:
        workdays = period.amount in statute.workday_amounts
        steps.append(statute_step(statute, period, start, workdays=workdays))
        if workdays:
            period = Period(period.amount, TimeGrain.WORKDAY)
    times = -1 if backward else 1
    if period.grain is TimeGrain.WORKDAY:
        return _count_workdays(calendar, start, times * period.amount, steps)
    try:
        nominal = add_period(start, period, times=times)
    except OverflowError:
        raise UnknownYear(start.year + times, calendar) from None
    steps.append(natural_step(start, period, nominal, backward=backward))
    if backward:
        return _before_rest_days(calendar, nominal, steps)
    return _after_rest_days(calendar, start, nominal, steps, statute=statute, roll=roll)


def _count_workdays(calendar: WorkdayCalendar, start: date, n: int, steps: list[Step]) -> Reckoning:
    day = calendar.add(start, n)
    steps.append(count_step(calendar, start, n, day))
    touched = (min(start, day), max(start, day))
    counted = (start + ONE_DAY, day) if n > 0 else (day, start - ONE_DAY)
    steps += closed_steps(calendar, *counted)
    return _settled(
        calendar, DueDays(day, day, day), touched, steps, lambda table: (table.add(start, n),) * 3
    )


def _before_rest_days(calendar: WorkdayCalendar, nominal: date, steps: list[Step]) -> Reckoning:
    deadline = calendar.roll_back(nominal)
    if deadline != nominal:
        steps.append(before_step(calendar, nominal, deadline))
    steps += closed_steps(calendar, deadline, nominal)
    return _settled(
        calendar,
        DueDays(nominal, deadline, deadline),
        (deadline, nominal),
        steps,
        lambda table: (table.roll_back(nominal),) * 3,
    )


def _after_rest_days(
    calendar: WorkdayCalendar,
    start: date,
    nominal: date,
    steps: list[Step],
    *,
    statute: Statute | None,
    roll: bool,
) -> Reckoning:
    deadline = calendar.roll_forward(nominal) if roll else nominal
    basis = article((statute and statute.roll_basis) or civil_article(203, start))
    if not roll:
        steps.append(Step.of("stays", nominal, STAYS))
    elif deadline == nominal:
        steps.append(works_step(calendar, nominal, basis))
    else:
        steps.append(roll_step(calendar, nominal, deadline, basis))
    target = _safe_target(calendar, start, nominal, deadline, steps)
    touched = (min(target, nominal), max(deadline, nominal))
    steps += closed_steps(calendar, *touched)

    def under(table: DayTable) -> tuple[date, date, date]:
        last = table.roll_forward(nominal) if roll else nominal
        safe = _safe(table, start, nominal, last)
        # Where none is left when all rest, a single day that works among them would be the safe one.
        first = safe or min(calendar.if_all_work.roll_forward(start + ONE_DAY), last)
        return first, safe or last, last

    return _settled(calendar, DueDays(nominal, target, deadline), touched, steps, under)


def _safe(table: DayTable, start: date, nominal: date, deadline: date) -> date | None:
    """The last working day on or before `nominal`; None where none is left after `start`."""
    if table.is_workday(nominal):
        return nominal
    target = table.roll_back(nominal)
    return target if target > start else None


def _safe_target(
    calendar: WorkdayCalendar, start: date, nominal: date, deadline: date, steps: list[Step]
) -> date:
    """The last working day on or before `nominal`; the deadline itself when none is left after `start`."""
    target = _safe(calendar, start, nominal, deadline)
    if target is None:
        steps.append(Step.of("no_safe", deadline, SAFE))
    elif target != nominal:
        steps.append(Step.of("safe", target, SAFE))
    return target or deadline


class DueDays(NamedTuple):
    """The days a period comes to."""

    nominal: date  #: the period's last day
    target: date  #: the safe day
    deadline: date  #: the last day after rest days are looked at


def _settled(
    calendar: WorkdayCalendar,
    days: DueDays,
    touched: tuple[date, date],
    steps: list[Step],
    under: Callable[[DayTable], tuple[date, date, date]],
) -> Reckoning:
    """Close a reckoning: when provisional days were touched, work it out again under both extremes, `under` which it says
    the first and the last safe day there may be, and the deadline.
    """
    nominal, target, deadline = days
    if touched[1] <= calendar.official_until:
        return Reckoning(nominal, target, deadline, False, deadline, deadline, tuple(steps))
    extremes = [under(table) for table in (calendar.if_all_work, calendar.if_all_rest)]
    firsts, aims, ends = zip(*extremes, strict=True)
    earliest, latest = min(*ends, deadline), max(*ends, deadline)
    safe = min(*firsts, target), max(*aims, target)
    told = [
        *steps,
        Step.of("unannounced", deadline),
    ]  # it lies beyond the notices, whether or not that moves it
    said = with_uncertainty(told, calendar.official_until, deadline, (earliest, latest), safe)
    return Reckoning(nominal, target, deadline, earliest != latest, earliest, latest, said)
