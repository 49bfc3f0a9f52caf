"""Named days and windows (春节、五一、中秋、国庆; 宪法宣传周; 5·20): one occurrence per name and year.

| awkward case | rule |
|---|---|
| 中秋, 5·20 | the day itself, working day or not |
| 国庆假期 | the unbroken rest days around the festival, as the year's notice arranges them |
| 国庆假期 in a year without its notice | the rest days known so far; provisional |
| a festival that is no rest day (除夕 2024) | its 假期 is the day itself |
| two festivals in one holiday (中秋、国庆 2023) | one occurrence, under the name that comes first |
| 宪法宣传周 | its usual days, or those a notice of the year set |
| a window that waits for its notice | its usual days, provisional until the notice is entered |
| … and has no usual days | none that year |
| 12-25 to 01-05 | belongs to the year of its first day |
| 节前 | the day before; a rest day is not moved, reminders aim at the last working day before it |
| 当天, 期间 | the window's last day, working day or not: the window does not move; reminders aim at the last working day on or before it, be it before the window |
| no opening given, and the window begins on a rest day | opens on the last working day before it, while somebody can still be told |
| 结束后5个工作日内 | the window's last day is not counted (民法典 201) |
| the unit has been closed (台风) | its closed days are no part of a holiday; it opens when it would have, and is due no earlier |
| a year the calendar does not reach | UnknownYear for a year past it; nothing for one before it |
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from pydantic import Field

from duban.cadence.around import NamedSpan, due_around, opens_around
from duban.cadence.cadence import Cadence
from duban.cadence.occurrence import Occurrence, on_own_calendar
from duban.cadence.rules import AtEndRule, OpeningRule, WindowRule
from duban.workdays import (
    AwaitingNotice,
    Certainty,
    DayTable,
    Festivals,
    Step,
    TimeGrain,
    UnknownYear,
    WorkdayCalendar,
    add_period,
    holiday_stem,
)
from duban.workdays.steps import with_uncertainty

_LONGEST_HOLIDAY = 20
"""Slack in natural days: a holiday begins before its festival, and rest days lie in what is counted in working days."""
_REACH = timedelta(days=400)
"""No campaign opens longer before its window, or is longer."""


@dataclass(frozen=True)
class YearsWindow:
    """The days of a name in a year."""

    name: str  #: As the duty names it.
    first: date  #: The first of its days.
    last: date  #: The last of them, inclusive.
    awaited: bool  #: Whether these are only the usual days, until the year's notice comes.
    told: Step  #: Which days they are, and on which basis.
    ends: tuple[tuple[date, date], ...] = ()  #: The extremes a notice still to come may make of them.


class AroundDays(Cadence):
    """Once per unit and occurrence of a named day or window, before it, while it lasts or after it."""

    #: Festivals and windows of `calendar/festivals.yaml`; 假期 behind a festival means the rest days around it.
    names: tuple[str, ...] = Field(min_length=1)
    due: WindowRule = AtEndRule()  #: By the window's last day unless said.
    opens: OpeningRule = OpeningRule()  #: On the window's first day unless said.

    def occurrences(self, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
        """The occurrences that open from `first` to `last`, both inclusive, oldest first; keys like `2023-国庆假期`.

        Raises UnknownYear when a date that is needed lies past the calendar.
        """
        years = range((first - _REACH).year, (last + _REACH).year + 1)
        found = [
            each
            for year in years
            for each in _in_year(self, calendar, year, last)
            if first <= each.opens_on <= last
        ]
        return sorted(found, key=lambda each: (each.opens_on, each.first, each.period_key))

    def occurrence(self, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
        """The occurrence of this name, or None when the year has none. Raises UnknownYear outside the calendar."""
        year, _, _ = key.partition("-")
        if not year.isdecimal():
            return None
        found = _in_year(self, calendar, int(year), None)
        return next((each for each in found if each.period_key == key), None)

    def name_of_days(self, period_key: str) -> str | None:
        """The name of the window of an occurrence."""
        return period_key.partition("-")[2] or period_key


def waiting_for_notice(name: str, festivals: Festivals, first_year: int, last_year: int) -> bool:
    """Whether a window has no days in one of these years because its notice has not come."""
    if holiday_stem(name, festivals) is not None:
        return False
    try:
        for year in range(first_year, last_year + 1):
            festivals.named_window(name, year)
    except AwaitingNotice:
        return True
    return False


def windows(cadence: AroundDays, calendar: WorkdayCalendar, year: int) -> list[YearsWindow]:
    """The windows that begin in `year`, oldest first; two names for the same days are one."""
    found = [window for name in cadence.names if (window := _window(name, calendar, year)) is not None]
    found.sort(key=lambda window: (window.first, window.last, _festival_day(window.name, calendar, year)))
    return [next(same) for _, same in groupby(found, key=lambda window: (window.first, window.last))]


def _in_year(
    cadence: AroundDays, calendar: WorkdayCalendar, year: int, needed_until: date | None
) -> list[Occurrence]:
    """The occurrences of a year; those that need days past the calendar only if they may open by `needed_until`."""
    if year < calendar.first_day.year:
        return []
    if year > calendar.last_day.year:
        days = [_festival_day(name, calendar, year) for name in cadence.names]
        if needed_until is None or any(
            day - _earlier(cadence) <= needed_until for day in days if day != date.max
        ):
            raise UnknownYear(year, calendar)
        return []
    found = []
    for window in windows(cadence, calendar.nationwide, year):
        try:
            found.append(_occurrence(cadence, calendar, window, f"{year:04}-{window.name}"))
        except UnknownYear as missing:
            over = missing.year < calendar.first_day.year
            if not over and (needed_until is None or window.first - _earlier(cadence) <= needed_until):
                raise
    return found


def _earlier(cadence: AroundDays) -> timedelta:
    """No campaign of this cadence opens longer before its window begins."""
    before = cadence.opens.before
    days = before.amount * 7 // 5 if before and before.grain is TimeGrain.WORKDAY else 0
    if before and before.grain is not TimeGrain.WORKDAY:
        day = date(2024, 12, 31)
        days = (day - add_period(day, before, times=-1)).days
    return timedelta(days=days + _LONGEST_HOLIDAY)


def _occurrence(cadence: AroundDays, calendar: WorkdayCalendar, window: YearsWindow, key: str) -> Occurrence:
    arranged = calendar.nationwide
    span = NamedSpan(window.name, window.first, window.last)
    nominal = due_around(cadence.due, arranged, span).nominal
    opens_on = opens_around(cadence.opens, arranged, span, nominal)
    reckoning = on_own_calendar(calendar, lambda days: due_around(cadence.due, days, span), lambda: opens_on)
    ends = [due_around(cadence.due, arranged, NamedSpan(window.name, *days)) for days in window.ends]
    earliest = min(reckoning.earliest, *(end.earliest for end in ends), reckoning.deadline)
    latest = max(reckoning.latest, *(end.latest for end in ends), reckoning.deadline)
    safe = [day for each in (reckoning, *ends) for day in each.safe_days]
    told, spans = (window.told, *reckoning.steps), ((earliest, latest), (min(safe), max(safe)))
    reckoning = replace(
        reckoning,
        steps=with_uncertainty(told, arranged.official_until, reckoning.deadline, *spans),
        provisional=window.awaited or earliest != latest,
        earliest=earliest,
        latest=latest,
    )
    return Occurrence(key, opens_on, reckoning, window.first, window.last)


def _window(name: str, calendar: WorkdayCalendar, year: int) -> YearsWindow | None:
    festivals = calendar.festivals
    stem = holiday_stem(name, festivals)
    if stem is not None:
        return _holiday(name, festivals.festival_day(stem, year), calendar)
    try:
        first, last, certainty = festivals.named_window(name, year)
    except AwaitingNotice:
        return None
    known = {Certainty.OFFICIAL: "fixed", Certainty.ASSUMED: "usual", Certainty.AWAITING: "awaited"}
    notices = (
        span.notice
        for window in festivals.windows
        if name in (window.name, *window.aliases)
        for span in window.announced
        if span.from_.year == year
    )
    notice = next(notices, "")
    rule = f"notice|{notice}" if notice else f"rule|{known[certainty]}"
    return YearsWindow(name, first, last, certainty is Certainty.AWAITING, _told(name, first, last, rule))


def _holiday(name: str, day: date, calendar: WorkdayCalendar) -> YearsWindow | None:
    """The rest days around a festival."""
    if not calendar.first_day <= day <= calendar.last_day:
        return None
    first, last = _block(calendar, day)
    ends = tuple(
        {_block(table, day) for table in (calendar.if_all_work, calendar.if_all_rest)} - {(first, last)}
    )
    told = _told(name, first, last, "rule|reckoned" if ends else "rule|arrangement")
    return YearsWindow(name, first, last, False, told, ends)


def _block(table: DayTable, day: date) -> tuple[date, date]:
    """The rest days around a festival, in one arrangement of the year."""
    return (day, day) if table.is_workday(day) else table.rest_block(day)


def _told(name: str, first: date, last: date, rests_on: str) -> Step:
    return Step.of("window", first, rests_on, name=name, first=first, last=last)


def _festival_day(name: str, calendar: WorkdayCalendar, year: int) -> date:
    """The first of a name's own days: what orders two names that mean the same days."""
    stem = holiday_stem(name, calendar.festivals)
    try:
        return calendar.festivals.festival_day(stem or name, year)
    except AwaitingNotice:
        return date.max
