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

from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.workdays.periods import Period, PeriodUnit, add_period
from duban.workdays.statutes import Statute, civil_article, statute_named
from duban.workdays.steps import (
    Step,
    arrangement,
    backward_rule,
    closed_steps,
    closure_rule,
    natural_days_step,
    natural_step,
    rest_name,
    safe_rule,
    start_step,
    statute_step,
    told,
    works_on,
)
from duban.workdays.table import DayTable, UnknownYear
from duban.workdays.working_calendar import DayKind, WorkdayCalendar


@dataclass(frozen=True)
class Reckoning:
    """A due date and how it came about.

    `nominal` is the period's last day before rest days are looked at. `target` is the safe one, the last working day
    on or before it: reminders aim at it. `deadline` is the legal one: overdue begins the day after. `provisional`
    says that a notice still to come may move the deadline; it will then lie in `earliest`..`latest`, which are equal to
    it otherwise. Texts are in the language that was spoken when it was made.
    """

    nominal: date
    target: date
    deadline: date
    provisional: bool
    earliest: date
    latest: date
    steps: tuple[Step, ...]


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
    text = say(
        zh=f"没有停工时的期限是 {told(arranged.deadline)}，停工不使期限提前，法定期限 {told(deadline)}",
        en=f"without the closure due on {told(arranged.deadline)}; the deadline is {told(deadline)}",
    )
    return replace(
        reckoning,
        nominal=arranged.nominal,
        deadline=deadline,
        earliest=max(reckoning.earliest, min(arranged.earliest, deadline)),
        latest=max(reckoning.latest, arranged.latest, deadline),
        steps=(*reckoning.steps, Step(text, deadline, closure_rule())),
    )


def _reckon(
    calendar: WorkdayCalendar, start: date, period: Period, *, law: str | None, roll: bool, backward: bool
) -> Reckoning:
    statute = statute_named(law, start) if law else None
    steps = [start_step(start, backward=backward)]
    if statute is not None and period.unit is PeriodUnit.DAY:
        if period.amount in statute.workday_amounts:
            steps.append(statute_step(statute, period, start))
            period = Period(period.amount, PeriodUnit.WORKDAY)
        else:
            steps.append(natural_days_step(statute, period, start))
    times = -1 if backward else 1
    if period.unit is PeriodUnit.WORKDAY:
        return _count_workdays(calendar, start, times * period.amount, steps)
    try:
        nominal = add_period(start, period, times=times)
    except OverflowError:
        raise UnknownYear(start.year + times, calendar.first_day, calendar.last_day) from None
    steps.append(natural_step(start, period, nominal, backward=backward))
    if backward:
        return _before_rest_days(calendar, nominal, steps)
    return _after_rest_days(calendar, start, nominal, steps, statute=statute, roll=roll)


def _count_workdays(calendar: WorkdayCalendar, start: date, n: int, steps: list[Step]) -> Reckoning:
    day = calendar.add(start, n)
    make_up = [near for near in _between(calendar, start, day) if calendar.kind(near) is DayKind.MAKE_UP]
    text = say(
        zh=f"{'往前' if n < 0 else ''}数 {abs(n)} 个工作日到 {told(day)}",
        en=f"{abs(n)} working days {'back' if n < 0 else 'on'} is {told(day)}",
    )
    if make_up:
        listed = [f"{near:%m-%d}" for near in make_up]
        text += say(
            zh=f"（其中 {'、'.join(listed)} 是调休上班日）",
            en=f" (make-up working days: {', '.join(listed)})",
        )
    steps.append(Step(text, day, arrangement()))
    touched = (min(start, day), max(start, day))
    counted = (start + ONE_DAY, day) if n > 0 else (day, start - ONE_DAY)
    steps += closed_steps(calendar, *counted)
    return _settled(calendar, day, day, day, touched, steps, lambda table: table.add(start, n))


def _before_rest_days(calendar: WorkdayCalendar, nominal: date, steps: list[Step]) -> Reckoning:
    deadline = calendar.roll_back(nominal)
    if deadline != nominal:
        text = say(
            zh=f"{told(nominal)}是{rest_name(calendar, nominal)}，倒推的期间不顺延，最迟 {told(deadline)}办",
            en=f"{told(nominal)} is {rest_name(calendar, nominal)}; counted back, so act by {told(deadline)}",
        )
        steps.append(Step(text, deadline, backward_rule()))
    steps += closed_steps(calendar, deadline, nominal)
    return _settled(
        calendar,
        nominal,
        deadline,
        deadline,
        (deadline, nominal),
        steps,
        lambda table: table.roll_back(nominal),
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
    basis = str((statute and statute.roll_basis) or civil_article(203, start))
    if not roll:
        text = say(zh="这类期间不因休息日顺延", en="rest days do not move a period of this kind")
        steps.append(
            Step(text, nominal, say(zh="督办规则：有效期和统计窗口不顺延", en="duban rule: windows stay"))
        )
    elif deadline == nominal:
        steps.append(Step(works_on(calendar, nominal), nominal, basis))
    else:
        text = say(
            zh=f"{told(nominal)}是{rest_name(calendar, nominal)}，顺延到 {told(deadline)}",
            en=f"{told(nominal)} is {rest_name(calendar, nominal)}: moved to {told(deadline)}",
        )
        steps.append(Step(text, deadline, basis))
    target = _safe_target(calendar, start, nominal, deadline, steps)
    touched = (min(target, nominal), max(deadline, nominal))
    steps += closed_steps(calendar, *touched)

    def under(table: DayTable) -> date:
        return table.roll_forward(nominal) if roll else nominal

    return _settled(calendar, nominal, target, deadline, touched, steps, under)


def _safe_target(
    calendar: WorkdayCalendar, start: date, nominal: date, deadline: date, steps: list[Step]
) -> date:
    """The last working day on or before `nominal`; the deadline itself when none is left after `start`."""
    if calendar.is_workday(nominal):
        return nominal
    target = calendar.roll_back(nominal)
    if target <= start:
        text = say(
            zh="起算日到末日之间没有工作日，应办日就是法定期限",
            en="no working day lies between the start and the last day: the safe day is the deadline",
        )
        steps.append(Step(text, deadline, safe_rule()))
        return deadline
    text = say(
        zh=f"应办日是末日前最后一个工作日 {told(target)}",
        en=f"safe day: the last working day, {told(target)}",
    )
    steps.append(Step(text, target, safe_rule()))
    return target


def _settled(
    calendar: WorkdayCalendar,
    nominal: date,
    target: date,
    deadline: date,
    touched: tuple[date, date],
    steps: list[Step],
    under: Callable[[DayTable], date],
) -> Reckoning:
    """Close a reckoning: when provisional days were touched, work it out again under both extremes."""
    if touched[1] <= calendar.official_until:
        return Reckoning(nominal, target, deadline, False, deadline, deadline, tuple(steps))
    ends = (under(calendar.if_all_work), under(calendar.if_all_rest), deadline)
    earliest, latest = min(ends), max(ends)
    sure = earliest == latest
    span = (
        say(zh="不论怎样安排，期限都不变", en="whatever it says, the day stays")
        if sure
        else say(
            zh=f"本期限暂定：最早 {earliest}，最晚 {latest}", en=f"provisional: from {earliest} to {latest}"
        )
    )
    text = say(
        zh=f"{calendar.official_until} 之后的放假安排尚未公布，{span}",
        en=f"no notice yet for days after {calendar.official_until}; {span}",
    )
    steps.append(Step(text, deadline, say(zh="暂定年份规则", en="rule for provisional years")))
    return Reckoning(nominal, target, deadline, not sure, earliest, latest, tuple(steps))


def _between(calendar: WorkdayCalendar, one: date, other: date) -> list[date]:
    """The Saturdays and Sundays counted from `one` (itself excluded) to `other`: among them are the make-up days."""
    first, last = sorted((one.toordinal(), other.toordinal()))
    days = (date.fromordinal(ordinal) for ordinal in range(first, last + 1) if ordinal != one.toordinal())
    return [day for day in days if day.weekday() >= 5]
