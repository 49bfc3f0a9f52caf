"""What opens an obligation: the calendar, a fact, or a finding. A cadence says which; the engine has a way for each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from duban.base.days import ONE_DAY
from duban.cadence.around import NamedSpan, due_around, opens_around
from duban.cadence.conditions import Rule
from duban.cadence.evidence import smallest_evidence
from duban.cadence.findings import DatedFact, Finding, findings
from duban.cadence.occurrence import on_own_calendar
from duban.cadence.rules import OpeningRule, WindowRule
from duban.workdays import Period, Reckoning, Step, WorkdayCalendar, in_minutes, reckon, reckon_hours_of
from duban.workdays.steps import DUTY

FactOnDay = tuple[date, str]
"""A made-up fact: its day and its kind."""


class OwedFor(StrEnum):
    """For whom a kind of duty may be owed."""

    UNITS = "units"
    """Units only, each once."""
    SUBJECTS = "subjects"
    """Subjects only, and the duty says which."""
    EITHER = "either"
    """The units of the owner's level, unless the duty names subjects."""
    EITHER_SAID = "either, said"
    """Units or subjects, and the duty says which."""


@dataclass(frozen=True)
class CalendarOpening:
    """The calendar opens it: one obligation for each occurrence of each unit or subject."""

    @property
    def facts(self) -> frozenset[str]:
        """The kinds of facts it waits for: none."""
        return frozenset()

    def made_up(self, begins: date, ends: date, possible: Collection[str]) -> list[FactOnDay]:
        """The facts of `possible` kinds, from `begins` to `ends`, that it takes to open something: none."""
        return []


@dataclass(frozen=True)
class EachFact:
    """One obligation per fact of a kind."""

    fact: str  #: The kind of fact.
    #: Only facts that carry one of these values count.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict, kw_only=True)

    @property
    def facts(self) -> frozenset[str]:
        """The kinds of facts it waits for."""
        return frozenset((self.fact,))

    @property
    def by_hours(self) -> bool:
        """Whether it is due in hours, from the moment of the fact."""
        return False

    def opens_on(self, calendar: WorkdayCalendar, happened_on: date, told_on: date) -> date:
        """The day it opens if the fact, told on the local day `told_on`, happened on `happened_on`; `calendar` is that of
        the unit. Raises UnknownYear where the day asks for one outside it.
        """
        return happened_on

    def due(self, calendar: WorkdayCalendar, happened_on: date, opened_on: date) -> Reckoning:
        """When it is due if the fact is of that day and it opened on `opened_on`. Raises UnknownYear outside the calendar."""
        raise NotImplementedError

    def made_up(self, begins: date, ends: date, possible: Collection[str]) -> list[FactOnDay]:
        """The fewest facts of `possible` kinds that ought to open something from `begins` to `ends`."""
        return [(begins, self.fact), (ends, self.fact)]


@dataclass(frozen=True)
class FactOpening(EachFact):
    """One obligation per fact, due so long after the day it happened, which is not counted (民法典 201)."""

    period: Period  #: In working or natural days, or months.
    law: str | None = (
        None  #: The statute that states the period, and decides whether its days are working days.
    )

    @property
    def by_hours(self) -> bool:
        """Whether the period is counted in hours, from the moment of the fact."""
        return in_minutes(self.period) is not None

    def due(self, calendar: WorkdayCalendar, happened_on: date, opened_on: date) -> Reckoning:
        """When it is due if the fact happened on `happened_on`, whatever day it opened on. Raises UnknownYear outside the
        calendar.

        Of hours only the day is told: the hour of the fact decides.
        """
        if self.by_hours:
            return reckon_hours_of(happened_on, self.period)
        return reckon(calendar, happened_on, self.period, law=self.law)


@dataclass(frozen=True)
class EventOpening(EachFact):
    """One obligation per event that is told of ahead, due before its day or on it."""

    rule: WindowRule  #: `BeforeStartRule`, or `AtEndRule` for its own day.
    opens: OpeningRule | None = None  #: None: when it is told.

    def opens_on(self, calendar: WorkdayCalendar, happened_on: date, told_on: date) -> date:
        """The day it opens for the event of `happened_on`: as the duty says, never before it was told (`told_on`).

        Raises UnknownYear outside the calendar.
        """
        if self.opens is None:
            return told_on
        span, arranged = NamedSpan("", happened_on, happened_on), calendar.nationwide
        nominal = due_around(self.rule, arranged, span).nominal if self.opens.anchor == "due" else happened_on
        return max(told_on, opens_around(self.opens, arranged, span, nominal))

    def due(self, calendar: WorkdayCalendar, happened_on: date, opened_on: date) -> Reckoning:
        """When it is due before the event of that day, told by `opened_on`. Raises UnknownYear outside the calendar.

        What was told when that was over already, and before the event, is due by the last day that is left before it.
        """
        span = NamedSpan("", happened_on, happened_on)
        due = on_own_calendar(
            calendar,
            lambda days: due_around(self.rule, days, span),
            lambda: self.opens_on(calendar, happened_on, opened_on),
        )
        if not due.deadline < opened_on <= happened_on:
            return due
        last = max(opened_on, happened_on - ONE_DAY)
        step = Step.of("told_late", last, DUTY, told=opened_on, event=happened_on)
        return replace(
            due,
            nominal=last,
            target=last,
            deadline=last,
            provisional=False,
            earliest=last,
            latest=last,
            steps=(*due.steps, step),
        )


@dataclass(frozen=True)
class FindingOpening:
    """One obligation per set of facts about one subject that meets the rules, due so long after its last fact."""

    combine: Literal["any", "all"]  #: Whether one rule is enough.
    rules: tuple[Rule, ...]  #: As written.
    period: Period  #: In working or natural days, or months.
    law: str | None = (
        None  #: The statute that states the period, and decides whether its days are working days.
    )

    @property
    def facts(self) -> frozenset[str]:
        """The kinds of facts it waits for."""
        return frozenset(rule.of for rule in self.rules)

    def due(self, calendar: WorkdayCalendar, found_on: date, opened_on: date) -> Reckoning:
        """When it is due if the last fact happened on `found_on`, whatever day it opened on. Raises UnknownYear outside
        the calendar.
        """
        return reckon(calendar, found_on, self.period, law=self.law)

    def findings(
        self, facts: Iterable[DatedFact], spent: Sequence[Collection[int]] = (), *, since: date | None = None
    ) -> list[Finding]:
        """What the facts about one subject add up to, oldest first, as `duban.cadence.findings` counts.

        `spent` are the numbers of the facts that made each finding of before; none before the local day `since` completes
        another.
        """
        return findings(self, facts, spent, since=since)

    def holds(self, evidence: Iterable[DatedFact]) -> bool:
        """Whether evidence, some of which may have been withdrawn since, still makes a finding."""
        return bool(findings(self, evidence))

    def made_up(self, begins: date, ends: date, possible: Collection[str]) -> list[FactOnDay]:
        """The fewest facts of `possible` kinds that ought to make a finding on `ends`; none if nothing found does."""
        return [(each.on, each.kind) for each in smallest_evidence(self, ends, possible)]


Opening = CalendarOpening | EachFact | FindingOpening
