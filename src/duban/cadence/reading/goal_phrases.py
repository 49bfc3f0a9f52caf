"""Phrases of what is to be reached: 全年不少于6场, 每季度不低于99.5%, 2023年12月31日前 — and the same in English.

Each reader takes what a person wrote and gives a parsed value, or raises ValueError saying which forms it knows.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from duban.base.numerals import NUMERAL, read_numeral
from duban.base.objections import WrongValue
from duban.cadence.reading.spoken import (
    CHINESE_GRAINS,
    EN_GRAIN,
    ENGLISH_GRAINS,
    ZH_GRAIN,
    both,
    grain_named,
)
from duban.workdays import TimeGrain, period_span

_EACH = rf"(?:全(?P<whole>年|季度|月)|每个?(?P<grain>{ZH_GRAIN}))"
_AT_LEAST = "至少|不少于|不低于|达到|完成"
_PERCENT = r"(?P<percent>\d{1,4}(?:\.\d{1,6})?)[%％]"
_EN_EACH = rf"(?:a|an|per|each|every) (?P<grain>{EN_GRAIN})"


@dataclass(frozen=True)
class Goal:
    """So many in each period."""

    each: TimeGrain  #: Which period.
    at_least: int  #: The number.
    measure: str = ""  #: The word behind the number: 场, 期, 家.


@dataclass(frozen=True)
class Share:
    """A share to be reached in each period, or not to be passed."""

    each: TimeGrain  #: Which period.
    bound: Decimal  #: Exact: 0.995.
    at_least: bool = True  #: False: not to be passed.


@dataclass(frozen=True)
class Term:
    """The days a duty that is owed once lies in."""

    first: date  #: The first of them.
    last: date  #: By when.
    rolls: bool  #: Whether the last day was named itself, so that a rest day moves it.


def read_goal(value: object) -> Goal:
    """全年不少于6场, 每季度1期, 每月2次以上; 6 events a year, at least 2 per quarter."""
    if isinstance(value, Goal):
        return value
    text, english = both(value)
    if found := re.fullmatch(
        rf"{_EACH}(?:{_AT_LEAST})?(?P<n>{NUMERAL})(?P<measure>[^\d\s%％以]{{0,6}}?)(?:及?以上)?", text
    ):
        return _goal(_grain_of(found), read_numeral(found["n"]), found["measure"])
    if found := re.fullmatch(rf"(?:at least )?(?P<n>\d{{1,4}}) ?(?P<measure>[a-z ]*?) ?{_EN_EACH}", english):
        return _goal(_grain_of(found), int(found["n"]), found["measure"].strip())
    raise WrongValue(
        zh=f"看不懂的数量目标“{value}”，请写“全年不少于6场”“每季度1期”",
        en=f"not a number to reach: “{value}”; write “6 events a year” or “at least 2 per quarter”",
    )


def _goal(each: TimeGrain, at_least: int, measure: str) -> Goal:
    if at_least < 1:
        raise WrongValue(zh="目标是 0 等于没有目标", en="a goal of 0 is no goal")
    return Goal(each, at_least, measure)


def read_share(value: object) -> Share:
    """每季度不低于99.5%, 全年100%, 全年不高于5%; at least 99.5% each quarter, at most 5% a year."""
    if isinstance(value, Share):
        return value
    text, english = both(value)
    if found := re.fullmatch(
        rf"{_EACH}(?:{_AT_LEAST}|(?P<most>不高于|不超过|不多于|控制在))?{_PERCENT}(?:(?P<under>以内|以下)|及?以上)?",
        text,
    ):
        return Share(_grain_of(found), _bound(found), at_least=not (found["most"] or found["under"]))
    if found := re.fullmatch(rf"(?:at (?P<side>least|most) )?{_PERCENT} {_EN_EACH}", english):
        return Share(_grain_of(found), _bound(found), at_least=found["side"] != "most")
    raise WrongValue(
        zh=f"看不懂的比率目标“{value}”，请写“每季度不低于99.5%”“全年100%”“全年不高于5%”",
        en=f"not a share: “{value}”; write “at least 99.5% each quarter” or “at most 5% a year”",
    )


def _bound(found: re.Match[str]) -> Decimal:
    return Decimal(found["percent"]) / 100


def _grain_of(found: re.Match[str]) -> TimeGrain:
    parts = found.groupdict()
    if parts.get("whole"):
        return CHINESE_GRAINS[parts["whole"]]
    grain = grain_named(parts["grain"])
    return grain if grain is not None else ENGLISH_GRAINS[parts["grain"]]


def read_term(value: object) -> Term:
    """2023年12月31日前, 2023年底前, 2023年6月底前, 2023年上半年, 2023年第三季度; by 2023-12-31, in 2023, in 2023-Q3.

    `value` is as YAML gives it, a text or a date. Raises ValueError, in the reader's language, saying which
    forms there are.
    """
    if isinstance(value, Term):
        return value
    if isinstance(value, date):
        return _by(value)
    text, english = both(value)
    if found := re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:之?前|以前|止)?", text) or re.fullmatch(
        r"(?:by |before )?(\d{4})-(\d{2})-(\d{2})前?", english
    ):
        return _by(_day(value, *(int(part) for part in found.groups())))
    if found := re.fullmatch(r"(\d{4})年(?:(?:年?底|末|年末)(?:之?前)?|内|度|全年)?", text):
        return _in_period(value, found[1])
    if found := re.fullmatch(r"(\d{4})年(\d{1,2})月(?:份|底|末|内)?(?:之?前)?", text):
        return _in_period(value, f"{found[1]}-{int(found[2]):02}")
    if found := re.fullmatch(r"(\d{4})年第?([一二三四1-4])季度(?:内|末|底)?(?:之?前)?", text):
        return _in_period(value, f"{found[1]}-Q{read_numeral(found[2])}")
    if found := re.fullmatch(r"(\d{4})年([上下])半年(?:内|末|底)?(?:之?前)?", text):
        return _in_period(value, f"{found[1]}-H{'上下'.index(found[2]) + 1}")
    if found := re.fullmatch(r"(?:in |by the end of )(\d{4}(?:-(?:q[1-4]|h[12]|\d{2}))?)", english):
        return _in_period(value, found[1].upper())
    raise _not_a_term(value)


def _by(day: date) -> Term:
    return Term(date(day.year, 1, 1), day, rolls=True)


def _day(value: object, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise WrongValue(zh=f"没有“{value}”这一天", en=f"there is no day “{value}”") from None


def _in_period(value: object, key: str) -> Term:
    try:
        first, last = period_span(key)
    except ValueError:
        raise _not_a_term(value) from None
    return Term(first, last, rolls=False)


def _not_a_term(value: object) -> ValueError:
    return WrongValue(
        zh=f"看不懂的期限“{value}”，请写“2023年12月31日前”“2023年底前”“2023年第三季度”",
        en=f"not a time: “{value}”; write “by 2023-12-31”, “by the end of 2023” or “in 2023-Q3”",
    )
