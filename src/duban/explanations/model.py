"""What an explanation says, before it is written in any form."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class StepTold:
    """One step of a reckoning: what was done, the day it led to, the article or rule it rests on."""

    text: str
    day: date
    basis: str


@dataclass(frozen=True)
class Dates:
    """A due date with everything that made it."""

    nominal: date
    target: date
    deadline: date
    provisional: bool
    earliest: date
    latest: date
    steps: tuple[StepTold, ...]


@dataclass(frozen=True)
class Reason:
    """A clause the duty rests on, quoted word for word."""

    clauses: tuple[str, ...]
    source: str
    quote: str


@dataclass(frozen=True)
class RungTold:
    """One rung of the ladder: its day, and when it was decided (aware UTC; None while it lies ahead)."""

    key: str
    stage: str
    day: date | None
    decided_at: datetime | None
    late: bool


@dataclass(frozen=True)
class Happening:
    """One thing that happened, at a moment in UTC, in the reader's words."""

    at: datetime
    kind: str
    text: str


@dataclass(frozen=True)
class DutySaid:
    """What the definition says: the same for an obligation, under the version it was opened with, and for a duty."""

    duty_id: str
    title: str
    line: str
    kind: str
    owner_post: str
    reasons: tuple[Reason, ...]
    assumptions: tuple[tuple[str, str], ...]
    confidential: bool


@dataclass(frozen=True)
class Explanation:
    """One obligation, explained. `due` dates are those in force, `dates` how they were first reckoned.

    `progress` says how far the facts have come that measure it; empty for what facts do not measure.
    """

    short_id: str
    duty: DutySaid
    unit: str
    subject: str
    period_key: str
    state: str
    opened_on: date
    target: date
    deadline: date
    facts: tuple[str, ...]
    progress: str
    dates: Dates
    calendar_version: str
    rungs: tuple[RungTold, ...]
    timeline: tuple[Happening, ...]

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain JSON; dates and moments are ISO 8601."""
        return dict(plain(asdict(self)))


@dataclass(frozen=True)
class Coming:
    """One occurrence that will open, or would open if its fact happened on the day asked about."""

    period_key: str
    opens_on: date
    condition: str
    dates: Dates


@dataclass(frozen=True)
class DutyExplanation:
    """One duty, explained by what it will open next."""

    duty: DutySaid
    on: date
    coming: tuple[Coming, ...]
    note: str

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain JSON; dates are ISO 8601."""
        return dict(plain(asdict(self)))


def plain(value: Any) -> Any:
    """Plain JSON: dates and moments as ISO 8601, tuples as lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
