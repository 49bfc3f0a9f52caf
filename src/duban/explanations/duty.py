"""One duty explained by what it will open next, on the code path that opens it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.cadence import frequency, within
from duban.cadence.ratio import percent
from duban.cadence.schedules import RUNNING_SINCE, in_force, opening_day, scheduled
from duban.duties.cadences import ByPeriod, Campaign, Counted, Once, Quota, Ratio, Registered
from duban.duties.grammar import CountRule, Duty, Frequency, Threshold, Within
from duban.explanations.model import (
    Coming,
    Dates,
    DutyExplanation,
    StepTold,
)
from duban.explanations.obligation import said_of
from duban.workdays import reckon

if TYPE_CHECKING:
    from duban.cadence import Occurrence
    from duban.definitions.definitions import Definitions
    from duban.workdays import Reckoning, WorkdayCalendar

COMING_DAYS = 400
"""How far ahead the coming occurrences of a duty are looked for: a yearly one is then always found."""


def explain_duty(definitions: Definitions, duty_id: str, on: date, count: int = 4) -> DutyExplanation:
    """Explain a duty by the next `count` occurrences that open on or after business date `on`.

    A duty that waits for facts is shown with the due date it would have if they happened on `on`.
    Raises KeyError for an unknown duty, UnknownYear when `on` lies outside the calendar.
    """
    duty = definitions.duties[duty_id]
    coming = tuple(_coming(duty, definitions.calendar, on, count))
    ended = "" if coming else _ended(duty, on)
    note = say(zh="；", en="; ").join(told for told in (_note(duty), ended) if told)
    return DutyExplanation(said_of(duty), on, coming, note)


def _coming(duty: Duty, calendar: WorkdayCalendar, on: date, count: int) -> Iterator[Coming]:
    cadence = duty.cadence
    last = min(on + timedelta(days=COMING_DAYS), calendar.last_day)
    if isinstance(cadence, Once):
        last = calendar.last_day
    since = on
    begins = duty.effective.from_
    if begins is not None and on <= begins <= last:  # what is running then opens on that day
        since = max(calendar.first_day, begins - RUNNING_SINCE)
    match cadence:
        case ByPeriod() | Campaign() | Once():
            ahead = _ahead(duty, scheduled(duty, calendar, since, last), on, "")[:count]
            yield from ahead or _running(duty, calendar, on)
        case Frequency():
            grades: list[str | None] = list(cadence.by_grade or {}) or [None]
            for grade in grades:
                condition = say(zh=f"风险等级 {grade}", en=f"grade {grade}") if grade else ""
                visits = frequency.occurrences(cadence, grade, calendar, since, last)
                yield from _ahead(duty, visits, on, condition)[:count]
        case Within() if duty.effective.covers(day := max(on, begins or on)):
            condition = say(zh=f"假如 {day} 发生 {cadence.of}", en=f"if {cadence.of} happened on {day}")
            yield Coming("", day, condition, _dates(within.reckon(cadence, calendar, day)))
        case Threshold() if duty.effective.covers(day := max(on, begins or on)):
            condition = say(zh=f"假如 {day} 达到触发条件", en=f"if the condition were met on {day}")
            yield Coming("", day, condition, _dates(reckon(calendar, day, cadence.due, law=cadence.law)))


def _ahead(duty: Duty, occurrences: Iterable[Occurrence], on: date, condition: str) -> list[Coming]:
    """Those of the occurrences that open on or after `on` while the duty is in force, in the order they open."""
    found = [
        Coming(occurrence.period_key, opens, condition, _dates(occurrence.reckoning))
        for occurrence in occurrences
        if in_force(duty, occurrence) and (opens := opening_day(duty, occurrence)) >= on
    ]
    return sorted(found, key=lambda coming: coming.opens_on)


def _running(duty: Duty, calendar: WorkdayCalendar, on: date) -> list[Coming]:
    """What has opened before `on` and is not over: the answer where nothing more is to come."""
    since = max(calendar.first_day, on - RUNNING_SINCE)
    condition = say(zh="已经开办", en="open already")
    return [
        Coming(occurrence.period_key, opens, condition, _dates(occurrence.reckoning))
        for occurrence in scheduled(duty, calendar, since, on)
        if in_force(duty, occurrence)
        and (opens := opening_day(duty, occurrence)) < on <= occurrence.reckoning.deadline
    ]


def _dates(reckoning: Reckoning) -> Dates:
    return Dates(
        nominal=reckoning.nominal,
        target=reckoning.target,
        deadline=reckoning.deadline,
        provisional=reckoning.provisional,
        earliest=reckoning.earliest,
        latest=reckoning.latest,
        steps=tuple(StepTold(step.text, step.day, step.basis) for step in reckoning.steps),
    )


def _note(duty: Duty) -> str:
    """The rule in one sentence, for kinds whose occurrences do not show it."""
    if isinstance(duty.cadence, Quota):
        return say(
            zh=f"目标：每期 {duty.cadence.at_least}{duty.cadence.measure}，数 {_counted(duty.cadence.of)}",
            en=f"Goal: {duty.cadence.at_least} per period, counting {_counted(duty.cadence.of)}",
        )
    if isinstance(duty.cadence, Ratio):
        return _share_rule(duty.cadence)
    if not isinstance(duty.cadence, Threshold):
        return ""
    told = [
        say(
            zh=f"{rule.within}内 {rule.of} 达 {rule.count} 次",
            en=f"{rule.count} × {rule.of} within {rule.within}",
        )
        if isinstance(rule, CountRule)
        else say(
            zh=f"{rule.of} 连续 {rule.length} 期（{rule.unit.value}）",
            en=f"{rule.of} in {rule.length} {rule.unit.value}s running",
        )
        for rule in duty.cadence.rules
    ]
    either = duty.cadence.combine == "any"
    joined = say(zh="，或" if either else "，且", en=" or " if either else " and ").join(told)
    return say(zh=f"触发条件：{joined}", en=f"Opens when: {joined}")


def _ended(duty: Duty, on: date) -> str:
    """That the duty is no longer in force, or was owed once and is over; empty while it is."""
    ends = duty.effective.until
    if isinstance(duty.cadence, Once) and duty.cadence.last < on:
        last = duty.cadence.last
        return say(zh=f"只办一次，期限 {last} 已过", en=f"owed once, and over since {last}")
    if ends is None or ends >= on:
        return ""
    return say(zh=f"已于 {ends} 失效", en=f"it ended on {ends}")


def _share_rule(cadence: Ratio) -> str:
    match cadence.among:
        case Counted() as among:
            whole = _counted(among)
        case Registered(subject=subject):
            whole = say(zh=f"在册的{subject}", en=f"registered {subject}")
        case _:
            whole = say(zh="上年同期", en="the same period of the year before")
    bound = percent(Fraction(cadence.bound), 6)
    return say(
        zh=f"要求：{_counted(cadence.of)} 与 {whole} 之比{'不低于' if cadence.at_least else '不高于'} {bound}",
        en=f"To keep: {_counted(cadence.of)} over {whole} at {'least' if cadence.at_least else 'most'} {bound}",
    )


def _counted(counted: Counted) -> str:
    """Which facts count, as the duty's file says it."""
    told = [f"{name} {say(zh='或', en=' or ').join(values)}" for name, values in counted.where.items()] + (
        [counted.amount] if counted.amount else []
    )
    return f"{counted.fact}（{'，'.join(told)}）" if told else counted.fact
