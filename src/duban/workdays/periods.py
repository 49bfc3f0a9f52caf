"""Periods of the civil calendar: days, working days, weeks, months, quarters and years.

民法典 arts. 200 to 204. Months and years are always added to the original anchor, never to an earlier result, so that
a month end does not drift (01-31 + 1 month = 02-28, + 2 months = 03-31).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import pendulum
from pydantic import Field

from duban.base.days import ONE_DAY, plain
from duban.base.language import say
from duban.base.numerals import NUMERAL, read_numeral
from duban.base.objections import WrongValue


class TimeGrain(StrEnum):
    """What a period is measured in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


MONTHS_IN = {TimeGrain.MONTH: 1, TimeGrain.QUARTER: 3, TimeGrain.HALF_YEAR: 6, TimeGrain.YEAR: 12}
DAYS_IN = {TimeGrain.DAY: 1, TimeGrain.WEEK: 7}

_CHINESE_GRAINS = {
    TimeGrain.MINUTE: ("分钟",),
    TimeGrain.HOUR: ("小时",),
    TimeGrain.DAY: ("日", "自然日", "天"),
    TimeGrain.WORKDAY: ("工作日",),
    TimeGrain.WEEK: ("周", "星期"),
    TimeGrain.MONTH: ("月",),
    TimeGrain.QUARTER: ("季度",),
    TimeGrain.HALF_YEAR: ("半年",),
    TimeGrain.YEAR: ("年",),
}
_CHINESE_FORM = {
    TimeGrain.MINUTE: "分钟",
    TimeGrain.HOUR: "小时",
    TimeGrain.DAY: "日",
    TimeGrain.WEEK: "周",
    TimeGrain.YEAR: "年",
    TimeGrain.HALF_YEAR: "个半年",
    TimeGrain.QUARTER: "个季度",
}
_GRAIN_OF_WORD = {word: grain for grain, words in _CHINESE_GRAINS.items() for word in words}
_ENGLISH = re.compile(r"(\d+) ?(minute|hour|working day|workday|day|week|month|quarter|half-year|year)s?")
_CHINESE = re.compile(
    rf"({NUMERAL}) ?个? ?(分钟|小时|工作日|自然日|日|天|周|星期|月|季度|半年|年)(?:之内|以内|内)?"
)
_MOST = 9999


def each_word(grain: TimeGrain) -> str:
    """How often, as people say it: 每季度, each quarter."""
    return say(zh=f"每{_CHINESE_GRAINS[grain][0]}", en=f"each {grain.value}")


@dataclass(frozen=True, order=True)
class Period:
    """A length of time as a rule states it: an amount, at least 1, of a grain."""

    amount: int  #: how many, at least 1
    #: of what; content in the ledger calls it `unit`
    grain: Annotated[TimeGrain, Field(alias="unit")]

    def __post_init__(self) -> None:
        """Refuse an empty or absurd period."""
        if not 1 <= self.amount <= _MOST:
            raise WrongValue(
                zh=f"期限必须在 1 到 {_MOST} 之间，不能是 {self.amount}",
                en=f"a period is 1 to {_MOST}, not {self.amount}",
            )

    def __str__(self) -> str:
        """`20个工作日`, or `20 workdays`, in the reader's language."""
        grain = _CHINESE_FORM.get(self.grain, f"个{_CHINESE_GRAINS[self.grain][0]}")
        return say(
            zh=f"{self.amount}{grain}", en=f"{self.amount} {self.grain}{'s' if self.amount > 1 else ''}"
        )


def parse_period(text: str, *, hours: bool = False) -> Period:
    """Read a period as the duty files write it: `1 month`, `20 workdays`, `一个月`, `7个工作日`, `90日`, `半年`.

    日 and 天 are natural days, 工作日 working days. `hours` allows `2小时` and `30分钟` too, where a moment is counted from
    and not a day. Raises ValueError saying which forms are allowed.
    """
    period = _parsed(text)
    if period.grain in (TimeGrain.MINUTE, TimeGrain.HOUR) and not hours:
        raise WrongValue(
            zh=f"“{text}”是按小时计的：只有紧急事项（urgent: 是）的 within 可以这样写",
            en=f"“{text}” is counted in hours: only `within` of an urgent duty is",
        )
    return period


def _parsed(text: str) -> Period:
    stripped = " ".join(text.split())
    if stripped in ("半年", "半年内"):
        return Period(1, TimeGrain.HALF_YEAR)
    english = _ENGLISH.fullmatch(stripped.lower())
    if english:
        word = english[2]
        return Period(
            _amount(english[1], text), TimeGrain.WORKDAY if word == "working day" else TimeGrain(word)
        )
    chinese = _CHINESE.fullmatch(stripped)
    if chinese:
        return Period(_amount(chinese[1], text), _GRAIN_OF_WORD[chinese[2]])
    raise _not_a_period(text)


def _amount(digits: str, text: str) -> int:
    if digits.isdecimal():
        return int(digits) if len(digits) <= 5 else _MOST + 1
    try:
        return read_numeral(digits)
    except ValueError:
        raise _not_a_period(text) from None


def _not_a_period(text: str) -> ValueError:
    return WrongValue(
        zh=f"看不懂的期限“{text}”，请写成“7个工作日”“90日”“两周”“一个月”“1个季度”“半年”“一年”，或 7 workdays、1 month",
        en=f"not a period: “{text}”; write 7 workdays, 90 days, 2 weeks, 1 month, 1 quarter, 1 half-year or 1 year",
    )


def add_months(anchor: date, months: int) -> date:
    """The corresponding day `months` civil months from `anchor`, or the month's last day where there is none.

    民法典 art. 202. No stickiness at month ends: 02-28 + 1 month = 03-28. Raises OverflowError past year 9999.
    """
    try:
        return plain(pendulum.date(anchor.year, anchor.month, anchor.day).add(months=months))
    except ValueError as error:
        raise OverflowError(months) from error


def add_period(anchor: date, period: Period, *, times: int = 1) -> date:
    """The nominal last day of `times` such periods counted from `anchor`, which itself is not counted.

    `times` may be negative: counted back. Natural units only; raises ValueError for working days, whose sum needs a
    calendar, and OverflowError past year 9999.
    """
    if period.grain in MONTHS_IN:
        return add_months(anchor, times * period.amount * MONTHS_IN[period.grain])
    if period.grain in DAYS_IN:
        return anchor + timedelta(days=times * period.amount * DAYS_IN[period.grain])
    raise WrongValue(zh="工作日要按工作日历数", en="working days are counted on a working calendar")


def year_window(day: date, *, strict_365: bool = False) -> tuple[date, date]:
    """The days that lie within one year (一年内) up to and including `day`.

    The corresponding day of the year before counts (民法典 arts. 202 and 1259): from D, one year runs through D + 1
    year inclusive. `strict_365` is the narrower reading, the 365 days that end with `day`. A window of facts is never
    moved by rest days.
    """
    if strict_365:
        return day - timedelta(days=364), day
    first = add_months(day, -12)
    if add_months(first, 12) < day:  # 02-29: the 28th of the year before has its own corresponding day
        first += ONE_DAY
    return first, day
