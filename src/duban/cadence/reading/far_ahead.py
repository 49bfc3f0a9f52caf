"""How far ahead of its due day something may open."""

from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import OpeningRule
from duban.workdays import Period, TimeGrain

_LONGEST_DAYS = {
    TimeGrain.WORKDAY: 2.5,
    TimeGrain.DAY: 1,
    TimeGrain.WEEK: 7,
    TimeGrain.MONTH: 31,
    TimeGrain.QUARTER: 92,
    TimeGrain.HALF_YEAR: 184,
    TimeGrain.YEAR: 366,
}
_MOST_DAYS_BEFORE = 400


def longest_days(period: Period) -> float:
    """No shorter than the period ever is, in natural days, holidays aside."""
    return period.amount * _LONGEST_DAYS[period.grain]


def not_too_far_ahead(opens: OpeningRule, place: DutyPlace) -> bool:
    """Whether it opens a year ahead at most; else the reason is noted in `place`."""
    if opens.before is not None and longest_days(opens.before) > _MOST_DAYS_BEFORE:
        place.wrong(("opens",), zh="最早提前一年开办", en="it may open a year ahead at most")
        return False
    return True
