"""The steps of a reckoning in words, in the language being spoken, each with what it rests on."""

from dataclasses import dataclass
from datetime import date

from duban.base.language import say
from duban.workdays.periods import Period, PeriodUnit
from duban.workdays.statutes import Statute, civil_article
from duban.workdays.working_calendar import DayKind, WorkdayCalendar

_ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_FESTIVALS = {
    "元旦": "New Year's Day",
    "除夕": "Spring Festival",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}


@dataclass(frozen=True)
class Step:
    """One step of a reckoning: what was done, the day it led to, and the article or rule it rests on."""

    text: str
    day: date
    basis: str


def start_step(start: date, *, backward: bool) -> Step:
    """The start, which does not count."""
    text = say(
        zh=f"{told(start)}当日不计入，{'往前' if backward else '从次日起'}数",
        en=f"{told(start)} itself is not counted; {'counting back' if backward else 'counting from the next day'}",
    )
    return Step(text, start, str(civil_article(201, start)))


def statute_step(statute: Statute, period: Period, start: date) -> Step:
    """The statute's rule that makes these days working days."""
    text = say(zh=f"这里的“{period}”指工作日", en=f"these {period} are working days")
    return Step(text, start, str(statute.short_basis))


def natural_days_step(statute: Statute, period: Period, start: date) -> Step:
    """That the statute leaves these days natural."""
    text = say(zh=f"这里的“{period}”不在工作日之列，按自然日", en=f"these {period} are natural days")
    return Step(text, start, str(statute.short_basis))


def natural_step(start: date, period: Period, nominal: date, *, backward: bool) -> Step:
    """Where a natural period nominally ends."""
    civil = period.unit not in (PeriodUnit.DAY, PeriodUnit.WEEK)
    clamped = civil and nominal.day != start.day
    kind = say(zh="对应日" if civil and not clamped else "末日", en="")
    text = (
        say(zh=f"倒推{period}是 {told(nominal)}", en=f"{period} back is {told(nominal)}")
        if backward
        else say(zh=f"{period}的{kind}是 {told(nominal)}", en=f"{period} on is {told(nominal)}")
    )
    if clamped:
        text += say(
            zh=f"（该月没有 {start.day} 日，取月末）", en=f" (no day {start.day} in that month: its last day)"
        )
    return Step(text, nominal, str(civil_article(202 if civil else 200, start)))


def works_on(calendar: WorkdayCalendar, day: date) -> str:
    """That the last day is a working day and stays."""
    if calendar.kind(day) is DayKind.MAKE_UP:
        return say(
            zh=f"{told(day)}是调休上班日，不顺延", en=f"{told(day)} is a make-up working day: not moved"
        )
    return say(zh=f"{told(day)}是工作日，不顺延", en=f"{told(day)} is a working day: not moved")


def rest_name(calendar: WorkdayCalendar, day: date) -> str:
    """What a rest day is off for."""
    if calendar.kind(day) is DayKind.CLOSED:
        reason = calendar.closed[day].reason
        return say(zh=f"因{reason}停工的休息日", en=f"a day of local closure ({reason})")
    name = calendar.name(day)
    if name:
        english = " and ".join(_ENGLISH_FESTIVALS.get(part, part) for part in name.split("、"))
        return say(zh=f"{name}休息日", en=f"a day off for {english}")
    return say(zh="周末休息日", en="a weekend rest day")


def closed_steps(calendar: WorkdayCalendar, first: date, last: date) -> list[Step]:
    """The unit's own closed days from `first` to `last`, which are no working days, each closure with its notice."""
    steps = []
    for closure, days in calendar.closed_between(first, last).items():
        text = say(
            zh=f"{'、'.join(f'{day:%m-%d}' for day in days)} 因{closure.reason}停工，不算工作日",
            en=f"{', '.join(f'{day:%m-%d}' for day in days)}: closed ({closure.reason}), no working day",
        )
        steps.append(Step(text, days[-1], closure.notice))
    return steps


def told(day: date) -> str:
    """A day with its weekday."""
    weekday = day.weekday()
    return say(zh=f"{day}（周{'一二三四五六日'[weekday]}）", en=f"{day} ({_ENGLISH_WEEKDAYS[weekday]})")


def arrangement() -> str:
    """What working days rest on."""
    return say(zh="国务院办公厅放假安排", en="State Council holiday arrangement")


def safe_rule() -> str:
    """What the safe day rests on."""
    return say(
        zh="督办规则：提醒按应办日，逾期按法定期限",
        en="duban rule: remind by the safe day, overdue by the deadline",
    )


def closure_rule() -> str:
    """Why a closure does not bring a deadline forward."""
    return say(zh="督办规则：停工不使期限提前", en="duban rule: a closure never brings a deadline forward")


def backward_rule() -> str:
    """Why a period counted back ends early."""
    return say(
        zh="督办规则：倒推的期间遇休息日提前", en="duban rule: a period counted back ends before rest days"
    )
