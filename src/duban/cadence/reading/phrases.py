"""Phrases of the duty files: 每季度, 季度结束后10个工作日内, 当月最后一个工作日 — and the same in English.

Each reader takes what a person wrote and gives a parsed value, or raises ValueError saying which forms it knows.
"""

import re
from dataclasses import dataclass

from duban.base.numerals import NUMERAL, read_numeral
from duban.base.objections import WrongValue
from duban.cadence.reading.spoken import (
    CHINESE_GRAINS,
    EN_GRAIN,
    ENGLISH_GRAINS,
    ZH_GRAIN,
    both,
    grain_named,
    need_yearly_day,
)
from duban.cadence.rules import (
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    BeforeStartRule,
    DueRule,
    NthWorkdayRule,
    OnDayRule,
    OpeningRule,
)
from duban.workdays import Period, TimeGrain, parse_period

_SPAN = rf"(?:每个?|当|本)?(?P<grain>{ZH_GRAIN}|周期|期)"
_NEXT = rf"(?P<next>次|翌|下个?|下一个?)(?P<grain>{ZH_GRAIN})"
_THE = rf"(?:the )?(?P<next>next )?(?P<grain>{EN_GRAIN}|period)"
_WITHIN = "(?:之内|以内|内)?"
_BY = "(?:之前|以前|前)?"
_WINDOW = "(?:节日?|活动|假期)"


@dataclass(frozen=True)
class Rhythm:
    """How often: 每季度, 每月一周."""

    every: TimeGrain  #: Once in each such period.
    lasting: Period | None = None  #: How long the work takes within the period, where that is said.


@dataclass(frozen=True)
class DuePhrase:
    """A due rule as it was phrased."""

    rule: DueRule | BeforeStartRule | None  #: None when only a length was given.
    grain: TimeGrain | None = None  #: The period it speaks of; None when it just says 周期.
    period: Period | None = None  #: The length alone, counted from whatever the cadence counts from.
    #: Whether it speaks of a festival or a window of days: 节前, 当天, 结束后5个工作日内.
    window: bool = False


@dataclass(frozen=True)
class OpeningPhrase:
    """When an occurrence opens, as it was phrased."""

    opens: OpeningRule  #: The parsed value.
    grain: TimeGrain | None = None  #: The period it speaks of, where it names one.


def read_rhythm(value: object) -> Rhythm:
    """How often, as a duty says it: 季度, 每季度, quarter; 每月一周 and one week a month, where the work takes a part of the period.

    A rhythm is given back as it is. Raises ValueError, with how to write it, for anything else.
    """
    if isinstance(value, Rhythm):
        return value
    text, english = both(value)
    if found := re.fullmatch(rf"(?:每个?)?({ZH_GRAIN})(?:(?:开展)?一次)?|一个?({ZH_GRAIN})一次", text):
        return Rhythm(CHINESE_GRAINS[found[1] or found[2]])
    if found := re.fullmatch(rf"每个?({ZH_GRAIN})({NUMERAL}个?(?:{ZH_GRAIN}|工作日))", text):
        return _lasting(value, CHINESE_GRAINS[found[1]], found[2])
    if found := re.fullmatch(rf"(?:every |each |once a |once per )?({EN_GRAIN})", english):
        return Rhythm(ENGLISH_GRAINS[found[1]])
    if found := re.fullmatch(rf"(\w+) ({EN_GRAIN}|workday)s? (?:a|an|per|every|each) ({EN_GRAIN})", english):
        return _lasting(value, ENGLISH_GRAINS[found[3]], f"{_english_number(found[1])} {found[2]}")
    raise WrongValue(
        zh=f"看不懂的频次“{value}”，请写每年、每半年、每季度、每月、每周、每日，或每月一周",
        en=f"not a rhythm: “{value}”; write year, half-year, quarter, month, week, day, or one week a month",
    )


def read_due(value: object) -> DuePhrase:
    """A due rule of a period, or a bare length such as 20个工作日."""
    if isinstance(value, DuePhrase):
        return value
    text, english = both(value)
    due = _chinese_due(text) or _english_due(english) or _window_due(text, english)
    if due:
        return due
    try:
        return DuePhrase(None, None, parse_period(str(value)))
    except ValueError:
        raise WrongValue(
            zh=f"看不懂的期限“{value}”，请写“季度结束后10个工作日内”“每年1月31日前”“次月5日前”“当月最后一个工作日”"
            "“季度末”，节日和活动写“节前”“当天”“结束后5个工作日内”，从事实算起的写“20个工作日”",
            en=f"not a due rule: “{value}”; write “10 workdays after the quarter ends”, “by 01-31”, "
            "“by day 5 of the next month”, “last workday of the month”, “quarter end”, for a campaign “before it "
            "starts”, “on the day”, “5 workdays after it ends”, or “20 workdays” when it counts from a fact",
        ) from None


def read_opens(value: object) -> OpeningPhrase:
    """季度开始, 季度结束后, 季度开始前10个工作日, 到期前20个工作日."""
    if isinstance(value, OpeningPhrase):
        return value
    text, english = both(value)
    patterns = (
        (rf"{_SPAN}(?:开始时?|初|第一天)", text, "start"),
        (rf"{_SPAN}(?:结束|终了)(?:之?后|时)?", text, "end"),
        (rf"{_SPAN}开始前(?P<period>.+)", text, "start"),
        (r"(?:到期|应办日?|期满)前(?P<period>.+)", text, "due"),
        (rf"{_WINDOW}?(?:开始|当)(?:当天|天|日|时)?", text, "start"),
        (rf"(?:{_WINDOW}?(?:开始)?前|提前)(?P<period>.+)", text, "start"),
        (rf"{_WINDOW}?结束(?:之?后|时)?", text, "end"),
        (rf"(?:at )?{_THE} (?:start|begin)s?", english, "start"),
        (rf"(?:at |after )?{_THE} ends?", english, "end"),
        (rf"(?P<period>.+) before {_THE} (?:starts|begins)", english, "start"),
        (r"(?P<period>.+) before (?:it is |the )?due(?: day)?", english, "due"),
        (r"(?:when it starts|on the day)", english, "start"),
        (r"(?P<period>.+) before it (?:starts|begins)", english, "start"),
        (r"(?:when|after) it ends", english, "end"),
    )
    for pattern, spoken, anchor in patterns:
        if found := re.fullmatch(pattern, spoken):
            parts = found.groupdict()
            before = parse_period(parts["period"]) if "period" in parts else None
            opens = OpeningRule.model_validate({"anchor": anchor, "before": before})
            return OpeningPhrase(opens, grain_named(parts.get("grain")))
    raise WrongValue(
        zh=f"看不懂的开办时间“{value}”，请写“季度开始”“季度结束后”“季度开始前10个工作日”“到期前20个工作日”，"
        "节日和活动写“开始前10个工作日”“当天”",
        en=f"not an opening: “{value}”; write “quarter start”, “quarter end”, "
        "“10 workdays before the quarter starts”, “20 workdays before due”, for a campaign "
        "“10 workdays before it starts” or “on the day”",
    )


def read_period(value: object) -> Period:
    """A length of time as a duty says it: 一个月, 20个工作日, 1 year. A number alone has no unit, and is refused.

    A period is given back as it is. Raises ValueError, with how to write it.
    """
    if isinstance(value, Period):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise WrongValue(
            zh=f"“{value}”缺少单位，请写成“{value}个工作日”“{value}日”或“{value}个月”",
            en=f"“{value}” has no unit: write {value} workdays, {value} days or {value} months",
        )
    return parse_period(str(value))


def read_period_or_hours(value: object) -> Period:
    """A length of time that may be in hours: 2小时, 30 minutes, and all that `read_period` reads."""
    return parse_period(value, hours=True) if isinstance(value, str) else read_period(value)


def read_streak(value: object) -> Period:
    """A run of calendar periods: 连续3个季度, 3 quarters."""
    if isinstance(value, str):
        value = "".join(value.split()).removeprefix("连续") if not value.isascii() else value
    return read_period(value)


def read_times_a_year(value: object) -> int:
    """2, 2次, 每年至少2次, once a year, twice a year, 2 times a year."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text, english = both(value)
    if found := re.fullmatch(rf"(?:每年)?(?:至少|不少于)?({NUMERAL})次(?:以上)?", text):
        return read_numeral(found[1])
    if found := re.fullmatch(r"(?:at least )?(once|twice|(\d{1,3}) times)(?: a year)?", english):
        return int(found[2]) if found[2] else {"once": 1, "twice": 2}[found[1]]
    raise WrongValue(
        zh=f"看不懂的次数“{value}”，请写 2 或“每年2次”",
        en=f"not a number of times: “{value}”; write 2 or twice a year",
    )


def _english_number(word: str) -> str:
    return {"one": "1", "a": "1", "two": "2", "three": "3"}.get(word, word)


def _lasting(value: object, every: TimeGrain, length: str) -> Rhythm:
    lasting = parse_period(length)
    order = list(TimeGrain)
    if order.index(lasting.grain) >= order.index(every):
        raise WrongValue(
            zh=f"“{value}”里的时长比周期还长", en=f"the work in “{value}” lasts longer than its period"
        )
    return Rhythm(every, lasting)


def _chinese_due(text: str) -> DuePhrase | None:
    if found := re.fullmatch(rf"{_SPAN}(?:结束|终了)(?:之?后)(?P<period>.+?){_WITHIN}", text):
        return DuePhrase(AfterEndRule(period=parse_period(found["period"])), grain_named(found["grain"]))
    if found := re.fullmatch(rf"{_SPAN}(?:开始(?:之?后|起)|初)(?P<period>.+?){_WITHIN}", text):
        return DuePhrase(AfterStartRule(period=parse_period(found["period"])), grain_named(found["grain"]))
    if found := re.fullmatch(rf"{_SPAN}(?:末|底|结束|终了)(?:之?前|以前)?", text):
        return DuePhrase(AtEndRule(), grain_named(found["grain"]))
    if found := re.fullmatch(rf"{_SPAN}(?P<back>最后|倒数)?第?(?P<n>{NUMERAL})个工作日{_BY}", text):
        n = read_numeral(found["n"])
        return DuePhrase(NthWorkdayRule(n=-n if found["back"] else n), grain_named(found["grain"]))
    year = r"(?P<next>次年|翌年|下一?年)?(?:每年|当年|本年)?"
    if found := re.fullmatch(rf"{year}(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日|末|底){_BY}", text):
        month = int(found["month"])
        day = int(found["day"]) if found["day"] else 31
        if found["day"]:
            need_yearly_day(month, day)
        return DuePhrase(_on_day(month, day, later=bool(found["next"])), TimeGrain.YEAR)
    month_of = r"(?:第?(?P<month>[一二三四五六1-6首])个?月)?"
    for span in (_NEXT, _SPAN):
        if found := re.fullmatch(rf"{span}(?:的)?{month_of}(?P<day>\d{{1,2}})日{_BY}", text):
            month = {"首": 1}.get(found["month"]) or read_numeral(found["month"]) if found["month"] else 1
            rule = _on_day(month, int(found["day"]), later=span is _NEXT)
            return DuePhrase(rule, grain_named(found["grain"]))
    return None


def _english_due(text: str) -> DuePhrase | None:
    if found := re.fullmatch(rf"(?:within )?(?P<period>.+) after {_THE} ends", text):
        return DuePhrase(AfterEndRule(period=parse_period(found["period"])), grain_named(found["grain"]))
    if found := re.fullmatch(rf"(?:within )?(?P<period>.+) after {_THE} (?:begins|starts)", text):
        return DuePhrase(AfterStartRule(period=parse_period(found["period"])), grain_named(found["grain"]))
    if found := re.fullmatch(
        rf"(?:by )?(?:{_THE} end|(?:the )?end of {_THE.replace('?P<next>', '').replace('?P<grain>', '?P<of>')})",
        text,
    ):
        return DuePhrase(AtEndRule(), grain_named(found["grain"] or found["of"]))
    if found := re.fullmatch(
        rf"(?:by )?(?:the )?(?:(?P<last>last) workday|workday (?P<n>\d+)) of {_THE}", text
    ):
        n = -1 if found["last"] else int(found["n"])
        return DuePhrase(NthWorkdayRule(n=n), grain_named(found["grain"]))
    if found := re.fullmatch(r"by (?P<month>\d{2})-(?P<day>\d{2})(?P<next> of the next year)?", text):
        need_yearly_day(int(found["month"]), int(found["day"]))
        rule = _on_day(int(found["month"]), int(found["day"]), later=bool(found["next"]))
        return DuePhrase(rule, TimeGrain.YEAR)
    if found := re.fullmatch(rf"by day (?P<day>\d+) (?:of month (?P<month>\d) )?of {_THE}", text):
        rule = _on_day(int(found["month"] or 1), int(found["day"]), later=bool(found["next"]))
        return DuePhrase(rule, grain_named(found["grain"]))
    return None


def _window_due(text: str, english: str) -> DuePhrase | None:
    """节前, 节前3个工作日, 当天, 期间, 结束后5个工作日内: around a festival or a window of days."""
    before = rf"(?:{_WINDOW}(?:开始)?|开始)(?:之前|以前|前)(?P<period>.*)"
    if found := re.fullmatch(before, text) or re.fullmatch(
        r"(?:(?P<period>.+) )?before it (?:starts|begins)", english
    ):
        period = parse_period(found["period"]) if found["period"] else None
        return DuePhrase(BeforeStartRule(period=period), window=True)
    if re.fullmatch(rf"当[天日]|{_WINDOW}?(?:期间|结束当[天日]|结束前)", text) or english in {
        "on the day",
        "by the last day",
        "while it lasts",
    }:
        return DuePhrase(AtEndRule(), window=True)
    if found := re.fullmatch(
        rf"(?:{_WINDOW}(?:结束)?|结束)(?:之?后)(?P<period>.+?){_WITHIN}", text
    ) or re.fullmatch(r"(?P<period>.+) after it ends", english):
        return DuePhrase(AfterEndRule(period=parse_period(found["period"])), window=True)
    if found := re.fullmatch(rf"{_WINDOW}?开始(?:之?后|起)(?P<period>.+?){_WITHIN}", text) or re.fullmatch(
        r"(?P<period>.+) after it (?:starts|begins)", english
    ):
        return DuePhrase(AfterStartRule(period=parse_period(found["period"])), window=True)
    return None


def _on_day(month: int, day: int, *, later: bool) -> OnDayRule:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise WrongValue(zh=f"没有第{month}个月第{day}日", en=f"there is no day {day} of month {month}")
    return OnDayRule(month=month, day=day, next=later)
