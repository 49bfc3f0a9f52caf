"""What stands in a cell, read the way the person meant it who typed it.

| written | read as |
|---|---|
| 2023-01-05, 2023/1/5, 2023.1.5, 2023、1、5, 2023年1月5日, 20230105, ２０２３－１－５, 二〇二三年一月五日, a date cell, 44931 (Excel's number for it) | 5 January 2023 |
| 2023-01, 2023年1月, 202301, 2023年1月份, 二〇二三年一月 | January 2023, where a month is asked for |
| 1,234, １２３４, 1234.0, 12件 | the number |
| a code turned into 9.135E+17 by a spreadsheet | refused: its last digits are lost |
| 2/3/2023, 23.1.5 | refused: which is the month? |
| 2023-09-30T17:00:00Z, 2023-09-30 17:00:00 +0000 | the day on which it is that moment in the project's zone |
| 2023.1, a number and no text | refused as a month: January, or October whose nought is gone? |
| 3月4日, 4-Mar, a date cell, as a code | refused: the spreadsheet made a date of it |
| 99.5%, where a number is asked for | refused: a share is no number of cases |
| /, —, 无, NULL, 空, 0000-00-00 | nothing |
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from duban.base import folding
from duban.base.language import say


class NotComputed:
    """Stands in a cell whose formula has no value: no spreadsheet has computed it."""

    __slots__ = ()


NOT_COMPUTED = NotComputed()
Value = NotComputed | str | int | float | date | datetime | time | timedelta | bool | None
"""What a cell may hold."""

EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_NOTHING = frozenset(
    (
        *(
            "-",
            "--",
            "---",
            "/",
            "//",
            "\\",
            "~",
            "*",
            "**",
            "***",
            "\\N",
            "无",
            "空",
            "空白",
            "暂无",
            "未填",
            "未填写",
        ),
        *(
            "不详",
            "未知",
            "无数据",
            "未录入",
            "(空)",
            "(空白)",
            "(无)",
            "NAN",
            "NAT",
            "NULL",
            "(NULL)",
            "<NULL>",
            "NONE",
        ),
        *(
            "NIL",
            "N/A",
            "NA",
            "UNDEFINED",
            "0000-00-00",
            "0000-00-0000:00:00",
            "1900-01-00",
            "1900/1/0",
            "1900-1-0",
        ),
    )
)
"""What people and programs write where there is nothing, folded as codes are."""
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
_MADE_A_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z]{3}(?:-\d{2,4})?|[A-Z]{3}-\d{1,2}")
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
_NUMBER = re.compile(r"([-+]?\d[\d,]*(?:\.\d+)?)\s*(%|[件次批家户人份场起元个辆台]?)")
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_LONGEST_NOTHING = max(map(len, _NOTHING)) + 1
_MOST_EXACT = 10**15
"""Excel keeps 15 digits of a number; the rest become zeros."""


class UnreadableCell(ValueError):
    """The cell cannot mean what its column needs; the text says why and how to write it."""


def tidy(text: str) -> str:
    """The text as a person sees it, without the marks by which a spreadsheet knows a text."""
    seen = folding.tidy(text)
    if seen[:1] not in ("=", "'"):
        return seen
    if seen.startswith('="') and seen.endswith('"') and len(seen) >= 3:  # how some systems keep leading zeros
        seen = seen[2:-1].strip()
    return seen.removeprefix("'").strip()


def is_nothing(value: Value) -> bool:
    """Whether a cell is empty, or holds a sign that says so."""
    if isinstance(value, str):
        return not value or (len(value) <= _LONGEST_NOTHING and _says_nothing(value))
    return value is None


@lru_cache(4_096)
def _says_nothing(text: str) -> bool:
    seen = tidy(text)
    return not seen or folding.fold_code(seen) in _NOTHING


def plain(text: str) -> str:
    """The text as it is compared: full-width letters and digits made half-width, no blanks at all."""
    seen = tidy(text)
    return "".join((seen if seen.isascii() else unicodedata.normalize("NFKC", seen)).split())


def read_text(value: Value) -> str:
    """The text of a cell for people to read, a number as it would be typed. Raises UnreadableCell."""
    match value:
        case None:
            return ""
        case bool():
            return say(zh="是" if value else "否", en="yes" if value else "no")
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case int() | float():
            return _typed(value)
        case NotComputed():
            raise UnreadableCell(
                say(
                    zh="公式没有算出的值，请用表格软件打开、重新保存，或改成数值",
                    en="the formula has no computed value: open the file in a spreadsheet and save it, or type the value",
                )
            )
    text = tidy(value)
    if text.upper() in EXCEL_ERRORS:
        raise UnreadableCell(
            say(zh=f"单元格是错误值 {text}", en=f"the cell holds the error {text}")
            + say(zh="，请改正公式或填上内容", en=", mend its formula or fill it in")
        )
    return text


def read_code(value: Value) -> str:
    """A code or a document's number, folded. Raises UnreadableCell when a spreadsheet made something else of it."""
    if isinstance(value, date | time | timedelta):
        raise _made_a_date(read_text(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _MOST_EXACT:
        raise _digits_lost(f"{value:.4E}")
    code = folding.fold_code(read_text(value))
    if _LOST_DIGITS.fullmatch(code):
        raise _digits_lost(code)
    if _MADE_A_DATE.fullmatch(code):
        raise _made_a_date(code)
    return code


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
    if isinstance(value, float) and re.fullmatch(r"(?:19|20)\d\d\.1", _typed(value)):
        raise UnreadableCell(
            say(
                zh=f"{_typed(value)} 是数字，说不清是 1 月还是 10 月（末尾的 0 会丢），请写成 {int(value)}-01 或 {int(value)}-10",
                en=f"{_typed(value)} is a number: January, or October without its nought? Write {int(value)}-01 or "
                f"{int(value)}-10",
            )
        )
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = _in_digits(plain(_typed(value) if not isinstance(value, str) else value).translate(_HYPHENS))
        found = _MONTH.fullmatch(text)
        if found:
            year, month = int(found[1] or found[3]), int(found[2] or found[4])
            if not 1 <= month <= 12:
                raise UnreadableCell(say(zh=f"没有这个月：{text}", en=f"there is no such month: {text}"))
            return _end_of_month(year, month)
    day = read_day(value, zone, since_1904=since_1904)
    return _end_of_month(day.year, day.month)


def read_number(value: Value) -> int | float:
    """The number in a cell. Raises UnreadableCell, for a share too: 99.5% is no number of cases."""
    number, share = _number(value)
    if share:
        text = read_text(value)
        raise UnreadableCell(
            say(zh=f"“{text}”是百分比，这里要写数量", en=f"“{text}” is a share; a number is wanted here")
        )
    return number


def read_share(value: Value) -> int | float:
    """The share in a cell: 99.5% is 0.995. Raises UnreadableCell."""
    return _number(value)[0]


def _number(value: Value) -> tuple[int | float, bool]:
    """The number in a cell, and whether it is written as a share."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (int(value) if value == int(value) else value), False
    text = plain(read_text(value))
    found = _NUMBER.fullmatch(text)
    try:
        if found is None:
            raise InvalidOperation
        number = Decimal(found[1].replace(",", ""))
    except InvalidOperation:
        raise UnreadableCell(say(zh=f"“{text}”不是数字", en=f"“{text}” is not a number")) from None
    share = found[2] == "%"
    number = number / 100 if share else number
    return (int(number) if number == int(number) else float(number)), share


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
    """A number below a hundred in Chinese numerals (二十一, 廿一, 〇八), in digits."""
    words = words.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = words.partition("十")
    if not ten:
        return words.translate(_DIGITS)
    return (tens.translate(_DIGITS) or "1") + (ones.translate(_DIGITS) or "0")


def _typed(number: float) -> str:
    """A number as a person would have typed it."""
    return str(int(number)) if number == int(number) else repr(number)


def _from_number(number: float, *, since_1904: bool) -> date:
    whole = int(number)
    since_1900 = whole + _DAYS_TO_1904 if since_1904 else whole
    if since_1900 in _SERIAL:
        return _EXCEL_DAY_ZERO + timedelta(days=since_1900)
    found = _COMPACT_DAY.fullmatch(str(whole))
    if found and whole == number:
        return _day(str(whole), *found.groups())
    raise _no_day(_typed(number))


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


def _digits_lost(shown: str) -> UnreadableCell:
    return UnreadableCell(
        say(
            zh=f"编号被表格软件当成了数字 {shown}，末尾几位已经丢失；请把这一列设为“文本”后重新填",
            en=f"the spreadsheet took the code for the number {shown} and lost its last digits; "
            "make the column text and fill it in again",
        )
    )


def _made_a_date(shown: str) -> UnreadableCell:
    return UnreadableCell(
        say(
            zh=f"编号被表格软件当成了日期 {shown}；请把这一列设为“文本”后重新填",
            en=f"the spreadsheet took the code for the date {shown}; make the column text and fill it in again",
        )
    )
