"""Dating open obligations anew (改期): under an edited duty, another calendar, or the calendar of another unit.

| awkward case | rule |
|---|---|
| moved to a unit with the same calendar | nothing is reckoned |
| the new unit was closed, or the old one was, while it runs | due by the new unit's days; the reason names them |
| the days differ only before it opened or after it is due | dates stay, and so does its history |
| a person extended or resumed it | the person's days stand, unless the new ones are later |
| rungs that have spoken | are not said again: no person gave the day; one that falls due earlier by it speaks at once |
| the new days lie past the calendar | dates stay as they are |
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from duban.base.days import each_day
from duban.base.language import say
from duban.ledger.choosing import portions
from duban.ledger.tables import Obligation
from duban.obligations.cause import Cause
from duban.obligations.obligation_groups import ObligationGroup, calendars, open_groups, recorded_days
from duban.obligations.one_duty import DutyPass
from duban.obligations.rearming import rearm
from duban.obligations.rungs import next_rung_at, rung_times
from duban.obligations.transitions import NOTHING, Changes, Details, move_all
from duban.obligations.verdicts import Verdict, judge
from duban.workdays import UnknownYear, WorkdayCalendar

NAMED_DAYS: Final = 3


def redate(
    run: DutyPass, group: ObligationGroup, verdict: Verdict, cause: Cause, details: Details = NOTHING
) -> None:
    """Give a group that is still owed the days it is judged to have, under the duty as it is now; `rearm_those` follows.

    `run` is the pass over the duty, `verdict` one that owes; `cause` and `details` go into each event,
    beside the days before and after.
    """
    told = {**details, **days_told(group, verdict)}
    move_all(run.connection, group.members, "redate", cause, told, changes_of(run, group, verdict))


def carry(run: DutyPass, group: ObligationGroup, verdict: Verdict, cause: Cause, details: Details) -> None:
    """Carry a group over to the duty as it is now, its days unchanged; `rearm_those` follows.

    `run` and `verdict` as for `redate`; `cause` and `details` go into each event. The reckoning it was opened by stays too,
    unless the new one says something else about the same days.
    """
    changes = changes_of(run, group, verdict)
    if verdict.reckoning is not None and group.recorded == recorded_days(verdict.reckoning):
        del changes["reckoning_id"]
    move_all(run.connection, group.members, "carry", cause, details, changes)


def date_by_new_unit(run: DutyPass, moved: Mapping[tuple[str, str], Sequence[int]]) -> None:
    """Date anew what was handed over, by the unit that owed it and the one that owes it now, where their days differ."""
    calendar = run.definitions.calendar
    for (old, new), numbers in moved.items():
        before, after = calendar.for_unit(old), calendar.for_unit(new)
        if before is after:
            continue
        for portion in portions(numbers):
            _date(run, col(Obligation.id).in_(portion), new, before, after)


def rearm_those(run: DutyPass, which: ColumnElement[bool]) -> None:
    """Arm the ladders of the duty's open obligations that `which` selects, each by its unit's calendar; rungs that have spoken stay spoken."""
    ladder = run.definitions.ladders[run.duty.ladder]
    own = col(Obligation.duty_id) == run.duty.id
    each = [(calendar, and_(own, which, whose)) for calendar, whose in calendars(run)]
    rearm(run.connection, run.definitions, ladder, each)


def changes_of(run: DutyPass, group: ObligationGroup, verdict: Verdict) -> Changes:
    """The columns of a group that is still owed, under the duty as it is now; `rearm_those` is to follow.

    The ladder is armed as if no rung had spoken yet.
    """
    reckoning, target, deadline = verdict.reckoning, verdict.target, verdict.deadline
    assert reckoning is not None  # noqa: S101 - it is owed
    assert target is not None  # noqa: S101
    assert deadline is not None  # noqa: S101
    ladder, project = run.definitions.ladders[run.duty.ladder], run.definitions.project
    times = rung_times(ladder, group.opened_on, target, deadline, project, group.calendar)
    return {
        "duty_version_id": run.version_id,
        "confidential": run.duty.confidential,
        "target": target,
        "deadline": deadline,
        "provisional": reckoning.provisional,
        "reckoning_id": run.reckoning_id(reckoning),
        "next_rung_at": next_rung_at(times),
        **({} if run.duty.urgent else {"due_at": None}),
    }


def days_told(group: ObligationGroup, verdict: Verdict) -> Details:
    """What the event of a change of days keeps: those before and those after; nothing where they are the same."""
    if not days_differ(group, verdict):
        return {}
    return {
        "was": group.deadline.isoformat(),
        "was_target": group.target.isoformat(),
        "deadline": verdict.deadline.isoformat() if verdict.deadline else None,
        "target": verdict.target.isoformat() if verdict.target else None,
        "was_reckoning": group.reckoning_id,
    }


def days_differ(group: ObligationGroup, verdict: Verdict) -> bool:
    """Whether a group that is still owed is due on other days than it says."""
    return (verdict.target, verdict.deadline) != (group.target, group.deadline)


def why_by_days(
    group: ObligationGroup, verdict: Verdict, before: WorkdayCalendar, after: WorkdayCalendar
) -> Sequence[str]:
    """The first days that moved a group, between two calendars, and how many they are if there are more.

    In the reader's language; nothing where `verdict` has no days.
    """
    if verdict.deadline is None or verdict.target is None:
        return []
    first = min(group.opened_on, group.day or group.opened_on, group.target, verdict.target)
    last = max(group.deadline, verdict.deadline)
    days = days_that_moved(before, after, first, last)
    told = days[:NAMED_DAYS]
    if len(days) > NAMED_DAYS:
        told.append(say(zh=f"等 {len(days)} 天", en=f"{len(days)} days in all"))
    return told


def days_that_moved(before: WorkdayCalendar, after: WorkdayCalendar, first: date, last: date) -> list[str]:
    """The days from `first` to `last` that work in one calendar and rest in the other, with the notice that says so.

    Local days, both ends counted, cut to what both calendars know.
    """
    first = max(first, before.first_day, after.first_day)
    last = min(last, before.last_day, after.last_day)
    return list(_moved(before, after, first, last))


def _moved(before: WorkdayCalendar, after: WorkdayCalendar, first: date, last: date) -> Iterator[str]:
    for day in each_day(first, last):
        works = after.is_workday(day)
        if works != before.is_workday(day):
            change = (
                say(zh="改为上班", en="becomes a working day")
                if works
                else say(zh="改为休息", en="becomes a day off")
            )
            yield f"{day} {change}{_notice(after, day)}"


def _notice(calendar: WorkdayCalendar, day: date) -> str:
    if day in calendar.closed:
        closure = calendar.closed[day]
        return say(zh=f"（{closure.reason}，{closure.notice}）", en=f" ({closure.reason}, {closure.notice})")
    for year in calendar.years:
        if year.year == day.year and year.notices:
            number = year.notices[-1].number
            return say(zh=f"（{number}）", en=f" ({number})")
    return ""


def _date(
    run: DutyPass, these: ColumnElement[bool], unit: str, before: WorkdayCalendar, after: WorkdayCalendar
) -> None:
    for group in open_groups(run, and_(these, col(Obligation.closed_at).is_(None)), judge_scope=False):
        try:
            verdict = judge(run.duty, group)
            if verdict.owed and days_differ(group, verdict):
                why = _why(run, unit, why_by_days(group, verdict, before, after))
                redate(run, group, verdict, run.cause(why))
        except UnknownYear:
            continue
    rearm_those(run, these)


def _why(run: DutyPass, unit: str, days: Sequence[str]) -> str:
    name = run.definitions.project.name_of(unit)
    head = say(zh=f"改按{name}的工作日", en=f"by the working days of {name}")
    return head + say(zh="：", en=": ") + say(zh="；", en="; ").join(days) if days else head
