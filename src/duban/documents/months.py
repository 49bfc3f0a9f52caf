"""Months as people hang them on a wall: whole weeks, on each day how much is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from duban.base.language import say
from duban.base.weekdays import WEEKDAYS
from duban.documents.document import Part, shade


@dataclass(frozen=True)
class CalendarDay:
    """One day and what stands on it."""

    on: date  #: The local date.
    count: int = 0  #: How much is due.
    rests: bool = False  #: Whether it is a rest day.
    mark: str = ""  #: Why it rests or works, in a word.
    sign: str = ""  #: The same in one sign, where there is little room.
    works: bool = False  #: Whether the mark says that it works.
    unsure: str = ""  #: The mark beside a count that may still move.
    running: bool = False  #: Whether it lies in a named span.
    begins: tuple[str, ...] = ()  #: The named spans that begin on it.
    told: str = ""  #: Everything of the day, for who points at it.
    due: tuple[str, ...] = ()  #: What is due, line by line.


@dataclass(frozen=True)
class Months(Part):
    """The days of a span, month by month; a page folds the list of what is due under each month."""

    days: Sequence[CalendarDay]  #: Every day of the span, in order.
    key: str = ""  #: What the signs mean, where signs are used.

    def by_month(self) -> Iterator[tuple[str, list[CalendarDay]]]:
        """Each month's heading and days."""
        for _, days in groupby(self.days, key=lambda day: (day.on.year, day.on.month)):
            found = [*days]
            yield month_name(found[0].on), found

    @staticmethod
    def due_in(days: Sequence[CalendarDay]) -> list[tuple[CalendarDay, str]]:
        """What is due on these days, line by line."""
        return [(day, line) for day in days for line in day.due]

    def shade(self, count: int) -> int:
        """How dark a day stands: 0 for nothing due, else 1 to 4 against the fullest day."""
        return shade(count, self.worst)

    @cached_property
    def worst(self) -> int:
        """How much is due on the fullest day."""
        return max((day.count for day in self.days), default=0)


def weeks(days: Sequence[CalendarDay]) -> list[list[CalendarDay | None]]:
    """The days of a month in whole weeks from Monday, with empty places around them."""
    before: list[CalendarDay | None] = [None] * days[0].on.weekday()
    after: list[CalendarDay | None] = [None] * (6 - days[-1].on.weekday())
    places = [*before, *days, *after]
    return [places[start : start + 7] for start in range(0, len(places), 7)]


def month_name(day: date) -> str:
    """The month of a day as a heading."""
    return say(zh=f"{day.year} 年 {day.month} 月", en=f"{day:%Y-%m}")


def weekdays() -> list[str]:
    """Monday to Sunday, as short as they come."""
    return list(say(zh=WEEKDAYS, en="MTWTFSS"))


def day_short(day: date) -> str:
    """A day of the month that is being shown, with its weekday."""
    return say(zh=f"{day.day} 日（周{WEEKDAYS[day.weekday()]}）", en=f"{day.day} {day:%a}")


def dues_word(count: int) -> str:
    """Over the list of what is due in a month."""
    return say(zh=f"逐日列出（{count} 行）", en=f"Day by day ({count} entries)")
