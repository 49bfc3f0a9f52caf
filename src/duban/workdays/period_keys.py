"""Names of calendar periods: `2026`, `2026-H1`, `2026-Q3`, `2026-07`, `2026-W31`, `2026-07-05`.

Every day lies in exactly one period of each grain; weeks are ISO weeks (Monday to Sunday, named after the year of
their Thursday).
"""

import re
from calendar import month_name
from datetime import date

import pendulum

from duban.base.day_texts import CHINESE_DIGITS, in_digits
from duban.base.days import ONE_DAY, plain
from duban.base.language import say
from duban.base.numerals import to_chinese
from duban.base.objections import WrongValue
from duban.workdays.english_names import english_window
from duban.workdays.periods import MONTHS_IN, TimeGrain
from duban.workdays.visit_keys import VisitKey

_SPOKEN = re.compile(
    r"([\d〇○零一二三四五六七八九]{4})"
    r"(?:年度?\s*(?:全年)?|(?:[-/.]|年度?\s*)(?:(\d{1,2})(?:月份?)?|(?:第?([1-4一二三四])季度?|([上下])半年))|(?:-|年)?Q([1-4]))"
)
_KEY = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|W(?P<week>\d\d)|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?"
)
_WINDOW = re.compile(r"(\d{4})-([^\W\d].*)")

ONCE = "once"
"""The key of what is owed once, which has no period."""


def period_key(day: date, grain: TimeGrain) -> str:
    """The name of the period of `grain` that `day` lies in. Working days have no periods: ValueError."""
    match grain:
        case TimeGrain.DAY:
            return f"{day.year:04}-{day.month:02}-{day.day:02}"
        case TimeGrain.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case TimeGrain.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case TimeGrain.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case TimeGrain.HALF_YEAR:
            return f"{day.year:04}-H{(day.month + 5) // 6}"
        case TimeGrain.YEAR:
            return f"{day.year:04}"
    raise _no_period()


def period_meant(text: str) -> str:
    """The name of the period that people call so: 2023年8月, 二〇二三年第三季度, 2023/8, 2023年上半年; any other text as it is."""
    seen = "".join(in_digits(text).split()).upper()
    if _KEY.fullmatch(seen):
        return seen
    found = _SPOKEN.fullmatch(seen)
    if found is None:
        return text
    year, month, quarter, half, lettered = found.groups()
    year = year.translate(CHINESE_DIGITS)
    if month:
        return f"{year}-{int(month):02}"
    if quarter or lettered:
        return f"{year}-Q{(quarter or lettered).translate(CHINESE_DIGITS)}"
    return f"{year}-H{'上下'.index(half) + 1}" if half else year


def period_beside(key: str) -> str:
    """The same beside what is owed, in a list or a heading: what is owed once has no period."""
    return "" if key == ONCE else period_word(key)


def period_word(key: str) -> str:
    """A period as people read it: 2026年三季度, 2026年第2次（共4次）, 2026年国庆假期, 一次性; a single day as it is.

    `key` is a period's key as the ledger has it; what is none (a fact's number) comes back as it is.
    """
    visit = VisitKey.parse(key)
    if visit is not None:
        return visit.in_words
    if key == ONCE:
        return say(zh="一次性", en="once")
    found = _KEY.fullmatch(key)
    if found is None:
        window = _WINDOW.fullmatch(key)
        return _window_word(*window.groups()) if window else key
    year = found["year"]
    if found["day"]:
        return key
    if found["half"]:
        half = int(found["half"])
        return say(zh=f"{year}年{'上下'[half - 1]}半年", en=f"{('first', 'second')[half - 1]} half of {year}")
    if found["quarter"]:
        return say(zh=f"{year}年{to_chinese(int(found['quarter']))}季度", en=f"Q{found['quarter']} {year}")
    if found["week"]:
        return say(zh=f"{year}年第{int(found['week'])}周", en=f"week {int(found['week'])} of {year}")
    if found["month"]:
        month = int(found["month"])
        return say(zh=f"{year}年{month}月", en=f"{month_name[month]} {year}" if 1 <= month <= 12 else key)
    return say(zh=f"{year}年", en=year)


def _window_word(year: str, name: str) -> str:
    return say(zh=f"{year}年{name}", en=f"{english_window(name)} {year}")


def period_span(key: str) -> tuple[date, date]:
    """The first and the last day of a named period, both inclusive. Raises ValueError for anything else."""
    found = _KEY.fullmatch(key)
    try:
        if found:
            return _span(found)
    except ValueError:
        pass
    raise WrongValue(
        zh=f"看不懂的周期“{key}”，请写成 2026、2026-H1、2026-Q3、2026-07、2026-W31 或 2026-07-05",
        en=f"not a period: “{key}”; write 2026, 2026-H1, 2026-Q3, 2026-07, 2026-W31 or 2026-07-05",
    )


def period_around(day: date, grain: TimeGrain) -> tuple[date, date]:
    """The first and the last day of the period of `grain` that `day` lies in, both inclusive.

    Working days have no periods: ValueError.
    """
    match grain:
        case TimeGrain.DAY:
            return day, day
        case TimeGrain.WEEK:
            monday = day - day.weekday() * ONE_DAY
            return monday, monday + 6 * ONE_DAY
    if grain not in MONTHS_IN:
        raise _no_period()
    return _civil(day.year, grain, (day.month - 1) // MONTHS_IN[grain] + 1)


def periods_between(grain: TimeGrain, first: date, last: date) -> list[str]:
    """The keys of all periods of `grain` that share at least one day with `first`..`last`, oldest first."""
    keys: list[str] = []
    day = first
    while day <= last:
        key = period_key(day, grain)
        keys.append(key)
        day = period_span(key)[1] + ONE_DAY
    return keys


def _no_period() -> ValueError:
    return WrongValue(zh="工作日不是周期", en="a working day is not a calendar period")


def _span(found: re.Match[str]) -> tuple[date, date]:
    year = int(found["year"])
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return day, day
    if found["week"]:
        monday = date.fromisocalendar(year, int(found["week"]), 1)
        return monday, monday + 6 * ONE_DAY
    for name, grain in (
        ("month", TimeGrain.MONTH),
        ("quarter", TimeGrain.QUARTER),
        ("half", TimeGrain.HALF_YEAR),
    ):
        if found[name]:
            return _civil(year, grain, int(found[name]))
    return _civil(year, TimeGrain.YEAR, 1)


def _civil(year: int, grain: TimeGrain, number: int) -> tuple[date, date]:
    last_month = pendulum.date(year, number * MONTHS_IN[grain], 1)
    first = last_month.subtract(months=MONTHS_IN[grain] - 1)
    return plain(first), plain(last_month.end_of("month"))
