"""What an overdue report says, before it is written in any form.

Every number a leader reads stands here once; the terminal, Markdown, HTML and Excel forms only lay it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from duban.base.clock import local
from duban.ladders.ladder import Stage


@dataclass(frozen=True, slots=True)
class OverdueObligation:
    """One obligation whose legal deadline has passed while it is still open.

    `workdays_overdue` counts working days after the deadline, up to and with the report's day; None when the
    calendar of one of those years has not been loaded.
    """

    short_id: str
    duty_id: str
    title: str
    line: str
    county: str
    unit: str
    subject: str
    period_key: str
    opened_on: date
    deadline: date
    workdays_overdue: int | None
    stage: Stage | None
    acknowledged: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class DutyTotal:
    """How one duty stands: how many of its obligations are overdue, and since when the oldest."""

    duty_id: str
    title: str
    line: str
    overdue: int
    oldest: date


@dataclass(frozen=True)
class Matrix:
    """Line × county: the overdue board. Only lines and counties with something overdue, in reading order."""

    lines: tuple[str, ...]
    counties: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]
    shared_ending: str = ""

    def heading(self, county: str) -> str:
        """The column's heading: the county without the ending that every bureau's name has."""
        return county.removesuffix(self.shared_ending)

    def count(self, line: str, county: str) -> int:
        """Overdue obligations of `line` in `county`."""
        return self.counts.get((line, county), 0)

    def line_total(self, line: str) -> int:
        """Overdue obligations of `line` everywhere."""
        return sum(self.count(line, county) for county in self.counties)

    def county_total(self, county: str) -> int:
        """Overdue obligations of every line in `county`."""
        return sum(self.count(line, county) for line in self.lines)

    @property
    def total(self) -> int:
        """Every overdue obligation on the board."""
        return sum(self.counts.values())

    @property
    def worst(self) -> int:
        """The largest single number on the board: what the colours are measured against."""
        return max(self.counts.values(), default=0)


@dataclass(frozen=True)
class OverdueReport:
    """Everything overdue on the business date `on`, oldest first, and how far the figures can be trusted.

    `confidential` counts overdue obligations that are on no list (a flight check is not announced); only the
    city's leaders get the number, every other reader gets None. Times are aware UTC. `silent_feeds` names the sources
    of facts the figures rest on that should have brought some by now and have not.
    """

    bureau: str
    scope: str
    zone: ZoneInfo
    on: date
    made_at: datetime
    open_total: int
    matrix: Matrix
    by_duty: tuple[DutyTotal, ...]
    obligations: tuple[OverdueObligation, ...]
    confidential: int | None
    engine_alive: datetime | None
    data_as_of: datetime | None
    deliveries_unknown: int
    deliveries_dead: int
    suspect: bool
    silent_feeds: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Overdue obligations the reader may see listed."""
        return len(self.obligations)

    def local(self, moment: datetime | None) -> str:
        """`moment` as the bureau's clock showed it, to the minute; a dash for never."""
        return "—" if moment is None else local(moment, self.zone)
