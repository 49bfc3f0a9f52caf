"""A State Council holiday notice as it was read, from whichever form of file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from duban.yamlfile.values import Day, Strict, Text

if TYPE_CHECKING:
    from duban.base.problems import Problem

FIRST_YEAR = 2008
LAST_YEAR = 2099


class WrittenNotice(Strict):
    """The YAML form: what stands at the head of the notice, and its sentences under the festival they are about.

    `extra_rest` is how many days off the notice gives beyond what 放假办法 makes of it (2020: the Spring Festival was
    extended by two days); leaving it out is what catches a forgotten make-up day.
    """

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    number: Text
    title: Text
    date: Day
    source: Text
    extra_rest: int = Field(default=0, ge=0, le=30)
    holidays: dict[Text, Text] = Field(min_length=1)


@dataclass(frozen=True)
class NoticeDetails:
    """What a file does not say of its notice: given beside it by the person who loads it."""

    number: str | None = None
    issued_on: date | None = None
    title: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class StatedHoliday:
    """What a notice says of one festival, or of several that it arranges together.

    `rest` holds every day off, weekends included; `work` the make-up days; `advised` the days it merely encourages to
    take off. `line` and `column` are its place in the file; 0 means the whole file.
    """

    festivals: tuple[str, ...]
    rest: tuple[date, ...]
    work: tuple[date, ...]
    advised: tuple[date, ...] = ()
    line: int = 0
    column: int = 0

    @property
    def name(self) -> str:
        """国庆节、中秋节."""
        return "、".join(self.festivals)


@dataclass(frozen=True)
class HolidayNotice:
    """A notice: its year, what it says of itself, what it says of each festival, and what was left aside in reading."""

    path: str
    year: int
    number: str
    title: str
    issued_on: date
    source: str
    holidays: tuple[StatedHoliday, ...]
    extra_rest: int = 0
    remarks: tuple[Problem, ...] = field(default=())

    @property
    def festivals(self) -> frozenset[str]:
        """The festivals it arranges."""
        return frozenset(name for holiday in self.holidays for name in holiday.festivals)

    @property
    def rest(self) -> dict[date, str]:
        """Every day off, weekends included, with the name it is given under."""
        return {day: holiday.name for holiday in self.holidays for day in holiday.rest}

    @property
    def work(self) -> dict[date, str]:
        """Every make-up day, with the name it is given under."""
        return {day: holiday.name for holiday in self.holidays for day in holiday.work}
