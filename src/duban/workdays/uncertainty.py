"""Which days of a year without a notice may still turn out otherwise.

Until the State Council's notice is out, only the statutory days are sure. What it may do is read off the block of rest
days it may make of them: the statutory days, so many weekdays before and after them, and the weekends the block then
touches. Each weekday in the block may become a day off; each Saturday and Sunday in it, and in the nearest weekend on
either side of it, a make-up working day.

| around | days off before / after the statutory days | seen 2018 to 2026 |
|---|---|---|
| 春节, 劳动节, 国庆节 | 2 / 6 | 1 / 5 |
| 元旦, 清明节, 端午节, 中秋节 | 2 / 2 | 1 / 2 |

A test replays each year from 2008 on as if it were unannounced, ten of which these numbers were not taken from, and
finds the real arrangement inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from duban.base.days import ONE_DAY

_LONG = ("春节", "除夕", "劳动节", "国庆节")
_SATURDAY = 5


@dataclass(frozen=True)
class Reach:
    """How many days around a statutory day a notice may give off with it."""

    before: int  #: days
    after: int  #: days


LONG_FESTIVAL = Reach(before=2, after=6)
SHORT_FESTIVAL = Reach(before=2, after=2)


def uncertain_days(statutory: Mapping[date, str]) -> set[date]:
    """The days around `statutory` that a notice may swap: weekdays to rest, weekend days to work."""
    found: set[date] = set()
    for day, name in statutory.items():
        reach = LONG_FESTIVAL if any(festival in name for festival in _LONG) else SHORT_FESTIVAL
        first = _through_weekends(day - timedelta(days=reach.before), -ONE_DAY)
        last = _through_weekends(day + timedelta(days=reach.after), ONE_DAY)
        found |= set(_days(first, last))
        found |= _nearest_weekend(first, -ONE_DAY) | _nearest_weekend(last, ONE_DAY)
    return found - set(statutory)


def _through_weekends(edge: date, step: timedelta) -> date:
    """The edge of a block that reaches `edge`: with the weekend it touches."""
    while (edge + step).weekday() >= _SATURDAY:
        edge += step
    return edge


def _nearest_weekend(edge: date, step: timedelta) -> set[date]:
    """The first weekend beyond the edge of a block."""
    day = edge + step
    while day.weekday() < _SATURDAY:
        day += step
    return {day, day + step}


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1)]
