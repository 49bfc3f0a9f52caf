"""When a ladder speaks: the moments of an obligation's rungs, and which of them comes next.

Opening, patrol and the actions of people share this arithmetic, so that they never disagree. A rung falls due at the
start of office hours on its day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from duban.base.clock import moment_at
from duban.bureau.project import Project
from duban.definitions.definitions import Definitions
from duban.ladders.ladder import Ladder, Rung, rung_day
from duban.workdays import WorkdayCalendar


def rung_moments(
    ladder: Ladder,
    *,
    opened_on: date,
    target: date,
    deadline: date,
    calendar: WorkdayCalendar,
    project: Project,
) -> list[tuple[Rung, date, datetime]]:
    """Every rung with its business date and its moment (aware UTC), in the ladder's order.

    `target` is the safe target, `deadline` the legal one. Raises UnknownYear past the end of the calendar.
    """
    days = [
        (rung, rung_day(rung, opened_on=opened_on, target=target, deadline=deadline, calendar=calendar))
        for rung in ladder.rungs
    ]
    return [(rung, day, office_start(day, project)) for rung, day in days]


def rung_times(
    ladder: Ladder,
    opened_on: date,
    target: date,
    deadline: date,
    project: Project,
    calendar: WorkdayCalendar,
) -> list[tuple[Rung, datetime]]:
    """Every rung with its moment (aware UTC), in the ladder's order. Raises UnknownYear past the calendar's end."""
    moments = rung_moments(
        ladder, opened_on=opened_on, target=target, deadline=deadline, calendar=calendar, project=project
    )
    return [(rung, moment) for rung, _, moment in moments]


def next_rung_at(times: Iterable[tuple[Rung, datetime]], fired: Collection[str] = ()) -> datetime | None:
    """The moment of the earliest rung that has not spoken yet, None when all have. `fired` holds rung keys.

    The moment may be past: what was missed is said late, once.
    """
    return min((moment for rung, moment in times if rung.key not in fired), default=None)


def office_start(day: date, project: Project) -> datetime:
    """When the office opens on `day`, in UTC."""
    return moment_at(day, project.office_hours.start, project.zone)


def ladder_for(definitions: Definitions, duty_id: str, ladder: str) -> Ladder:
    """The ladder of that name; when it has been removed, the one the duty has now, else the project's first."""
    if ladder in definitions.ladders:
        return definitions.ladders[ladder]
    present = definitions.duties.get(duty_id)
    return definitions.ladders[present.ladder] if present else next(iter(definitions.ladders.values()))
