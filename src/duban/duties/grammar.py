"""A duty (事项): who owes what, for whom, on which rhythm, on which legal basis.

These are the parsed values the rest of the engine works with. `entries` holds the same things as a person writes them.
"""

import hashlib
import json
from datetime import date
from typing import Any, Literal

from pydantic import Field

from duban.bureau.units import Level
from duban.cadence.counting import ZERO_REPORTED, ShareToKeep
from duban.cadence.reading.assumed import Assumption
from duban.cadence.registry import AnyCadence
from duban.cadence.rules import ValueModel
from duban.ladders.ladder import Whose
from duban.workdays import Period

CatchUp = Literal["all", "latest", "none"]
Credit = Literal["shared", "alone"]
"""Whether one fact may complete this duty and others too (综合查一次), or only this one."""


class Basis(ValueModel):
    """The clauses of the work plan, or the article of a law, that a duty rests on, quoted word for word."""

    clauses: tuple[str, ...] = ()  #: The clauses' numbers in the plan: CP-01.
    source: str = ""  #: The law and its article, where it is no clause of the plan.
    quote: str  #: The text, word for word.
    checked: str = ""  #: How far it was checked, where that was not against the official text.


class Owner(ValueModel):
    """Who owes it: a post at the unit of a level. For a subject, the unit of that level in whose charge it is."""

    unit: Level  #: The level; of several the lowest.
    post: str  #: The post, as duban.yaml has it; of the same name at every level.
    also: tuple[Level, ...] = ()  #: The other levels at which each unit owes it too, for itself.

    @property
    def levels(self) -> tuple[Level, ...]:
        """Every level at which it is owed."""
        return (self.unit, *self.also)


class ForEach(ValueModel):
    """What a duty is owed for: each unit of a level, or each subject of a kind whose attributes match `where`."""

    level: Level | None = None  #: Each unit of this level …
    subject: str | None = None  #: … or each subject of this kind.
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)  #: Attributes and the values that match.


class Effective(ValueModel):
    """The first and the last day a duty is in force, both inclusive; None is open-ended."""

    from_: date | None = None  #: The first day.
    until: date | None = None  #: The last day, inclusive.
    ordered_on: date | None = None  #: The day its plan was issued; None where it belongs to none.
    late: int = 0  #: Working days from then for what would have been due before.

    def covers(self, day: date) -> bool:
        """Whether the duty is in force on `day`."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class Reviewer(ValueModel):
    """Who reviews what was reported: a post of the unit that owes, of the one above it, or of the city; or nobody."""

    post: str | None = None  #: The post; None: the one that owes it.
    unit: Whose = "own"  #: At which unit.
    nobody: bool = False  #: It is done when it is said to be.


class ExtensionLimit(ValueModel):
    """How often what is owed may be put off, and how long at a time; None where the reviewer decides."""

    times: int | None = None  #: How often.
    length: Period | None = None  #: The longest, from the deadline there is.


class Duty(ValueModel):
    """One duty of the work plan, ready to be opened."""

    id: str  #: Its number in the files: ts-quarterly-risk-analysis; it never changes.
    title: str  #: What reminders and reports call it.
    line: str  #: The business line.
    basis: tuple[Basis, ...]  #: What it rests on.
    owner: Owner  #: Who owes it.
    for_each: ForEach  #: For whom or what it is owed.
    cadence: AnyCadence  #: How often.
    ladder: str  #: The name of its ladder.
    evidence: tuple[str, ...] = ()  #: What has to be handed in when it is done.
    done_by: str | None = None  #: The kind of fact that completes it.
    #: Only facts that carry one of these values complete it.
    done_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Only facts that carry the same under these names as the fact that opened it complete it: 编号.
    done_same: tuple[str, ...] = ()
    credit: Credit = "shared"  #: Whether one fact may complete it and other duties too.
    urgent: bool = False  #: Told at once at any hour, counted in hours, repeated until somebody signs (紧急).
    soft: str = ""  #: The plan's word that makes it a goal striven for (力争, 争取, 原则上, 工作重点); empty: it is owed.
    reviewed_by: Reviewer | None = None  #: Who reviews it; None: the duty does not say.
    extension: ExtensionLimit = ExtensionLimit()  #: How far it may be put off.
    confidential: bool = False  #: Kept out of groups and digests until it is done.
    effective: Effective = Effective()  #: When it is in force.
    catch_up: CatchUp = "all"  #: What becomes of what was missed while the engine was away.
    assumptions: tuple[Assumption, ...] = ()  #: The values that no text gives.
    path: str = ""  #: The file it stands in, relative to the project.
    line_no: int = 0  #: Its first line there.

    @property
    def kind(self) -> str:
        """The name of its kind of cadence, one of those in `duban.cadence.registry`."""
        return self.cadence.kind

    @property
    def climbs(self) -> bool:
        """Whether its ladder goes beyond 催办: nothing unconfirmed summons anybody, but an emergency is no matter of numbers."""
        return self.urgent or all(each.confirmed for each in self.assumptions)

    @property
    def fact_kinds(self) -> frozenset[str]:
        """The kinds of facts that can open an obligation of the duty, complete one, or count towards it."""
        aim = self.cadence.aim
        done = (self.done_by,) if self.done_by else ()
        zeros = (ZERO_REPORTED,) if isinstance(aim, ShareToKeep) else ()
        return self.cadence.opening.facts.union(done, aim.facts if aim else (), zeros)

    @property
    def answered_by(self) -> tuple[object, ...]:
        """Which facts complete it, and which obligation each of them: another answer is another rule."""
        return self.done_by, self.done_where, self.done_same

    @property
    def fingerprint(self) -> str:
        """The fingerprint of what the duty means; where it stands, and how sure its values are, does not count."""
        meaning = self.model_dump(mode="json", exclude={"path", "line_no", "assumptions"})
        # Keys that came to the grammar later change the fingerprint of those duties alone that use them.
        cadence = meaning["cadence"]
        for basis in meaning["basis"]:
            del basis["checked"]
        counted = [cadence[name] for name in ("of", "among") if isinstance(cadence.get(name), dict)]
        for holder, key, unused in (
            *((each, key, False) for each in counted for key in ("own", "each_below", "stock")),
            (meaning, "done_where", {}),
            (meaning, "done_same", []),
            (meaning, "urgent", False),
            (meaning, "soft", ""),
            (meaning, "credit", "shared"),
            (cadence, "where", {}),
            (cadence, "known", None),
            *([(cadence, "rolls", True)] if "every" in cadence else []),
            (meaning["owner"], "also", []),
            (meaning["effective"], "ordered_on", None),
            (meaning["effective"], "late", 0),
            (meaning, "reviewed_by", None),
            (meaning, "extension", {"times": None, "length": None}),
        ):
            if key in holder and holder[key] == unused:
                del holder[key]
        # A person who confirms a value lets the ladder climb: open obligations go on under the new version.
        if confirmed := sorted(each.key for each in self.assumptions if each.confirmed):
            meaning["confirmed"] = confirmed
        plain = json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

    def content(self) -> dict[str, object]:
        """The duty as plain JSON: what the ledger keeps of each version."""
        return self.model_dump(mode="json")


def duty_from_content(content: dict[str, Any]) -> Duty:
    """The duty that `Duty.content` wrote. Raises pydantic's ValidationError for anything else."""
    return Duty.model_validate(content)
