"""What an overdue report says, before it is written in any form.

Every number a leader reads stands here once; the terminal, Markdown, HTML and Excel forms only lay it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from duban.base.clock import local
from duban.ladders.ladder import Stage
from duban.ledger.heartbeats import EngineStanding


@dataclass(frozen=True, slots=True)
class OverdueObligation:
    """One obligation whose legal deadline has passed while it is still open. Days are local business dates."""

    short_id: str  #: Its number.
    duty_id: str  #: the id of its duty, as its file has it
    title: str  #: The duty's title when it opened.
    line: str  #: The duty's business line when it opened.
    county: str  #: The name of the county whose unit owes it; the city's name for the city's own.
    unit: str  #: The name of the unit that owes it.
    subject: str  #: The enterprise it is about; empty where there is none.
    period_key: str  #: The key of its period; empty for what facts brought about.
    opened_on: date  #: When it opened.
    deadline: date  #: The legal deadline that has passed.
    workdays_overdue: (
        int | None
    )  #: Working days after the deadline, up to and with the report's day; None past the calendar.
    stage: Stage | None  #: The highest stage a rung of it has reached.
    acknowledged: bool  #: Whether the unit has signed for it.
    returns: int  #: How often its reviewer has sent it back.
    provisional: bool  #: Whether its deadline touches a year without a holiday notice.
    by_hours: bool = False  #: Whether it is due within hours: before a working day is over, its hour is past.
    unreported: bool = False  #: Whether it is open because the figures it is judged by were not reported.


@dataclass(frozen=True, slots=True)
class DutyTotal:
    """How one duty stands: how many of its obligations are overdue, and since when the oldest."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: Its title.
    line: str  #: Its business line.
    overdue: int  #: How many of its obligations are overdue.
    oldest: date  #: The earliest deadline among them.


@dataclass(frozen=True)
class Matrix:
    """Line × county: the overdue board. Only lines and counties with something overdue, in reading order."""

    lines: tuple[str, ...]  #: As the duties list them.
    counties: tuple[str, ...]  #: As the project lists them, by name.
    counts: Mapping[tuple[str, str], int]  #: By line and county.
    shared_ending: str = ""  #: What every name of a county ends with.

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


@dataclass(frozen=True, slots=True)
class ReviewTotals:
    """What is with the reviewers, or came back from them. What was late stays late."""

    waiting: int  #: Reported, and not reviewed yet,
    waiting_late: int  #: of these done after their deadline.
    returned: int  #: Owed again because a reviewer sent them back.
    late_before: int  #: Owed by a later day now, and late by the one before.

    @property
    def any(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.waiting or self.returned or self.late_before)


@dataclass(frozen=True)
class OverdueReport:
    """Everything overdue on one business date, oldest first, and how far the figures can be trusted."""

    bureau: str  #: Whose project it is.
    scope: str  #: The name of the unit it is made for, with all below it.
    zone: ZoneInfo  #: The project's zone, in which moments are shown.
    on: date  #: The business date.
    made_at: datetime  #: When it was made (aware UTC).
    open_total: int  #: Open obligations in the scope, overdue or not.
    matrix: Matrix  #: Line × county.
    by_duty: tuple[DutyTotal, ...]  #: The most overdue first.
    obligations: tuple[OverdueObligation, ...]  #: The oldest first.
    review: ReviewTotals  #: What waits for review, and what came back.
    confidential: int | None  #: How many more are on no list; only the city's leaders get the number.
    engine: EngineStanding  #: When the engine was last sound, and whether that is too long ago.
    data_as_of: datetime | None  #: When the newest fact was recorded (UTC).
    deliveries_unknown: int  #: Messages whose outcome is unknown.
    deliveries_dead: int  #: Messages that were given up.
    suspect: bool  #: Whether so much is overdue that the data is doubted first.
    silent_feeds: tuple[str, ...] = ()  #: Sources of facts that should have brought some by now and have not.

    @property
    def total(self) -> int:
        """Overdue obligations the reader may see listed."""
        return len(self.obligations)

    @property
    def unreported(self) -> int:
        """How many of them are open because their figures were not reported."""
        return sum(each.unreported for each in self.obligations)

    def local(self, moment: datetime | None) -> str:
        """`moment` as the bureau's clock showed it, to the minute; a dash for never."""
        return "—" if moment is None else local(moment, self.zone)
