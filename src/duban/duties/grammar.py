"""A duty (事项): who owes what, for whom, on which rhythm, on which legal basis.

These are the parsed values the rest of the engine works with. `entries` holds the same things as a person writes them.
"""

import hashlib
import json
from datetime import date
from typing import Any, Literal

from pydantic import Field

from duban.duties.cadences import (
    AfterEnd,
    AfterStart,
    AtEnd,
    Cadence,
    Counted,
    CountRule,
    DueRule,
    Frequency,
    Frozen,
    NthWorkday,
    OnDay,
    Opens,
    Periodic,
    Quota,
    Ratio,
    Review,
    StreakRule,
    Threshold,
    Within,
)

__all__ = [
    "AfterEnd",
    "AfterStart",
    "Assumption",
    "AtEnd",
    "Basis",
    "Cadence",
    "CountRule",
    "DueRule",
    "Duty",
    "Effective",
    "ForEach",
    "Frequency",
    "Level",
    "NthWorkday",
    "OnDay",
    "Opens",
    "Owner",
    "Periodic",
    "Review",
    "StreakRule",
    "Threshold",
    "Within",
    "duty_from_content",
]

Level = Literal["city", "county", "station"]
CatchUp = Literal["all", "latest", "none"]
Credit = Literal["shared", "alone"]
"""Whether one fact may complete this duty and others too (综合查一次), or only this one."""


class Basis(Frozen):
    """The clauses of the work plan, or the article of a law, that a duty rests on, quoted word for word."""

    clauses: tuple[str, ...] = ()
    source: str = ""
    quote: str


class Owner(Frozen):
    """Who owes it: a post at the unit of a level. For a subject, the unit of that level in whose charge it is."""

    unit: Level
    post: str


class ForEach(Frozen):
    """What a duty is owed for: each unit of a level, or each subject of a kind whose attributes match `where`."""

    level: Level | None = None
    subject: str | None = None
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Effective(Frozen):
    """The first and the last day a duty is in force, both inclusive; None is open-ended."""

    from_: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the duty is in force on `day`."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class Assumption(Frozen):
    """A value that no text gives: the key it stands at (`due`, `visits.B`), and why it was chosen."""

    key: str
    reason: str


class Duty(Frozen):
    """One duty of the work plan, ready to be opened.

    `done_by` is the kind of fact that completes it; only facts that carry one of the values of `done_where` do.
    """

    id: str
    title: str
    line: str
    basis: tuple[Basis, ...]
    owner: Owner
    for_each: ForEach
    cadence: Cadence
    ladder: str
    evidence: tuple[str, ...] = ()
    done_by: str | None = None
    done_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    credit: Credit = "shared"
    confidential: bool = False
    effective: Effective = Effective()
    catch_up: CatchUp = "all"
    assumptions: tuple[Assumption, ...] = ()
    path: str = ""
    line_no: int = 0

    @property
    def kind(self) -> str:
        """The name of the cadence kind: periodic, review, within, threshold or frequency."""
        return self.cadence.kind

    @property
    def fact_kinds(self) -> frozenset[str]:
        """The kinds of facts that can open an obligation of the duty, complete one, or count towards it."""
        cadence = self.cadence
        kinds = {self.done_by} if self.done_by else set()
        match cadence:
            case Within():
                kinds.add(cadence.of)
            case Threshold():
                kinds.update(rule.of for rule in cadence.rules)
            case Quota():
                kinds.add(cadence.of.fact)
            case Ratio():
                kinds.add(cadence.of.fact)
                if isinstance(cadence.among, Counted):
                    kinds.add(cadence.among.fact)
        return frozenset(kinds)

    @property
    def digest(self) -> str:
        """The hash of what the duty means; where it stands, and how sure its values are, does not count."""
        meaning = self.model_dump(mode="json", exclude={"path", "line_no", "assumptions"})
        # Keys that came to the grammar later change the hash of those duties alone that use them.
        for holder, key, unused in (
            (meaning, "done_where", {}),
            (meaning, "credit", "shared"),
            (meaning["cadence"], "where", {}),
        ):
            if holder.get(key) == unused:
                del holder[key]
        plain = json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """The duty as plain JSON: what the ledger keeps of each version."""
        return self.model_dump(mode="json")


def duty_from_content(content: dict[str, Any]) -> Duty:
    """The duty that `Duty.content` wrote. Raises pydantic's ValidationError for anything else."""
    return Duty.model_validate(content)
