"""Duties that can never open an obligation in a span, rules of them that never have a turn, and rungs nobody hears.

A duty is taken to be alive only when it is shown to be: what the calendar opens is opened, and for what facts open the
smallest facts are made up that ought to do it and run through the rule itself.
"""

from collections.abc import Collection, Iterator
from datetime import date

from duban.base.language import say
from duban.cadence.evidence import dead_rules
from duban.cadence.opening import FindingOpening
from duban.checks.checking import first_unheard
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.simulation.given import GivenFact, Premises, SubjectGroup
from duban.simulation.owed import SimulatedSpan, owed
from duban.workdays import UnknownYear

NAMED = 3
"""Units named in a reason; the rest are counted."""


def never_fires(definitions: Definitions, first: date, last: date) -> dict[str, str]:
    """Why each dead duty is dead, by duty id: nothing of it can open from `first` to `last`, a rule of it is always met
    first by another, or nobody can receive one of its rungs. Duties that are alive in every part are left out.
    """
    return why_never(definitions, first, last, ())


def ended(duty: Duty, first: date) -> bool:
    """Whether the duty was over on purpose when the span began: no longer in force, or owed once and done with."""
    ends = duty.effective.until
    return (ends is not None and ends < first) or duty.cadence.over_since(first) is not None


def why_never(definitions: Definitions, first: date, last: date, proven: Collection[str]) -> dict[str, str]:
    """`never_fires`, where the duties named `proven` have been seen to open something in the span."""
    unheard = _Unheard(definitions)
    found = {}
    for duty in definitions.duties.values():
        reasons = [] if duty.id in proven else [*_never_opens(definitions, duty, first, last)]
        if not reasons:
            reasons += _dead_rules(definitions, duty, last)
        reasons += unheard.of(duty)
        if reasons:
            found[duty.id] = say(zh="；", en="; ").join(reasons)
    return found


def _never_opens(definitions: Definitions, duty: Duty, first: date, last: date) -> Iterator[str]:
    begins, ends = duty.effective.from_, duty.effective.until
    opening = duty.cadence.opening
    if ends is not None and ends < first and opening.facts:
        yield say(zh=f"已于 {ends} 失效", en=f"it ended on {ends}")
        return
    if begins is not None and begins > last:
        yield say(zh=f"{begins} 才生效", en=f"it begins only on {begins}")
        return
    impossible = [*_impossible_subject(definitions, duty), *_impossible_facts(definitions, duty)]
    if impossible:
        yield from impossible
        return
    given = Premises(*_made_up(definitions, duty, max(first, begins or first), min(last, ends or last)))
    try:
        if not owed(duty, SimulatedSpan(definitions, first, last, given)):
            yield _why_nothing(definitions, duty, first, last)
    except UnknownYear:
        return  # not dead: its dates cannot be known


def _impossible_subject(definitions: Definitions, duty: Duty) -> Iterator[str]:
    name = duty.for_each.subject
    if name is None:
        if isinstance(duty.cadence.opening, FindingOpening):
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
    visits = [duty.cadence.visits(grade) for grade in (None, *kind.grades)]
    if visits[0] is not None and not any(visits):
        yield say(zh="每个等级的次数都是 0", en="every grade is visited 0 times")


def _impossible_facts(definitions: Definitions, duty: Duty) -> Iterator[str]:
    """Why the facts a duty waits for cannot happen; with `any`, only when none of them can."""
    opening = duty.cadence.opening
    reasons = {kind: why for kind in opening.facts if (why := _why_not(definitions, duty, kind))}
    lenient = isinstance(opening, FindingOpening) and opening.combine == "any"
    if reasons and (not lenient or len(reasons) == len(opening.facts)):
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
) -> tuple[tuple[SubjectGroup, ...], tuple[GivenFact, ...]]:
    """Subjects of every grade that match the duty, and the fewest facts about one of them that ought to open it."""
    name = duty.for_each.subject
    unit = next(iter(definitions.project.units))
    facts = duty.cadence.opening.made_up(begins, ends, _possible(definitions, duty))
    if name is None:
        return (), tuple(GivenFact(kind, on, unit=unit) for on, kind in facts)
    kind = definitions.vocabulary.subjects[name]
    where = {
        attribute: next(
            value for value in values if not kind.attributes[attribute] or value in kind.attributes[attribute]
        )
        for attribute, values in duty.for_each.where.items()
    }
    groups = tuple(SubjectGroup(name, unit, grade, where) for grade in (None, *kind.grades))
    return groups, tuple(GivenFact(fact, on, about="1", group=groups[0]) for on, fact in facts)


def _possible(definitions: Definitions, duty: Duty) -> frozenset[str]:
    """The kinds of facts the duty waits for that can concern its subjects."""
    return frozenset(kind for kind in duty.cadence.opening.facts if not _why_not(definitions, duty, kind))


def _why_nothing(definitions: Definitions, duty: Duty, first: date, last: date) -> str:
    ends = duty.effective.until
    if not isinstance(duty.cadence.opening, FindingOpening):
        if not any(map(definitions.project.units_at, duty.owner.levels)):
            return say(zh="没有这一级的单位", en="there is no unit of its level")
        if ends is not None and ends < first:
            return say(zh=f"已于 {ends} 失效", en=f"it ended on {ends}")
    return duty.cadence.why_nothing(definitions.calendar.festivals, first, last)


def _dead_rules(definitions: Definitions, duty: Duty, on: date) -> Iterator[str]:
    """Why single rules of a duty that does fire never have a turn."""
    opening = duty.cadence.opening
    if not isinstance(opening, FindingOpening) or opening.combine == "all":
        return
    possible = _possible(definitions, duty)
    ends = duty.effective.until
    dead = dead_rules(opening, on if ends is None else min(on, ends), possible)
    for number, rule in enumerate(opening.rules):
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
        self._known: dict[tuple[str, tuple[str, ...], str], list[str]] = {}

    def of(self, duty: Duty) -> list[str]:
        """Why a rung of the duty's ladder is never heard, if so."""
        key = (duty.ladder, duty.owner.levels, duty.owner.post)
        if key not in self._known:
            self._known[key] = [*self._reasons(duty)]
        return self._known[key]

    def _reasons(self, duty: Duty) -> Iterator[str]:
        project = self._definitions.project
        ladder = self._definitions.ladders[duty.ladder]
        by_rung: dict[int, list[str]] = {}
        for unit in (each for level in duty.owner.levels for each in project.units_at(level)):
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
