"""Extending (延期): a later deadline, by a period counted from the present one or to a date.

A date that is a rest day moves forward to a working day (民法典 art. 203). The ladder begins anew for the later day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from duban.definitions.definitions import Definitions
from duban.obligations.arming import armed_anew, at_once, dated
from duban.obligations.cause import Cause
from duban.obligations.moves import MoveRefused
from duban.obligations.transitions import NOTHING, Changes, Details, move
from duban.workdays import Period, Step, WorkdayCalendar, reckon
from duban.workdays.statutes import civil_article
from duban.workdays.steps import article, roll_step


@dataclass(frozen=True)
class Postponement:
    """By how much, or until when. Raises ValueError unless it is one of both."""

    #: counted from the legal deadline an obligation has, by the rules of its own period
    by: Period | None = None
    #: a local date
    to: date | None = None

    def __post_init__(self) -> None:
        if (self.by is None) == (self.to is None):
            raise ValueError("an extension has either a period or a date")


@dataclass(frozen=True)
class _Later:
    target: date
    deadline: date
    provisional: bool
    steps: tuple[Step, ...]


def extend(
    connection: Connection,
    definitions: Definitions,
    these: Collection[int],
    given: Postponement,
    cause: Cause,
    *,
    told: bool = False,
) -> None:
    """Give these obligations, by number, later days, reckoned with the calendar of their unit.

    `told`: somebody asked for it, and is to hear of it now.

    Raises MoveRefused when the new deadline of one would not be later, or is past already, and for one that is not open;
    KeyError for one that is not there; UnknownYear past the calendar's end.
    """
    rows = dated(connection, these)
    later = {row.id: _later(definitions.calendar.for_unit(row.unit), row.deadline, given) for row in rows}
    details: dict[int, Details] = dict.fromkeys(these, NOTHING)
    for row in rows:
        new = later[row.id]
        _refuse_useless(row.deadline, new.deadline, cause.on)
        details[row.id] = {
            "was": row.deadline.isoformat(),
            "deadline": new.deadline.isoformat(),
            "steps": [step.plain() for step in new.steps],
            "before": {
                "target": row.target.isoformat(),
                "deadline": row.deadline.isoformat(),
                "due_at": row.due_at and row.due_at.isoformat(),
                "provisional": row.provisional,
                "missed": row.missed and row.missed.isoformat(),
                "course": row.course,
                "course_at": row.course_at and row.course_at.isoformat(),
            },
        }
    moved = [row._replace(target=later[row.id].target, deadline=later[row.id].deadline) for row in rows]
    changes = armed_anew(connection, definitions, zip(rows, moved, strict=True), cause)
    for row in rows:
        if row.missed is None and row.was_late(cause.present):
            changes[row.id]["missed"] = row.deadline
    for number, new in later.items():
        if new.provisional:  # days that were uncertain before stay so
            changes[number] = Changes(**changes[number], provisional=True)
        if told:
            changes[number]["next_rung_at"] = at_once(changes[number]["next_rung_at"], cause)
    move(connection, details, "extend", cause, changes)


def _later(calendar: WorkdayCalendar, deadline: date, given: Postponement) -> _Later:
    """The new days, whether they are provisional, and the steps that led there."""
    if given.by is not None:
        reckoning = reckon(calendar, deadline, given.by)
        return _Later(reckoning.target, reckoning.deadline, reckoning.provisional, tuple(reckoning.steps))
    to = given.to
    assert to is not None  # noqa: S101 - an extension has one of both
    new, rolled = on_workday(calendar, to)
    steps = (Step.of("extended", to), *rolled)
    return _Later(calendar.roll_back(to), new, calendar.is_uncertain(new), steps)


def on_workday(calendar: WorkdayCalendar, day: date) -> tuple[date, tuple[Step, ...]]:
    """The working day that a day somebody names comes to, and the step that says so where it is another (民法典 203)."""
    new = calendar.roll_forward(day)
    basis = article(civil_article(203, day))
    return new, () if new == day else (roll_step(calendar, day, new, basis),)


def _refuse_useless(present: date, new: date, today: date) -> None:
    if new <= present:
        raise MoveRefused(
            zh=f"延期后的期限 {new} 不晚于现在的期限 {present}",
            en=f"the new deadline {new} is not later than the present one, {present}",
        )
    if new < today:
        raise MoveRefused(
            zh=f"延期后的期限 {new} 已经过去，请延到今天以后",
            en=f"the new deadline {new} is past already; extend it beyond today",
        )
