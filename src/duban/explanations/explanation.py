"""What an explanation says, before it is written in any form. Days are local, moments aware UTC."""

from dataclasses import dataclass
from datetime import date, datetime

from duban.workdays.hours import last_moment
from duban.workdays.steps import Step, safe_days


@dataclass(frozen=True)
class DueDates:
    """A due date with everything that made it."""

    nominal: date  #: Where the period ends by itself.
    target: date  #: The safe day that reminders aim at.
    deadline: date  #: The last day: overdue begins the day after.
    provisional: bool  #: Whether a year it touches waits for its holiday notice.
    earliest: date  #: The deadline can be no earlier,
    latest: date  #: and no later, whatever the notice says.
    steps: tuple[Step, ...]  #: How it came about, each step with what it rests on.

    @property
    def safe_days(self) -> tuple[date, date]:
        """The first and the last day that the safe day may come to lie on."""
        return safe_days(self.steps, self.target)

    @property
    def in_hours(self) -> bool:
        """Whether they were counted in hours."""
        return any(step.kind in ("hours", "hours_of_event") for step in self.steps)

    @property
    def hour(self) -> str:
        """The local hour it is due at on its last day, as `12:00`; empty for what is due on a day."""
        return last_moment(self.steps)[len("2026-06-06 ") :]


@dataclass(frozen=True)
class Reason:
    """A clause the duty rests on, quoted word for word."""

    clauses: tuple[str, ...]  #: Where the plan says so, by chapter and item as printed.
    source: str  #: The statute or notice, where it is not the plan.
    quote: str  #: The words.
    checked: str = ""  #: How far they were checked, where that was not against the official text.


@dataclass(frozen=True)
class RungState:
    """One rung of the ladder, and what became of it."""

    key: str  #: Its key in the ladder.
    stage: str  #: Its stage in the reader's language.
    day: date | None  #: When it is due; None where that lies past the calendar.
    at: (
        datetime | None
    )  #: The moment one that is counted in hours is due, aware UTC; None for every other, and once it has spoken.
    decided_at: datetime | None  #: When it was decided, aware UTC; None while it lies ahead.
    late: bool  #: Whether it was recorded after its day.
    coming: str = ""  #: Whether it is still to come, in the reader's words; empty once it was decided.


@dataclass(frozen=True)
class Happening:
    """One thing that happened."""

    at: datetime  #: When, aware UTC.
    kind: str  #: Opened, notice, delivery, or the kind of the move.
    text: str  #: The same in the reader's words.


@dataclass(frozen=True)
class DutyStatement:
    """What the definition says: the same for an obligation, under the version it was opened with, and for a duty."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: Its title.
    line: str  #: Its business line.
    kind: str  #: The kind of its cadence.
    owner_post: str  #: The post that owes it.
    reasons: tuple[Reason, ...]  #: What it rests on.
    assumptions: tuple[tuple[str, str], ...]  #: Keys whose value is assumed, and why; unconfirmed.
    confirmed: tuple[
        tuple[str, str], ...
    ]  #: Keys whose assumed value a person confirmed, and on which paper.
    figures_assumed: bool  #: Whether the bureau itself set the day by which the figures are in.
    confidential: bool  #: Whether it is on no list before it is done.
    provenance: str = (
        ""  #: Where its days come from: a statute, the plan's chapter and item, the bureau itself.
    )
    last_day: str = ""  #: What its last day is called: 最后期限 only where a statute sets it.


@dataclass(frozen=True)
class Explanation:
    """One obligation, explained."""

    short_id: str  #: Its number.
    duty: DutyStatement  #: What the duty said when it opened.
    unit: str  #: Who owes it, by name.
    subject: str  #: The enterprise it is about; empty where there is none.
    case: str  #: The event it is owed for, as its source tells it; empty where there is none.
    period_key: str  #: The period or event it is owed for.
    state: str  #: Its state in the ledger.
    unreported: bool  #: Whether it is open because the figures it is judged by were not reported.
    overdue: bool  #: Whether it is open past its last day.
    late: bool  #: Whether it was done after its last day, or after the first one it had.
    returns: int  #: How often its reviewer has sent it back.
    opened_on: date  #: When it opened.
    target: date  #: The safe day in force.
    deadline: date  #: The last day in force.
    due_at: datetime | None  #: The moment an emergency is due, aware UTC; None for everything else.
    facts: tuple[str, ...]  #: The facts it rests on, a line each.
    progress: str  #: How far the facts have come that measure it; empty for what facts do not measure.
    dates: DueDates  #: How its dates were first reckoned.
    calendar_version: str  #: The calendar they were reckoned with.
    rungs: tuple[RungState, ...]  #: The ladder, from its first rung.
    timeline: tuple[Happening, ...]  #: What has happened, in order.


@dataclass(frozen=True)
class ComingOccurrence:
    """One occurrence that will open, or would open if its fact happened on the day asked about."""

    period_key: str  #: Its period; empty for what a fact brings about.
    opens_on: date  #: When it opens.
    condition: str  #: Under which condition, in the reader's words; empty where there is none.
    dates: DueDates  #: When it would be due.


@dataclass(frozen=True)
class DutyExplanation:
    """One duty, explained by what it will open next."""

    duty: DutyStatement  #: What its definition says.
    on: date  #: The day it was asked about.
    until: date  #: How far ahead it was looked.
    asked: int  #: How many occurrences were asked for, of each grade where the grade decides.
    coming: tuple[ComingOccurrence, ...]  #: What opens on that day or later.
    note: str  #: Its rule in a sentence, or that it is over; empty where the dates say all.
