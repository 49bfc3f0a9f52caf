"""Days one after the other, as plain dates."""

from datetime import date, timedelta
from typing import Final

import pendulum

ONE_DAY: Final = timedelta(days=1)


def each_day(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included; none when `last` is before `first`."""
    span = pendulum.Interval(_at(first), _at(last))
    return [plain(day) for day in span.range("days")] if first <= last else []


def plain(day: date) -> date:
    """A day of pendulum's as the plain date that day tables, rows in bulk and the ledger hold."""
    return date.fromordinal(day.toordinal())


def _at(day: date) -> pendulum.Date:
    return pendulum.Date(day.year, day.month, day.day)
