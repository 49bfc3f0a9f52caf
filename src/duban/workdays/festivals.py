"""Festivals and named windows: 春节, 5·20 世界计量日, 宪法宣传周, 质量月, and those whose date a notice sets each year.

`calendar/festivals.yaml` states each as a rule. A campaign anchors to the name; this module says which days a name
means in a year, and how sure that is.
"""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from duban.base.language import say
from duban.base.objections import Objection, WrongValue
from duban.base.problems import ProblemsFound, did_you_mean
from duban.workdays.lunar import lunar_day, lunar_eve, solar_term_day
from duban.yamlfile import load_model
from duban.yamlfile.key import Key

FESTIVALS_FILE = "festivals.yaml"
_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")


class Certainty(StrEnum):
    """How sure the days of a name are."""

    OFFICIAL = "official"
    """Fixed by law, by custom that never moves, or by a notice that has been entered."""
    ASSUMED = "assumed"
    """Taken from general knowledge; a person should confirm it."""
    AWAITING = "awaiting"
    """Set by a notice each year; until it is entered these are the usual days."""


class AwaitingNotice(Objection, ValueError):
    """The days of this name in this year are set by a notice that has not been entered, and no usual days are known."""


class UnknownFestival(ValueError):
    """No festival or window of this name stands in `calendar/festivals.yaml`."""


def _month_day(value: object) -> tuple[int, int]:
    found = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise WrongValue(zh="请写成“月-日”，例如 05-20", en="write month-day, for example 05-20")
    return int(found[1]), int(found[2])


def _civil(value: tuple[int, int]) -> tuple[int, int]:
    try:
        date(2023, *value)
    except ValueError:
        raise WrongValue(
            zh=f"没有 {value[0]} 月 {value[1]} 日（每年都有的日子才行）", en="no such day in every year"
        ) from None
    return value


def _lunar(value: tuple[int, int]) -> tuple[int, int]:
    if not (1 <= value[0] <= 12 and 1 <= value[1] <= 29):
        raise WrongValue(
            zh="农历日写 1-1 到 12-29；除夕请写 eve_of: 春节",
            en="lunar days run 1-1 to 12-29; 除夕 is eve_of: 春节",
        )
    return value


def _solar_term(name: str) -> str:
    solar_term_day(2023, name)
    return name


CivilDay = Annotated[tuple[int, int], BeforeValidator(_month_day), AfterValidator(_civil)]
LunarDay = Annotated[tuple[int, int], BeforeValidator(_month_day), AfterValidator(_lunar)]
SolarTerm = Annotated[str, AfterValidator(_solar_term)]


LONGEST_WINDOW = 250
"""Days of the longest window that is one."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DaySpan(_Strict):
    """The usual days of a window, the same every year; `to` before `from` runs into the next year."""

    from_: Annotated[CivilDay, Key("第一天，月-日", "the first day", ("09-01",), phrase=True)] = Field(
        alias="from"
    )
    to: Annotated[CivilDay, Key("最后一天，月-日", "the last day", ("09-30",), phrase=True)]

    @model_validator(mode="after")
    def _the_right_way_round(self) -> Self:
        last = date(2023 + (self.to < self.from_), *self.to)
        if (last - date(2023, *self.from_)).days > LONGEST_WINDOW:
            raise WrongValue(
                zh=f"这段日子有 {(last - date(2023, *self.from_)).days} 天，是不是把 from 和 to 写反了？",
                en=f"this span has {(last - date(2023, *self.from_)).days} days: are from and to the wrong way round?",
            )
        return self


class NoticedSpan(_Strict):
    """The days of a window in the year of `from`, as a notice set them."""

    from_: Annotated[date, Key("第一天", "the first day")] = Field(alias="from")
    to: Annotated[date, Key("最后一天", "the last day")]
    notice: Annotated[str, Key("通知的文号", "the notice's number")] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise WrongValue(zh="to 早于 from", en="to is before from")
        return self


def _once(name: str, info: ValidationInfo) -> str:
    """Refuse a name that stands for two things."""
    seen: set[str] | None = (info.context or {}).get("names")
    if seen is not None:
        if name in seen:
            raise WrongValue(zh=f"“{name}”写了两次", en=f"“{name}” stands here twice")
        seen.add(name)
    return name


Name = Annotated[str, Field(min_length=1), AfterValidator(_once)]


class Festival(_Strict):
    """A named day: exactly one of `day`, `lunar`, `solar_term` and `eve_of` says which."""

    name: Annotated[Name, Key("名称，事项里写它", "the name duties use")]
    aliases: Annotated[tuple[Name, ...], Key("别的叫法", "other names")] = ()
    day: Annotated[CivilDay | None, Key("公历月-日", "month-day", ("05-20",), phrase=True)] = None
    lunar: Annotated[LunarDay | None, Key("农历月-日", "lunar month-day", ("8-15",), phrase=True)] = None
    solar_term: Annotated[SolarTerm | None, Key("节气", "the solar term", ("清明",))] = None
    eve_of: Annotated[str | None, Key("哪个节日的前一天（除夕）", "the eve of a festival", ("春节",))] = None
    status: Annotated[
        Certainty, Key("official 确定，assumed 凭常识待确认", "official, or assumed until confirmed")
    ] = Certainty.OFFICIAL
    note: Annotated[str, Key("说明", "a remark")] = ""

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        rules = [self.day, self.lunar, self.solar_term, self.eve_of]
        if sum(rule is not None for rule in rules) != 1:
            raise WrongValue(
                zh=f"“{self.name}”要写且只写 day、lunar、solar_term、eve_of 中的一个",
                en=f"“{self.name}” needs exactly one of day, lunar, solar_term and eve_of",
            )
        if self.eve_of not in (None, "春节"):
            raise WrongValue(zh="eve_of 目前只认“春节”（除夕）", en="eve_of knows 春节 only")
        return self

    def in_year(self, year: int) -> date:
        """The civil day in `year`."""
        if self.day is not None:
            return date(year, *self.day)
        if self.lunar is not None:
            return lunar_day(year, *self.lunar)
        if self.solar_term is not None:
            return solar_term_day(year, self.solar_term)
        return lunar_eve(year)


class Window(_Strict):
    """A named span of days: the usual ones, and what each year's notice said."""

    name: Annotated[Name, Key("名称，事项里写它", "the name duties use")]
    aliases: Annotated[tuple[Name, ...], Key("别的叫法", "other names")] = ()
    usual: Annotated[DaySpan | None, Key("惯常的起止", "the usual days")] = None
    status: Annotated[
        Certainty,
        Key(
            "official 确定，assumed 凭常识待确认，awaiting 每年等通知",
            "official, assumed, or awaiting each year's notice",
        ),
    ]
    announced: Annotated[
        tuple[NoticedSpan, ...], Key("某一年的通知定下来的起止", "the days a year's notice set")
    ] = ()
    note: Annotated[str, Key("说明", "a remark")] = ""

    @field_validator("announced")
    @classmethod
    def _once_a_year(cls, announced: tuple[NoticedSpan, ...]) -> tuple[NoticedSpan, ...]:
        years = [span.from_.year for span in announced]
        if twice := {year for year in years if years.count(year) > 1}:
            raise WrongValue(zh=f"{min(twice)} 年写了两次", en=f"{min(twice)} stands here twice")
        return announced

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if self.usual is None and self.status is not Certainty.AWAITING:
            raise WrongValue(
                zh=f"“{self.name}”没有 usual（惯常日期），status 只能是 awaiting",
                en=f"“{self.name}” has no usual days, so its status can only be awaiting",
            )
        return self

    def in_year(self, year: int) -> tuple[date, date, Certainty]:
        """First and last day in `year`, and how sure they are. Raises AwaitingNotice when nothing is known."""
        for span in self.announced:
            if span.from_.year == year:
                return span.from_, span.to, Certainty.OFFICIAL
        if self.usual is None:
            raise AwaitingNotice(
                zh=f"“{self.name}”{year} 年的日期要等通知，"
                f"收到后请在 calendar/{FESTIVALS_FILE} 里它的 announced 下补上",
                en=f"“{self.name}” waits for its notice of {year}; "
                f"then add it under announced in calendar/{FESTIVALS_FILE}",
            )
        first, last = date(year, *self.usual.from_), date(year, *self.usual.to)
        if last < first:
            last = date(year + 1, *self.usual.to)
        return first, last, self.status


class Festivals(_Strict):
    """All named days and windows of a project."""

    festivals: Annotated[tuple[Festival, ...], Key("单独一天的节日", "named days")] = ()
    windows: Annotated[tuple[Window, ...], Key("一段日子", "named spans of days")] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias that can be asked for."""
        entries: tuple[Festival | Window, ...] = (*self.festivals, *self.windows)
        return tuple(name for entry in entries for name in (entry.name, *entry.aliases))

    def festival_day(self, name: str, year: int) -> date:
        """The civil day of the festival `name` in `year`; a window's first day. Raises UnknownFestival."""
        return self.named_window(name, year)[0]

    def named_window(self, name: str, year: int) -> tuple[date, date, Certainty]:
        """First and last day of `name` in `year` and how sure they are; a festival is a window of one day.

        A school-term or campaign window belongs to the year its first day lies in. Raises UnknownFestival for a name
        nobody defined, AwaitingNotice where only a notice can say.
        """
        for festival in self.festivals:
            if name == festival.name or name in festival.aliases:
                day = festival.in_year(year)
                return day, day, festival.status
        for window in self.windows:
            if name == window.name or name in window.aliases:
                return window.in_year(year)
        raise UnknownFestival(
            say(zh=f"不认识的节日或时段“{name}”，", en=f"no festival or window “{name}”; ")
            + did_you_mean(name, self.names)
        )


HOLIDAY = "假期"
"""Behind a festival's name: the rest days around it, as the year's notice arranges them."""


def holiday_stem(name: str, festivals: Festivals) -> str | None:
    """The festival whose holiday `name` means (国庆 for 国庆假期), or None when it is not written so.

    `festivals` says which names are known: what is itself the name of a day is no holiday of another.
    """
    stem = name.removesuffix(HOLIDAY).strip()
    if stem == name or name in festivals.names:
        return None
    days = {known for festival in festivals.festivals for known in (festival.name, *festival.aliases)}
    return stem if stem in days else None


def load_festivals(folder: Path) -> Festivals:
    """The festivals of the project folder `calendar/`. Raises ProblemsFound with every mistake of the file."""
    path = folder / FESTIVALS_FILE
    festivals, problems = load_model(path, Festivals, root=folder.parent, context={"names": set()})
    if festivals is None or problems:
        raise ProblemsFound(problems)
    return festivals
