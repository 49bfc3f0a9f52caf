"""The day or the month that a cell means, however it is written.

| written | read as |
|---|---|
| 2023-01-05, 2023/1/5, 2023.1.5, 2023、1、5, 2023年1月5日, 20230105, ２０２３－１－５, 二〇二三年一月五日, a date cell, 44931 (Excel's number for it) | 5 January 2023 |
| 2023-01, 2023年1月, 202301, 2023年1月份, 二〇二三年一月 | January 2023, where a month is asked for |
| 2/3/2023, 23.1.5 | refused: which is the month? |
| 2023-09-30T17:00:00Z, 2023-09-30 17:00:00 +0000 | the day on which it is that moment in the project's zone |
| 2023.1, a number and no text | refused as a month: January, or October whose nought is gone? |
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone, tzinfo

from duban.base.language import say
from duban.base.numerals import read_numeral
from duban.importing.spellings import UnreadableCell, Value, plain, read_text, typed

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
"""Workbooks that count from 1904 (old Macintosh ones) are so many days behind the others."""
_SERIAL = range(18264, 73051)
"""Excel's numbers for 1950-01-01 to 2099-12-31: outside them a bare number is no date."""
_CLOCK = (
    r"(?:[T\s]*(?:[上下]午|[AP]M)?\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?"
    r"\s*(?:[AP]M)?)?"
)
_MOMENT = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*"
    r"(?:(Z|UTC|GMT)|(?:UTC|GMT)?([+-])(\d{2}):?(\d{2}))",
    re.IGNORECASE,
)
"""A moment that says its zone."""
_DAY = re.compile(
    rf"(\d{{4}})\s*([-/.年、。]|\s)\s*(\d{{1,2}})\s*([-/.月、。]|\s)\s*(\d{{1,2}})\s*([日号]?){_CLOCK}"
)
_COMPACT_DAY = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月份?)?|(\d{4})(\d{2})")
_MARKS = " ;,，。；、’‘`"
"""What a hurried hand leaves at the ends of a date."""
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_IN_WORDS = re.compile(
    r"([\d〇○零一二三四五六七八九]{4})年([\d〇零一二三四五六七八九十]{1,3})月(?:份|([\d〇零一二三四五六七八九十廿卅]{1,3})([日号]))?"
)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


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
    text = _folded(value).strip(_MARKS)
    if moment := _MOMENT.fullmatch(text):
        return _day_of_moment(text, moment, zone)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_number(float(text), since_1904=since_1904)
    found = _COMPACT_DAY.fullmatch(text)
    if found:
        return _day(text, *found.groups())
    found = _DAY.fullmatch(text)
    if found and _separators_agree(found[2], found[4], found[6]):
        return _day(text, found[1], found[3], found[5])
    raise _no_day(text)


def read_month(value: Value, zone: tzinfo, *, since_1904: bool = False) -> date:
    """The last day of the month a cell means: what a monthly tally is dated by. Raises UnreadableCell."""
    if isinstance(value, float) and re.fullmatch(r"(?:19|20)\d\d\.1", typed(value)):
        raise UnreadableCell(
            say(
                zh=f"{typed(value)} 是数字，说不清是 1 月还是 10 月（末尾的 0 会丢），请写成 {int(value)}-01 或 {int(value)}-10",
                en=f"{typed(value)} is a number: January, or October without its nought? Write {int(value)}-01 or "
                f"{int(value)}-10",
            )
        )
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = _in_digits(plain(typed(value) if not isinstance(value, str) else value).translate(_HYPHENS))
        found = _MONTH.fullmatch(text)
        if found:
            year, month = int(found[1] or found[3]), int(found[2] or found[4])
            if not 1 <= month <= 12:
                raise UnreadableCell(say(zh=f"没有这个月：{text}", en=f"there is no such month: {text}"))
            return _end_of_month(year, month)
    day = read_day(value, zone, since_1904=since_1904)
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
        raise UnreadableCell(say(zh=f"没有这一刻：{text}", en=f"there is no such moment: {text}")) from None


def _folded(value: Value) -> str:
    text = read_text(value)
    return _in_digits(" ".join(unicodedata.normalize("NFKC", text).split()).translate(_HYPHENS))


def _in_digits(text: str) -> str:
    """A day or month written with Chinese numerals, in digits; any other text as it is."""
    found = _IN_WORDS.fullmatch("".join(text.split()))
    if found is None:
        return text
    year, month, day, sign = found.groups()
    written = f"{year.translate(_DIGITS)}年{_counted(month)}月"
    return written if day is None else f"{written}{_counted(day)}{sign}"


def _counted(words: str) -> str:
    """A number below a hundred in Chinese numerals (二十一, 廿一, 〇八), in digits; what is none, as it is."""
    if words.isascii():
        return words
    try:
        return str(read_numeral(words))
    except ValueError:
        return words


def _from_number(number: float, *, since_1904: bool) -> date:
    whole = int(number)
    since_1900 = whole + _DAYS_TO_1904 if since_1904 else whole
    if since_1900 in _SERIAL:
        return _EXCEL_DAY_ZERO + timedelta(days=since_1900)
    found = _COMPACT_DAY.fullmatch(str(whole))
    if found and whole == number:
        return _day(str(whole), *found.groups())
    raise _no_day(typed(number))


def _separators_agree(first: str, second: str, last: str) -> bool:
    if first == "年" or second == "月":
        return (first, second) == ("年", "月")
    return first == second and not last


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableCell(say(zh=f"没有这一天：{text}", en=f"there is no such day: {text}")) from None


def _end_of_month(year: int, month: int) -> date:
    try:
        return date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise UnreadableCell(say(zh=f"没有这一年：{year}", en=f"there is no such year: {year}")) from None


def _no_day(text: str) -> UnreadableCell:
    return UnreadableCell(
        say(zh=f"“{text}”不是日期，请写成 2023-01-05", en=f"“{text}” is not a date: write 2023-01-05")
    )
