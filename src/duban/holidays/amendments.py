"""A notice that changes one festival of a year that is arranged already: its published text, and what an extension gives off.

| text | what it is |
|---|---|
| 关于调整2019年劳动节假期安排的通知 … 一、2019年5月1日至4日放假调休，共4天。4月28日（星期日）… 上班。 | the festival arranged anew |
| 关于延长2020年春节假期的通知 … 延长2020年春节假期至2月2日 | the days off go on until that day |
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from duban.base.days import each_day
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import Problem, ProblemsFound
from duban.holidays.names import festivals_named, of_same_festival
from duban.holidays.notice import HolidayNotice, StatedHoliday
from duban.holidays.sentences import read_sentences
from duban.workdays.statutory import statutory_days
from duban.workdays.years import CalendarYear

_TITLE = re.compile(
    r"(?:国务院办公厅)?关于\s*(?:调整|延长)\s*(20\d\d)\s*年\s*(\S{2,8}?)(?:假期|放假)(?:时间)?(?:安排)?的通知"
)
_SENTENCE = re.compile(r"[^。\n：:]*\d\s*日[^。\n]*(?:放假|上班)[^。\n]*。")
_EXTENDED = re.compile(r"延长[^。\n]{0,20}?至((?:20\d\d年)?\d{1,2}月\d{1,2}日(?:[（(][^（()）]*[)）])?)")
_NUMBERED = re.compile(r"^\s*[一二三四五六七八九十]+\s*[、.．]")
_SATURDAY = 5


@dataclass(frozen=True)
class Amendment:
    """What the head of such a notice says."""

    title: str  #: as published, in one line
    year: int  #: the year it changes
    heading: str  #: the festival, as written


def amendment(text: str) -> Amendment | None:
    """The head of a notice that changes one festival, or None where the text is none."""
    found = _TITLE.search(text)
    return Amendment("".join(found[0].split()), int(found[1]), found[2]) if found else None


def amended_holiday(text: str, head: Amendment) -> StatedHoliday:
    """What the text says of its festival. Raises ValueError for what cannot be read."""
    festivals = festivals_named(head.heading)
    at = _TITLE.search(text)
    body = text[at.end() if at else 0 :]
    if found := _EXTENDED.search(body):
        (until,) = read_sentences(f"{found[1]}放假", head.year).rest
        return StatedHoliday(festivals, (until,), (), (), *_place(text, found[0]), until=until)
    said = [_NUMBERED.sub("", found[0]) for found in _SENTENCE.finditer(body)]
    if not said:
        raise WrongValue(zh="没有读到哪天放假、哪天上班", en="it does not say which days rest or work")
    stated = read_sentences("".join(said), head.year)
    return StatedHoliday(festivals, stated.rest, stated.work, stated.advised, *_place(text, said[0]))


def _place(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def extended(notice: HolidayNotice, before: CalendarYear | None) -> HolidayNotice:
    """The notice with every day of an extension, and how many days off it gives beyond the law.

    Raises ProblemsFound where the year's own notice has not been entered.
    """
    if not any(holiday.until for holiday in notice.holidays):
        return notice
    if before is None or before.status != "official":
        what = say(
            zh=f"{notice.year} 年的放假通知还没有录入，不知道从哪天起延长",
            en=f"the notice of {notice.year} has not been entered: nothing can be extended",
        )
        raise ProblemsFound([Problem(notice.path, 0, 0, what, say(zh="请先录入它", en="enter it first"))])
    holidays, more = [], 0
    for holiday in notice.holidays:
        if holiday.until:
            rest, work, added = _extended_days(holiday, holiday.until, before)
            holidays.append(replace(holiday, rest=rest, work=work, until=None))
            more += added
        else:
            holidays.append(holiday)
    return replace(notice, holidays=tuple(holidays), extra_rest=notice.extra_rest + more)


def _extended_days(
    holiday: StatedHoliday, until: date, before: CalendarYear
) -> tuple[tuple[date, ...], tuple[date, ...], int]:
    """The festival's days off until then, what of its make-up days is left, and how many of the days worked before."""

    def of_it(name: str) -> bool:
        return any(of_same_festival(name, festival) for festival in holiday.festivals)

    law = [day for day, name in statutory_days(before.year).items() if of_it(name)]
    off = {*law, *(each.day for each in before.rest if of_it(each.name))}
    made_up = {each.day for each in before.work if of_it(each.name)}
    rest = each_day(min(off), until)
    added = sum(day in made_up or (day.weekday() < _SATURDAY and day not in off) for day in rest)
    return tuple(rest), tuple(sorted(made_up - set(rest))), added
