"""Duties owed once (2023年12月31日前完成): one occurrence, ever.

| awkward case | rule |
|---|---|
| 2023年12月31日前, a Sunday | the next working day (民法典 203); the day itself is still in time |
| 2023年底前, 2023年第三季度 | stays within the year, the quarter: reminders aim at the last working day in it |
| 一年内, counted from the plan's own date | written as the day it comes to: 2024年5月6日前 |
| no opening given | opens on the first day of its year, or of its period, or when the duty comes into force |
| its day is changed later | it is still the same occurrence: it has no period to tell it apart by |
"""

from datetime import date

from duban.base.language import say
from duban.cadence.occurrence import ONCE, Occurrence, due_on_day, on_own_calendar
from duban.duties.cadences import Once
from duban.workdays import PeriodUnit, UnknownYear, WorkdayCalendar, add_period


def occurrences(cadence: Once, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
    """The occurrence, if it opens from `first` to `last`, both inclusive. Raises UnknownYear past the calendar."""
    try:
        only = occurrence(cadence, calendar)
    except UnknownYear as missing:
        if missing.year >= calendar.first_day.year and cadence.first <= last:
            raise
        return []
    return [only] if first <= only.opens_on <= last else []


def occurrence(cadence: Once, calendar: WorkdayCalendar) -> Occurrence:
    """The one occurrence. Raises UnknownYear outside the calendar."""
    told = say(zh=f"期限是 {cadence.last}", en=f"it is due by {cadence.last}")
    due = due_on_day(calendar.nationwide, cadence.first, cadence.last, told, roll=cadence.rolls)
    anchor = cadence.first if cadence.opens.anchor == "start" else due.nominal
    before = cadence.opens.before
    if before is None:
        opens_on = anchor
    elif before.unit is PeriodUnit.WORKDAY:
        opens_on = calendar.nationwide.add(anchor, -before.amount)
    else:
        opens_on = add_period(anchor, before, times=-1)
    due = on_own_calendar(
        calendar,
        lambda days: due_on_day(days, cadence.first, cadence.last, told, roll=cadence.rolls),
        lambda: opens_on,
    )
    return Occurrence(ONCE, opens_on, due, cadence.first, cadence.last)
