"""Arming (催办阶梯重排): when the ladder of an obligation speaks next, for days that stay or have moved.

Whoever gives an obligation other days, opens it again or changes its ladder arms it here: the acts of people, facts that
are corrected, and the applying of content. A rung that has spoken does not speak again; one whose moment is past is due at
once. Only a day that a person gives lets the ladder begin anew (`armed_anew`): its rungs ahead are said for that day, though
they were for the one before. The ladder is the patrol's: that of the version it was opened or carried under, as the project has it now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import Present, business_date, moment_at
from duban.base.days import ONE_DAY
from duban.ledger.choosing import portions
from duban.ledger.lateness import over
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import DutyVersion, Notice, Obligation
from duban.obligations.rungs import Hours, counts, course_of, ladder_for, next_rung_at, rung_of, rung_times

if TYPE_CHECKING:
    from pendulum import Timezone

    from duban.definitions.definitions import Definitions
    from duban.ladders.ladder import Ladder, Rung
    from duban.obligations.cause import Cause
    from duban.obligations.transitions import Changes, Details
    from duban.workdays import WorkdayCalendar


class Days(NamedTuple):
    """The days of an obligation that its rungs are dated by."""

    #: the day it opened
    opened_on: date
    #: the safe day that reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: an emergency's moment of opening, aware UTC; None for everything else
    opened_at: datetime | None = None
    #: the moment an emergency is due, aware UTC
    due_at: datetime | None = None

    @property
    def hours(self) -> Hours | None:
        """The moments of an emergency."""
        return Hours(self.opened_at, self.due_at) if self.opened_at and self.due_at else None


class DatedObligation(NamedTuple):
    """An obligation with what its rungs are dated by."""

    #: the obligation's number
    id: int
    #: the duty's id
    duty_id: str
    #: the row of the duty's version it was opened or carried under
    duty_version_id: int
    #: the code of the unit that owes it
    unit: str
    #: the local day it opened, or should have
    opened_on: date
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: when it opened, aware UTC
    opened_at: datetime
    #: the moment an emergency is due, aware UTC
    due_at: datetime | None
    #: one of `STATES`
    state: str
    #: the local day it was done by what was reported, while that waits for review
    reported_on: date | None
    #: how often it has been sent back
    returns: int
    #: how often its ladder has begun
    course: int
    #: when the present course began, aware UTC; None in the first
    course_at: datetime | None
    #: the first deadline that was over before a later one was given
    missed: date | None
    #: whether a year its days rest on is not settled yet
    provisional: bool

    def days(self, zone: Timezone) -> Days:
        """What its rungs are dated by. An emergency that was given another day is due at the end of that day."""
        if self.due_at is None:
            return Days(self.opened_on, self.target, self.deadline)
        due = self.due_at
        if business_date(due, zone) != self.deadline:
            due = moment_at(self.deadline + ONE_DAY, time.min, zone)
        return Days(self.opened_on, self.target, self.deadline, self.opened_at, due)

    def was_late(self, present: Present) -> bool:
        """Whether it was over when it was reported, or, where it was not, at `present`."""
        return over(self.deadline, self.due_at, present, self.reported_on)


def dated(connection: Connection, these: Collection[int]) -> list[DatedObligation]:
    """These obligations, by number, with the days they have."""
    return [
        row
        for portion in portions(sorted(these))
        for row in rows_of(
            connection,
            select(*columns_of(Obligation, DatedObligation))
            .where(col(Obligation.id).in_(portion))
            .order_by(col(Obligation.id)),
            DatedObligation,
        )
    ]


def armed(
    connection: Connection, definitions: Definitions, these: Iterable[DatedObligation]
) -> dict[int, Changes]:
    """The changes, by number, that give each of these obligations its days and arm its ladder for them.

    Raises UnknownYear past the calendar's end.
    """
    rows = list(these)
    ladders = _ladders(connection, definitions, {row.duty_version_id: row.duty_id for row in rows})
    said = _said(connection, [row.id for row in rows])
    times: dict[tuple[str, WorkdayCalendar, Days], list[tuple[Rung, datetime]]] = {}
    changes: dict[int, Changes] = {}
    for row in rows:
        ladder, calendar = ladders[row.duty_version_id], definitions.calendar.for_unit(row.unit)
        days = row.days(definitions.project.zone)
        key = (ladder.name, calendar, days)
        if key not in times:
            times[key] = times_of(ladder, days, definitions, calendar)
        changes[row.id] = {
            "target": row.target,
            "deadline": row.deadline,
            "due_at": days.due_at,
            "next_rung_at": next_rung_at(
                times[key],
                {rung_of(name) for name in said[row.id] if counts(name, row.course)},
                row.course_at,
            ),
        }
    return changes


def armed_anew(
    connection: Connection,
    definitions: Definitions,
    these: Iterable[tuple[DatedObligation, DatedObligation]],
    cause: Cause,
) -> dict[int, Changes]:
    """As `armed`, where a person gives another day: the ladder begins anew at `cause.at`.

    `these` are the obligations as they were and with the new days. One whose last day stays goes on as it was, and so
    does one whose new day leaves no rung ahead. Raises UnknownYear past the calendar's end.
    """
    both = list(these)
    said = _said(connection, [was.id for was, _ in both])
    begun = [
        now._replace(course=1 + max([was.course, *map(course_of, said[was.id])]), course_at=cause.at)
        for was, now in both
        if was.deadline != now.deadline
    ]
    changes = armed(connection, definitions, begun)
    for row in begun:
        if changes[row.id]["next_rung_at"] is None:
            del changes[row.id]
        else:
            changes[row.id] |= {"course": row.course, "course_at": row.course_at}
    return changes | armed(connection, definitions, [now for _, now in both if now.id not in changes])


def at_once(next_rung_at: datetime | None, cause: Cause) -> datetime:
    """When an obligation speaks next where somebody is to be told now: a rung that was missed before keeps its moment."""
    return cause.at if next_rung_at is None else min(next_rung_at, cause.at)


def armed_to_tell(
    connection: Connection, definitions: Definitions, these: Mapping[int, Details], cause: Cause
) -> dict[int, Changes]:
    """As `armed`, for obligations by number with what the event of each keeps: at once where that names `whom` to tell."""
    changes = armed(connection, definitions, dated(connection, these))
    for number in these:
        if "whom" in these[number]:
            changes[number]["next_rung_at"] = at_once(changes[number]["next_rung_at"], cause)
    return changes


def _ladders(
    connection: Connection, definitions: Definitions, versions: Mapping[int, str]
) -> dict[int, Ladder]:
    """The ladder of each of these versions of duties; `versions` has the duty's id by the version's number."""
    query = select(col(DutyVersion.id), col(DutyVersion.content)["ladder"].as_string())
    return {
        number: ladder_for(definitions, versions[number], name or "")
        for portion in portions(sorted(versions))
        for number, name in connection.execute(query.where(col(DutyVersion.id).in_(portion))).tuples()
    }


def _said(connection: Connection, obligations: Collection[int]) -> dict[int, list[str]]:
    """The names of the notices of these obligations, by number."""
    said: dict[int, list[str]] = defaultdict(list)
    for portion in portions(sorted(obligations)):
        query = select(col(Notice.obligation_id), col(Notice.rung)).where(
            col(Notice.obligation_id).in_(portion)
        )
        for number, name in connection.execute(query).tuples():
            said[number].append(name)
    return said


def times_of(
    ladder: Ladder, days: Days, definitions: Definitions, calendar: WorkdayCalendar
) -> list[tuple[Rung, datetime]]:
    """The rungs of an obligation of these days with the moment of each. Raises UnknownYear past the calendar's end."""
    first, target, deadline = days[:3]
    return rung_times(ladder, first, target, deadline, definitions.project, calendar, days.hours)
