"""Entering a notice: what the year becomes, and whether the law allows it.

| awkward case | rule |
|---|---|
| the year was provisional, or not there | the notice states all of it: every festival must be in it |
| the year is official already, another number | an amendment: the festivals it names are arranged anew, the others stay |
| the same number again, the same days | nothing changes |
| the same number again, other days | a slip mended, as long as no later notice has been entered |
| an extension (延长) | from the festival's first day off as entered, until the day it names; its days beyond the law are its own |
| the notice moves days of the December before | they stand in the file of the notice's own year, as ever |
| an earlier year still waits for its notice | refused: years become official in order |
"""

from dataclasses import dataclass
from datetime import date

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.holidays.amendments import extended
from duban.holidays.names import FESTIVALS, of_same_festival
from duban.holidays.notice import HolidayNotice
from duban.workdays.law import (
    Contradiction,
    contradictions,
    long_stretches,
    surplus,
    uncovered,
)
from duban.workdays.statutory import statutory_days
from duban.workdays.working_calendar import WorkdayCalendar
from duban.workdays.years import (
    CalendarYear,
    MakeUpDay,
    NoticeEntry,
    StatutoryDay,
    SwappedRest,
    why_misdated,
)

_SATURDAY = 5


@dataclass(frozen=True)
class NoticeOutcome:
    """What a notice makes of its year. `before` is the year as it was, None when it had no file.

    `amends` says that the year was official already. `remarks` deserve a look and hinder nothing.
    """

    notice: HolidayNotice  #: the notice that was read
    before: CalendarYear | None  #: the year as it was; None: it had no file
    year: CalendarYear  #: the year with the notice in it
    amends: bool  #: whether the year had a notice already
    remarks: tuple[Problem, ...]  #: what deserves a look

    @property
    def changes(self) -> bool:
        """Whether the year becomes another than it is."""
        return self.before != self.year


def enter(calendar: WorkdayCalendar, notice: HolidayNotice) -> NoticeOutcome:
    """Enter a notice into the calendar. Raises ProblemsFound with everything that speaks against it."""
    before = next((year for year in calendar.years if year.year == notice.year), None)
    notice = extended(notice, before)
    problems = _out_of_turn(calendar, notice, before) + _own_mistakes(notice)
    if problems:
        raise ProblemsFound(problems)
    known = _known(before, notice)
    if before is not None and known is not None and known < len(before.notices) - 1:
        return NoticeOutcome(notice, before, before, amends=True, remarks=(_amended_since(notice, before),))
    amends = before is not None and before.status == "official" and known != 0
    kept_rest, kept_work = _kept(before, notice) if amends else ({}, {})
    statutory = statutory_days(notice.year)
    stated = {
        day: name for day, name in notice.rest.items() if day.weekday() < _SATURDAY and day not in statutory
    }
    rest, work = kept_rest | stated, kept_work | notice.work
    if problems := _stated_elsewhere(calendar, notice):
        raise ProblemsFound(problems)
    again = before is not None and known is not None and _same_days(before, rest, work)
    extra = notice.extra_rest + (_extra_before(before) if amends and known is None else 0)
    found = [] if amends else _missing_festivals(notice)
    found += uncovered(notice.year, notice.festivals, notice.rest)
    if not again and not found:
        found += contradictions(notice.year, rest, work, extra)
    if found:
        raise ProblemsFound(_as_problem(notice, each) for each in found)
    year = CalendarYear(
        year=notice.year,
        status="official",
        notices=_notices(before, notice, known, rest, work, amends=amends),
        holidays=tuple(StatutoryDay(day=day, name=name) for day, name in statutory.items()),
        rest=tuple(SwappedRest(day=day, name=name) for day, name in sorted(rest.items())),
        work=tuple(MakeUpDay(day=day, name=name) for day, name in sorted(work.items())),
    )
    remarks = [
        *notice.remarks,
        *(_stretch(notice, *each) for each in long_stretches(notice.year, rest, work)),
    ]
    return NoticeOutcome(notice, before, year, amends, tuple(remarks))


def _same_days(before: CalendarYear, rest: dict[date, str], work: dict[date, str]) -> bool:
    return {each.day for each in before.rest} == rest.keys() and {
        each.day for each in before.work
    } == work.keys()


def _extra_before(before: CalendarYear | None) -> int:
    """Days off beyond the law that the notices before this one have given."""
    if before is None:
        return 0
    rest, work = ({each.day for each in days} for days in (before.rest, before.work))
    return max(surplus(before.year, rest, work), 0)


def _out_of_turn(
    calendar: WorkdayCalendar, notice: HolidayNotice, before: CalendarYear | None
) -> list[Problem]:
    years = [year.year for year in calendar.years]
    waiting = [
        year.year for year in calendar.years if year.status == "provisional" and year.year < notice.year
    ]
    what = ""
    if before is None and notice.year not in (years[0] - 1, years[-1] + 1):
        what = say(
            zh=f"工作日历只有 {years[0]} 至 {years[-1]} 年，{notice.year} 年接不上",
            en=f"the calendar covers {years[0]} to {years[-1]}: {notice.year} does not follow",
        )
    elif waiting:
        what = say(
            zh=f"{waiting[0]} 年的通知还没有录入，请先录入较早的年份",
            en=f"the notice of {waiting[0]} has not been entered: enter the earlier year first",
        )
    elif (
        before
        and before.notices
        and _known(before, notice) is None
        and before.notices[-1].date > notice.issued_on
    ):
        last = before.notices[-1]
        what = say(
            zh=f"已录入更晚的通知 {last.number}（{last.date}），不能再录入 {notice.issued_on} 的",
            en=f"a later notice is entered already ({last.number} of {last.date})",
        )
    return [Problem(notice.path, 0, 0, what)] if what else []


def _own_mistakes(notice: HolidayNotice) -> list[Problem]:
    """A day of issue of another time, days of another year, and days that one notice both gives off and makes up."""
    misdated = why_misdated(notice.year, notice.issued_on)
    problems = [Problem(notice.path, 0, 0, misdated)] if misdated else []
    for holiday in notice.holidays:
        for day in (*holiday.rest, *holiday.work):
            if day.year != notice.year and not (
                (day.year, day.month) == (notice.year - 1, 12) and "元旦" in holiday.festivals
            ):
                what = say(zh=f"{day} 不属于 {notice.year} 年", en=f"{day} is no day of {notice.year}")
                problems.append(Problem(notice.path, holiday.line, holiday.column, what))
    for day in sorted(notice.rest.keys() & notice.work.keys()):
        what = say(zh=f"{day} 又放假又上班", en=f"{day} both rests and works")
        problems.append(_at(notice, day, what, say(zh="请核对", en="check it")))
    return problems


def _stated_elsewhere(calendar: WorkdayCalendar, notice: HolidayNotice) -> list[Problem]:
    """Days that the file of another year arranges already: a day is arranged once."""
    return [
        _at(
            notice,
            day,
            say(
                zh=f"{day} 在 {other.year}.yaml 里已经写过，一天只能写一次",
                en=f"{day} already stands in {other.year}.yaml: a day is arranged once",
            ),
            say(zh="请先从那里删去", en="take it out there first"),
        )
        for other in calendar.years
        if other.year != notice.year
        for day, _ in other.arranged()
        if day in notice.work or (day in notice.rest and day.weekday() < _SATURDAY)
    ]


def _known(before: CalendarYear | None, notice: HolidayNotice) -> int | None:
    """The place of the notice among those the year rests on already, by its number."""
    numbers = [known.number for known in before.notices] if before else []
    return numbers.index(notice.number) if notice.number in numbers else None


def _kept(before: CalendarYear | None, notice: HolidayNotice) -> tuple[dict[date, str], dict[date, str]]:
    """The days off and make-up days of the festivals that an amendment does not speak of."""

    def others(days: tuple[SwappedRest, ...] | tuple[MakeUpDay, ...]) -> dict[date, str]:
        return {
            each.day: each.name
            for each in days
            if not any(of_same_festival(each.name, festival) for festival in notice.festivals)
        }

    return (others(before.rest), others(before.work)) if before else ({}, {})


def _missing_festivals(notice: HolidayNotice) -> list[Contradiction]:
    missing = [name for name in FESTIVALS if name not in notice.festivals]
    if not missing:
        return []
    listed = "、".join(missing)
    return [
        Contradiction(
            None,
            say(zh=f"通知里没有{listed}", en=f"the notice does not speak of {listed}"),
            say(
                zh="一年的通知七个节日都要写；只改其中几个的是修改通知，要在全年的通知之后录入",
                en="a year's notice states all seven festivals; an amendment is entered after it",
            ),
        )
    ]


def _notices(
    before: CalendarYear | None,
    notice: HolidayNotice,
    known: int | None,
    rest: dict[date, str],
    work: dict[date, str],
    *,
    amends: bool,
) -> tuple[NoticeEntry, ...]:
    earlier = before.notices[: known if known is not None else None] if before and amends else ()
    changed: set[date] = set()
    if amends and before is not None:
        works = dict(before.arranged())
        arranged = dict.fromkeys(rest, False) | dict.fromkeys(work, True)
        changed = {
            day
            for day in (works.keys() | arranged.keys()) - statutory_days(notice.year).keys()
            if works.get(day, _ordinary(day)) != arranged.get(day, _ordinary(day))
        }
        if known is not None:
            changed |= set(before.notices[known].changed)
    number = NoticeEntry(
        number=notice.number,
        title=notice.title,
        date=notice.issued_on,
        source=notice.source,
        changed=tuple(sorted(changed)),
        extra_rest=0 if changed else notice.extra_rest,
    )
    return (*earlier, number)


def _ordinary(day: date) -> bool:
    return day.weekday() < _SATURDAY


def _as_problem(notice: HolidayNotice, found: Contradiction) -> Problem:
    if found.day is None:
        return Problem(notice.path, 0, 0, found.what, found.mend)
    return _at(notice, found.day, found.what, found.mend)


def _at(notice: HolidayNotice, day: date, what: str, mend: str) -> Problem:
    """A problem where the notice speaks of `day`, or of its festival."""
    statutory = statutory_days(notice.year)
    for holiday in notice.holidays:
        spoken = day in (*holiday.rest, *holiday.work)
        if spoken or any(of_same_festival(name, statutory.get(day, "")) for name in holiday.festivals):
            return Problem(notice.path, holiday.line, holiday.column, what, mend)
    return Problem(notice.path, 0, 0, what, mend)


def _amended_since(notice: HolidayNotice, before: CalendarYear) -> Problem:
    later = before.notices[-1].number
    what = say(
        zh=f"{notice.number} 早已录入，其后又有 {later}，什么也不改",
        en=f"{notice.number} has been entered, and {later} after it: nothing is changed",
    )
    return Problem(notice.path, 0, 0, what)


def _stretch(notice: HolidayNotice, first: date, last: date) -> Problem:
    what = say(
        zh=f"{first} 至 {last} 要连续上班 {(last - first).days + 1} 天，办法第七条说一般不超过 6 天",
        en=f"{(last - first).days + 1} working days running, {first} to {last}; article 7 normally allows 6",
    )
    return _at(notice, last if last in notice.work else first, what, say(zh="请核对", en="check it"))
