"""One time a duty falls due: its period, the day it opens, and how its due date came about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from duban.base.days import ONE_DAY
from duban.workdays import Period, Reckoning, Step, TimeGrain, WorkdayCalendar, not_earlier, reckon
from duban.workdays.steps import DUTY, STAYS

_MOST_WORKDAYS = {
    TimeGrain.MINUTE: 0.0,
    TimeGrain.HOUR: 0.0,
    TimeGrain.WORKDAY: 1.0,
    TimeGrain.DAY: 1.0,
    TimeGrain.WEEK: 6.0,
    TimeGrain.MONTH: 23.0,
    TimeGrain.QUARTER: 68.0,
}


@dataclass(frozen=True)
class Occurrence:
    """A duty owed once: for the days `first`..`last`, named `period_key`, from `opens_on` on. All local business dates."""

    period_key: str  #: `2026-Q3`, `2026#2/4`, `2023-国庆假期`, `once`.
    opens_on: date  #: The day its own rhythm opens it.
    reckoning: Reckoning  #: The due dates, with the articles they rest on.
    first: date  #: The first day of its period or window.
    last: date  #: The last one, inclusive.


def workdays_at_most(period: Period) -> float | None:
    """The most working days the period ever has; None for one so long that any ladder fits into it."""
    most = _MOST_WORKDAYS.get(period.grain)
    return None if most is None else period.amount * most


def due_on_day(
    calendar: WorkdayCalendar, first: date, day: date, told: Step, *, roll: bool, stays: str = STAYS
) -> Reckoning:
    """The reckoning of a duty due by the fixed `day`, of a period that began on `first`.

    `told` is the step that says which day that is. `roll` moves it past rest days (民法典 art. 203); without, a rest day
    leaves it where it is, which rests on `stays`. The safe day is a working day of the period, if it has one.
    Raises UnknownYear when the day lies past the calendar.
    """
    before = min(first, day) - ONE_DAY
    reckoning = reckon(calendar, before, Period((day - before).days, TimeGrain.DAY), roll=roll)
    # The first two steps count days from the period's eve; the fixed day itself is the better reason.
    rest = (replace(step, rests_on=stays) if step.kind == "stays" else step for step in reckoning.steps[2:])
    return replace(reckoning, steps=(told, *rest))


def due_by_last_day(calendar: WorkdayCalendar, first: date, last: date, period_key: str) -> Reckoning:
    """Due within a period: by its last day, working day or not. Rest days do not move it into the next period."""
    told = Step.of("last_day", last, DUTY, key=period_key)
    return due_on_day(calendar, first, last, told, roll=False)


def on_own_calendar(
    calendar: WorkdayCalendar, due: Callable[[WorkdayCalendar], Reckoning], opens_on: Callable[[], date]
) -> Reckoning:
    """What `due` comes to on a unit's calendar: never due earlier than without its closures, nor aimed at before it opens.

    `opens_on` gives the day it opens, which closures do not move.
    """
    own = due(calendar)
    if not calendar.closed:
        return own
    own = not_earlier(calendar, own, due(calendar.nationwide))
    opens = opens_on()
    if own.target >= opens:
        return own
    return replace(own, target=min(calendar.roll_forward(opens), own.deadline))
