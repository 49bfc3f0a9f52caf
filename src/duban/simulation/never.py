"""Duties that can never open an obligation in a span, rules of them that never have a turn, and rungs nobody hears.

A duty is taken to be alive only when it is shown to be: what the calendar opens is opened, and for what facts open the
smallest facts are made up that ought to do it and run through the rule itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.cadence.frequency import visits
from duban.checks.checking import first_unheard
from duban.duties.cadences import Campaign, Frequency, Once, Threshold, Within
from duban.simulation.given import Event, Given, Group, fact_kinds
from duban.simulation.owed import Span, owed
from duban.simulation.rules import dead_rules, smallest_evidence
from duban.workdays import AwaitingNotice, UnknownYear, holiday_stem

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.duties.grammar import Duty

NAMED = 3
"""Units named in a reason; the rest are counted."""


def never_fires(definitions: Definitions, first: date, last: date) -> dict[str, str]:
    """Why each dead duty is dead, by duty id: nothing of it can open from `first` to `last`, a rule of it is always met
    first by another, or nobody can receive one of its rungs. Duties that are alive in every part are left out.
    """
    return why_never(definitions, first, last, ())


def ended(duty: Duty, first: date) -> bool:
    """Whether the duty was over on purpose when the span began: no longer in force, or owed once and done with."""
    cadence, ends = duty.cadence, duty.effective.until
    return (ends is not None and ends < first) or (isinstance(cadence, Once) and cadence.last < first)


def why_never(definitions: Definitions, first: date, last: date, proven: Collection[str]) -> dict[str, str]:
    """`never_fires`, where the duties named `proven` have been seen to open something in the span."""
    unheard = _Unheard(definitions)
    found = {}
    for duty in definitions.duties.values():
        reasons = [] if duty.id in proven else [*_never_opens(definitions, duty, first, last)]
        if isinstance(duty.cadence, Threshold) and not reasons:
            reasons += _dead_rules(definitions, duty, duty.cadence, last)
        reasons += unheard.of(duty)
        if reasons:
            found[duty.id] = say(zh="；", en="; ").join(reasons)
    return found


def _never_opens(definitions: Definitions, duty: Duty, first: date, last: date) -> Iterator[str]:
    begins, ends = duty.effective.from_, duty.effective.until
    if ends is not None and ends < first and fact_kinds(duty):
        yield say(zh=f"已于 {ends} 失效", en=f"it ended on {ends}")
        return
    if begins is not None and begins > last:
        yield say(zh=f"{begins} 才生效", en=f"it begins only on {begins}")
        return
    impossible = [*_impossible_subject(definitions, duty), *_impossible_facts(definitions, duty)]
    if impossible:
        yield from impossible
        return
    given = Given(*_made_up(definitions, duty, max(first, begins or first), min(last, ends or last)))
    try:
        if not owed(duty, Span(definitions, first, last, given)):
            yield _why_nothing(definitions, duty, first, last)
    except UnknownYear:
        return  # not dead: its dates cannot be known


def _impossible_subject(definitions: Definitions, duty: Duty) -> Iterator[str]:
    name = duty.for_each.subject
    if name is None:
        if isinstance(duty.cadence, Threshold):
            yield say(
                zh="触发条件按监管对象计，这里没有写 for_each: {subject: …}",
                en="conditions are counted per subject, and none is named under for_each",
            )
        return
    kind = definitions.vocabulary.subjects.get(name)
    if kind is None:
        yield say(zh=f"没有监管对象“{name}”", en=f"there is no subject kind “{name}”")
        return
    for attribute, values in duty.for_each.where.items():
        allowed = kind.attributes.get(attribute)
        if allowed is None or (allowed and not set(values) & set(allowed)):
            listed = say(zh="、", en=", ").join(values)
            yield say(
                zh=f"没有一个“{name}”的“{attribute}”会是“{listed}”",
                en=f"no {name} can have “{listed}” as its {attribute}",
            )
    if isinstance(duty.cadence, Frequency):
        grades = [None, *kind.grades]
        if not any(visits(duty.cadence, grade) for grade in grades):
            yield say(zh="每个等级的次数都是 0", en="every grade is visited 0 times")


def _impossible_facts(definitions: Definitions, duty: Duty) -> Iterator[str]:
    """Why the facts a duty waits for cannot happen; with `any`, only when none of them can."""
    reasons = {kind: why for kind in fact_kinds(duty) if (why := _why_not(definitions, duty, kind))}
    lenient = isinstance(duty.cadence, Threshold) and duty.cadence.combine == "any"
    if reasons and (not lenient or len(reasons) == len(fact_kinds(duty))):
        yield from (reasons[kind] for kind in sorted(reasons))


def _why_not(definitions: Definitions, duty: Duty, kind: str) -> str:
    fact = definitions.vocabulary.facts.get(kind)
    subject = duty.for_each.subject
    if fact is None:
        return say(zh=f"没有事实“{kind}”", en=f"there is no fact kind “{kind}”")
    if subject is None and not fact.of_unit:
        return say(zh=f"“{fact.title}”说的不是单位", en=f"{kind} is not about units")
    if subject is not None and subject not in fact.about:
        return say(zh=f"“{fact.title}”说的不是“{subject}”", en=f"{kind} is not about {subject}")
    return ""


def _made_up(
    definitions: Definitions, duty: Duty, begins: date, ends: date
) -> tuple[tuple[Group, ...], tuple[Event, ...]]:
    """Subjects of every grade that match the duty, and the fewest facts about one of them that ought to open it."""
    name = duty.for_each.subject
    unit = next(iter(definitions.project.units))
    cadence = duty.cadence
    if name is None:
        events = (
            [Event(cadence.of, on, unit=unit) for on in (begins, ends)] if isinstance(cadence, Within) else []
        )
        return (), tuple(events)
    kind = definitions.vocabulary.subjects[name]
    where = {
        attribute: next(
            value for value in values if not kind.attributes[attribute] or value in kind.attributes[attribute]
        )
        for attribute, values in duty.for_each.where.items()
    }
    groups = tuple(Group(name, unit, grade, where) for grade in (None, *kind.grades))
    if isinstance(cadence, Within):
        return groups, tuple(Event(cadence.of, on, about="1", group=groups[0]) for on in (begins, ends))
    if isinstance(cadence, Threshold):
        evidence = smallest_evidence(cadence, ends, _possible(definitions, duty))
        return groups, tuple(Event(each.kind, each.on, about="1", group=groups[0]) for each in evidence)
    return groups, ()


def _possible(definitions: Definitions, duty: Duty) -> frozenset[str]:
    """The kinds of facts the duty waits for that can concern its subjects."""
    return frozenset(kind for kind in fact_kinds(duty) if not _why_not(definitions, duty, kind))


def _why_nothing(definitions: Definitions, duty: Duty, first: date, last: date) -> str:
    ends = duty.effective.until
    if isinstance(duty.cadence, Threshold):
        return say(zh="没有一组事实能同时满足触发条件", en="no set of facts meets its conditions together")
    if not definitions.project.units_at(duty.owner.unit):
        return say(zh="没有这一级的单位", en="there is no unit of its level")
    if ends is not None and ends < first:
        return say(zh=f"已于 {ends} 失效", en=f"it ended on {ends}")
    match duty.kind:
        case "once":
            return _why_not_once(duty, first, last)
        case "campaign":
            return _why_no_window(definitions, duty, first, last)
    return say(zh=f"{first} 至 {last} 一次也不开办", en=f"nothing of it opens from {first} to {last}")


def _why_not_once(duty: Duty, first: date, last: date) -> str:
    if isinstance(duty.cadence, Once) and duty.cadence.last < first:
        due = duty.cadence.last
        return say(zh=f"只办一次，期限 {due} 已过", en=f"it was owed once, by {due}")
    return say(
        zh=f"只办一次，{first} 至 {last} 不在它的期间里",
        en=f"it is owed once, and not from {first} to {last}",
    )


def _why_no_window(definitions: Definitions, duty: Duty, first: date, last: date) -> str:
    """Why a campaign has no days: they wait for a notice, or lie elsewhere."""
    festivals = definitions.calendar.festivals
    names = duty.cadence.names if isinstance(duty.cadence, Campaign) else ()
    waiting = []
    for name in names:
        if holiday_stem(name, festivals) is not None:
            continue
        try:
            for year in range(first.year, last.year + 1):
                festivals.named_window(name, year)
        except AwaitingNotice:
            waiting.append(name)
    if waiting:
        listed = say(zh="、", en=", ").join(waiting)
        return say(
            zh=f"“{listed}”的日期要等当年通知，通知到了请填进 calendar/festivals.yaml",
            en=f"the days of {listed} wait for a notice: enter it in calendar/festivals.yaml",
        )
    return say(zh=f"{first} 至 {last} 没有它的节点", en=f"none of its days lies from {first} to {last}")


def _dead_rules(definitions: Definitions, duty: Duty, cadence: Threshold, on: date) -> Iterator[str]:
    """Why single rules of a duty that does fire never have a turn."""
    if cadence.combine == "all":
        return
    possible = _possible(definitions, duty)
    ends = duty.effective.until
    dead = dead_rules(cadence, on if ends is None else min(on, ends), possible)
    for number, rule in enumerate(cadence.rules):
        if rule.of not in possible:
            why = _why_not(definitions, duty, rule.of)
        elif number in dead:
            why = say(
                zh="凡是满足它的，别的条件总已同时或更早满足", en="whatever meets it has met another by then"
            )
        else:
            continue
        yield say(
            zh=f"第 {number + 1} 个触发条件永远轮不到：{why}",
            en=f"condition {number + 1} never has a turn: {why}",
        )


class _Unheard:
    """Rungs that nobody at some unit can receive, looked up once for each ladder, level and post."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[tuple[str, str, str], list[str]] = {}

    def of(self, duty: Duty) -> list[str]:
        """Why a rung of the duty's ladder is never heard, if so."""
        key = (duty.ladder, duty.owner.unit, duty.owner.post)
        if key not in self._known:
            self._known[key] = [*self._reasons(duty)]
        return self._known[key]

    def _reasons(self, duty: Duty) -> Iterator[str]:
        project = self._definitions.project
        ladder = self._definitions.ladders[duty.ladder]
        by_rung: dict[int, list[str]] = {}
        for unit in project.units_at(duty.owner.unit):
            number = first_unheard(project, ladder, duty, unit)
            if number is not None:
                by_rung.setdefault(number, []).append(unit.name)
        for number, names in sorted(by_rung.items()):
            stage = ladder.rungs[number].stage.title()
            listed = say(zh="、", en=", ").join(names[:NAMED])
            more = len(names) - NAMED
            listed += say(zh=f"等 {len(names)} 个单位", en=f" and {more} more") if more > 0 else ""
            yield say(
                zh=f"{listed}没有人能收到第 {number + 1} 级{stage}和以后各级",
                en=f"nobody at {listed} can receive rung {number + 1} ({stage}) or any after it",
            )
