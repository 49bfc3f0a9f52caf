"""Opening what falls due by the calendar: for each unit, or for each subject in one statement per occurrence.

| awkward case | rule |
|---|---|
| the duty has never been opened | what is running on the business date opens; what is over does not |
| the engine was away | all: everything missed opens; latest: of what is over, the newest; none: nothing that is over |
| … and it is still running | it opens, whatever the policy: being away loses nothing |
| a subject registered while an occurrence runs | owes it, from the day of its registration |
| opened late | `opened_on` is the day it should have opened: the run that comes late writes the same row |
| a program died in the middle of many | what ran on the day it began opens, though it is over by now: some of it is open |
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.days import ONE_DAY
from duban.cadence.occurrence import Occurrence
from duban.cadence.spreading import aimed_at, safe_days
from duban.duties.schedules import RUNNING_SINCE, occurrences_owed, opening_day
from duban.ledger.tables import Obligation, Subject, UnitRecord
from duban.obligations.archived import insert_owed
from duban.obligations.one_duty import DutyPass
from duban.obligations.placings import Placing, open_placing
from duban.obligations.responsible import owing_units
from duban.workdays import WorkdayCalendar
from duban.workdays.visit_keys import VisitKey, in_rhythm, of_rhythm, of_year


@dataclass(frozen=True)
class RhythmGroup:
    """Subjects that share a rhythm and a calendar."""

    #: how many visits a year their grade gives; None: the duty is not about visits
    visits: int | None
    #: selects them, in a statement over Subject and UnitRecord
    condition: ColumnElement[bool]
    #: the calendar of their units
    calendar: WorkdayCalendar


def open_periods(run: DutyPass) -> int:
    """Open every occurrence that has come since the mark; returns how many obligations are new.

    `run` is the pass over the duty. Each unit is opened by its own calendar.
    """
    if run.duty.for_each.subject is None:
        return sum(
            _for_units(run, owed(run, None, calendar), calendar, units)
            for calendar, units in run.definitions.calendar.by_calendar(
                owing_units(run.definitions.project, run.duty)
            ).items()
        )
    return sum(open_placing(run, placing) for placing in placings(run))


def placings(run: DutyPass) -> Iterator[Placing]:
    """Who may come to owe what since the mark, of a duty owed for each subject; the oldest occurrence of a subject first."""
    for group in groups(run):
        for occurrence, fresh in _for_group(run, group):
            yield from _for_subjects(run, group, occurrence, fresh=fresh)


def owed(run: DutyPass, visits: int | None, calendar: WorkdayCalendar) -> list[Occurrence]:
    """The occurrences that came to be owed since the mark, by the duty's catch-up policy; oldest first."""
    since = run.mark.day
    candidates = [
        occurrence
        for occurrence in _occurrences(run, visits, since, calendar)
        if since is None or since < opening_day(run.duty, occurrence)
    ]
    running = [each for each in candidates if each.reckoning.deadline >= run.began_on]
    if since is None or run.duty.catch_up == "none":
        return running
    over = [each for each in candidates if each.reckoning.deadline < run.began_on]
    if run.duty.catch_up == "latest":
        over = over[-1:]
    return over + running


def groups(run: DutyPass) -> list[RhythmGroup]:
    """The subjects of the duty by the calendar of their unit, and by how many visits a year their grade gives."""
    return [
        RhythmGroup(visits, and_(condition, whose), calendar)
        for visits, condition in by_visits(run)
        for calendar, whose in by_calendar(run.definitions.calendar, run.responsible_unit())
    ]


def by_calendar(
    calendar: WorkdayCalendar, unit: SQLColumnExpression[str]
) -> list[tuple[WorkdayCalendar, ColumnElement[bool]]]:
    """Each calendar with the condition that `unit` is one of the units that go by it."""
    closed = calendar.closed_units
    if not closed:
        return [(calendar, true())]
    others = unit.not_in([code for codes in closed.values() for code in codes])
    return [(calendar, others), *((own, unit.in_(codes)) for own, codes in closed.items())]


def by_visits(run: DutyPass) -> list[tuple[int | None, ColumnElement[bool]]]:
    """How many visits a year each grade gives, with the condition, over Subject, that one has it; None: none by number."""
    cadence = run.duty.cadence
    ungraded = cadence.visits(None)
    if not cadence.grades:
        return [(ungraded, true())]
    grade = col(Subject.grade)
    grades: dict[int | None, list[str]] = {}
    for name in cadence.grades:
        grades.setdefault(cadence.visits(name), []).append(name)
    grades.setdefault(ungraded, [])
    unlisted = or_(grade.is_(None), grade.not_in(cadence.grades))
    return [
        (n, or_(grade.in_(names), unlisted) if n == ungraded else grade.in_(names))
        for n, names in grades.items()
    ]


def running(run: DutyPass, group: RhythmGroup) -> list[Occurrence]:
    """The occurrences that have opened and whose deadline is not past."""
    every = _occurrences(run, group.visits, None, group.calendar)
    return [each for each in every if each.reckoning.deadline >= run.today]


def _occurrences(
    run: DutyPass, visits: int | None, since: date | None, calendar: WorkdayCalendar
) -> Iterator[Occurrence]:
    begins = run.duty.effective.from_
    if since is not None and (begins is None or begins <= since):
        first = since + ONE_DAY
    else:
        first = max(calendar.first_day, run.today - RUNNING_SINCE)
    for occurrence in occurrences_owed(run.duty, calendar, first, run.today):
        if visits is not None and not in_rhythm(occurrence.period_key, visits):
            continue
        if opening_day(run.duty, occurrence) <= run.today:
            yield occurrence


def _for_group(run: DutyPass, group: RhythmGroup) -> Iterator[tuple[Occurrence, bool]]:
    """What a group owes anew (True), and what is running already and may have come to be owed by more subjects."""
    fresh = owed(run, group.visits, group.calendar)
    yield from ((occurrence, True) for occurrence in fresh)
    if not run.mark.first_sight:
        known = {occurrence.period_key for occurrence in fresh}
        for occurrence in running(run, group):
            if occurrence.period_key not in known:
                yield occurrence, False


def _for_units(
    run: DutyPass, occurrences: Sequence[Occurrence], calendar: WorkdayCalendar, units: Sequence[str]
) -> int:
    rows = [
        {
            "unit": code,
            **run.columns(each.period_key, opening_day(run.duty, each), each.reckoning, calendar),
        }
        for each in occurrences
        for code in units
    ]
    return insert_owed(run.connection, rows)


def _for_subjects(
    run: DutyPass, group: RhythmGroup, occurrence: Occurrence, *, fresh: bool
) -> Iterator[Placing]:
    opens = opening_day(run.duty, occurrence)
    owing = [*run.of_this_duty(), group.condition, *_not_otherwise_covered(run, occurrence)]
    registered = col(Subject.registered_on)
    everybody = fresh or run.mark.subjects != run.reached.subjects
    if everybody:
        in_time = or_(registered.is_(None), registered <= opens)
        yield _placing(run, group, occurrence, opens, [*owing, in_time])
    # Those registered while it runs; without a change to the list, only those whose day has come since the mark.
    after = opens if everybody or run.mark.day is None else max(opens, run.mark.day)
    until = min(run.today, occurrence.last)
    if after >= until:
        return
    while_running = [*owing, registered > after, registered <= until]
    registrations = select(registered).join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
    found = run.connection.execute(registrations.where(*while_running).distinct()).scalars()
    for day in sorted(day for day in found if day is not None):
        yield _placing(run, group, occurrence, day, [*owing, registered == day])


def _placing(
    run: DutyPass,
    group: RhythmGroup,
    occurrence: Occurrence,
    opened_on: date,
    owing: Sequence[ColumnElement[bool]],
) -> Placing:
    whole, calendar = occurrence.reckoning, group.calendar
    aims = [whole]
    if run.duty.cadence.spread:
        begins = max(opened_on, occurrence.first, run.known_since)
        aims = [aimed_at(calendar, whole, day) for day in safe_days(calendar, begins, whole)]
    return Placing([run.columns(occurrence.period_key, opened_on, aim, calendar) for aim in aims], owing)


def _not_otherwise_covered(run: DutyPass, occurrence: Occurrence) -> list[ColumnElement[bool]]:
    """For a graded duty: that no visit under another grade was done in this window, and, if the window is over, that
    the subject did not owe another grade's window then.
    """
    visit = VisitKey.parse(occurrence.period_key) if run.duty.cadence.grades else None
    if visit is None:
        return []
    other = aliased(Obligation, name="other")
    under_another_grade = (
        col(other.duty_id) == run.duty.id,
        col(other.subject_id) == col(Subject.id),
        col(other.period_key).like(of_year(visit.year)),
        col(other.period_key).not_like(of_rhythm(visit.visits)),
    )
    covered = [
        and_(
            col(other.state) == "done",
            col(other.closed_on) >= occurrence.first,
            col(other.closed_on) <= occurrence.last,
        )
    ]
    if occurrence.reckoning.deadline < run.today:
        covered.append(and_(col(other.opened_on) <= occurrence.last, col(other.state) != "withdrawn"))
    return [~select(col(other.id)).where(*under_another_grade, or_(*covered)).exists()]
