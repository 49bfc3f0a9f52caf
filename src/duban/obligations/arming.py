"""Arming (催办阶梯重排): when the ladder of an obligation speaks next, for days that stay or have moved.

Whoever gives an obligation other days, opens it again or changes its ladder arms it here: the acts of people, facts that
are corrected, and the applying of content. A rung that has spoken does not speak again; one whose moment is past is due at
once. The ladder is the patrol's: that of the version it was opened or carried under, as the project has it now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, select, update
from sqlmodel import col

from duban.base.clock import Present, business_date, moment_at
from duban.base.days import ONE_DAY
from duban.ledger.choosing import portions
from duban.ledger.lateness import over
from duban.ledger.rows import columns_of, named, rows_of
from duban.ledger.tables import OPEN_STATES, DutyVersion, Notice, Obligation
from duban.obligations.rungs import Hours, ladder_for, next_rung_at, rung_times

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


class _Spoken(NamedTuple):
    id: int
    opened_on: date
    target: date
    deadline: date
    opened_at: datetime | None
    due_at: datetime | None
    rung: str


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
    fired = _fired(connection, [row.id for row in rows])
    times: dict[tuple[str, WorkdayCalendar, Days], list[tuple[Rung, datetime]]] = {}
    changes: dict[int, Changes] = {}
    for row in rows:
        ladder, calendar = ladders[row.duty_version_id], definitions.calendar.for_unit(row.unit)
        days = row.days(definitions.project.zone)
        key = (ladder.name, calendar, days)
        if key not in times:
            times[key] = _times_of(ladder, days, definitions, calendar)
        changes[row.id] = {
            "target": row.target,
            "deadline": row.deadline,
            "due_at": days.due_at,
            "next_rung_at": next_rung_at(times[key], fired.get(row.id, ())),
        }
    return changes


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


def rearm(
    connection: Connection,
    definitions: Definitions,
    ladder: Ladder,
    which: Iterable[tuple[WorkdayCalendar, ColumnElement[bool]]],
) -> None:
    """Set when the ladder speaks next for the open obligations that each condition selects, by its calendar.

    A few statements for each due day, however many obligations there are. Raises UnknownYear past the calendar's end.
    """
    for calendar, these in which:
        waiting = and_(col(Obligation.state).in_(OPEN_STATES), these)
        times = _times(connection, definitions, ladder, calendar, waiting)
        if not times:
            continue  # nothing waits
        _arm_silent(connection, times, waiting)
        _arm_spoken(connection, times, waiting)


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


def _fired(connection: Connection, obligations: Collection[int]) -> dict[int, set[str]]:
    """The rungs of these obligations that have spoken."""
    fired: dict[int, set[str]] = defaultdict(set)
    for portion in portions(sorted(obligations)):
        said = select(col(Notice.obligation_id), col(Notice.rung)).where(
            col(Notice.obligation_id).in_(portion)
        )
        for number, rung in connection.execute(said).tuples():
            fired[number].add(rung)
    return fired


def _times(
    connection: Connection,
    definitions: Definitions,
    ladder: Ladder,
    calendar: WorkdayCalendar,
    waiting: ColumnElement[bool],
) -> dict[Days, list[tuple[Rung, datetime]]]:
    """The moments of the rungs for each combination of days there is."""
    each = select(*_DAYS).where(waiting).distinct()
    return {days: _times_of(ladder, days, definitions, calendar) for days in rows_of(connection, each, Days)}


def _times_of(
    ladder: Ladder, days: Days, definitions: Definitions, calendar: WorkdayCalendar
) -> list[tuple[Rung, datetime]]:
    first, target, deadline = days[:3]
    return rung_times(ladder, first, target, deadline, definitions.project, calendar, days.hours)


_DAYS: Final = (
    col(Obligation.opened_on),
    col(Obligation.target),
    col(Obligation.deadline),
    named(case((col(Obligation.due_at).is_not(None), col(Obligation.opened_at))), "opened_at"),
    col(Obligation.due_at),
)
"""The columns of `Days`."""


def _arm_silent(
    connection: Connection, times: dict[Days, list[tuple[Rung, datetime]]], waiting: ColumnElement[bool]
) -> None:
    """Those of which no rung has spoken yet: all of the same days at once."""
    silent = ~select(col(Notice.id)).where(col(Notice.obligation_id) == col(Obligation.id)).exists()
    for days, moments in times.items():
        same = and_(
            col(Obligation.opened_on) == days.opened_on,
            col(Obligation.target) == days.target,
            col(Obligation.deadline) == days.deadline,
            *_same_moments(days),
        )
        _set(connection, and_(waiting, same, silent), next_rung_at(moments))


def _same_moments(days: Days) -> list[ColumnElement[bool]]:
    if days.due_at is None:
        return [col(Obligation.due_at).is_(None)]
    return [col(Obligation.due_at) == days.due_at, col(Obligation.opened_at) == days.opened_at]


def _arm_spoken(
    connection: Connection, times: dict[Days, list[tuple[Rung, datetime]]], waiting: ColumnElement[bool]
) -> None:
    """Those of which the same rungs have spoken, together."""
    spoken: dict[int, tuple[Days, set[str]]] = {}
    query = (
        select(col(Obligation.id), *_DAYS, col(Notice.rung))
        .join(Notice, col(Notice.obligation_id) == col(Obligation.id))
        .where(waiting)
    )
    for row in rows_of(connection, query, _Spoken):
        days = Days(row.opened_on, row.target, row.deadline, row.opened_at, row.due_at)
        spoken.setdefault(row.id, (days, set()))[1].add(row.rung)
    alike: dict[tuple[Days, frozenset[str]], list[int]] = defaultdict(list)
    for number, (days, rungs) in spoken.items():
        alike[days, frozenset(rungs)].append(number)
    for (days, said), numbers in alike.items():
        moment = next_rung_at(times[days], said)
        for portion in portions(numbers):
            _set(connection, col(Obligation.id).in_(portion), moment)


def _set(connection: Connection, which: ColumnElement[bool], moment: datetime | None) -> None:
    """Write the moment where another stands."""
    other = col(Obligation.next_rung_at).is_distinct_from(moment)
    connection.execute(update(Obligation).where(which, other).values(next_rung_at=moment))
