"""Duties within a period of a fact (取证后一个月内): one per fact.

| awkward case | rule |
|---|---|
| the fact's own day | is not counted (民法典 201) |
| 01-31 + 一个月 | 02-28 or 02-29: the month's last day (202), never carried on to the next month |
| the last day is a rest day, weekend, swapped weekday | the next working day (203); a make-up Saturday stays |
| 七日 under 行政处罚法 | working days, because the statute says so; `law` decides, never the number |
| the fact is reported after its deadline | the deadline stays where the law puts it: the obligation opens overdue |
"""

from datetime import date

from duban.duties.cadences import Within
from duban.workdays import Reckoning, WorkdayCalendar
from duban.workdays import reckon as _reckon


def reckon(cadence: Within, calendar: WorkdayCalendar, happened_on: date) -> Reckoning:
    """When the duty is due that a fact of `happened_on` brought about. Raises UnknownYear outside the calendar."""
    return _reckon(calendar, happened_on, cadence.period, law=cadence.law)
