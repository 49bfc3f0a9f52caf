"""What opens an obligation: the calendar, a fact, or a finding. A cadence says which; the engine has a way for each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final, Literal
from zoneinfo import ZoneInfo

from duban.cadence.conditions import Rule
from duban.cadence.evidence import smallest_evidence
from duban.cadence.findings import DatedFact, Finding, findings
from duban.workdays import Period, Reckoning, WorkdayCalendar, in_minutes, reckon, reckon_hours

UTC_ZONE: Final = ZoneInfo("UTC")

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
class ByCalendar:
    """The calendar opens it: one obligation for each occurrence of each unit or subject."""

    @property
    def facts(self) -> frozenset[str]:
        """The kinds of facts it waits for: none."""
        return frozenset()

    def made_up(self, begins: date, ends: date, possible: Collection[str]) -> list[FactOnDay]:
        """The facts it takes to open something: none."""
        return []


@dataclass(frozen=True)
class PerFact:
    """One obligation per fact, due so long after the day it happened, which is not counted (民法典 201)."""

    fact: str  #: The kind of fact.
    period: Period  #: In working or natural days, or months.
    law: str | None = (
        None  #: The statute that states the period, and decides whether its days are working days.
    )
    #: Only facts that carry one of these values count.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def facts(self) -> frozenset[str]:
        """The kinds of facts it waits for."""
        return frozenset((self.fact,))

    @property
    def by_hours(self) -> bool:
        """Whether the period is counted in hours, from the moment of the fact."""
        return in_minutes(self.period) is not None

    def due_after(self, calendar: WorkdayCalendar, happened_on: date) -> Reckoning:
        """When it is due if the fact happened on that day. Raises UnknownYear outside the calendar.

        Hours are counted from the first moment of that day: no hour is known.
        """
        if self.by_hours:
            return reckon_hours(datetime.combine(happened_on, time.min, UTC), self.period, UTC_ZONE)
        return reckon(calendar, happened_on, self.period, law=self.law)

    def made_up(self, begins: date, ends: date, possible: Collection[str]) -> list[FactOnDay]:
        """The fewest facts of `possible` kinds that ought to open something from `begins` to `ends`."""
        return [(begins, self.fact), (ends, self.fact)]


@dataclass(frozen=True)
class PerFinding:
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

    def due_after(self, calendar: WorkdayCalendar, found_on: date) -> Reckoning:
        """When it is due if the last fact happened on that day. Raises UnknownYear outside the calendar."""
        return reckon(calendar, found_on, self.period, law=self.law)

    def findings(
        self, facts: Iterable[DatedFact], spent: Sequence[Collection[int]] = (), *, since: date | None = None
    ) -> list[Finding]:
        """What the facts about one subject add up to, oldest first; see `duban.cadence.findings`."""
        return findings(self, facts, spent, since=since)

    def holds(self, evidence: Iterable[DatedFact]) -> bool:
        """Whether evidence, some of which may have been withdrawn since, still makes a finding."""
        return bool(findings(self, evidence))

    def made_up(self, begins: date, ends: date, possible: Collection[str]) -> list[FactOnDay]:
        """The fewest facts of `possible` kinds that ought to make a finding on `ends`; none if nothing found does."""
        return [(each.on, each.kind) for each in smallest_evidence(self, ends, possible)]


Opening = ByCalendar | PerFact | PerFinding
