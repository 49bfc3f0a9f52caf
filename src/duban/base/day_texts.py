"""The day that a text means, however people type it.

| written | read as |
|---|---|
| 2023-01-05, 2023/1/5, 2023.1.5, 2023、1、5, 2023年1月5日, 20230105, ２０２３－１－５, 二〇二三年一月五日 | 5 January 2023 |
| 2023年1月5日（星期四）, 周四 2023-1-5 | the same; refused where that day is another of the week |
| 2/3/2023, 23.1.5 | refused: which is the month? |
"""

import re
import unicodedata
from datetime import date

from duban.base.numerals import read_numeral
from duban.base.objections import Objection
from duban.base.weekdays import WEEKDAYS

_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPACT_DAY = r"(\d{4})(\d{2})(\d{2})"
_DAY = r"(\d{4})\s*([-/.年、。]|\s)\s*(\d{1,2})\s*([-/.月、。]|\s)\s*(\d{1,2})\s*([日号]?)"
_MARKS = " ;,.，。；、’‘`"
"""What a hurried hand leaves at the ends of a date."""
CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_IN_WORDS = re.compile(
    r"([\d〇○零一二三四五六七八九]{4})年([\d〇零一二三四五六七八九十]{1,3})月(?:份|([\d〇零一二三四五六七八九十廿卅]{1,3})([日号]))?"
)
_WEEKDAY = re.compile(r"[(\[]?(?:星期|周|礼拜)([一二三四五六日天])[)\]]?")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


class NoDay(Objection, ValueError):
    """The text is not one day for sure; what it says is for the person who wrote it."""


def read_day_text(text: str, *, behind: str = "") -> date:
    """The day a person wrote. `behind` is a pattern of what may follow it, a time of day. Raises NoDay."""
    if _PLAIN.fullmatch(text):
        return _day(text, text[:4], text[5:7], text[8:])
    seen = in_digits(text)
    if named := _WEEKDAY.search(seen):
        return _on_weekday(seen, named, behind)
    if found := re.fullmatch(_COMPACT_DAY + behind, seen):
        return _day(seen, found[1], found[2], found[3])
    found = re.fullmatch(_DAY + behind, seen)
    if found and _separators_agree(found[2], found[4], found[6]):
        return _day(seen, found[1], found[3], found[5])
    raise NoDay(zh=f"“{seen}”不是日期，请写成 2023-01-05", en=f"“{seen}” is not a date: write 2023-01-05")


def _on_weekday(text: str, named: re.Match[str], behind: str) -> date:
    day = read_day_text(text[: named.start()] + text[named.end() :], behind=behind)
    said, right = named[1].replace("天", "日"), WEEKDAYS[day.weekday()]
    if said != right:
        raise NoDay(
            zh=f"{day} 是星期{right}，写的却是星期{said}：日期和星期总有一个不对",
            en=f"{day:%d %B %Y} is a {day:%A}, “{text}” names another day of the week: one of the two is wrong",
        )
    return day


def in_digits(text: str) -> str:
    """The text half-width, without stray marks at its ends, a day or month in Chinese numerals written in digits."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).translate(_HYPHENS).strip(_MARKS)
    found = _IN_WORDS.fullmatch("".join(plain.split()))
    if found is None:
        return plain
    year, month, day, sign = found.groups()
    written = f"{year.translate(CHINESE_DIGITS)}年{_counted(month)}月"
    return written if day is None else f"{written}{_counted(day)}{sign}"


def _counted(words: str) -> str:
    """A number below a hundred in Chinese numerals (二十一, 廿一, 〇八), in digits; what is none, as it is."""
    if words.isascii():
        return words
    try:
        return str(read_numeral(words))
    except ValueError:
        return words


def _separators_agree(first: str, second: str, last: str) -> bool:
    if first == "年" or second == "月":
        return (first, second) == ("年", "月")
    return first == second and not last


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoDay(zh=f"没有这一天：{text}", en=f"there is no such day: {text}") from None
