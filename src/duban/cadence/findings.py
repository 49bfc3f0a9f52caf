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

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from duban.base.days import ONE_DAY
from duban.cadence.conditions import Conditions, CountRule, StreakRule
from duban.workdays import Period, TimeGrain, add_period, period_around, year_window


class DatedFact(NamedTuple):
    """A fact as far as a threshold cares."""

    id: int  #: Its number in the ledger.
    on: date  #: The day it happened.
    kind: str  #: Its kind.


@dataclass(frozen=True)
class Finding:
    """A threshold reached."""

    completed_by: int  #: The number of the fact that completed it.
    on: date  #: The day that fact happened.
    evidence: tuple[int, ...]  #: The numbers of all facts it rests on, that one included, in order.
    rule: str  #: The rules it meets, by their stable names.


@dataclass
class _Count:
    """A rule that counts, with the facts it may still use, in the order they happened."""

    rule: CountRule
    strict_365: bool
    unspent: deque[DatedFact] = field(default_factory=deque)
    spent: set[int] = field(default_factory=set)

    def take(self, fact: DatedFact) -> None:
        """Let the next fact count, unless a finding has used it."""
        if fact.kind == self.rule.of and fact.id not in self.spent:
            self.unspent.append(fact)

    def met(self, on: date) -> list[DatedFact]:
        """The facts that make the rule hold on day `on`, or none if it does not hold."""
        if len(self.unspent) < self.rule.count:
            return []
        first = _window_start(self.rule.within, on, strict_365=self.strict_365)
        while self.unspent and self.unspent[0].on < first:
            self.unspent.popleft()
        return [*self.unspent] if len(self.unspent) >= self.rule.count else []

    def spend(self, facts: Iterable[DatedFact]) -> None:
        """Count these no more."""
        self.spent.update(fact.id for fact in facts)
        self.unspent = deque(fact for fact in self.unspent if fact.id not in self.spent)


@dataclass
class _Run:
    """The facts of one calendar period, and its days."""

    first: date
    last: date
    facts: list[DatedFact]


@dataclass
class _Streak:
    """A rule of periods running, with the newest unbroken run of them; `until` is the last day of those used."""

    rule: StreakRule
    runs: deque[_Run] = field(default_factory=deque)
    until: date | None = None

    def take(self, fact: DatedFact) -> None:
        """Put the next fact into its period; a period without any breaks the streak."""
        if fact.kind != self.rule.of:
            return
        if self.runs and fact.on <= self.runs[-1].last:
            self.runs[-1].facts.append(fact)
            return
        first, last = period_around(fact.on, self.rule.grain)
        if self.runs and self.runs[-1].last + ONE_DAY != first:
            self.runs.clear()
        self.runs.append(_Run(first, last, [fact]))
        if len(self.runs) > self.rule.length:
            self.runs.popleft()

    def met(self, on: date) -> list[DatedFact]:
        """The facts that make the rule hold on day `on`, or none if it does not hold."""
        if len(self.runs) < self.rule.length or on > self.runs[-1].last:
            return []
        if self.until is not None and self.runs[0].first <= self.until:
            return []
        return [fact for run in self.runs for fact in run.facts]

    def spend(self, facts: Sequence[DatedFact]) -> None:
        """Use no period again up to the one the last of these lies in."""
        ended = period_around(facts[-1].on, self.rule.grain)[1]
        self.until = max(self.until, ended) if self.until else ended


def findings(
    conditions: Conditions,
    facts: Iterable[DatedFact],
    spent: Sequence[Collection[int]] = (),
    *,
    since: date | None = None,
    strict_365: bool = False,
) -> list[Finding]:
    """What the facts about one subject add up to, oldest first. The order in which they are given does not matter.

    `spent` holds the evidence of findings already made; facts named there that are not among `facts` are ignored.
    No fact before the day `since` completes a finding; it counts for those that later ones complete.
    """
    ordered = sorted(facts, key=_as_happened)
    states = _states(conditions, strict_365=strict_365)
    there = {fact.id: fact for fact in ordered}
    for numbers in spent:
        known = sorted((there[number] for number in numbers if number in there), key=_as_happened)
        _spend(conditions, states, known, strict_365=strict_365)
    found = []
    for fact in ordered:
        for state in states:
            state.take(fact)
        if since is not None and fact.on < since:
            continue
        met = [state.met(fact.on) for state in states]
        if not any(met):
            continue
        if conditions.combine == "any":
            met = [evidence if fact in evidence else [] for evidence in met]
        elif not all(met):
            continue
        evidence = sorted({each for facts_met in met for each in facts_met}, key=_as_happened)
        if fact not in evidence:
            continue
        keys = [rule.key for rule, facts_met in zip(conditions.rules, met, strict=True) if facts_met]
        numbers = tuple(sorted(each.id for each in evidence))
        found.append(Finding(fact.id, fact.on, numbers, "+".join(keys)))
        _spend(conditions, states, evidence, strict_365=strict_365)
    return found


def _as_happened(fact: DatedFact) -> tuple[date, int]:
    """The order in which facts happened: by day, then as recorded."""
    return fact.on, fact.id


def _states(conditions: Conditions, *, strict_365: bool) -> list[_Count | _Streak]:
    """Every rule of the threshold, before any fact."""
    return [
        _Count(rule, strict_365) if isinstance(rule, CountRule) else _Streak(rule)
        for rule in conditions.rules
    ]


def _spend(
    conditions: Conditions,
    states: Sequence[_Count | _Streak],
    evidence: Sequence[DatedFact],
    *,
    strict_365: bool,
) -> None:
    """Take what a finding rests on, oldest first, away from every rule it meets."""
    if not evidence:
        return
    for state, alone in zip(states, _states(conditions, strict_365=strict_365), strict=True):
        for fact in evidence:
            alone.take(fact)
        if met := alone.met(evidence[-1].on):
            state.spend(met)


def _window_start(within: Period, on: date, *, strict_365: bool) -> date:
    """The first day from which `on` still lies within the period: 一年内 includes the corresponding day."""
    if within == Period(1, TimeGrain.YEAR):
        return year_window(on, strict_365=strict_365)[0]
    first = add_period(on, within, times=-1)
    while add_period(first, within) < on:  # a month end whose own corresponding day comes earlier
        first += ONE_DAY
    return first
