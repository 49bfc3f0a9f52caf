"""Findings (一年内3批次及以上, 连续3个季度): one per set of facts about one subject that meets a rule.

| awkward case | rule |
|---|---|
| 3批次及以上, 三批次以上 | both include 3 (民法典 1259) |
| 一年内 | from D through the corresponding day D + 1 year, inclusive (202); `strict_365` leaves that day out |
| the window's last day is a rest day | no matter: windows of facts are never moved (203 moves deadlines to act) |
| 连续3个季度 | calendar quarters running, Q4 and the next Q1 included; complete with the first fact of the third |
| several facts on one day | each counts; the later recorded one completes |
| facts arrive late or out of order | they are taken in the order they happened, then as recorded |
| a 4th failed batch after a finding | nothing: a fact counts once per rule, so three new ones must come together |
| a fact after the streak's third quarter | a quarter counts once: the next streak begins with the quarter after |
| two rules completed by the same fact | one finding, with the evidence of both |
| `all` | the fact that makes every rule hold at once completes the finding |

A finding is named by the fact that completed it. `spent` carries over what earlier findings used, so that a late fact
can neither open a second obligation on old evidence nor rename the first one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from duban.cadence.occurrence import ONE_DAY
from duban.duties.cadences import CountRule, StreakRule, Threshold
from duban.workdays import Period, Unit, add_period, period_key, period_span, year_window

Rule = CountRule | StreakRule


class Happened(NamedTuple):
    """A fact as far as a threshold cares: its number in the ledger, its day, its kind."""

    id: int
    on: date
    kind: str


@dataclass(frozen=True)
class Finding:
    """A threshold reached: by which fact, on which day, with which facts as evidence, under which rule."""

    completed_by: int
    on: date
    evidence: tuple[int, ...]
    rule: str


@dataclass
class _Spent:
    """What a rule may not use again: facts for a count, whole periods for a streak."""

    facts: set[int] = field(default_factory=set)
    until: date | None = None


def findings(
    cadence: Threshold,
    facts: Iterable[Happened],
    spent: Sequence[Collection[int]] = (),
    *,
    strict_365: bool = False,
) -> list[Finding]:
    """What the facts about one subject add up to, oldest first. The order in which they are given does not matter.

    `spent` holds the evidence of findings already made; facts named there that are not among `facts` are ignored.
    """
    ordered = sorted(facts, key=lambda fact: (fact.on, fact.id))
    groups = [(rule,) for rule in cadence.rules] if cadence.combine == "any" else [cadence.rules]
    found = [
        finding for group in groups for finding in _of_rules(group, ordered, spent, strict_365=strict_365)
    ]
    return _merged(found)


def holds(cadence: Threshold, evidence: Iterable[Happened], *, strict_365: bool = False) -> bool:
    """Whether evidence, some of which may have been withdrawn since, still makes a finding."""
    return bool(findings(cadence, evidence, strict_365=strict_365))


def _of_rules(
    rules: Sequence[Rule], ordered: Sequence[Happened], spent: Sequence[Collection[int]], *, strict_365: bool
) -> list[Finding]:
    used = [_already_spent(rule, ordered, spent, strict_365=strict_365) for rule in rules]
    kinds = {rule.of for rule in rules}
    found = []
    for place, fact in enumerate(ordered):
        if fact.kind not in kinds:
            continue
        known = ordered[: place + 1]
        evidence = [
            _met(rule, known, fact.on, before, strict_365=strict_365)
            for rule, before in zip(rules, used, strict=True)
        ]
        if not all(evidence) or not any(fact in met for met in evidence):
            continue
        for rule, before, met in zip(rules, used, evidence, strict=True):
            _spend(rule, before, met)
        numbers = tuple(sorted({each.id for met in evidence for each in met}))
        found.append(Finding(fact.id, fact.on, numbers, "+".join(rule.key for rule in rules)))
    return found


def _already_spent(
    rule: Rule, ordered: Sequence[Happened], spent: Sequence[Collection[int]], *, strict_365: bool
) -> _Spent:
    """What earlier findings used of this rule: those whose evidence meets it."""
    used = _Spent()
    for numbers in spent:
        evidence = [fact for fact in ordered if fact.id in numbers]
        if not evidence:
            continue
        met = _met(rule, evidence, evidence[-1].on, _Spent(), strict_365=strict_365)
        if met:
            _spend(rule, used, met)
    return used


def _spend(rule: Rule, used: _Spent, met: Sequence[Happened]) -> None:
    if isinstance(rule, CountRule):
        used.facts |= {fact.id for fact in met}
    else:
        ended = period_span(period_key(met[-1].on, rule.unit))[1]
        used.until = max(used.until, ended) if used.until else ended


def _met(
    rule: Rule, known: Sequence[Happened], on: date, used: _Spent, *, strict_365: bool
) -> list[Happened]:
    """The unspent facts that make the rule hold on day `on`, or none if it does not hold."""
    if isinstance(rule, CountRule):
        first = _window_start(rule.within, on, strict_365=strict_365)
        counted = [
            fact
            for fact in known
            if fact.kind == rule.of and first <= fact.on <= on and fact.id not in used.facts
        ]
        return counted if len(counted) >= rule.count else []
    first, wanted = _streak_start(rule, on)
    if used.until is not None and first <= used.until:
        return []
    counted = [fact for fact in known if fact.kind == rule.of and first <= fact.on <= on]
    return counted if {period_key(fact.on, rule.unit) for fact in counted} == wanted else []


def _window_start(within: Period, on: date, *, strict_365: bool) -> date:
    """The first day from which `on` still lies within the period: 一年内 includes the corresponding day."""
    if within == Period(1, Unit.YEAR):
        return year_window(on, strict_365=strict_365)[0]
    first = add_period(on, within, times=-1)
    while add_period(first, within) < on:  # a month end whose own corresponding day comes earlier
        first += ONE_DAY
    return first


def _streak_start(rule: StreakRule, on: date) -> tuple[date, set[str]]:
    """The first day, and the names, of the periods running up to the one `on` lies in."""
    wanted = set()
    day = on
    for _ in range(rule.length):
        key = period_key(day, rule.unit)
        wanted.add(key)
        first = period_span(key)[0]
        day = first - ONE_DAY
    return first, wanted


def _merged(found: Iterable[Finding]) -> list[Finding]:
    """One finding for each completing fact, with the evidence of every rule it completed."""
    by_fact: dict[int, Finding] = {}
    for finding in found:
        other = by_fact.setdefault(finding.completed_by, finding)
        if other is not finding:
            evidence = tuple(sorted({*other.evidence, *finding.evidence}))
            rule = f"{other.rule}+{finding.rule}"
            by_fact[finding.completed_by] = replace(other, evidence=evidence, rule=rule)
    return sorted(by_fact.values(), key=lambda finding: (finding.on, finding.completed_by))
