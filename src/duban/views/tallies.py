"""How many obligations there are of each sort, by unit and duty: what the board adds up.

What burns is counted afresh each time, from the index on safe days, and costs what burns. What it is a share of (all that
is open and when it is due, what was closed this quarter, how it stood on earlier days) is remembered for a hundred times as long as it took
to count, where that was long: of a million obligations for half a minute, of a small ledger not at all.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    SQLColumnExpression,
    and_,
    case,
    cast,
    func,
    select,
    union_all,
)
from sqlmodel import col

from duban.ledger.lateness import done_in_time
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OBLIGATION, OPEN_STATES, Obligation
from duban.views.lights import Light, burning, light_column
from duban.views.sight import Sight
from duban.workdays import TimeGrain, period_around

WEEKS: Final = 8
"""How many Mondays back the board remembers."""
AGES: Final = (7, 30, 90)
"""Natural days past a deadline beyond which what is overdue is told apart."""
UNDISCLOSED: Final = and_(col(Obligation.confidential), col(Obligation.state) != "done")
"""What exists for nobody but those who may know; answered from an index of its own."""
_LONG = 0.05
_TIMES = 100


class BurningCount(NamedTuple):
    """How many obligations of one unit and duty have one light."""

    unit: str  #: the unit's code
    duty_id: str  #: the duty's id, as its file has it
    light: Light  #: what is the matter with them
    age: int  #: how many of `AGES` it is beyond its deadline
    number: int  #: how many


class StandingCount(NamedTuple):
    """How many obligations of one unit and duty are open, and how many were closed this quarter."""

    unit: str  #: the unit's code
    duty_id: str  #: the duty's id, as its file has it
    undisclosed: bool  #: whether they exist for nobody but those who may know
    open: int  #: how many are not closed
    on_time: int  #: done this quarter by their deadline
    late: int  #: done this quarter after it


class OverdueSpan(NamedTuple):
    """How many obligations of one unit and duty were overdue on the days numbered `since` up to but without `until`."""

    unit: str  #: the unit's code
    duty_id: str  #: the duty's id, as its file has it
    undisclosed: bool  #: whether they exist only for those who may know
    since: int  #: a place in `trend_days`
    until: int  #: the number of the first day they were not overdue on
    number: int  #: how many


@dataclass(frozen=True)
class Standing:
    """What the ledger held when it was last counted whole."""

    counts: Sequence[StandingCount]  #: by unit and duty, what is open
    overdue: Sequence[OverdueSpan]  #: what was overdue on which days


class DueCount(NamedTuple):
    """How many open obligations of one unit and duty have one deadline."""

    unit: str  #: the unit's code
    duty_id: str  #: the duty, as the content names it
    undisclosed: bool  #: whether they exist for nobody but those who may know
    deadline: date  #: the last day by law
    number: int  #: how many


class UnitCount(Protocol):
    """Of whom something was counted."""

    @property
    def unit(self) -> str:
        """The unit's code."""

    @property
    def duty_id(self) -> str:
        """The duty's id."""

    @property
    def undisclosed(self) -> bool:
        """Whether it exists for nobody but those who may know."""


_Count = TypeVar("_Count", bound=UnitCount)


@dataclass(frozen=True)
class _Remembered:
    counts: Sequence[Any]
    on: date
    until: float


_REMEMBERED: Final[WeakKeyDictionary[Engine, dict[object, _Remembered]]] = WeakKeyDictionary()


def burning_counts(
    connection: Connection, sight: Sight, *narrowed: ColumnElement[bool]
) -> list[BurningCount]:
    """What burns of what they may see, by unit, duty, light and age."""
    light = light_column(sight.present)
    beyond = ((days, sight.on - timedelta(days=days)) for days in reversed(AGES))
    age = case(*((col(Obligation.deadline) < day, AGES.index(days) + 1) for days, day in beyond), else_=0)
    query = (
        select(
            col(Obligation.unit),
            col(Obligation.duty_id),
            named(light, "light"),
            named(age, "age"),
            named(func.count(), "number"),
        )
        .where(*burning(sight.on, sight.soon), *sight.visible(), *narrowed)
        .group_by(col(Obligation.unit), col(Obligation.duty_id), light, age)
    )
    return rows_of(connection, query, BurningCount)


def owed_within(units: Collection[str]) -> ColumnElement[bool]:
    """That one of these units owes it, written so that no index on units is gone by: what burns is found by its safe day."""
    return func.coalesce(col(Obligation.unit), col(Obligation.duty_id)).in_(sorted(units))


def standing_of(connection: Connection, sight: Sight) -> Standing:
    """All that is open and was closed this quarter, and how much was overdue on each of the last Mondays, for them."""
    return Standing(
        remembered(connection, sight, _standing_counts), remembered(connection, sight, _overdue_spans)
    )


def due_counts(connection: Connection, sight: Sight) -> Sequence[DueCount]:
    """What is open by deadline, for whoever sees every unit and line."""
    return remembered(connection, sight, _due_counts)


def remembered(
    connection: Connection, sight: Sight, count: Callable[..., Sequence[_Count]]
) -> Sequence[_Count]:
    """What `count` counts of the whole ledger, as far as they see it by unit and line: remembered for longer, the longer it took."""
    known = _REMEMBERED.setdefault(sight.ws.ledger, {})
    began, last = time.monotonic(), known.get(count)
    if last is None or last.on != sight.on or began > last.until:
        counts = count(connection, sight.on)
        took = time.monotonic() - began
        last = known[count] = _Remembered(
            counts, sight.on, time.monotonic() + (_TIMES * took if took > _LONG else 0)
        )
    found: list[_Count] = list(last.counts)
    theirs = sight.principal
    if not theirs.undisclosed:  # beside what everybody knows, what their own posts owe or were told of
        found = [each for each in found if not each.undisclosed]
        if theirs.posts:
            found += count(connection, sight.on, UNDISCLOSED, *sight.visible())
    return [each for each in found if sight.sees(each.unit, each.duty_id)]


def trend_days(on: date) -> list[date]:
    """The days a trend is drawn over, the oldest first: the last Mondays, and the day itself."""
    monday = on - timedelta(days=on.weekday())
    found = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return found if found[-1] == on else [*found, on]


def _standing_counts(connection: Connection, on: date, *narrowed: ColumnElement[bool]) -> list[StandingCount]:
    first, _ = period_around(on, TimeGrain.QUARTER)
    is_open = and_(col(Obligation.closed_at).is_(None), col(Obligation.state).in_(OPEN_STATES))
    done = and_(
        col(Obligation.closed_at).is_not(None),
        col(Obligation.closed_on) >= first,
        col(Obligation.state) == "done",
    )
    in_time = case((done_in_time(), 1), else_=0)
    none = cast(0, Integer)
    hidden = named(col(Obligation.confidential), "undisclosed")
    nobody_hides = named(col(Obligation.confidential) & (col(Obligation.state) != "done"), "undisclosed")
    place = (col(Obligation.unit), col(Obligation.duty_id))
    parts = union_all(
        select(*place, hidden, named(func.count(), "open"), named(none, "on_time"), named(none, "late"))
        .where(is_open, *narrowed)
        .group_by(*place, hidden),
        select(
            *place,
            nobody_hides,
            named(none, "open"),
            named(func.sum(in_time), "on_time"),
            named(func.sum(1 - in_time), "late"),
        )
        .where(done, *narrowed)
        .group_by(*place, nobody_hides),
    )
    return rows_of(connection, parts, StandingCount)


def _due_counts(connection: Connection, _on: date, *narrowed: ColumnElement[bool]) -> list[DueCount]:
    hidden = named(col(Obligation.confidential), "undisclosed")
    place = (col(Obligation.unit), col(Obligation.duty_id), hidden, col(Obligation.deadline))
    query = (
        select(*place, named(func.count(), "number"))
        .where(col(Obligation.closed_at).is_(None), col(Obligation.state).in_(OPEN_STATES), *narrowed)
        .group_by(*place)
    )
    return rows_of(connection, query, DueCount)


def _overdue_spans(connection: Connection, on: date, *narrowed: ColumnElement[bool]) -> list[OverdueSpan]:
    """Of the open ones by their deadline, of the closed ones by how long they stayed open after it."""
    days = trend_days(on)

    def first_after(day: SQLColumnExpression[date]) -> ColumnElement[int]:
        return case(*((day < each, place) for place, each in enumerate(days)), else_=len(days))

    since, until = first_after(col(Obligation.deadline)), first_after(OBLIGATION.c.closed_on)
    to_this_day = cast(len(days), Integer)
    place = (col(Obligation.unit), col(Obligation.duty_id))
    hidden = named(col(Obligation.confidential) & (col(Obligation.state) != "done"), "undisclosed")
    number = named(func.count(), "number")
    parts = union_all(
        select(*place, hidden, named(since, "since"), named(to_this_day, "until"), number)
        .where(
            col(Obligation.closed_at).is_(None),
            col(Obligation.state).in_(OPEN_STATES),
            # What is overdue is past its safe day as well, and the index on those has all that is counted here.
            col(Obligation.target) < on,
            col(Obligation.deadline) < on,
            *narrowed,
        )
        .group_by(*place, hidden, since),
        select(*place, hidden, named(since, "since"), named(until, "until"), number)
        .where(
            col(Obligation.closed_at).is_not(None),
            col(Obligation.closed_on) >= days[0],
            col(Obligation.state).in_(("done", "waived")),
            col(Obligation.deadline) < col(Obligation.closed_on),
            *narrowed,
        )
        .group_by(*place, hidden, since, until),
    )
    return rows_of(connection, parts, OverdueSpan)
