"""One duty explained by what it will open next, on the code path that opens it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from duban.base.language import say
from duban.cadence.occurrence import Occurrence
from duban.cadence.opening import CalendarOpening, EachFact, EventOpening, FindingOpening
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.duties.schedules import RUNNING_SINCE, occurrences_owed, opening_day
from duban.duties.work_plan import clause_places
from duban.explanations.explanation import (
    ComingOccurrence,
    DueDates,
    DutyExplanation,
)
from duban.explanations.obligation import statement_of
from duban.workdays import Reckoning, UnknownYear, WorkdayCalendar

_EVENT_AHEAD = 100
"""So many days after it is told of, a duty before an event is shown its event."""
COMING_DAYS = 400
"""How far ahead the coming occurrences of a duty are looked for: a yearly one is then always found."""


def explain_duty(
    definitions: Definitions,
    duty_id: str,
    on: date,
    count: int = 4,
    *,
    root: Path,
    far: bool = False,
) -> DutyExplanation:
    """Explain a duty by the next `count` occurrences that open on or after business date `on`.

    They are looked for in the coming `COMING_DAYS`, or, `far`, as far as the calendar goes. `root` is the project's own
    folder, wherever `definitions` lie: where each clause stands in the paper is said there.

    A duty that waits for facts is shown with the due date it would have if they happened on `on`.
    Raises KeyError for an unknown duty, UnknownYear when `on` lies outside the calendar.
    """
    duty = definitions.duties[duty_id]
    calendar = definitions.calendar
    until = calendar.last_day if far or duty.cadence.seldom else on + timedelta(days=COMING_DAYS)
    until = min(until, calendar.last_day)
    titles = {fact.name: fact.title for fact in definitions.vocabulary.facts.values()}
    try:
        coming = tuple(_coming(duty, calendar, on, until, count, titles))
    except UnknownYear:  # what opens in the calendar's last year may be due after its end
        until = date(calendar.last_day.year, 1, 1) - timedelta(days=1)
        if until <= on:
            raise
        coming = tuple(_coming(duty, calendar, on, until, count, titles))
    if duty.effective.until is not None and duty.effective.until >= on:
        until = min(until, duty.effective.until)
    ended = "" if coming else _ended(duty, on, until)
    asked = _in_titles(duty.cadence.note(), duty.fact_kinds, titles)
    note = say(zh="；", en="; ").join(told for told in (asked, ended) if told)
    return DutyExplanation(statement_of(duty, clause_places(root)), on, until, count, coming, note)


def _in_titles(note: str, kinds: Iterable[str], titles: Mapping[str, str]) -> str:
    """A note in which each kind of fact stands as people call it: “检查完成” and not inspection.done."""
    names = "|".join(re.escape(kind) for kind in sorted(kinds, key=len, reverse=True))
    return (
        re.sub(
            rf"(?<![a-z_.])(?:{names})(?![a-z_.])", lambda found: f"“{titles.get(found[0], found[0])}”", note
        )
        if names
        else note
    )


def _coming(
    duty: Duty, calendar: WorkdayCalendar, on: date, last: date, count: int, titles: Mapping[str, str]
) -> Iterator[ComingOccurrence]:
    cadence = duty.cadence
    since = on
    begins = duty.effective.from_
    if begins is not None and on <= begins <= last:  # what is running then opens on that day
        since = max(calendar.first_day, begins - RUNNING_SINCE)
    day = max(on, begins or on)
    match cadence.opening:
        case CalendarOpening() if cadence.visits(None) is None:
            ahead = _ahead(duty, occurrences_owed(duty, calendar, since, last), on, "")[:count]
            yield from ahead or _running(duty, calendar, on)
        case CalendarOpening():
            for grade in cadence.grades or (None,):
                condition = say(zh=f"风险等级 {grade}", en=f"grade {grade}") if grade else ""
                visits = occurrences_owed(duty, calendar, since, last, grade)
                yield from _ahead(duty, visits, on, condition)[:count]
        case EventOpening() as opening if duty.effective.covers(day):
            event, title = day + timedelta(days=_EVENT_AHEAD), titles.get(opening.fact, opening.fact)
            opens = opening.opens_on(calendar, event, day)
            condition = say(zh=f"假如 {title}的日子是 {event}", en=f"if the day of “{title}” is {event}")
            yield ComingOccurrence("", opens, condition, _dates(opening.due(calendar, event, opens)))
        case EachFact() as opening if duty.effective.covers(day):
            title = titles.get(opening.fact, opening.fact)
            condition = say(zh=f"假如 {day} {title}", en=f"if “{title}” happened on {day}")
            yield ComingOccurrence("", day, condition, _dates(opening.due(calendar, day, day)))
        case FindingOpening() as opening if duty.effective.covers(day):
            condition = say(zh=f"假如 {day} 达到触发条件", en=f"if the condition were met on {day}")
            yield ComingOccurrence("", day, condition, _dates(opening.due(calendar, day, day)))


def _ahead(duty: Duty, occurrences: Iterable[Occurrence], on: date, condition: str) -> list[ComingOccurrence]:
    """Those of the occurrences that open on or after `on` while the duty is in force, in the order they open."""
    found = [
        ComingOccurrence(occurrence.period_key, opens, condition, _dates(occurrence.reckoning))
        for occurrence in occurrences
        if (opens := opening_day(duty, occurrence)) >= on
    ]
    return sorted(found, key=lambda coming: coming.opens_on)


def _running(duty: Duty, calendar: WorkdayCalendar, on: date) -> list[ComingOccurrence]:
    """What has opened before `on` and is not over: the answer where nothing more is to come."""
    since = max(calendar.first_day, on - RUNNING_SINCE)
    condition = say(zh="已经开办", en="open already")
    return [
        ComingOccurrence(occurrence.period_key, opens, condition, _dates(occurrence.reckoning))
        for occurrence in occurrences_owed(duty, calendar, since, on)
        if (opens := opening_day(duty, occurrence)) < on <= occurrence.reckoning.deadline
    ]


def _dates(reckoning: Reckoning) -> DueDates:
    return DueDates(
        nominal=reckoning.nominal,
        target=reckoning.target,
        deadline=reckoning.deadline,
        provisional=reckoning.provisional,
        earliest=reckoning.earliest,
        latest=reckoning.latest,
        steps=tuple(reckoning.steps),
    )


def _ended(duty: Duty, on: date, until: date) -> str:
    """That the duty is no longer in force, ends (by `until`, the last day looked at) before it would open again, or was
    owed once and is over; else empty.
    """
    ends = duty.effective.until
    if last := duty.cadence.over_since(on):
        return say(zh=f"只办一次，期限 {last} 已过", en=f"owed once, and over since {last}")
    if ends is None or ends > until:
        return ""
    if ends >= on:
        return say(
            zh=f"有效到 {ends}，在那以前不再开办", en=f"in force until {ends}, and nothing opens before that"
        )
    return say(zh=f"已于 {ends} 失效", en=f"it ended on {ends}")
