"""The working calendar for whole columns of dates, on numpy. Imported only when a vector form is called."""

from typing import Any

import numpy as np
import numpy.typing as npt

from duban.language import say
from duban.workdays.table import DayTable, UnknownYear

Days = npt.NDArray[np.datetime64]
_DAY = np.dtype("datetime64[D]")


class DayVectors:
    """The arrays of one `DayTable`. Days are datetime64[D]; raises UnknownYear outside its years, ValueError for NaT."""

    def __init__(self, table: DayTable) -> None:
        """Copy the table's lookups into arrays once."""
        self._table = table
        self._base = np.datetime64(table.first_day, "D").astype(np.int64)
        self._before = np.array(table.before, dtype=np.int32)
        self._upto = np.ascontiguousarray(self._before[1:])
        self._workdays: Days = np.array(table.workdays, dtype=_DAY)

    def is_workday(self, days: Days) -> npt.NDArray[np.bool_]:
        """Whether each day is a working day."""
        places = self._places(days)
        return np.asarray(self._upto[places] > self._before[places])

    def add(self, days: Days, n: int | npt.NDArray[np.integer]) -> Days:
        """The n-th working day strictly after (n < 0: before) each day; n = 0 leaves the day unchanged."""
        places = self._places(days)
        if isinstance(n, int):
            if n == 0:
                return np.array(days, dtype=_DAY)
            return self._nth(self._upto[places] + (n - 1) if n > 0 else self._before[places] + n)
        n = np.asarray(n)
        ranks = np.where(n > 0, self._upto[places] + n - 1, self._before[places] + n)
        moved = self._nth(np.where(n == 0, 0, ranks))
        return np.where(n == 0, np.asarray(days, dtype=_DAY), moved)

    def roll_forward(self, days: Days) -> Days:
        """Each day if it is a working day, else the next one."""
        return self._nth(self._before[self._places(days)])

    def roll_back(self, days: Days) -> Days:
        """Each day if it is a working day, else the last one before it."""
        return self._nth(self._upto[self._places(days)] - 1)

    def _places(self, days: Days) -> npt.NDArray[np.int64]:
        places = np.asarray(days, dtype=_DAY).astype(np.int64) - self._base
        if places.size and (places.min() < 0 or places.max() >= self._upto.size):
            raise self._outside(np.asarray(days, dtype=_DAY)[(places < 0) | (places >= self._upto.size)])
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
