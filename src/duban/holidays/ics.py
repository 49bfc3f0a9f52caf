"""The ICS files people subscribe to: a day off is marked 休, 放假 or 假期, a make-up day 班, 补班 or 上班.

| feed | a day off | a make-up day |
|---|---|---|
| phone makers' own | 中秋节（休）, X-APPLE-SPECIAL-DAY:WORK-HOLIDAY | 国庆节（班）, X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY |
| published by volunteers | 元旦 假期 第1天/共3天 | 元旦 补班 第1天/共1天, from 09:00 to 18:00 |
| made by offices | 春节放假调休, eight days as DURATION:P8D or from 00:00 to 23:59 | 春节调休 上班, 上班（春节调休） |

调休 alone says neither: on a weekday it is a day off, on a Saturday or Sunday nobody knows.

Events without a mark (solar terms, 妇女节) say nothing about work and are left aside. A feed that marks days off but no
make-up day is refused: taken at its word it would make every made-up Saturday a day off.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from duban.base.days import ONE_DAY, each_day
from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import Problem, ProblemsFound
from duban.holidays.names import festivals_mentioned, festivals_named
from duban.holidays.notice import HolidayNotice, NoticeDetails, StatedHoliday
from duban.workdays.law import SATURDAY
from duban.yamlfile.files import read_text

_WORK = re.compile(r"[（(\[]?\s*(?<![值加])(?:补班|补上班|调班|上班|工作日|班)\s*[）)\]]?")
_REST = re.compile(r"[（(\[]?\s*(?:放假|假期|假日|休息|休)\s*[）)\]]?")
_BEHIND_THE_NAME = re.compile(r"\s*(?:第\s*\d+\s*天.*|\d+\s*/\s*\d+.*|[（(\[].*)$")
_SWAPPED = "调休"
_MARK = "X-APPLE-SPECIAL-DAY"
_LONGEST = 31


@dataclass(frozen=True)
class _Marked:
    """An event that says something about work: its days, its festivals, whether they work."""

    days: tuple[date, ...]
    festivals: tuple[str, ...]
    works: bool
    line: int

    @property
    def year(self) -> int:
        """The year whose notice arranges it: 元旦 reaches back into December."""
        first = self.days[0]
        return first.year + 1 if first.month == 12 and "元旦" in self.festivals else first.year


def read_ics(path: Path, details: NoticeDetails, zone: ZoneInfo, open_years: frozenset[int]) -> HolidayNotice:
    """The notice behind an ICS file. Raises ProblemsFound for what cannot be read, is no arrangement, or lacks 班 marks."""
    text, problems = read_text(path, root=None)
    if text is None:
        raise ProblemsFound(problems)
    name = path.as_posix()
    marked = list(_marked(name, text, zone, problems))
    if problems:
        raise ProblemsFound(problems)
    if not marked:
        raise ProblemsFound([_whole(name, *_unmarked())])
    year = _year(name, marked, details.year, open_years)
    if not details.number or details.issued_on is None:
        raise ProblemsFound([_whole(name, *_unnamed())])
    of_year = [event for event in marked if event.year == year]
    if not any(event.works for event in of_year):
        raise ProblemsFound([_whole(name, *_no_make_up_days(year))])
    return HolidayNotice(
        name,
        year,
        details.number,
        details.title
        or say(
            zh=f"国务院办公厅关于{year}年部分节假日安排的通知",
            en=f"国务院办公厅关于{year}年部分节假日安排的通知",
        ),
        details.issued_on,
        _source(path, text),
        tuple(_by_festival(of_year)),
    )


def _marked(name: str, text: str, zone: ZoneInfo, problems: list[Problem]) -> Iterator[_Marked]:
    from icalendar import Calendar

    lines = text.splitlines()
    try:
        calendar = Calendar.from_ical(text)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, KeyError, IndexError, AttributeError):
        what = say(zh="不是完整的 ICS 文件", en="this is no whole ICS file")
        problems.append(_whole(name, what, say(zh="请重新下载", en="download it again")))
        return
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        summary = str(event.get("SUMMARY", "")).strip()
        works = _works(str(event.get(_MARK, "")).upper(), summary)
        if works is None and _SWAPPED not in summary:
            continue
        line = next((number for number, each in enumerate(lines, 1) if summary and summary[:20] in each), 0)
        try:
            days = _days(event, zone)
            if "RRULE" in event:
                days = _day_after_day(event["RRULE"], days, zone)
            if not days or any(key in event for key in ("RDATE", "EXDATE")):
                raise WrongValue(
                    zh="除了一天接一天的，重复的日程不是某一年的放假安排",
                    en="an event that repeats otherwise than day after day is no arrangement of one year",
                )
            if works is None:
                works = _swapped(days)
            named = festivals_mentioned(summary) or festivals_named(_name(summary) or summary)
            yield _Marked(days, named, works, line)
        except ValueError as why:
            mend = say(zh="请用放假通知自己的日程文件", en="use a feed of the holiday notices alone")
            problems.append(Problem(name, line, 1 if line else 0, f"“{summary}”：{why}", mend))


def _works(mark: str, summary: str) -> bool | None:
    if mark in ("WORK-HOLIDAY", "ALTERNATE-WORKDAY"):
        return mark == "ALTERNATE-WORKDAY"
    said = summary.replace(_SWAPPED, " ")
    if _WORK.search(said):
        return True
    return False if _REST.search(said) else None


def _swapped(days: tuple[date, ...]) -> bool:
    """Whether days that are only called 调休 work. Raises ValueError where that cannot be told."""
    if len(days) == 1 and days[0].weekday() >= SATURDAY:
        raise WrongValue(
            zh="只写“调休”，没有写是放假还是上班", en="调休 alone does not say whether it rests or works"
        )
    return False


def _name(summary: str) -> str:
    said = summary.replace(_SWAPPED, " ")
    bare = _BEHIND_THE_NAME.sub("", _REST.sub(" ", _WORK.sub(" ", said)))
    return _BEHIND_THE_NAME.sub("", bare.strip()).strip()


def _days(event: Any, zone: ZoneInfo) -> tuple[date, ...]:
    """The civil days of an event, from DTEND or DURATION. An end is not part of it: the day after, or midnight."""
    if "DTSTART" not in event:
        raise WrongValue(zh="没有日期", en="it has no date")
    start = event.decoded("DTSTART")
    if not isinstance(start, date):
        raise WrongValue(zh="日期读不懂", en="its date cannot be read")
    end = start if isinstance(start, datetime) else start + ONE_DAY
    if "DTEND" in event:
        end = event.decoded("DTEND")
    elif "DURATION" in event:
        end = start + event.decoded("DURATION")
    first, last = _civil(start, zone), _civil(end, zone)
    if not isinstance(end, datetime) or (last > first and _is_midnight(end, zone)):
        last -= ONE_DAY
    length = max((last - first).days + 1, 1)
    if length > _LONGEST:
        raise WrongValue(zh=f"长达 {length} 天", en=f"it is {length} days long")
    return tuple(each_day(first, max(first, last)))


def _day_after_day(rule: Any, days: tuple[date, ...], zone: ZoneInfo) -> tuple[date, ...]:
    """The days of an event that repeats on so many days running, or until a day; none where it repeats in any other way."""
    count = int(rule.get("COUNT", [0])[0])
    if "UNTIL" in rule:
        count = (_civil(rule["UNTIL"][0], zone) - days[0]).days + 1
    plain = {str(key).upper() for key in rule} <= {"FREQ", "COUNT", "INTERVAL", "UNTIL"}
    if rule.get("FREQ") != ["DAILY"] or rule.get("INTERVAL", [1]) != [1] or not plain or len(days) != 1:
        return ()
    return tuple(each_day(days[0], days[0] + (count - 1) * ONE_DAY)) if 1 <= count <= _LONGEST else ()


def _civil(moment: date, zone: ZoneInfo) -> date:
    """The local day of a date or a moment; a moment without a zone is local."""
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def _is_midnight(moment: datetime, zone: ZoneInfo) -> bool:
    return (moment.astimezone(zone) if moment.tzinfo else moment).time() == time()


def _year(name: str, marked: list[_Marked], wanted: int | None, open_years: frozenset[int]) -> int:
    years = {event.year for event in marked}
    listed = "、".join(str(year) for year in sorted(years))
    if wanted is not None:
        if wanted not in years:
            what = say(zh=f"里面没有 {wanted} 年，只有 {listed}", en=f"it has {listed}, not {wanted}")
            raise ProblemsFound([_whole(name, what)])
        return wanted
    waiting = sorted(years & open_years)
    if len(waiting) == 1:
        return waiting[0]
    if len(years) == 1:
        return years.pop()
    what = say(zh=f"里面有 {listed} 几个年份", en=f"it holds the years {listed}")
    raise ProblemsFound(
        [
            _whole(
                name,
                what,
                by_entrance(
                    command=say(zh="请用 --year 指明录入哪一年", en="say which one with --year"),
                    page=say(zh="请只留下要录入的那一年", en="leave only the one you mean"),
                ),
            )
        ]
    )


def _by_festival(events: list[_Marked]) -> Iterator[StatedHoliday]:
    rest: defaultdict[tuple[str, ...], set[date]] = defaultdict(set)
    work: defaultdict[tuple[str, ...], set[date]] = defaultdict(set)
    line: dict[tuple[str, ...], int] = {}
    for event in events:
        (work if event.works else rest)[event.festivals] |= set(event.days)
        line.setdefault(event.festivals, event.line)
    for festivals in sorted({*rest, *work}, key=lambda key: min(rest[key] | work[key])):
        yield StatedHoliday(
            festivals,
            tuple(sorted(rest[festivals])),
            tuple(sorted(work[festivals])),
            line=line[festivals],
            column=1 if line[festivals] else 0,
        )


def _source(path: Path, text: str) -> str:
    """The article of the government's site, where the feed links to it, else the file."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    articles = set(re.findall(r"gov\.cn/\S*?(content_\d+)", unfolded))
    return articles.pop() if len(articles) == 1 else path.name


def _whole(name: str, what: str, mend: str = "") -> Problem:
    return Problem(name, 0, 0, what, mend)


def _unnamed() -> tuple[str, str]:
    return (
        say(zh="ICS 里没有通知的文号和日期", en="an ICS file does not say the notice's number and date"),
        by_entrance(
            command=say(
                zh="请加上 --number 国办发明电〔2026〕某号 --issued 2026-11-03",
                en="add --number 国办发明电〔2026〕… and --issued 2026-11-03",
            ),
            page=say(zh="请写明文号和成文日期", en="fill in its number and its day"),
        ),
    )


def _unmarked() -> tuple[str, str]:
    return (
        say(zh="没有一个日程标着“休”或“班”", en="no event is marked 休 or 班"),
        say(
            zh="请用标明放假和补班的日历，或照 docs/zh/calendar.md 抄写通知",
            en="use a feed that marks days off and make-up days, or copy the notice into YAML",
        ),
    )


def _no_make_up_days(year: int) -> tuple[str, str]:
    return (
        say(
            zh=f"{year} 年只有“休”，一个“班”也没有：照它算，补班的周末都会成了休息日",
            en=f"{year} has days off but not one make-up day: every made-up weekend would become a day off",
        ),
        _unmarked()[1],
    )
