"""The working calendar as a table: every question about working days is one lookup.

`before[i]` is the number of working days strictly before the i-th day, `workdays[k]` the k-th working day. Adding,
counting and rolling are then index arithmetic, whatever the distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.base.objections import WrongValue


class UnknownYear(ValueError):
    """A day outside the years of the working calendar was asked for; `year` is the first year that is missing."""

    def __init__(self, year: int, table: DayTable) -> None:
        self.year = year
        first, last, filed = table.first_day.year, table.last_day.year, table.filed_until.year
        add = min(year, filed + 1)
        derived = (
            say(
                zh=f"其中 {filed + 1} 年起没有文件，按放假办法推算",
                en=f"from {filed + 1} on derived from the holiday regulation",
            )
            if last > filed
            else ""
        )
        super().__init__(
            say(
                zh=f"工作日历里没有 {year} 年（现有 {first} 至 {last} 年{derived and '，'}{derived}），"
                f"请补上 calendar/{add}.yaml：有国务院办公厅通知的写 official，没有的写 provisional",
                en=f"the working calendar does not know {year} (it covers {first} to {last}{derived and ', '}{derived}); "
                f"add calendar/{add}.yaml, official with its State Council notice or provisional without",
            )
        )


class DayTable:
    """Which days between two dates are working days, with constant-time arithmetic on them."""

    __slots__ = ("_base", "before", "filed_until", "first_day", "last_day", "workdays")

    def __init__(self, first_day: date, works: Iterable[bool], filed_until: date | None = None) -> None:
        """Lay out the days from `first_day` on; `works` says for each in turn whether it is a working day.

        The days after `filed_until` stand in no file: they are derived.
        """
        self.first_day = first_day
        self._base = first_day.toordinal()
        self.before: list[int] = [0]
        self.workdays: list[date] = []
        day = self._base
        for works_today in works:
            if works_today:
                self.workdays.append(date.fromordinal(day))
            self.before.append(len(self.workdays))
            day += 1
        self.last_day = date.fromordinal(max(day - 1, self._base))
        self.filed_until = filed_until or self.last_day

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day under the State Council arrangement.

        Raises UnknownYear outside the calendar's years, as do all methods here.
        """
        i = self._place(day)
        return self.before[i + 1] > self.before[i]

    def add(self, day: date, n: int) -> date:
        """The n-th working day strictly after `day` (n < 0: strictly before; n = 0: `day` itself, unchanged).

        `day` may be a rest day. It is never counted: 民法典 art. 201.
        """
        i = day.toordinal() - self._base
        if i < 0:
            raise self._unknown(day)
        try:
            upto = self.before[i + 1]
            if n > 0:
                return self.workdays[upto + n - 1]
        except IndexError:
            raise self._unknown(day, beyond=True) from None
        if n == 0:
            return day
        k = self.before[i] + n
        if k < 0:
            raise self._too_early()
        return self.workdays[k]

    def count(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; negative when they are swapped."""
        return self.before[self._place(until) + 1] - self.before[self._place(after) + 1]

    def roll_forward(self, day: date) -> date:
        """`day` if it is a working day, else the next one: where a last day moves under 民法典 art. 203."""
        try:
            return self.workdays[self.before[self._place(day)]]
        except IndexError:
            raise self._unknown(self.last_day, beyond=True) from None

    def roll_back(self, day: date) -> date:
        """`day` if it is a working day, else the last one before it."""
        k = self.before[self._place(day) + 1] - 1
        if k < 0:
            raise self._too_early()
        return self.workdays[k]

    def rest_block(self, day: date) -> tuple[date, date]:
        """The unbroken run of rest days around the rest day `day`. Raises ValueError for a working day."""
        if self.is_workday(day):
            raise WrongValue(zh=f"{day} 是工作日", en=f"{day} is a working day")
        first = last = day
        while first > self.first_day and not self.is_workday(first - ONE_DAY):
            first -= ONE_DAY
        while last < self.last_day and not self.is_workday(last + ONE_DAY):
            last += ONE_DAY
        return first, last

    def _place(self, day: date) -> int:
        i = day.toordinal() - self._base
        if i < 0 or i >= len(self.before) - 1:
            raise self._unknown(day)
        return i

    def _unknown(self, day: date, *, beyond: bool = False) -> UnknownYear:
        inside = self.first_day <= day <= self.last_day
        year = self.last_day.year + 1 if beyond and inside else day.year
        return UnknownYear(year, self)

    def _too_early(self) -> UnknownYear:
        return UnknownYear(self.first_day.year - 1, self)
