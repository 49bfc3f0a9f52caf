"""What is said of an assignment before and after it is made: whom it goes to, until when, and what rest days do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING

from duban.base.clock import local
from duban.base.language import say
from duban.base.weekdays import WEEKDAYS

if TYPE_CHECKING:
    from duban.assignments.assigned_obligations import AssignedObligation
    from duban.definitions.definitions import Definitions


def remarks_on(definitions: Definitions, today: date, items: Collection[AssignedObligation]) -> Iterator[str]:
    """What becomes of days of rest."""
    calendar = definitions.calendar
    moved = {
        (each.reckoning.nominal, each.reckoning.deadline)
        for each in items
        if each.due_at is None and each.reckoning.nominal != each.reckoning.deadline
    }
    for nominal, deadline in sorted(moved):
        named = calendar.name(nominal)
        called = f"（{named}）" if named else ""
        yield say(
            zh=f"{day_words(nominal)}是休息日{called}，期限顺延到 {day_words(deadline)}",
            en=f"{day_words(nominal)} is a rest day{called}: the deadline moves to {day_words(deadline)}",
        )
    if not calendar.is_workday(today) and all(each.due_at is None for each in items):
        yield say(
            zh="今天是休息日，下一个工作日上班时告知", en="today is a rest day: told on the next working day"
        )


def day_words(day: date) -> str:
    """A day as a rehearsal says it: 10月20日（星期二）."""
    return say(zh=f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）", en=f"{day:%a %d %b %Y}")


def summary_of(definitions: Definitions, items: Collection[AssignedObligation]) -> str:
    """What an assignment makes owed, in one line: 三元区局 等 12 个单位 各 1 项，10月20日（星期二）到期."""
    units = list(dict.fromkeys(each.unit for each in items))
    first = definitions.project.name_of(units[0])
    if len(units) == 1:
        whose = say(zh=f"{first} {len(items)} 项", en=f"{first}, {len(items)}")
    elif len(units) == len(items):
        whose = say(
            zh=f"{first} 等 {len(units)} 个单位 各 1 项", en=f"{first} and others, {len(units)} units, 1 each"
        )
    else:
        whose = say(
            zh=f"{first} 等 {len(units)} 个单位 共 {len(items)} 项",
            en=f"{first} and others, {len(units)} units, {len(items)} in all",
        )
    moments = [each.due_at for each in items if each.due_at]
    if moments:
        until = local(max(moments), definitions.project.zone)
    else:
        days = sorted({each.reckoning.deadline for each in items})
        until = say(zh=" 至 ", en=" to ").join(day_words(day) for day in dict.fromkeys((days[0], days[-1])))
    return say(zh=f"{whose}，{until}到期", en=f"{whose}, due {until}")
