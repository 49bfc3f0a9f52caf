"""A State Council holiday notice as it was read, from whichever form of file."""

from dataclasses import dataclass, field
from datetime import date

from pydantic import Field

from duban.base.problems import Problem
from duban.yamlfile.values import Day, StrictModel, Text

FIRST_YEAR = 2008
LAST_YEAR = 2099


class WrittenNotice(StrictModel):
    """The YAML form: what stands at the head of the notice, and its sentences under the festival they are about.

    `extra_rest` is how many days off the notice gives beyond what 放假办法 makes of it (2020: the Spring Festival was
    extended by two days); leaving it out is what catches a forgotten make-up day.
    """

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)  #: the year it arranges
    number: Text  #: its number (发文字号)
    title: Text  #: what it is called
    date: Day  #: the local day it was issued on
    source: Text  #: where it was published
    extra_rest: int = Field(default=0, ge=0, le=30)  #: days of rest beyond those of 放假办法
    holidays: dict[Text, Text] = Field(min_length=1)  #: by festival, the sentences about it


@dataclass(frozen=True)
class NoticeDetails:
    """What a file does not say of its notice: given beside it by the person who loads it."""

    number: str | None = None  #: the notice's number (发文字号)
    issued_on: date | None = None  #: the local day it was issued on
    title: str | None = None  #: what it is called
    year: int | None = None  #: the year it arranges


@dataclass(frozen=True)
class StatedHoliday:
    """What a notice says of one festival, or of several that it arranges together.

    `rest` holds every day off, weekends included; `work` the make-up days; `advised` the days it merely encourages to
    take off. `line` and `column` are its place in the file; 0 means the whole file. `until` is the last day of an
    extension, whose other days the year's own notice says.
    """

    festivals: tuple[str, ...]  #: the festivals that are arranged together
    rest: tuple[date, ...]  #: the days of rest, weekends in between with them
    work: tuple[date, ...]  #: days of rest that work instead
    advised: tuple[date, ...] = ()  #: days of rest that are only recommended
    line: int = 0  #: where it stands in the file, from 1; 0: not in one
    column: int = 0  #: likewise, from 1
    until: date | None = None  #: the last day of an extension

    @property
    def name(self) -> str:
        """国庆节、中秋节."""
        return "、".join(self.festivals)


@dataclass(frozen=True)
class HolidayNotice:
    """A notice: its year, what it says of itself, what it says of each festival, and what was left aside in reading."""

    path: str  #: the file it was read from
    year: int  #: the year it arranges
    number: str  #: its number (发文字号)
    title: str  #: what it is called
    issued_on: date  #: the local day it was issued on
    source: str  #: where it was published
    holidays: tuple[StatedHoliday, ...]  #: what it says of each festival
    extra_rest: int = 0  #: days of rest beyond those of 放假办法
    remarks: tuple[Problem, ...] = field(default=())  #: what was left aside in reading

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
