"""Whether a threshold rule can ever be met: facts are made up, the fewest first, and the rule itself judges them.

A rule that shares its conditions with others has a turn when some facts complete a finding under it alone. The search
tries facts on the days where rules begin and end to hold, in the numbers they count to; it is the same on every run.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import islice, product
from typing import Literal, NamedTuple

from duban.base.days import ONE_DAY
from duban.cadence.conditions import Conditions, CountRule, Rule
from duban.cadence.findings import DatedFact, findings
from duban.workdays import add_period, period_around

MOST_TRIES = 4_000
Made = list[tuple[date, str]]
"""Made-up facts: the day and the kind of each."""


class _Distinct(NamedTuple):
    """Conditions without those that repeat others."""

    combine: Literal["any", "all"]
    rules: tuple[Rule, ...]


def smallest_evidence(conditions: Conditions, on: date, possible: Collection[str]) -> list[DatedFact]:
    """The fewest facts of the `possible` kinds that make a finding completed on `on`; none if nothing found does."""
    rules = [rule for rule in conditions.rules if rule.of in possible]
    ways = [[[(day, rule.of) for day in days] for days in _ways(rule, on)] for rule in rules]
    if conditions.combine == "any":
        made = [evidence for of_rule in ways for evidence in of_rule]
    elif len(rules) == len(conditions.rules):
        made = [evidence for chosen in product(*ways) for evidence in _together(chosen)]
    else:
        made = []
    numbered = [_numbered(evidence) for evidence in made]
    meeting = [each for each in numbered if any(found.on == on for found in findings(conditions, each))]
    return min(meeting, key=len, default=[])


def _together(each: Sequence[Made]) -> list[Made]:
    """Facts that meet all rules at once: shared between them where they can be, and each rule's own beside."""
    shared: Counter[tuple[date, str]] = Counter()
    for evidence in each:
        shared |= Counter(evidence)
    return [[*shared.elements()], [fact for evidence in each for fact in evidence]]


def dead_rules(conditions: Conditions, on: date, possible: Collection[str]) -> set[int]:
    """The rules of an `any` threshold, by their place, that never complete a finding of their own up to `on`.

    `conditions` are the duty's threshold, `possible` the kinds of facts that can come in at all. A rule that repeats an
    earlier one is dead, the earlier one is not. Rules of impossible kinds are left out.
    """
    first_of: dict[str, int] = {}
    for number, rule in enumerate(conditions.rules):
        if rule.of in possible:
            first_of.setdefault(rule.key, number)
    alive = [conditions.rules[number] for number in first_of.values()]
    repeated = {
        number
        for number, rule in enumerate(conditions.rules)
        if rule.of in possible and first_of[rule.key] != number
    }
    distinct = _Distinct("any", tuple(alive))
    return repeated | {
        number for key, number in first_of.items() if len(alive) > 1 and not _has_a_turn(distinct, key, on)
    }


def _has_a_turn(conditions: Conditions, key: str, on: date) -> bool:
    rule = next(rule for rule in conditions.rules if rule.key == key)
    return any(
        found.rule == key
        for evidence in _tries(conditions, rule, on)
        for found in findings(conditions, _numbered(evidence))
    )


def _tries(conditions: Conditions, rule: Rule, on: date) -> Iterator[Made]:
    """Facts that may complete the rule alone: its smallest evidence, then more and more facts around it."""
    for days in _ways(rule, on):
        yield [(day, rule.of) for day in days]
    places = sorted({day for each in conditions.rules for day in _borders(each, on)})
    numbers = sorted({0, 1} | {n for each in conditions.rules for n in _numbers(each)})
    every = product(numbers, repeat=len(places))
    for counts in islice(sorted(islice(every, 50_000), key=sum), MOST_TRIES):
        yield [(day, rule.of) for day, count in zip(places, counts, strict=True) for _ in range(count)]


def _ways(rule: Rule, on: date) -> tuple[list[date], list[date]]:
    """Days of the fewest facts that meet the rule on `on`, close together and far apart."""
    return _days_meeting(rule, on), _days_meeting(rule, on, spread=True)


def _days_meeting(rule: Rule, on: date, *, spread: bool = False) -> list[date]:
    """Days of the fewest facts that meet the rule on `on`: as close together as may be, or as far apart."""
    if isinstance(rule, CountRule):
        if not spread or rule.count == 1:
            return [on] * rule.count
        length = (on - add_period(on, rule.within, times=-1)).days
        return [on - length * number // (rule.count - 1) * ONE_DAY for number in range(rule.count)]
    days = [on]
    while len(days) < rule.length:
        begins, _ = period_around(days[-1], rule.grain)
        before = begins - ONE_DAY
        days.append(period_around(before, rule.grain)[0] if spread else before)
    return days


def _borders(rule: Rule, on: date) -> list[date]:
    """Days on which the rule begins to hold, or just not yet, for a fact on `on`."""
    if isinstance(rule, CountRule):
        begins = add_period(on, rule.within, times=-1)
        return [on, begins, begins - ONE_DAY]
    return _days_meeting(rule, on)


def _numbers(rule: Rule) -> tuple[int, ...]:
    return (rule.count, rule.count - 1) if isinstance(rule, CountRule) else (1,)


def _numbered(evidence: Made) -> list[DatedFact]:
    return [DatedFact(number, on, kind) for number, (on, kind) in enumerate(sorted(evidence), 1)]
