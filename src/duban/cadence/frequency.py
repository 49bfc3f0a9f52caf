"""Visits so many times a year (每个企业每年至少巡查一次; 按风险等级 A/B/C/D 定频次): n occurrences per subject.

The year is cut into n windows, one visit in each: months where 12 divides by n, else days as equal as they come.

| awkward case | rule |
|---|---|
| 至少一次以上 | includes 1 (民法典 1259) |
| 每年 | the calendar year, never twelve months from the last visit |
| a window ends on a rest day | stays: the visit belongs to its window; reminders aim at the last working day in it |
| a subject without a grade, or with one the duty does not list | the number for the ungraded |
| re-graded in the middle of the year | from that day the windows of the new grade count; those that are over are not owed |
| … and an old window still open | is superseded by the new grade's window that is running, or withdrawn when that window has had its visit |
"""

from datetime import date, timedelta

from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.cadence.occurrence import Occurrence, due_by_last_day
from duban.cadence.visit_keys import VisitKey
from duban.duties.cadences import Frequency
from duban.workdays import WorkdayCalendar, add_months


def visits(cadence: Frequency, grade: str | None) -> int:
    """How many visits a year a subject of this risk grade gets."""
    if cadence.by_grade is None:
        return cadence.per_year or 0
    if grade is not None and grade in cadence.by_grade:
        return cadence.by_grade[grade]
    return cadence.ungraded or 0


def occurrences(
    cadence: Frequency, grade: str | None, calendar: WorkdayCalendar, first: date, last: date
) -> list[Occurrence]:
    """The visits of one grade that open from `first` to `last`, both inclusive, oldest first; keys like `2026#2/4`.

    Raises UnknownYear outside the calendar, ValueError for more visits than a year has days.
    """
    n = visits(cadence, grade)
    found = []
    for year in range(first.year, last.year + 1):
        for number, (begins, ends) in enumerate(windows(year, n), 1):
            if first <= begins <= last:
                key = str(VisitKey(year, number, n))
                due = due_by_last_day(calendar, begins, ends, key)
                found.append(Occurrence(key, begins, due, begins, ends))
    return found


def occurrence(cadence: Frequency, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
    """The visit that a key like `2026#2/4` names, or None when no grade gives so many visits.

    Raises UnknownYear outside the calendar.
    """
    visit = VisitKey.parse(key)
    if visit is None:
        return None
    given = {visits(cadence, grade) for grade in (None, *(cadence.by_grade or {}))}
    if visit.visits not in given or not 1 <= visit.number <= visit.visits:
        return None
    begins, ends = windows(visit.year, visit.visits)[visit.number - 1]
    return Occurrence(key, begins, due_by_last_day(calendar, begins, ends, key), begins, ends)


def windows(year: int, n: int) -> list[tuple[date, date]]:
    """The first and the last day of each of the `n` windows of a year; together they are the whole year."""
    january = date(year, 1, 1)
    days = (date(year, 12, 31) - january).days + 1
    if n > days:
        raise ValueError(say(zh=f"一年没有 {n} 天", en=f"a year does not have {n} days"))
    if n and 12 % n == 0:
        starts = [add_months(january, number * 12 // n) for number in range(n)]
    else:
        starts = [january + timedelta(days=number * days // n) for number in range(n)]
    return [
        (begins, following - ONE_DAY)
        for begins, following in zip(starts, [*starts[1:], date(year + 1, 1, 1)], strict=False)
    ]
