"""When a ladder speaks: the moments of an obligation's rungs, and which of them comes next.

Opening, patrol and the actions of people share this arithmetic, so that they never disagree. A rung falls due at the
start of office hours on its day.

A course (遍) is the ladder spoken through once. The first begins when an obligation opens; a day that a person gives begins
another (`arming.armed_anew`), in which every rung that lies ahead is said for the new day. Notices of one rung are told
apart by their names: urge-1 in the first course, urge-1#2 in the second.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, String, cast, literal, or_
from sqlmodel import col

from duban.base.clock import business_date, moment_at
from duban.bureau.project import Project
from duban.definitions.definitions import Definitions
from duban.ladders.ladder import Ladder, Rung, rung_day
from duban.ledger.tables import Notice, Obligation
from duban.workdays import WorkdayCalendar

COURSE: Final = "#"
"""Between a rung's key and the course of its ladder, from the second on: remind-1#2."""
TURN: Final = "×"
"""Between that and which time it speaks: remind-1×3, remind-1#2×3."""


class Hours(NamedTuple):
    """The moments an emergency's rungs are dated by."""

    #: when people could first be told, aware UTC
    opened_at: datetime
    #: when it is due, aware UTC
    due_at: datetime


def rung_moments(
    ladder: Ladder,
    *,
    opened_on: date,
    target: date,
    deadline: date,
    calendar: WorkdayCalendar,
    project: Project,
    hours: Hours | None = None,
) -> list[tuple[Rung, date, datetime]]:
    """Every rung with its business date and its moment (aware UTC), in the ladder's order.

    `target` is the safe day, `deadline` the legal one; `hours` are an emergency's moments. Where these are not known (a
    simulation), its rungs count from the opening of the office. Raises UnknownYear past the end of the calendar.
    """
    found = []
    for rung in ladder.rungs:
        if rung.minutes is None:
            day = rung_day(rung, opened_on=opened_on, target=target, deadline=deadline, calendar=calendar)
            found.append((rung, day, office_start(day, project)))
            continue
        known = hours or Hours(office_start(opened_on, project), office_start(deadline, project))
        moment = rung_moment(rung, known)
        found.append((rung, business_date(moment, project.zone), moment))
    return found


def rung_moment(rung: Rung, hours: Hours) -> datetime:
    """When a rung that is counted in minutes speaks first, aware UTC."""
    anchor = hours.opened_at if rung.anchor == "opening" else hours.due_at
    return anchor + timedelta(minutes=rung.minutes or 0)


def rung_times(
    ladder: Ladder,
    opened_on: date,
    target: date,
    deadline: date,
    project: Project,
    calendar: WorkdayCalendar,
    hours: Hours | None = None,
) -> list[tuple[Rung, datetime]]:
    """Every rung with its moment (aware UTC), in the ladder's order. Raises UnknownYear past the calendar's end."""
    moments = rung_moments(
        ladder,
        opened_on=opened_on,
        target=target,
        deadline=deadline,
        calendar=calendar,
        project=project,
        hours=hours,
    )
    return [(rung, moment) for rung, _, moment in moments]


def turn_at(rung: Rung, moment: datetime, now: datetime) -> tuple[int, datetime, datetime | None]:
    """Which time a rung that first speaks at `moment` spoke last by `now`, when that was, and when it speaks again.

    Turns count from 1; 0 is a rung whose moment lies ahead. One that does not repeat speaks once, and never again (None).
    """
    if now < moment:
        return 0, moment, moment
    if rung.repeat is None:
        return 1, moment, None
    every = timedelta(minutes=rung.repeat)
    turn = int((now - moment).total_seconds() // every.total_seconds())
    return turn + 1, moment + turn * every, moment + (turn + 1) * every


def said_as(key: str, course: int, turn: int = 1) -> str:
    """What the notice of a rung is called, by its `key`, the course of its ladder and which time it speaks: each is said once."""
    of_course = f"{key}{COURSE}{course}" if course > 1 else key
    return f"{of_course}{TURN}{turn}" if turn > 1 else of_course


def rung_of(said: str) -> str:
    """The key of the rung that a notice of this name is of, in whatever course and turn."""
    return said.partition(TURN)[0].partition(COURSE)[0]


def is_of(keys: Collection[str]) -> ColumnElement[bool]:
    """That a notice is of one of these rungs, in whatever course; in a statement over Notice."""
    again = (col(Notice.rung).startswith(f"{key}{COURSE}", autoescape=True) for key in keys)
    return or_(col(Notice.rung).in_(keys), *again)


def course_of(said: str) -> int:
    """The course of its ladder in which a notice of this name was said."""
    of_course = said.partition(TURN)[0].partition(COURSE)[2]
    return int(of_course) if of_course.isdecimal() else 1


def counts(said: str, course: int) -> bool:
    """Whether a notice of this name counts as said in a course: in the first, also what was said for a day that was taken back."""
    return course == 1 or course_of(said) == course


def in_present_course() -> ColumnElement[bool]:
    """That a notice counts as said in the present course of its obligation; in a statement over Notice and Obligation."""
    named = literal(f"%{COURSE}").concat(cast(col(Obligation.course), String))
    return or_(
        col(Obligation.course) == 1,
        col(Notice.rung).like(named),
        col(Notice.rung).like(named.concat(f"{TURN}%")),
    )


def next_rung_at(
    times: Iterable[tuple[Rung, datetime]], fired: Collection[str] = (), since: datetime | None = None
) -> datetime | None:
    """The moment of the earliest rung that has not spoken yet in this course, None when all have.

    `fired` holds rung keys, `since` is when the course began (aware UTC; None: the first one): what lay before was for another
    day. The moment may be past: what was missed is said late, once.
    """
    ahead = times if since is None else ((rung, _not_before(rung, at, since)) for rung, at in times)
    return min((at for rung, at in ahead if at is not None and rung.key not in fired), default=None)


def _not_before(rung: Rung, moment: datetime, since: datetime) -> datetime | None:
    """When a rung that first speaks at `moment` speaks first after `since`; None for never."""
    return moment if moment > since else turn_at(rung, moment, since)[2]


def office_start(day: date, project: Project) -> datetime:
    """When the office opens on `day` (local), aware UTC; whether the day is a working day is the caller's to know."""
    return moment_at(day, project.office_hours.start, project.zone)


def ladder_for(definitions: Definitions, duty_id: str, ladder: str) -> Ladder:
    """The ladder of that name; when it has been removed, the one the duty has now, else the project's first.

    `duty_id` may be one that is no longer in the content.
    """
    if ladder in definitions.ladders:
        return definitions.ladders[ladder]
    present = definitions.duties.get(duty_id)
    return definitions.ladders[present.ladder] if present else next(iter(definitions.ladders.values()))
