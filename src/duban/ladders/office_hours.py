"""When a message may go out: in the bureau's office hours on working days, unless the rung is urgent."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from duban.base.clock import business_date, moment_at
from duban.base.days import ONE_DAY
from duban.workdays import UnknownYear

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.workdays import WorkdayCalendar


def may_go_out_at(now: datetime, project: Project, calendar: WorkdayCalendar, *, urgent: bool) -> datetime:
    """The first moment at or after `now` (aware UTC) a message may be sent: `now` itself for an urgent rung.

    Hours are the project's local ones. Past the last year of the calendar nobody knows which days work; a message
    that is due then is not held back.
    """
    if urgent:
        return now
    hours = project.office_hours
    local = now.astimezone(project.zone)
    day = business_date(now, project.zone)
    if local.time() >= hours.end or not _is_office_day(day, project, calendar):
        day = _next_office_day(day, project, calendar)
    elif local.time() >= hours.start:
        return now
    return moment_at(day, hours.start, project.zone)


def next_opening(now: datetime, project: Project, calendar: WorkdayCalendar) -> datetime:
    """When the office opens on the next working day after `now` (both aware UTC), never still today; where the project's office hours take in rest days, every day is one."""
    day = _next_office_day(business_date(now, project.zone), project, calendar)
    return moment_at(day, project.office_hours.start, project.zone)


def _next_office_day(day: date, project: Project, calendar: WorkdayCalendar) -> date:
    day += ONE_DAY
    while not _is_office_day(day, project, calendar):
        day += ONE_DAY
    return day


def _is_office_day(day: date, project: Project, calendar: WorkdayCalendar) -> bool:
    if project.office_hours.rest_days:
        return True
    try:
        return calendar.is_workday(day)
    except UnknownYear:
        return True
