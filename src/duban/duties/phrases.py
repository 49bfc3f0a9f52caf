"""Phrases of the duty files: 每季度, 季度结束后10个工作日内, 当月最后一个工作日 — and the same in English.

Each reader takes what a person wrote and gives a parsed value, or raises ValueError saying which forms it knows.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from duban.duties.cadences import AfterEnd, AfterStart, AtEnd, DueRule, NthWorkday, OnDay, Opens
from duban.language import say
from duban.workdays import Period, Unit, parse_period
from duban.workdays.numerals import from_chinese

_CHINESE_UNITS = {
    "年度": Unit.YEAR,
    "年": Unit.YEAR,
    "半年": Unit.HALF_YEAR,
    "季度": Unit.QUARTER,
    "季": Unit.QUARTER,
    "月份": Unit.MONTH,
    "月": Unit.MONTH,
    "星期": Unit.WEEK,
    "周": Unit.WEEK,
    "日": Unit.DAY,
    "天": Unit.DAY,
}
_ENGLISH_UNITS = {unit.value: unit for unit in Unit if unit is not Unit.WORKDAY}
_ZH_UNIT = "年度|年|半年|季度|季|月份|月|星期|周|日|天"
_EN_UNIT = "year|half-year|quarter|month|week|day"
_ZH_NUMBER = r"(?:\d{1,4}|[一二两三四五六七八九十百]{1,6})"
_SPAN = rf"(?:每个?|当|本)?(?P<unit>{_ZH_UNIT}|周期|期)"
_NEXT = rf"(?P<next>次|翌|下个?|下一个?)(?P<unit>{_ZH_UNIT})"
_THE = rf"(?:the )?(?P<next>next )?(?P<unit>{_EN_UNIT}|period)"
_WITHIN = "(?:之内|以内|内)?"
_BY = "(?:之前|以前|前)?"


@dataclass(frozen=True)
class Rhythm:
    """How often, and how long the work takes within the period where that is said: 每月一周."""

    every: Unit
    lasting: Period | None = None


@dataclass(frozen=True)
class PhrasedDue:
    """A due rule as it was phrased: `unit` is the period it speaks of, None when it just says 周期; `period` alone
    when only a length was given, counted from whatever the cadence counts from.
    """

    rule: DueRule | None
    unit: Unit | None = None
    period: Period | None = None


@dataclass(frozen=True)
class PhrasedOpens:
    """When an occurrence opens, and the period the phrase speaks of."""

    opens: Opens
    unit: Unit | None = None


def read_rhythm(value: Any) -> Rhythm:
    """季度, 每季度, quarter; 每月一周, one week a month."""
    if isinstance(value, Rhythm):
        return value
    text, english = _both(value)
    if found := re.fullmatch(rf"(?:每个?)?({_ZH_UNIT})(?:(?:开展)?一次)?|一个?({_ZH_UNIT})一次", text):
        return Rhythm(_CHINESE_UNITS[found[1] or found[2]])
    if found := re.fullmatch(rf"每个?({_ZH_UNIT})({_ZH_NUMBER}个?(?:{_ZH_UNIT}|工作日))", text):
        return _lasting(value, _CHINESE_UNITS[found[1]], found[2])
    if found := re.fullmatch(rf"(?:every |each |once a |once per )?({_EN_UNIT})", english):
        return Rhythm(_ENGLISH_UNITS[found[1]])
    if found := re.fullmatch(rf"(\w+) ({_EN_UNIT}|workday)s? (?:a|an|per|every|each) ({_EN_UNIT})", english):
        return _lasting(value, _ENGLISH_UNITS[found[3]], f"{_english_number(found[1])} {found[2]}")
    raise ValueError(
        say(
            zh=f"看不懂的频次“{value}”，请写每年、每半年、每季度、每月、每周、每日，或每月一周",
            en=f"not a rhythm: “{value}”; write year, half-year, quarter, month, week, day, or one week a month",
        )
    )


def read_due(value: Any) -> PhrasedDue:
    """A due rule of a period, or a bare length such as 20个工作日."""
    if isinstance(value, PhrasedDue):
        return value
    text, english = _both(value)
    due = _chinese_due(text) or _english_due(english)
    if due:
        return due
    try:
        return PhrasedDue(None, None, parse_period(str(value)))
    except ValueError:
        raise ValueError(
            say(
                zh=f"看不懂的期限“{value}”，请写“季度结束后10个工作日内”“每年1月31日前”“次月5日前”“当月最后一个工作日”"
                "“季度末”，从事实算起的写“20个工作日”",
                en=f"not a due rule: “{value}”; write “10 workdays after the quarter ends”, “by 01-31”, "
                "“by day 5 of the next month”, “last workday of the month”, “quarter end”, "
                "or “20 workdays” when it counts from a fact",
            )
        ) from None


def read_opens(value: Any) -> PhrasedOpens:
    """季度开始, 季度结束后, 季度开始前10个工作日, 到期前20个工作日."""
    if isinstance(value, PhrasedOpens):
        return value
    text, english = _both(value)
    patterns = (
        (rf"{_SPAN}(?:开始时?|初|第一天)", text, "start"),
        (rf"{_SPAN}(?:结束|终了)(?:之?后|时)?", text, "end"),
        (rf"{_SPAN}开始前(?P<period>.+)", text, "start"),
        (r"(?:到期|应办日?|期满)前(?P<period>.+)", text, "due"),
        (rf"(?:at )?{_THE} (?:start|begin)s?", english, "start"),
        (rf"(?:at |after )?{_THE} ends?", english, "end"),
        (rf"(?P<period>.+) before {_THE} (?:starts|begins)", english, "start"),
        (r"(?P<period>.+) before (?:it is |the )?due(?: day)?", english, "due"),
    )
    for pattern, spoken, anchor in patterns:
        if found := re.fullmatch(pattern, spoken):
            parts = found.groupdict()
            before = parse_period(parts["period"]) if "period" in parts else None
            opens = Opens.model_validate({"anchor": anchor, "before": before})
            return PhrasedOpens(opens, _unit(parts.get("unit")))
    raise ValueError(
        say(
            zh=f"看不懂的开办时间“{value}”，请写“季度开始”“季度结束后”“季度开始前10个工作日”或“到期前20个工作日”",
            en=f"not an opening: “{value}”; write “quarter start”, “quarter end”, "
            "“10 workdays before the quarter starts” or “20 workdays before due”",
        )
    )


def read_period(value: Any) -> Period:
    """A length of time: 一个月, 20个工作日, 1 year."""
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004  pydantic wants a ValueError
            say(
                zh=f"“{value}”缺少单位，请写成“{value}个工作日”“{value}日”或“{value}个月”",
                en=f"“{value}” has no unit: write {value} workdays, {value} days or {value} months",
            )
        )
    return parse_period(value)


def read_streak(value: Any) -> Period:
    """A run of calendar periods: 连续3个季度, 3 quarters."""
    if isinstance(value, str):
        value = "".join(value.split()).removeprefix("连续") if not value.isascii() else value
    return read_period(value)


def read_times_a_year(value: Any) -> int:
    """2, 2次, 每年至少2次, once a year, twice a year, 2 times a year."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text, english = _both(value)
    if found := re.fullmatch(rf"(?:每年)?(?:至少|不少于)?({_ZH_NUMBER})次(?:以上)?", text):
        return _number(found[1])
    if found := re.fullmatch(r"(?:at least )?(once|twice|(\d{1,3}) times)(?: a year)?", english):
        return int(found[2]) if found[2] else {"once": 1, "twice": 2}[found[1]]
    raise ValueError(
        say(
            zh=f"看不懂的次数“{value}”，请写 2 或“每年2次”",
            en=f"not a number of times: “{value}”; write 2 or twice a year",
        )
    )


def _both(value: Any) -> tuple[str, str]:
    """The text without any space, for Chinese, and in small letters with single spaces, for English."""
    text = value if isinstance(value, str) else str(value)
    return "".join(text.split()), " ".join(text.lower().split())


def _unit(word: str | None) -> Unit | None:
    if word is None:
        return None
    return _CHINESE_UNITS.get(word) or _ENGLISH_UNITS.get(word)


def _number(digits: str) -> int:
    try:
        return int(digits) if digits.isdecimal() else from_chinese(digits)
    except ValueError:
        raise ValueError(say(zh=f"看不懂的数字“{digits}”", en=f"not a number: “{digits}”")) from None


def _english_number(word: str) -> str:
    return {"one": "1", "a": "1", "two": "2", "three": "3"}.get(word, word)


def _lasting(value: Any, every: Unit, length: str) -> Rhythm:
    lasting = parse_period(length)
    order = list(Unit)
    if order.index(lasting.unit) >= order.index(every):
        raise ValueError(
            say(zh=f"“{value}”里的时长比周期还长", en=f"the work in “{value}” lasts longer than its period")
        )
    return Rhythm(every, lasting)


def _chinese_due(text: str) -> PhrasedDue | None:
    if found := re.fullmatch(rf"{_SPAN}(?:结束|终了)(?:之?后)(?P<period>.+?){_WITHIN}", text):
        return PhrasedDue(AfterEnd(period=parse_period(found["period"])), _unit(found["unit"]))
    if found := re.fullmatch(rf"{_SPAN}(?:开始(?:之?后|起)|初)(?P<period>.+?){_WITHIN}", text):
        return PhrasedDue(AfterStart(period=parse_period(found["period"])), _unit(found["unit"]))
    if found := re.fullmatch(rf"{_SPAN}(?:末|底|结束|终了)(?:之?前|以前)?", text):
        return PhrasedDue(AtEnd(), _unit(found["unit"]))
    if found := re.fullmatch(rf"{_SPAN}(?P<back>最后|倒数)?第?(?P<n>{_ZH_NUMBER})个工作日{_BY}", text):
        n = _number(found["n"])
        return PhrasedDue(NthWorkday(n=-n if found["back"] else n), _unit(found["unit"]))
    year = r"(?P<next>次年|翌年|下一?年)?(?:每年|当年|本年)?"
    if found := re.fullmatch(rf"{year}(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日|末|底){_BY}", text):
        month = int(found["month"])
        day = int(found["day"]) if found["day"] else 31
        if found["day"]:
            _exists(month, day)
        return PhrasedDue(_on_day(month, day, later=bool(found["next"])), Unit.YEAR)
    month_of = r"(?:第?(?P<month>[一二三四五六1-6首])个?月)?"
    for span in (_NEXT, _SPAN):
        if found := re.fullmatch(rf"{span}(?:的)?{month_of}(?P<day>\d{{1,2}})日{_BY}", text):
            month = {"首": 1}.get(found["month"]) or _number(found["month"]) if found["month"] else 1
            rule = _on_day(month, int(found["day"]), later=span is _NEXT)
            return PhrasedDue(rule, _unit(found["unit"]))
    return None


def _english_due(text: str) -> PhrasedDue | None:
    if found := re.fullmatch(rf"(?:within )?(?P<period>.+) after {_THE} ends", text):
        return PhrasedDue(AfterEnd(period=parse_period(found["period"])), _unit(found["unit"]))
    if found := re.fullmatch(rf"(?:within )?(?P<period>.+) after {_THE} (?:begins|starts)", text):
        return PhrasedDue(AfterStart(period=parse_period(found["period"])), _unit(found["unit"]))
    if found := re.fullmatch(
        rf"(?:by )?(?:{_THE} end|(?:the )?end of {_THE.replace('?P<next>', '').replace('?P<unit>', '?P<of>')})",
        text,
    ):
        return PhrasedDue(AtEnd(), _unit(found["unit"] or found["of"]))
    if found := re.fullmatch(
        rf"(?:by )?(?:the )?(?:(?P<last>last) workday|workday (?P<n>\d+)) of {_THE}", text
    ):
        n = -1 if found["last"] else int(found["n"])
        return PhrasedDue(NthWorkday(n=n), _unit(found["unit"]))
    if found := re.fullmatch(r"by (?P<month>\d{2})-(?P<day>\d{2})(?P<next> of the next year)?", text):
        _exists(int(found["month"]), int(found["day"]))
        rule = _on_day(int(found["month"]), int(found["day"]), later=bool(found["next"]))
        return PhrasedDue(rule, Unit.YEAR)
    if found := re.fullmatch(rf"by day (?P<day>\d+) (?:of month (?P<month>\d) )?of {_THE}", text):
        rule = _on_day(int(found["month"] or 1), int(found["day"]), later=bool(found["next"]))
        return PhrasedDue(rule, _unit(found["unit"]))
    return None


def _exists(month: int, day: int) -> None:
    """Refuse a day that does not come every year."""
    if not 1 <= month <= 12:
        raise ValueError(say(zh=f"没有{month}月", en=f"there is no month {month}"))
    try:
        date(2023, month, day)
    except ValueError:
        raise ValueError(
            say(
                zh=f"{month}月{day}日不是每年都有的日子，月底请写“{month}月末”",
                en=f"{month:02}-{day:02} does not come every year",
            )
        ) from None


def _on_day(month: int, day: int, *, later: bool) -> OnDay:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(say(zh=f"没有第{month}个月第{day}日", en=f"there is no day {day} of month {month}"))
    return OnDay(month=month, day=day, next=later)
