"""Findings (一年内3批次及以上, 连续3个季度): one per set of facts about one subject that meets a rule.

| awkward case | rule |
|---|---|
| 3批次及以上, 三批次以上 | both include 3 (民法典 1259) |
| 一年内 | from D through the corresponding day D + 1 year, inclusive (202); `strict_365` leaves that day out |
| the window's last day is a rest day | no matter: windows of facts are never moved (203 moves deadlines to act) |
| 连续3个季度 | calendar quarters running, Q4 and the next Q1 included; complete with the first fact of the third |
| several facts on one day | each counts; the later recorded one completes |
| facts arrive late or out of order | they are taken in the order they happened, then as recorded |
| a 4th failed batch after a finding | nothing: evidence is spent for every rule it meets, so three new ones must come together |
| a fact after the streak's third quarter | a quarter counts once: the next streak begins with the quarter after |
| two rules completed by the same fact | one finding, with the evidence of both |
| `all` | the fact that makes every rule hold at once completes the finding |

A finding is named by the fact that completed it. `spent` carries over what earlier findings used, so that a late fact
can neither open a second obligation on old evidence nor rename the first one.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
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
    used = [_Spent() for _ in cadence.rules]
    places = {fact.id: place for place, fact in enumerate(ordered)}
    for numbers in spent:
        there = sorted(places[number] for number in numbers if number in places)
        _spend(cadence, used, [ordered[place] for place in there], strict_365=strict_365)
    found = []
    for place, fact in enumerate(ordered):
        known = ordered[: place + 1]
        met = [
            _met(rule, known, fact.on, before, strict_365=strict_365)
            for rule, before in zip(cadence.rules, used, strict=True)
        ]
        if cadence.combine == "any":
            met = [evidence if fact in evidence else [] for evidence in met]
        elif not all(met):
            continue
        evidence = sorted(
            {each for facts_met in met for each in facts_met}, key=lambda each: (each.on, each.id)
        )
        if fact not in evidence:
            continue
        keys = [rule.key for rule, facts_met in zip(cadence.rules, met, strict=True) if facts_met]
        numbers = tuple(sorted(each.id for each in evidence))
        found.append(Finding(fact.id, fact.on, numbers, "+".join(keys)))
        _spend(cadence, used, evidence, strict_365=strict_365)
    return found


def holds(cadence: Threshold, evidence: Iterable[Happened], *, strict_365: bool = False) -> bool:
    """Whether evidence, some of which may have been withdrawn since, still makes a finding."""
    return bool(findings(cadence, evidence, strict_365=strict_365))


def _spend(
    cadence: Threshold, used: Sequence[_Spent], evidence: Sequence[Happened], *, strict_365: bool
) -> None:
    """Take what a finding rests on, oldest first, away from every rule it meets."""
    for rule, spent in zip(cadence.rules, used, strict=True):
        met = _met(rule, evidence, evidence[-1].on, _Spent(), strict_365=strict_365) if evidence else []
        if not met:
            continue
        if isinstance(rule, CountRule):
            spent.facts |= {fact.id for fact in met}
        else:
            ended = period_span(period_key(met[-1].on, rule.unit))[1]
            spent.until = max(spent.until, ended) if spent.until else ended


def _met(
    rule: Rule, known: Sequence[Happened], on: date, used: _Spent, *, strict_365: bool
) -> list[Happened]:
    """The unspent facts that make the rule hold on day `on`, or none if it does not hold."""
    if isinstance(rule, CountRule):
        first = _window_start(rule.within, on, strict_365=strict_365)
        counted = [
            fact
            for fact in _from(known, first)
            if fact.kind == rule.of and fact.on <= on and fact.id not in used.facts
        ]
        return counted if len(counted) >= rule.count else []
    first, wanted = _streak_start(rule, on)
    if used.until is not None and first <= used.until:
        return []
    counted = [fact for fact in _from(known, first) if fact.kind == rule.of and fact.on <= on]
    return counted if {period_key(fact.on, rule.unit) for fact in counted} == wanted else []


def _from(known: Sequence[Happened], first: date) -> Sequence[Happened]:
    """Those that happened on `first` or later, of facts in the order they happened."""
    return known[bisect_left(known, first, key=lambda fact: fact.on) :]


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
