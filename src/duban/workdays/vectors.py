"""The working calendar for whole columns of dates, on numpy. Imported only when a vector form is called."""

from typing import Any

import numpy as np
import numpy.typing as npt

from duban.base.language import say
from duban.workdays.table import DayTable, UnknownYear

Days = npt.NDArray[np.datetime64]
Places = npt.NDArray[np.int64]
_DAY = np.dtype("datetime64[D]")
_NOWHERE = np.datetime64("NaT", "D")


class DayVectors:
    """The arrays of one `DayTable`. Days are datetime64[D]; raises UnknownYear outside its years, ValueError for NaT.

    Arrays are indexed by the number a datetime64 already holds, days since 1970, so that a column of dates is its own
    column of indices. The part before the calendar's first day is never read.
    """

    def __init__(self, table: DayTable) -> None:
        """Copy the table's lookups into arrays once."""
        self._table = table
        self._first = int(np.datetime64(table.first_day, "D").astype(np.int64))
        before = np.array(table.before, dtype=np.int64)
        self._end = self._first + before.size - 1
        self._before = np.concatenate([np.zeros(self._first, dtype=np.int64), before[:-1]])
        self._upto = np.concatenate([np.zeros(self._first, dtype=np.int64), before[1:]])
        self._workdays: Days = np.array(table.workdays, dtype=_DAY)

    def is_workday(self, days: Days) -> npt.NDArray[np.bool_]:
        """Whether each day is a working day."""
        places = self._places(days)
        return np.asarray(self._upto[places] > self._before[places])

    def add(self, days: Days, n: int | npt.NDArray[np.integer]) -> Days:
        """The n-th working day strictly after (n < 0: before) each day; n = 0 leaves the day unchanged."""
        places = self._places(days)
        if isinstance(n, int):
            return self._add_same(places, n)
        n = np.asarray(n)
        ranks = np.where(n > 0, self._upto[places] + n - 1, self._before[places] + n)
        moved = self._nth(np.where(n == 0, 0, ranks))
        return np.where(n == 0, places.view(_DAY), moved)

    def roll_forward(self, days: Days) -> Days:
        """Each day if it is a working day, else the next one."""
        return self._nth(self._before[self._places(days)])

    def roll_back(self, days: Days) -> Days:
        """Each day if it is a working day, else the last one before it."""
        return self._nth(self._upto[self._places(days)] - 1)

    def _add_same(self, places: Places, n: int) -> Days:
        """Move every day by the same `n`: work out where each day of the calendar goes, then look all of them up."""
        if n == 0 or not places.size:
            return places.view(_DAY).copy()
        known_days = slice(self._first, None)
        ranks = self._upto[known_days] + (n - 1) if n > 0 else self._before[known_days] + n
        reached = (ranks >= 0) & (ranks < self._workdays.size)
        moved: Days = np.empty(self._end, dtype=_DAY)
        moved[known_days] = np.where(reached, self._workdays.take(ranks, mode="clip"), _NOWHERE)
        if np.isnat(moved[places.max() if n > 0 else places.min()]):
            raise self._unknown(self._table.last_day.year + 1 if n > 0 else self._table.first_day.year - 1)
        return moved.take(places)

    def _places(self, days: Days) -> Places:
        places: Places = np.asarray(days, dtype=_DAY).view(np.int64)
        if places.size and (places.min() < self._first or places.max() >= self._end):
            raise self._outside(places[(places < self._first) | (places >= self._end)].view(_DAY))
        return places

    def _nth(self, ranks: npt.NDArray[Any]) -> Days:
        if ranks.size and ranks.min() < 0:
            raise self._unknown(self._table.first_day.year - 1)
        try:
            return self._workdays.take(ranks)
        except IndexError:
            raise self._unknown(self._table.last_day.year + 1) from None

    def _outside(self, days: Days) -> ValueError:
        known = days[~np.isnat(days)]
        if not known.size:
            return ValueError(say(zh="日期列里有空值", en="the column of dates has an empty value"))
        return self._unknown(int(known.flat[0].astype("datetime64[Y]").astype(np.int64)) + 1970)

    def _unknown(self, year: int) -> UnknownYear:
        return UnknownYear(year, self._table.first_day, self._table.last_day)
