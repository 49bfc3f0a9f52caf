"""The working calendar of the State Council arrangements, year by year, and what is not yet certain in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Literal

from duban.base.days import ONE_DAY
from duban.base.objections import WrongValue
from duban.workdays.closures import Closure, closed_days
from duban.workdays.festivals import Festivals
from duban.workdays.lunar import LAST_YEAR
from duban.workdays.statutory import statutory_days
from duban.workdays.table import DayTable
from duban.workdays.uncertainty import uncertain_days
from duban.workdays.years import CalendarYear, StatutoryDay

Status = Literal["official", "provisional"]

TAIL_DAYS = 3
"""So many last days of the last official year stay provisional: the next notice may swap them, as 2019's did."""

YEARS_AHEAD = 10
"""So many years after the last file are derived: their statutory days, and nothing else is known of them."""

_SATURDAY = 5


class DayKind(StrEnum):
    """Why a day works or rests."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    STATUTORY = "statutory"
    SWAPPED_REST = "swapped-rest"
    MAKE_UP = "make-up"
    CLOSED = "closed"


class WorkdayCalendar(DayTable):
    """The working days of consecutive years: official as far as the notices go, provisional after that.

    All arithmetic of `DayTable` is on the arrangement as known. `if_all_work` and `if_all_rest` are the same years had
    every uncertain day become a working day, or a rest day: the two ends between which the truth must lie.

    Years nobody has a file for yet may follow: derived from 放假办法, provisional as any year without a notice.

    `for_unit` is the calendar of one unit: the same days, but for its local closures.
    """

    nationwide: WorkdayCalendar
    """The arrangement without any unit's closures; the calendar itself unless it is one unit's."""

    def __init__(
        self,
        years: Iterable[CalendarYear],
        festivals: Festivals = Festivals(),  # noqa: B008
        *,
        closed: Mapping[date, Closure] | None = None,
        ahead: int = 0,
    ) -> None:
        """Join `years` into one table, in which the `closed` days rest besides, and derive `ahead` years after the last.

        `festivals` are the named days campaigns anchor to. Raises ValueError unless the years are consecutive,
        official before provisional.
        """
        self.festivals = festivals
        self.years = tuple(sorted(years, key=lambda year: year.year))
        self.closed = dict(closed or {})
        self.closures: tuple[Closure, ...] = ()
        self.nationwide = self
        self._of_units: dict[str, WorkdayCalendar] = {}
        _refuse_broken_sequence(self.years)
        last = self.years[-1].year
        self._ahead = ahead = min(ahead, LAST_YEAR - last)
        #: The years of the files, and those derived after them.
        self.every_year = (*self.years, *(_derived(year) for year in range(last + 1, last + 1 + ahead)))
        arranged = {day: works for year in self.every_year for day, works in year.arranged()}
        arranged |= dict.fromkeys(self.closed, False)
        first_day, last_day = date(self.years[0].year, 1, 1), date(last + ahead, 12, 31)
        works = (arranged.get(day, day.weekday() < _SATURDAY) for day in _days(first_day, last_day))
        super().__init__(first_day, works, date(last, 12, 31))
        self.official_until = self._last_official_day()
        self._kinds, self._names = self._describe()
        self._uncertain = self._find_uncertain()
        self.version = self._fingerprint()

    def with_closures(
        self, closures: Sequence[Closure], chains: Mapping[str, Sequence[str]]
    ) -> WorkdayCalendar:
        """This calendar, from which `for_unit` tells the closed units apart.

        `chains` gives for every unit the unit itself, the one above it, and so on. Units that are closed on the same
        days share one calendar, and those without a closure share this one.
        """
        base = WorkdayCalendar(self.years, self.festivals, ahead=self._ahead)
        base.closures = tuple(closures)
        views: dict[tuple[tuple[date, Closure], ...], WorkdayCalendar] = {}
        for code, chain in chains.items():
            closed = closed_days(closures, chain)
            if closed:
                days = tuple(sorted(closed.items(), key=lambda pair: pair[0]))
                if days not in views:
                    views[days] = WorkdayCalendar(
                        self.years, self.festivals, closed=closed, ahead=self._ahead
                    )
                    views[days].nationwide = base
                base._of_units[code] = views[days]
        base.version = base._fingerprint()
        return base

    def with_festivals(self, festivals: Festivals) -> WorkdayCalendar:
        """The same days under other names."""
        named = WorkdayCalendar(self.years, festivals, closed=self.closed)
        named.closures = self.closures
        for code, view in self._of_units.items():
            named._of_units[code] = view.with_festivals(festivals)
            named._of_units[code].nationwide = named
        named.version = named._fingerprint()
        return named

    def for_unit(self, code: str) -> WorkdayCalendar:
        """The working calendar of the unit `code`: this one, unless the unit or one above it has been closed."""
        return self._of_units.get(code, self)

    def by_calendar(self, units: Iterable[str]) -> dict[WorkdayCalendar, list[str]]:
        """The units grouped by their calendar, in their order."""
        grouped: dict[WorkdayCalendar, list[str]] = {}
        for code in units:
            grouped.setdefault(self.for_unit(code), []).append(code)
        return grouped

    @property
    def closed_units(self) -> dict[WorkdayCalendar, list[str]]:
        """The units that have been closed at any time, grouped by their calendar."""
        return self.by_calendar(self._of_units)

    def closed_between(self, first: date, last: date) -> dict[Closure, list[date]]:
        """The days from `first` to `last` that rest here for no other reason than a closure, by that closure."""
        found: dict[Closure, list[date]] = {}
        for day, closure in sorted(self.closed.items(), key=lambda pair: pair[0]):
            if first <= day <= last and self.nationwide.is_workday(day):
                found.setdefault(closure, []).append(day)
        return found

    def status(self, day: date) -> Status:
        """Whether the arrangement of `day` rests on a notice. Raises UnknownYear outside the calendar's years."""
        self._place(day)
        return "official" if day <= self.official_until else "provisional"

    def kind(self, day: date) -> DayKind:
        """Why `day` works or rests."""
        works = self.is_workday(day)
        return self._kinds.get(day, DayKind.WORKDAY if works else DayKind.WEEKEND)

    def name(self, day: date) -> str | None:
        """The festival `day` is off for, also for a weekend inside its block of rest days; None for other days."""
        if self.is_workday(day):
            return None
        if day in self._names:
            return self._names[day]
        first, last = self.rest_block(day)
        named = [near for near in _days(first, last) if near in self._names]
        return self._names[min(named, key=lambda near: abs(near - day))] if named else None

    def notice_of(self, day: date) -> str:
        """The number of the notice that arranges `day`, the latest of its year; empty where no notice says anything of it."""
        return self._notices.get(day, "")

    @cached_property
    def _notices(self) -> Mapping[date, str]:
        return {
            day: year.notices[-1].number for year in self.years if year.notices for day, _ in year.arranged()
        }

    def is_uncertain(self, day: date) -> bool:
        """Whether the notice still to come may turn `day` from work to rest or from rest to work."""
        self._place(day)
        return day in self._uncertain

    @cached_property
    def if_all_work(self) -> DayTable:
        """The same days, had every uncertain day become a working day: the earliest any deadline can be."""
        return self._had_uncertain(works=True)

    @cached_property
    def if_all_rest(self) -> DayTable:
        """The same days, had every uncertain day become a rest day: the latest any deadline can be."""
        return self._had_uncertain(works=False)

    def _last_official_day(self) -> date:
        official = [year.year for year in self.years if year.status == "official"]
        if not official:
            return self.first_day - ONE_DAY
        return date(official[-1], 12, 31) - TAIL_DAYS * ONE_DAY

    def _describe(self) -> tuple[dict[date, DayKind], dict[date, str]]:
        kinds: dict[date, DayKind] = {}
        names: dict[date, str] = {}
        for year in self.every_year:
            for holiday in year.holidays:
                kinds[holiday.day], names[holiday.day] = DayKind.STATUTORY, holiday.name
            for rest in year.rest:
                kinds[rest.day], names[rest.day] = DayKind.SWAPPED_REST, rest.name
            for work in year.work:
                kinds[work.day] = DayKind.MAKE_UP
        for day in self.closed:
            if kinds.get(day, DayKind.MAKE_UP) is DayKind.MAKE_UP and (
                day in kinds or day.weekday() < _SATURDAY
            ):
                kinds[day] = DayKind.CLOSED
        return kinds, names

    def _find_uncertain(self) -> frozenset[date]:
        statutory = {holiday.day: holiday.name for year in self.every_year for holiday in year.holidays}
        statutory[self.last_day + ONE_DAY] = "元旦"
        near = uncertain_days({day: name for day, name in statutory.items() if day > self.official_until})
        sure = statutory.keys() | self.closed.keys()
        return frozenset(day for day in near - sure if self.official_until < day <= self.last_day)

    def _had_uncertain(self, *, works: bool) -> DayTable:
        days = _days(self.first_day, self.last_day)
        arranged = (works if day in self._uncertain else self.is_workday(day) for day in days)
        return DayTable(self.first_day, arranged, self.filed_until)

    def _fingerprint(self) -> str:
        """A short fingerprint of the arrangement: equal for equal calendars, whatever the comments in the files say.

        What is derived follows from it, and says nothing of its own.
        """
        told = [f"{self.first_day} {self.filed_until} {self.official_until}"]
        filed = sorted(day for day in self._kinds if day <= self.filed_until)
        told += [f"{day} {self._kinds[day]} {self._names.get(day, '')}" for day in filed]
        told += [f"{notice.number} {notice.date}" for year in self.years for notice in year.notices]
        told += [repr(each) for each in (*self.festivals.festivals, *self.festivals.windows)]
        told += [f"{each.unit} {each.from_} {each.to} {each.reason} {each.notice}" for each in self.closures]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _derived(year: int) -> CalendarYear:
    """A year nobody has a file for: its statutory days (放假办法, 2024 revision), and nothing else."""
    days = tuple(StatutoryDay(day=day, name=name) for day, name in statutory_days(year).items())
    return CalendarYear(year=year, holidays=days, status="provisional")


def _refuse_broken_sequence(years: tuple[CalendarYear, ...]) -> None:
    if not years:
        raise WrongValue(zh="工作日历一年也没有", en="the working calendar has no year at all")
    for before, after in pairwise(years):
        if after.year != before.year + 1:
            raise WrongValue(
                zh=f"工作日历不连续：{before.year} 年之后是 {after.year} 年",
                en=f"the calendar's years are not consecutive: {before.year} is followed by {after.year}",
            )
        if before.status == "provisional" and after.status == "official":
            raise WrongValue(
                zh=f"{after.year} 年有正式通知，{before.year} 年却还是 provisional",
                en=f"{after.year} is official while {before.year} is still provisional",
            )


def _days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
