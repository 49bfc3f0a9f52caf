"""How far ahead of its due day something may open."""

from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import Opens
from duban.workdays import Period, PeriodUnit

_LONGEST_DAYS = {
    PeriodUnit.WORKDAY: 2.5,
    PeriodUnit.DAY: 1,
    PeriodUnit.WEEK: 7,
    PeriodUnit.MONTH: 31,
    PeriodUnit.QUARTER: 92,
    PeriodUnit.HALF_YEAR: 184,
    PeriodUnit.YEAR: 366,
}
_MOST_DAYS_BEFORE = 400


def longest_days(period: Period) -> float:
    """No shorter than the period ever is, in natural days, holidays aside."""
    return period.amount * _LONGEST_DAYS[period.unit]


def not_too_far_ahead(opens: Opens, place: DutyPlace) -> bool:
    """Whether it opens a year ahead at most; else the reason is noted in `place`."""
    if opens.before is not None and longest_days(opens.before) > _MOST_DAYS_BEFORE:
        place.wrong(("opens",), zh="最早提前一年开办", en="it may open a year ahead at most")
        return False
    return True
