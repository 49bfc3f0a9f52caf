"""Duties by period (每季度开展一次): one occurrence per calendar period, due by its days.

| awkward case | rule |
|---|---|
| `季度结束后10个工作日` | the quarter's last day is not counted (民法典 201) |
| `月初5日内` | the period's first day is day 1 |
| `季度结束前` falls on a rest day | stays: the work belongs to its period; reminders aim at the last working day before |
| `每月31日前` in June | the month's last day (民法典 202); a rest day then moves it forward (203) |
| `当周最后一个工作日` in a week without any | the last day of the week, moved forward to the next working day |
| fewer working days than `第n个` | the period's last (n > 0) or first (n < 0) working day |
| `每月一周` | due by the month's end; the safe day is the last working day on which the week can still begin |
| a make-up Saturday | is a working day, for counting and for falling due |
| the unit has been closed (台风) | the closed days rest; it opens on the day it would have, and is due no earlier |
"""

from dataclasses import replace
from datetime import date, timedelta

from duban.base.days import ONE_DAY
from duban.cadence.cadence import Cadence
from duban.cadence.occurrence import (
    Occurrence,
    due_by_last_day,
    due_on_day,
    on_own_calendar,
    workdays_at_most,
)
from duban.cadence.rules import (
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    DueRule,
    NthWorkdayRule,
    OnDayRule,
    OpeningRule,
)
from duban.workdays import (
    DayTable,
    Period,
    Reckoning,
    Step,
    TimeGrain,
    UnknownYear,
    WorkdayCalendar,
    add_months,
    add_period,
    period_key,
    period_span,
    periods_between,
    reckon,
)
from duban.workdays.steps import DUTY, REGULATION, SAFE, with_uncertainty
from duban.yamlfile import Loc

_AT_MOST_DAYS = {
    TimeGrain.DAY: 1,
    TimeGrain.WORKDAY: 3,
    TimeGrain.WEEK: 7,
    TimeGrain.MONTH: 31,
    TimeGrain.QUARTER: 92,
    TimeGrain.HALF_YEAR: 184,
    TimeGrain.YEAR: 366,
}
_LONGEST_REST = 20
"""No run of rest days is longer: slack, in natural days, for where a count of working days may end."""


class PeriodCadence(Cadence):
    """Once per calendar period and unit."""

    every: TimeGrain  #: Never `TimeGrain.WORKDAY`.
    due: DueRule  #: By when, within the period or after it.
    opens: OpeningRule = OpeningRule()  #: On the period's first day unless said.
    #: Set where the work itself takes a while within the period: 每月一周 is every month, lasting one week.
    lasting: Period | None = None
    #: Whether a rest day moves a day that is named (民法典 art. 203); a window that a regulation sets ends when it says.
    rolls: bool = True

    def occurrences(self, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
        """The occurrences that open from `first` to `last`, both inclusive, oldest first; see `occurrences`."""
        return occurrences(self, calendar, first, last)

    def occurrence(self, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
        """The occurrence of the period `key`, or None when that is no period of its own length."""
        return occurrence(self, calendar, key)

    def figures_in(self, calendar: WorkdayCalendar, key: str) -> Reckoning | None:
        """By when the figures of the period `key` are in, for what is judged by figures; None for the rest."""
        return None

    def most_workdays(self) -> float | None:
        """The most working days there can be between opening and due; None when there is plenty."""
        anchor, before = self.opens.anchor, self.opens.before
        if anchor == "due" and before is not None:
            return workdays_at_most(before)
        if anchor == "end" and isinstance(self.due, AfterEndRule):
            return workdays_at_most(self.due.period)
        if anchor != "start" or before is not None or isinstance(self.due, AfterEndRule):
            return None
        if isinstance(self.due, AfterStartRule):
            return workdays_at_most(self.due.period)
        return {TimeGrain.DAY: 1.0, TimeGrain.WEEK: 6.0}.get(self.every)

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("opens",) if self.opens.anchor == "due" else ("due",)


def occurrences(
    cadence: PeriodCadence, calendar: WorkdayCalendar, first: date, last: date
) -> list[Occurrence]:
    """The occurrences that open from `first` to `last`, both inclusive, oldest first.

    What would need days before the calendar begins is left out: it is long over, and nobody can say when it was due.
    Raises UnknownYear when a date that is needed lies past the calendar.
    """
    early, late = _reach(cadence)
    found = []
    for key in periods_between(cadence.every, first - early, last + late):
        begins, ends = period_span(key)
        if ends < calendar.first_day:
            continue
        try:
            opens_on = _opens_on(cadence, calendar.nationwide, key)
            if first <= opens_on <= last:
                found.append(Occurrence(key, opens_on, due(cadence, calendar, key), begins, ends))
        except UnknownYear as missing:
            if missing.year >= calendar.first_day.year:
                raise
    return sorted(found, key=lambda occurrence: (occurrence.opens_on, occurrence.first))


def occurrence(cadence: PeriodCadence, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
    """The occurrence of the period `key`, or None when that is no period of the cadence's own length.

    Raises UnknownYear outside the calendar.
    """
    try:
        begins, ends = period_span(key)
    except ValueError:
        return None
    if period_key(begins, cadence.every) != key:
        return None
    return Occurrence(
        key, _opens_on(cadence, calendar.nationwide, key), due(cadence, calendar, key), begins, ends
    )


def due(cadence: PeriodCadence, calendar: WorkdayCalendar, key: str) -> Reckoning:
    """When the occurrence of the period `key` is due. Raises UnknownYear outside the calendar."""
    reckoning = on_own_calendar(
        calendar,
        lambda days: _due(cadence, days, key),
        lambda: _opens_on(cadence, calendar.nationwide, key),
    )
    return _begun_in_time(cadence.lasting, calendar, reckoning) if cadence.lasting else reckoning


def _due(cadence: PeriodCadence, calendar: WorkdayCalendar, key: str) -> Reckoning:
    """When it is due, overdue only once its figures can be known: reminders still aim at the day of the work."""
    reckoning = on_rule(cadence.due, calendar, key, rolls=cadence.rolls)
    figures = cadence.figures_in(calendar, key)
    if figures is None or figures.deadline <= reckoning.deadline:
        return reckoning
    step = Step.of("figures", figures.deadline, "rule|figures", key=key, target=reckoning.target)
    told = (*reckoning.steps, *figures.steps, step)
    ends = figures.earliest, figures.latest
    steps = with_uncertainty(told, calendar.official_until, figures.deadline, ends, reckoning.safe_days)
    return replace(
        reckoning,
        deadline=figures.deadline,
        provisional=figures.provisional,
        earliest=figures.earliest,
        latest=figures.latest,
        steps=steps,
    )


def on_rule(rule: DueRule, calendar: WorkdayCalendar, key: str, *, rolls: bool) -> Reckoning:
    """The day that a rule names for the period `key`; a fixed day `rolls` past rest days or stays. Raises UnknownYear outside the calendar."""
    begins, ends = period_span(key)
    match rule:
        case AfterEndRule(period=period):
            return reckon(calendar, ends, period)
        case AfterStartRule(period=period):
            return reckon(calendar, begins - ONE_DAY, period)
        case AtEndRule():
            return due_by_last_day(calendar, begins, ends, key)
        case NthWorkdayRule(n=n):
            return _nth_workday(calendar, key, n)
        case OnDayRule():
            day = _fixed_day(rule, ends + ONE_DAY if rule.next else begins)
            told = Step.of("fixed_day", day, DUTY, key=key)
            return due_on_day(calendar, begins, day, told, roll=rolls, stays=REGULATION)


def _nth_workday(calendar: WorkdayCalendar, key: str, n: int) -> Reckoning:
    begins, ends = period_span(key)
    there_are = calendar.count(begins - ONE_DAY, ends)
    if there_are == 0:
        told = Step.of("no_workday", ends, DUTY, key=key)
        return due_on_day(calendar, begins, ends, told, roll=True)
    amount = min(abs(n), there_are)
    if n > 0:
        return reckon(calendar, begins - ONE_DAY, Period(amount, TimeGrain.WORKDAY))
    return reckon(calendar, ends + ONE_DAY, Period(amount, TimeGrain.WORKDAY), backward=True)


def _fixed_day(rule: OnDayRule, begins: date) -> date:
    """The day the rule names within the period that begins on `begins`, or that month's last day."""
    month = add_months(begins, rule.month - 1)
    return min(month + timedelta(days=rule.day - 1), add_months(month, 1) - ONE_DAY)


def _begun_in_time(lasting: Period, calendar: WorkdayCalendar, reckoning: Reckoning) -> Reckoning:
    """Bring the safe day forward to where work that takes `lasting` can still begin."""
    after = reckoning.nominal + ONE_DAY

    def begun_by(table: DayTable) -> date:
        if lasting.grain is TimeGrain.WORKDAY:
            return table.add(after, -lasting.amount)
        return table.roll_back(add_period(after, lasting, times=-1))

    target = min(begun_by(calendar), reckoning.target)
    begun = [target, *(begun_by(table) for table in (calendar.if_all_work, calendar.if_all_rest))]
    first, last = reckoning.safe_days
    aims, ends = (min(*begun, first), min(max(begun), last)), (reckoning.earliest, reckoning.latest)
    # Two safe days would contradict each other: the one by which the work must begin is the one.
    told = [step for step in reckoning.steps if step.kind != "safe"]
    told.append(Step.of("lasting", target, SAFE, period=lasting))
    steps = with_uncertainty(told, calendar.official_until, reckoning.deadline, ends, aims)
    return replace(reckoning, target=target, steps=steps)


def _opens_on(cadence: PeriodCadence, calendar: WorkdayCalendar, key: str) -> date:
    begins, ends = period_span(key)
    match cadence.opens.anchor:
        case "start":
            anchor = begins
        case "end":
            anchor = ends + ONE_DAY
        case "due":
            anchor = on_rule(cadence.due, calendar, key, rolls=cadence.rolls).nominal
    before = cadence.opens.before
    if before is None:
        return anchor
    if before.grain is TimeGrain.WORKDAY:
        return calendar.add(anchor, -before.amount)
    return add_period(anchor, before, times=-1)


def _reach(cadence: PeriodCadence) -> tuple[timedelta, timedelta]:
    """How long before, and after, a day a period may lie that opens on that day."""
    unit_days = _AT_MOST_DAYS[cadence.every]
    early = {"start": 0, "end": unit_days, "due": 2 * unit_days + _LONGEST_REST}[cadence.opens.anchor]
    if cadence.opens.anchor == "due" and isinstance(cadence.due, AfterEndRule | AfterStartRule):
        early += _days(cadence.due.period)
    late = _days(cadence.opens.before) if cadence.opens.before else 0
    return timedelta(days=early), timedelta(days=late)


def _days(period: Period) -> int:
    """No shorter than the period ever is, in natural days."""
    slack = _LONGEST_REST if period.grain is TimeGrain.WORKDAY else 0
    return period.amount * _AT_MOST_DAYS[period.grain] + slack
