"""The files `calendar/<year>.yaml`: one year of the working calendar each, as the State Council arranged it.

A year's notice may reach back into the December before (the 2019 notice made 2018-12-29 a working day and 2018-12-31 a
day off). Such days stand in the file of the year whose notice says so.
"""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.weekdays import WEEKDAYS
from duban.yamlfile.key import Key

_SATURDAY = 5


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _of_this_year(day: date, info: ValidationInfo) -> date:
    year = _context(info).get("year")
    if year is not None and not (day.year == year or (day.year, day.month) == (year - 1, 12)):
        raise WrongValue(
            zh=f"{day} 不属于 {year} 年，这里只能写 {year} 年和上一年 12 月的日子",
            en=f"{day} is not in {year}: only days of {year} and of the December before belong here",
        )
    return day


def _once(day: date, info: ValidationInfo) -> date:
    """Refuse a day that another list, or another year's file, has already arranged."""
    seen: dict[date, str] = _context(info).get("seen", {})
    year = _context(info).get("year", "")
    if day in seen:
        raise WrongValue(
            zh=f"{day} 在 {seen[day]}.yaml 里已经写过，一天只能写一次",
            en=f"{day} already stands in {seen[day]}.yaml: a day is arranged once",
        )
    seen[day] = str(year)
    return day


def _a_weekday(day: date) -> date:
    if day.weekday() >= _SATURDAY:
        raise WrongValue(
            zh=f"{day} 是周{WEEKDAYS[day.weekday()]}，本来就休息，rest 里只写调休放假的周一至周五",
            en=f"{day} is a weekend day and rests anyway; rest holds swapped weekdays only",
        )
    return day


def _a_weekend_day(day: date) -> date:
    if day.weekday() < _SATURDAY:
        raise WrongValue(
            zh=f"{day} 是周{WEEKDAYS[day.weekday()]}，本来就上班，work 里只写调休上班的周六、周日",
            en=f"{day} is a weekday and works anyway; work holds make-up Saturdays and Sundays only",
        )
    return day


def _statutory(day: date, info: ValidationInfo) -> date:
    law: dict[date, str] = _context(info).get("statutory", {})
    if law and day not in law:
        raise WrongValue(
            zh=f"按放假办法 {day} 不是法定节日，调休放假写在 rest 里",
            en=f"{day} is no statutory day under the holiday regulation; swapped days off go under rest",
        )
    return day


class StatutoryDay(_Strict):
    """A day all citizens have off by law, with its name."""

    day: Annotated[
        date,
        AfterValidator(_of_this_year),
        AfterValidator(_statutory),
        AfterValidator(_once),
        Key("哪一天", "the day"),
    ]
    name: Annotated[str, Key("节日名称", "the festival")] = Field(min_length=1)

    @field_validator("name")
    @classmethod
    def _as_the_law_names_it(cls, name: str, info: ValidationInfo) -> str:
        law: dict[date, str] = _context(info).get("statutory", {})
        expected = law.get(info.data.get("day", date.min), name)
        if name != expected:
            raise WrongValue(zh=f"这一天的节日名称应为“{expected}”", en=f"this day is called {expected}")
        return name


def _a_festival(name: str, info: ValidationInfo) -> str:
    """A name all but that of a holiday is a slip; any other may be a day that only this year's notice knows."""
    known = {part for named in _context(info).get("statutory", {}).values() for part in named.split("、")}
    for part in (part for part in name.split("、") if part not in known):
        if near := get_close_matches(part, sorted(known), n=1, cutoff=0.5):
            raise WrongValue(
                zh=f"没有节日“{part}”，是不是“{near[0]}”？",
                en=f"no festival “{part}”, did you mean “{near[0]}”?",
            )
    return name


FestivalName = Annotated[str, Field(min_length=1), AfterValidator(_a_festival)]


class SwappedRest(_Strict):
    """A Monday to Friday that rests because the notice says so, with the festival it belongs to."""

    day: Annotated[
        date,
        AfterValidator(_of_this_year),
        AfterValidator(_a_weekday),
        AfterValidator(_once),
        Key("哪一天", "the day"),
    ]
    name: Annotated[FestivalName, Key("为哪个节日", "the festival it belongs to")]


class MakeUpDay(_Strict):
    """A Saturday or Sunday that works because the notice says so, with the festival it makes up for."""

    day: Annotated[
        date,
        AfterValidator(_of_this_year),
        AfterValidator(_a_weekend_day),
        AfterValidator(_once),
        Key("哪一天", "the day"),
    ]
    name: Annotated[FestivalName, Key("为哪个节日", "the festival it makes up for")]


def why_misdated(year: int, issued_on: date) -> str | None:
    """Why no notice `issued_on` this day arranges `year`, None if one may: they come the year before, amendments in
    the year itself.
    """
    if year - 2 <= issued_on.year <= year:
        return None
    return say(
        zh=f"{issued_on} 的通知不会安排 {year} 年：放假通知都在上一年或当年印发，请核对日期",
        en=f"no notice of {issued_on} arranges {year}: they are issued in the year before, or in the year; check its date",
    )


def _in_its_time(issued_on: date, info: ValidationInfo) -> date:
    year = _context(info).get("year")
    if year is not None and (why := why_misdated(year, issued_on)):
        raise ValueError(why)
    return issued_on


ChangedDay = Annotated[date, AfterValidator(_of_this_year)]


class NoticeEntry(_Strict):
    """One State Council notice; an amendment lists the days it changed of what was published before.

    `extra_rest` is how many days off it gives beyond what 放假办法 makes of it; what an amendment gives off is known by
    the days it changed.
    """

    number: Annotated[str, Key("文号", "the notice's number", ("国办发明电〔2025〕7号",))] = Field(
        min_length=1
    )
    title: Annotated[str, Key("标题", "its title")] = Field(min_length=1)
    date: Annotated[date, AfterValidator(_in_its_time), Key("成文日期", "its date")]
    source: Annotated[str, Key("在哪里公布的", "where it was published")] = Field(min_length=1)
    changed: Annotated[
        tuple[ChangedDay, ...],
        Key("改了已公布安排的，列出改动的日子", "for an amendment, the days it changed"),
    ] = ()
    extra_rest: Annotated[int, Key("在法定天数之外多放的天数", "days off it gives beyond the law")] = Field(
        default=0, ge=0, le=30
    )


class CalendarYear(_Strict):
    """One year: official with its notices, or provisional with its statutory days only."""

    year: Annotated[int, Key("哪一年，与文件名一致", "the year, as the file is named")] = Field(
        ge=2008, le=2099
    )
    notices: Annotated[
        tuple[NoticeEntry, ...], Key("国务院办公厅的放假通知", "the State Council notices it rests on")
    ] = ()
    holidays: Annotated[
        tuple[StatutoryDay, ...], Key("法定节日（全体公民放假）", "statutory days off for all citizens")
    ]
    rest: Annotated[
        tuple[SwappedRest, ...], Key("调休放假的周一至周五", "weekdays that rest because the notice says so")
    ] = ()
    work: Annotated[
        tuple[MakeUpDay, ...],
        Key("调休上班的周六、周日", "weekend days that work because the notice says so"),
    ] = ()
    status: Annotated[
        Literal["official", "provisional"],
        Key(
            "official 通知已到；provisional 通知未到，只有法定节日",
            "official with its notice, else provisional",
        ),
    ]

    @field_validator("year")
    @classmethod
    def _is_the_file_name(cls, year: int, info: ValidationInfo) -> int:
        expected = _context(info).get("year", year)
        if year != expected:
            raise WrongValue(
                zh=f"文件名是 {expected}.yaml，里面却写着 {year} 年",
                en=f"the file is {expected}.yaml but says {year}",
            )
        return year

    @field_validator("holidays")
    @classmethod
    def _all_statutory_days(
        cls, holidays: tuple[StatutoryDay, ...], info: ValidationInfo
    ) -> tuple[StatutoryDay, ...]:
        law: dict[date, str] = _context(info).get("statutory", {})
        stated = {entry.day: entry.name for entry in holidays}
        missing = [f"{day} {name}" for day, name in law.items() if day not in stated]
        if missing:
            raise WrongValue(
                zh=f"缺少法定节日：{'、'.join(missing)}",
                en=f"statutory days are missing: {', '.join(missing)}",
            )
        return holidays

    @field_validator("status")
    @classmethod
    def _fits_the_notices(cls, status: str, info: ValidationInfo) -> str:
        stated = {key for key in ("notices", "rest", "work") if info.data.get(key)}
        if status == "official" and "notices" in info.data and "notices" not in stated:
            raise WrongValue(
                zh="official 的年份必须在 notices 里写上国务院办公厅通知的文号",
                en="an official year names the State Council notice it rests on, under notices",
            )
        if status == "provisional" and stated:
            raise WrongValue(
                zh="provisional 的年份只写法定节日；通知已经收到的，请把 status 改为 official",
                en="a provisional year states statutory days only; once the notice is out, write official",
            )
        return status

    @property
    def extra_rest(self) -> int:
        """How many days off beyond the law the notices account for: stated ones, and what amendments turned into rest."""
        work = {each.day for each in self.work}
        stated = sum(notice.extra_rest for notice in self.notices)
        amended = {day for notice in self.notices[1:] for day in notice.changed}
        rest = {each.day for each in self.rest}
        return stated + sum(
            day in rest or (day.weekday() >= _SATURDAY and day not in work) for day in amended
        )

    def arranged(self) -> Iterator[tuple[date, bool]]:
        """Every day this file states, and whether it is a working day."""
        yield from ((holiday.day, False) for holiday in self.holidays)
        yield from ((rest.day, False) for rest in self.rest)
        yield from ((work.day, True) for work in self.work)


def _context(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}
