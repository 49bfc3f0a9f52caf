"""A month: which days work and which rest, the windows campaigns lie in, and what is still open that falls due on each day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.language import say
from duban.ledger.database import reading
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OPEN_STATES, Obligation
from duban.views.board import duty_names
from duban.views.sight import Sight
from duban.views.tallies import due_counts
from duban.workdays import AwaitingNotice, Certainty, DayKind, UnknownYear

_LONG: Final = timedelta(days=14)
"""A window of so many days is named once for the month, not on each of its days."""


class _DueOn(NamedTuple):
    """How many obligations of one duty fall due on one day."""

    deadline: date  #: the last day by law
    duty_id: str  #: the duty's id, as its file has it
    number: int  #: how many


class DueDuty(NamedTuple):
    """One duty on one day."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: what it is called
    number: int  #: how many fall due


@dataclass(frozen=True)
class MonthDay:
    """One day of the month, or one beside it that fills the week."""

    day: date  #: the local day
    within: bool  #: whether it belongs to the month
    works: bool | None  #: whether it is a working day; None past the calendar
    name: str  #: the holiday it belongs to, that it makes up for one, or is closed; empty for other days
    uncertain: bool  #: whether a notice still to come may turn it
    windows: Sequence[str]  #: the named days and windows it lies in
    due: Sequence[DueDuty]  #: the most first

    @property
    def total(self) -> int:
        """How many fall due."""
        return sum(each.number for each in self.due)


class DaysByName(NamedTuple):
    """A named day, or a window campaigns lie in."""

    name: str  #: what people call them
    first: date  #: their first day
    last: date  #: their last day
    certainty: Certainty  #: whether these are its days, or only the usual ones


@dataclass(frozen=True)
class MonthView:
    """One month for whoever looks."""

    first: date  #: the month's first day
    windows: Sequence[DaysByName]  #: those of the month, the first to begin first
    weeks: Sequence[Sequence[MonthDay]]  #: from Monday

    @property
    def before(self) -> str:
        """The month before, as an address names it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        """The month after."""
        return f"{self.first + timedelta(days=32):%Y-%m}"


def month_view(sight: Sight, first: date, last: date, *, unit: str = "", line: str = "") -> MonthView:
    """The month `first`..`last`, with whole weeks around it: what one unit and those below it owe, of one line.

    Without them all that is in the reader's `sight`; both days are local and inclusive.
    """
    begins = first - timedelta(days=first.weekday())
    ends = last + timedelta(days=6 - last.weekday())
    due: dict[date, list[DueDuty]] = defaultdict(list)
    with reading(sight.ws.ledger) as connection:
        names = duty_names(connection)
        for count in _due_between(connection, sight, begins, ends, unit):
            if not line or names[count.duty_id].line == line:
                due[count.deadline].append(DueDuty(count.duty_id, names[count.duty_id].title, count.number))
    days = [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]
    windows = _windows(sight, begins, ends)
    shown = [_day(sight, day, windows, due[day], within=first <= day <= last) for day in days]
    return MonthView(
        first,
        [each for each in windows if each.first <= last and each.last >= first],
        [shown[start : start + 7] for start in range(0, len(shown), 7)],
    )


def _due_between(
    connection: Connection, sight: Sight, begins: date, ends: date, unit: str
) -> Iterable[_DueOn]:
    """What is open and falls due on the days `begins`..`ends`: for whoever sees all, from what was counted of the
    whole.
    """
    below = sight.ws.definitions.project.below(unit) if unit else None
    if sight.principal.units is None and sight.principal.lines is None:
        within = None if below is None else frozenset(below)
        found: Counter[tuple[date, str]] = Counter()
        for each in due_counts(connection, sight):
            if begins <= each.deadline <= ends and (within is None or each.unit in within):
                found[each.deadline, each.duty_id] += each.number
        return [_DueOn(day, duty, number) for (day, duty), number in sorted(found.items())]
    query = (
        select(col(Obligation.deadline), col(Obligation.duty_id), named(func.count(), "number"))
        .where(
            col(Obligation.closed_at).is_(None),
            col(Obligation.deadline).between(begins, ends),
            col(Obligation.state).in_(OPEN_STATES),
            *sight.visible(),
            *([] if below is None else [col(Obligation.unit).in_(below)]),
        )
        .group_by(col(Obligation.deadline), col(Obligation.duty_id))
    )
    return rows_of(connection, query, _DueOn)


def _windows(sight: Sight, begins: date, ends: date) -> list[DaysByName]:
    """The named days and windows of the calendar that share a day with the span."""
    festivals = sight.ws.definitions.calendar.festivals
    found = []
    names = [each.name for each in festivals.festivals] + [each.name for each in festivals.windows]
    for name in names:
        for year in range(begins.year - 1, ends.year + 1):
            with suppress(AwaitingNotice):
                first, last, certainty = festivals.named_window(name, year)
                if first <= ends and last >= begins:
                    found.append(DaysByName(name, first, last, certainty))
    return sorted(found, key=lambda each: (each.first, each.last))


def _day(
    sight: Sight, day: date, windows: Sequence[DaysByName], due: list[DueDuty], *, within: bool
) -> MonthDay:
    calendar = sight.ws.definitions.calendar.for_unit(sight.principal.unit)
    try:
        works: bool | None = calendar.is_workday(day)
        kind, name, uncertain = calendar.kind(day), calendar.name(day) or "", calendar.is_uncertain(day)
    except UnknownYear:
        works, kind, name, uncertain = None, None, "", True
    if kind is DayKind.MAKE_UP:
        name = say(zh="补班", en="make-up")
    elif kind is DayKind.CLOSED:
        name = say(zh="停工", en="closed")
    lies_in = [
        each.name
        for each in windows
        if each.first <= day <= each.last and each.name != name and each.last - each.first < _LONG
    ]
    return MonthDay(day, within, works, name, uncertain, lies_in, sorted(due, key=lambda each: -each.number))
