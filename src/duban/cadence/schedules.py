"""The days on which a duty opens: what a scheduler must know to look at the right time."""

from datetime import date, timedelta

from duban.cadence import campaign, frequency, once, periodic
from duban.cadence.occurrence import ONCE, Occurrence
from duban.duties.cadences import ByPeriod, Campaign, Frequency, Once
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
        for occurrence in scheduled(duty, calendar, since, last)
        if in_force(duty, occurrence)
    }
    return sorted(day for day in days if first <= day <= last)


def scheduled(duty: Duty, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
    """Every occurrence, of every grade, whose own rhythm opens it from `first` to `last`; oldest first."""
    cadence = duty.cadence
    if isinstance(cadence, ByPeriod):
        return periodic.occurrences(cadence, calendar, first, last)
    if isinstance(cadence, Frequency):
        grades: list[str | None] = [None, *(cadence.by_grade or {})]
        found = {
            occurrence.period_key: occurrence
            for grade in grades
            for occurrence in frequency.occurrences(cadence, grade, calendar, first, last)
        }
        return sorted(found.values(), key=lambda occurrence: (occurrence.opens_on, occurrence.period_key))
    if isinstance(cadence, Campaign):
        return campaign.occurrences(cadence, calendar, first, last)
    if isinstance(cadence, Once):
        return once.occurrences(cadence, calendar, first, last)
    return []


def occurrence_of(duty: Duty, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
    """The occurrence that a period key names under the duty's present cadence, or None when it has none of that name.

    Raises UnknownYear outside the calendar.
    """
    cadence = duty.cadence
    if isinstance(cadence, ByPeriod):
        return periodic.occurrence(cadence, calendar, key)
    if isinstance(cadence, Frequency):
        return frequency.occurrence(cadence, calendar, key)
    if isinstance(cadence, Campaign):
        return campaign.occurrence(cadence, calendar, key)
    if isinstance(cadence, Once):
        return once.occurrence(cadence, calendar) if key == ONCE else None
    return None


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
