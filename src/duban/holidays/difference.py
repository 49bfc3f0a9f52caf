"""The days that change when a notice is entered: what each was, and what it becomes."""

from dataclasses import dataclass
from datetime import date

from duban.base.days import each_day
from duban.base.language import say
from duban.workdays.working_calendar import DayKind, WorkdayCalendar


@dataclass(frozen=True)
class DayChange:
    """A day that works and will rest, or rests and will work. `uncertain` says that nobody could rely on what it was."""

    day: date  #: the local day
    was: str  #: what it was, in the reader's words
    becomes: str  #: what it becomes, in the reader's words
    works: bool  #: whether it works after the change
    uncertain: bool  #: whether nobody could rely on what it was


@dataclass(frozen=True)
class Difference:
    """What entering a notice changes: the days, and how many days that could have gone either way are now sure."""

    days: tuple[DayChange, ...]  #: the days that change, in their order
    settled: int  #: how many days that could have gone either way are now sure
    official_until: date  #: the last day that a notice has arranged


def difference(before: WorkdayCalendar, after: WorkdayCalendar) -> Difference:
    """Every day that both calendars know and that `after` arranges otherwise than `before`, oldest first."""
    first, last = max(before.first_day, after.first_day), min(before.last_day, after.last_day)
    days = tuple(each_day(first, last))
    changed = tuple(
        DayChange(day, word(before, day), word(after, day), after.is_workday(day), before.is_uncertain(day))
        for day in days
        if before.is_workday(day) != after.is_workday(day)
    )
    settled = sum(before.is_uncertain(day) and not after.is_uncertain(day) for day in days)
    return Difference(changed, settled, after.official_until)


def word(calendar: WorkdayCalendar, day: date) -> str:
    """Why a day works or rests, in a word or two: 上班, 调休放假（春节）."""
    kind = calendar.kind(day)
    text = {
        DayKind.WORKDAY: say(zh="上班", en="working day"),
        DayKind.WEEKEND: say(zh="周末休息", en="weekend"),
        DayKind.STATUTORY: say(zh="法定节日", en="statutory day"),
        DayKind.SWAPPED_REST: say(zh="调休放假", en="day off"),
        DayKind.MAKE_UP: say(zh="调休上班", en="make-up working day"),
        DayKind.CLOSED: say(zh="停工", en="closed"),
    }[kind]
    name = calendar.name(day) if kind in (DayKind.STATUTORY, DayKind.SWAPPED_REST) else None
    return say(zh=f"{text}（{name}）", en=f"{text} ({name})") if name else text
