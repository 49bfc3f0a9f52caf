"""The day or the month that a cell means, however it is written.

| written | read as |
|---|---|
| as `duban.base.day_texts` reads it, with or without a time of day (20230901083000 too); a date cell; 44931 (Excel's number for it) | 5 January 2023 |
| 2023-01, 2023年1月, 202301, 2023年1月份, 二〇二三年一月 | January 2023, where a month is asked for |
| 2023-09-30T17:00:00Z, 2023-09-30 17:00:00 +0000 | the day on which it is that moment in the project's zone |
| 2023.1, a number, or in a text file, which knows no numbers from texts | refused as a month: January, or October whose nought is gone? |
"""

import calendar
import re
from datetime import date, datetime, timedelta, timezone, tzinfo

from duban.base.day_texts import NoDay, in_digits, read_day_text
from duban.importing.spellings import UnreadableCell, Value, plain, read_text, typed

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
"""Workbooks that count from 1904 (old Macintosh ones) are so many days behind the others."""
_SERIAL = range(18264, 73051)
"""Excel's numbers for 1950-01-01 to 2099-12-31: outside them a bare number is no date."""
_CLOCK = (
    r"(?:\s*[上下]午|[T\s]*(?:[上下]午|[AP]M)?\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?"
    r"\s*(?:[AP]M)?)?"
)
_MOMENT = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*"
    r"(?:(Z|UTC|GMT)|(?:UTC|GMT)?([+-])(\d{2}):?(\d{2}))",
    re.IGNORECASE,
)
"""A moment that says its zone."""
_COMPACT = re.compile(r"(?:19|20)\d{6}(?:[01]\d|2[0-3])(?:[0-5]\d){1,2}")
"""A day with its time of day in digits alone: 20230901083000."""
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月份?)?|(\d{4})(\d{2})")
_LOST_NOUGHT = re.compile(r"((?:19|20)\d\d)\.1")


def read_day(value: Value, zone: tzinfo, *, since_1904: bool = False) -> date:
    """The day a cell means. Raises UnreadableCell for anything that is not one day for sure.

    The day of a moment that says its zone is the one in `zone`. `since_1904` is the workbook's own way of counting days.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, since_1904=since_1904)
    text = in_digits(read_text(value))
    if moment := _MOMENT.fullmatch(text):
        return _day_of_moment(text, moment, zone)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_number(float(text), since_1904=since_1904)
    return _written(text[:8] if _COMPACT.fullmatch(text) else text, behind=_CLOCK)


def _written(text: str, *, behind: str = "") -> date:
    try:
        return read_day_text(text, behind=behind)
    except NoDay as error:
        raise UnreadableCell(str(error)) from None


def read_month(value: Value, zone: tzinfo, *, since_1904: bool = False, untyped: bool = False) -> date:
    """The last day of the month a cell means: what a monthly tally is dated by.

    `untyped`: the cell stands in a text file, where 2023.1 may be a number too. Raises UnreadableCell.
    """
    text = ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = in_digits(plain(value if isinstance(value, str) else typed(value)))
        if (untyped or isinstance(value, float)) and (lost := _LOST_NOUGHT.fullmatch(text)):
            year = lost[1]
            raise UnreadableCell(
                zh=f"{text} 说不清是 1 月还是 10 月（数字末尾的 0 会丢），请写成 {year}-01 或 {year}-10",
                en=f"{text}: January, or October without its nought? Write {year}-01 or {year}-10",
            )
        found = _MONTH.fullmatch(text)
        if found:
            year, month = int(found[1] or found[3]), int(found[2] or found[4])
            if not 1 <= month <= 12:
                raise UnreadableCell(zh=f"没有这个月：{text}", en=f"there is no such month: {text}")
            return _end_of_month(year, month)
    try:
        day = read_day(value, zone, since_1904=since_1904)
    except UnreadableCell:
        if not text:
            raise
        raise UnreadableCell(
            zh=f"“{text}”不是哪一年的哪个月，请写成 2023-01",
            en=f"“{text}” is no month of a year: write it like 2023-01",
        ) from None
    return _end_of_month(day.year, day.month)


def _day_of_moment(text: str, found: re.Match[str], zone: tzinfo) -> date:
    year, month, day, hour, minute, second, _, sign, hours, minutes = found.groups()
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        of = timezone(-ahead if sign == "-" else ahead)
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=of
        )
        return moment.astimezone(zone).date()
    except (ValueError, OverflowError):
        raise UnreadableCell(zh=f"没有这一刻：{text}", en=f"there is no such moment: {text}") from None


def _from_number(number: float, *, since_1904: bool) -> date:
    whole = int(number)
    since_1900 = whole + _DAYS_TO_1904 if since_1904 else whole
    if since_1900 in _SERIAL:
        return _EXCEL_DAY_ZERO + timedelta(days=since_1900)
    return _written(str(whole) if whole == number else typed(number))


def _end_of_month(year: int, month: int) -> date:
    try:
        return date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise UnreadableCell(zh=f"没有这一年：{year}", en=f"there is no such year: {year}") from None
