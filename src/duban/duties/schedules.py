"""The days on which a duty opens: what a scheduler must know to look at the right time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from duban.cadence.occurrence import Occurrence
from duban.duties.grammar import Duty
from duban.workdays import Period, Step, TimeGrain, WorkdayCalendar, reckon

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
    days = {opening_day(duty, occurrence) for occurrence in occurrences_owed(duty, calendar, since, last)}
    return sorted(day for day in days if first <= day <= last)


def occurrences_owed(
    duty: Duty, calendar: WorkdayCalendar, first: date, last: date, grade: str | None = None
) -> Iterator[Occurrence]:
    """What the duty's own rhythm opens from `first` to `last` while it is in force, oldest first, as it is owed.

    `grade`: for subjects of that risk grade alone. Raises UnknownYear when a date that is needed lies past the calendar.
    """
    if grade is None:
        found = duty.cadence.occurrences(calendar, first, last)
    else:
        found = duty.cadence.occurrences_for(grade, calendar, first, last)
    ordered = (as_ordered(duty, occurrence, calendar) for occurrence in found)
    return (occurrence for occurrence in ordered if in_force(duty, occurrence))


def as_ordered(duty: Duty, occurrence: Occurrence, calendar: WorkdayCalendar) -> Occurrence:
    """The occurrence of `duty`, due no earlier than an order of its plan can be carried out, in working days of `calendar`.

    A plan issued in May orders what is to be done by March of the same year: the year it belongs to is still running, and
    its day was over before anybody was told. It is due some working days after the issue instead.
    Raises UnknownYear where these lie past the calendar.
    """
    issued, late = duty.effective.ordered_on, duty.effective.late
    missed = occurrence.reckoning.deadline
    if issued is None or missed >= issued or not occurrence.first <= issued <= occurrence.last:
        return occurrence
    counted = reckon(calendar, issued, Period(late, TimeGrain.WORKDAY))
    step = Step.of("ordered", issued, "rule|own", missed=missed, late=late)
    return replace(occurrence, reckoning=replace(counted, steps=(step, *counted.steps)))


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
