"""A month: which days work, and what is still open that falls due on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OPEN_STATES, Obligation
from duban.views.board import duty_names
from duban.views.sight import Sight
from duban.workdays import UnknownYear


class DueCount(NamedTuple):
    """How many obligations of one duty fall due on one day."""

    deadline: date
    duty_id: str
    number: int


class DueDuty(NamedTuple):
    """One duty on one day."""

    duty_id: str
    title: str
    number: int


@dataclass(frozen=True)
class MonthDay:
    """One day of the month, or one beside it that fills the week."""

    day: date
    within: bool  #: whether it belongs to the month
    works: bool | None  #: whether it is a working day; None past the calendar
    name: str  #: the holiday it belongs to, or that it makes up for one; empty for other days
    due: Sequence[DueDuty]  #: the most first

    @property
    def total(self) -> int:
        """How many fall due."""
        return sum(each.number for each in self.due)


@dataclass(frozen=True)
class MonthView:
    """One month for whoever looks."""

    first: date
    weeks: Sequence[Sequence[MonthDay]]  #: from Monday

    @property
    def before(self) -> str:
        """The month before, as an address names it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        """The month after."""
        return f"{self.first + timedelta(days=32):%Y-%m}"


def month_view(sight: Sight, first: date, last: date) -> MonthView:
    """The month `first`..`last`, with whole weeks around it."""
    begins = first - timedelta(days=first.weekday())
    ends = last + timedelta(days=6 - last.weekday())
    query = (
        select(col(Obligation.deadline), col(Obligation.duty_id), named(func.count(), "number"))
        .where(
            col(Obligation.closed_at).is_(None),
            col(Obligation.deadline).between(begins, ends),
            col(Obligation.state).in_(OPEN_STATES),
            *sight.visible(),
        )
        .group_by(col(Obligation.deadline), col(Obligation.duty_id))
    )
    due: dict[date, list[DueDuty]] = defaultdict(list)
    with reading(sight.ws.ledger) as connection:
        names = duty_names(connection)
        for count in rows_of(connection, query, DueCount):
            due[count.deadline].append(DueDuty(count.duty_id, names[count.duty_id].title, count.number))
    days = [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]
    shown = [_day(sight, day, first <= day <= last, due[day]) for day in days]
    return MonthView(first, [shown[start : start + 7] for start in range(0, len(shown), 7)])


def _day(sight: Sight, day: date, within: bool, due: list[DueDuty]) -> MonthDay:
    calendar = sight.ws.definitions.calendar
    try:
        works: bool | None = calendar.is_workday(day)
        name = calendar.name(day) or ("补班" if works and day.weekday() > 4 else "")
    except UnknownYear:
        works, name = None, ""
    return MonthDay(day, within, works, name, sorted(due, key=lambda each: -each.number))
