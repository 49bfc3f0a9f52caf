"""The days on which a duty opens: what a scheduler must know to look at the right time."""

from datetime import date, timedelta

from duban.cadence.occurrence import Occurrence
from duban.duties.grammar import Duty
from duban.workdays import WorkdayCalendar

RUNNING_SINCE = timedelta(days=750)
"""An occurrence that opened longer ago is over: a year, and its due day in the year after."""


def opening_days(duty: Duty, calendar: WorkdayCalendar, first: date, last: date) -> list[date]:
    """The business dates from `first` to `last` on which occurrences of the duty open, oldest first.

    Empty for duties that wait for facts. Raises UnknownYear when the calendar does not reach far enough.
    """
    begins = duty.effective.from_
    since = first
    if begins is not None and first <= begins <= last:
        since = max(calendar.first_day, begins - RUNNING_SINCE)
    days = {
        opening_day(duty, occurrence)
        for occurrence in duty.cadence.occurrences(calendar, since, last)
        if in_force(duty, occurrence)
    }
    return sorted(day for day in days if first <= day <= last)


def in_force(duty: Duty, occurrence: Occurrence) -> bool:
    """Whether the duty is owed for this occurrence: its period shares a day with the time the duty is in force, and
    its deadline is not over before that time begins.
    """
    begins, ends = duty.effective.from_, duty.effective.until
    if begins is not None and (occurrence.last < begins or occurrence.reckoning.deadline < begins):
        return False
    return ends is None or occurrence.first <= ends


def opening_day(duty: Duty, occurrence: Occurrence) -> date:
    """The day the occurrence opens: never before the duty is in force."""
    begins = duty.effective.from_
    return occurrence.opens_on if begins is None else max(begins, occurrence.opens_on)
