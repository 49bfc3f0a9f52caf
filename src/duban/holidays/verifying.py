"""Every year of the calendar told: what is official, on which notice, how many days of each kind, what deserves a look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from duban.base.days import each_day
from duban.base.language import say
from duban.workdays.law import long_stretches, surplus
from duban.workdays.working_calendar import WorkdayCalendar
from duban.workdays.years import CalendarYear


@dataclass(frozen=True)
class YearVerification:
    """One year: its status and notices, its days counted, and how it stands to 放假办法 (which it does not contradict: such a file is refused when it is read).

    `uncertain` counts the days that the notice still to come may turn; `extra_rest` the days off beyond the law
    (2020: 2). `remarks` deserve a look.
    """

    year: int  #: the year
    status: str  #: announced or predicted
    notices: tuple[str, ...]  #: the numbers of its notices
    workdays: int  #: how many days work
    statutory: int  #: how many days are statutory holidays
    swapped_rest: int  #: working days that rest instead (调休)
    make_up: int  #: days of rest that work instead (调休上班)
    uncertain: int  #: days that a notice may still change
    extra_rest: int  #: days of rest beyond those of 放假办法
    remarks: tuple[str, ...]  #: what deserves a look, in the reader's words


def verify(calendar: WorkdayCalendar, years: Iterable[int] = ()) -> list[YearVerification]:
    """What holds of each of these `years`, with a file or derived, none named: of each that has a file; oldest first.

    A year that `calendar` does not reach is left out.
    """
    wanted = set(years)
    asked = [year for year in calendar.every_year if year.year in wanted] if wanted else calendar.years
    return [_verified(calendar, year) for year in asked]


def _verified(calendar: WorkdayCalendar, year: CalendarYear) -> YearVerification:
    rest = {each.day: each.name for each in year.rest}
    work = {each.day: each.name for each in year.work}
    official = year.status == "official"
    extra = surplus(year.year, rest, work) if official else 0
    first, last = date(year.year, 1, 1), date(year.year, 12, 31)
    days = each_day(first, last)
    uncertain = [day for day in days if calendar.is_uncertain(day)]
    return YearVerification(
        year=year.year,
        status=year.status,
        notices=tuple(notice.number for notice in year.notices),
        workdays=sum(calendar.is_workday(day) for day in days),
        statutory=len(year.holidays),
        swapped_rest=len(rest),
        make_up=len(work),
        uncertain=len(uncertain),
        extra_rest=max(extra, 0),
        remarks=tuple(_remarks(year, rest, work, uncertain if official else [])),
    )


def _remarks(
    year: CalendarYear, rest: dict[date, str], work: dict[date, str], tail: list[date]
) -> Iterable[str]:
    before = sorted(day for day in (*rest, *work) if day.year < year.year)
    if before:
        listed = "、".join(str(day) for day in before)
        yield say(
            zh=f"改动了上一年年底：{listed}",
            en=f"reaches into the year before: {', '.join(map(str, before))}",
        )
    for notice in year.notices:
        if notice.changed:
            yield say(
                zh=f"{notice.number} 改动了 {len(notice.changed)} 天",
                en=f"{notice.number} changed {len(notice.changed)} days",
            )
    for first, last in long_stretches(year.year, rest, work):
        length = (last - first).days + 1
        yield say(
            zh=f"{first} 至 {last} 连续上班 {length} 天（第七条：一般不超过 6 天）",
            en=f"{length} working days running, {first} to {last} (article 7: normally 6 at most)",
        )
    if tail:
        yield say(
            zh=f"{tail[0]} 至 {tail[-1]} 仍是暂定：下一年的通知可能改动",
            en=f"{tail[0]} to {tail[-1]} stay provisional: the next notice may move them",
        )
