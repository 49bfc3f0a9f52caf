"""Which days of a year without a notice may still turn out otherwise.

Until the State Council's notice is out, only the statutory days are sure. A weekday near one may become a day off,
a Saturday or Sunday near one may become a make-up working day. How near, was read off the notices of 2018 to 2026 and
given a margin; a test replays each of those years as if it were unannounced and finds the real arrangement inside.

| around | days off reach | seen | make-up days reach | seen |
|---|---|---|---|---|
| 春节, 劳动节, 国庆节 | 2 before to 6 after | 1 / 5 | 9 before to 11 after | 8 / 10 |
| 元旦, 清明节, 端午节, 中秋节 | 2 before to 2 after | 1 / 2 | 6 before to 6 after | 5 / 5 |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_LONG = ("春节", "除夕", "劳动节", "国庆节")


@dataclass(frozen=True)
class Reach:
    """How many days before and after a statutory day its arrangement may reach."""

    off_before: int
    off_after: int
    work_before: int
    work_after: int


LONG_FESTIVAL = Reach(off_before=2, off_after=6, work_before=9, work_after=11)
SHORT_FESTIVAL = Reach(off_before=2, off_after=2, work_before=6, work_after=6)


def uncertain_days(statutory: Mapping[date, str]) -> set[date]:
    """The days around `statutory` that a notice may swap: weekdays to rest, weekend days to work."""
    found: set[date] = set()
    for day, name in statutory.items():
        reach = LONG_FESTIVAL if any(festival in name for festival in _LONG) else SHORT_FESTIVAL
        for offset in range(-reach.work_before, reach.work_after + 1):
            near = day + timedelta(days=offset)
            if near.weekday() >= 5 or -reach.off_before <= offset <= reach.off_after:
                found.add(near)
    return found - set(statutory)
