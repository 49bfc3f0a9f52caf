"""The tables of the ledger: who is there, what is known, what is owed, what was said, and what was sent.

Moments are aware UTC, dates are local business dates. The unique keys are what makes every step safe to run
twice: the INSERT is the claim. "Overdue" is no column: it is an open state and a deadline before today.
A class reads one row; the constant of the same name in capitals is the table for set-wise work.
"""

from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from duban.ledger.columns import (
    NUMBER,
    Row,
    folded_code,
    folded_name,
    moment,
    number,
    plain,
    refers,
    table_of,
)

OPEN_STATES: Final = ("open", "acknowledged")
"""Waiting for somebody to act: reminded, urged, and overdue once the deadline is past."""
CLOSED_STATES: Final = ("done", "waived", "superseded", "withdrawn")
"""Nothing more to do. `closed_at` is set exactly in these states."""
STATES: Final = (*OPEN_STATES, "suspended", *CLOSED_STATES)

SETTLED_DELIVERIES: Final = ("sent", "dead", "cancelled")
"""A delivery nobody will try again; `settled_at` is set exactly in these states."""
DELIVERY_STATES: Final = ("pending", "sending", "failed", "unknown", *SETTLED_DELIVERIES)


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


class Unit(Row, table=True):
    """A bureau or station of the project's tree, as last read. Kept when it leaves the tree: history names it."""

    __tablename__ = "unit"
    code: str = Field(primary_key=True)
    name: str
    level: str
    parent: str | None = None


class PostHolder(Row, table=True):
    """Who holds a post of a unit, and where messages for the post go."""

    __tablename__ = "post_holder"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    post: str = Field(primary_key=True)
    holder: str | None = None
    addresses: dict[str, str] = plain(default_factory=dict)
    deputy: str | None = None
    vacant: bool = False
    away: list[list[str]] = plain(default_factory=list)


class Subject(Row, table=True):
    """An enterprise, operator or piece of equipment under supervision (监管对象)."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("kind", "code"),
        Index("ix_subject_unit", "unit"),
    )
    id: int | None = number()
    kind: str
    code: str = folded_code()
    name: str = folded_name()
    unit: str = Field(foreign_key="unit.code")
    grade: str | None = None
    attributes: dict[str, Any] = plain(default_factory=dict)
    active: bool = True
    registered_on: date | None = None


_STANDING = text("undone_at IS NULL")


class Merger(Row, table=True):
    """A subject was merged into another (并入); it stands until it is undone.

    `into_id` is what was entered, `survivor_id` the subject that stands for it by now, should that have been merged too,
    and `survivor_since` the day from which it does. `was_active` is what the subject was before.
    """

    __tablename__ = "merger"
    __table_args__ = (
        Index(
            "uq_merger_subject", "subject_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING
        ),
        Index("ix_merger_survivor", "survivor_id", sqlite_where=_STANDING, postgresql_where=_STANDING),
        CheckConstraint("subject_id <> into_id", name="into_another"),
    )
    id: int | None = number()
    subject_id: int = refers("subject.id")
    into_id: int = refers("subject.id")
    merged_on: date
    survivor_id: int = refers("subject.id")
    survivor_since: date
    was_active: bool
    entered_at: datetime = moment()
    entered_by: str
    reason: str = ""
    undone_at: datetime | None = moment(default=None)
    undone_by: str | None = None
    undone_because: str | None = None


class Fact(Row, table=True):
    """Something dated that happened (事实). Never changed: a correction is a new fact that `revises` the old one."""

    __tablename__ = "fact"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        Index("ix_fact_kind", "kind", "id"),
        Index("ix_fact_kind_day", "kind", "happened_on"),
        Index("ix_fact_subject", "subject_id", "kind", "happened_on", "revises"),
        Index(
            "ix_fact_revises",
            "revises",
            sqlite_where=text("revises IS NOT NULL"),
            postgresql_where=text("revises IS NOT NULL"),
        ),
    )
    id: int | None = number()
    kind: str
    subject_id: int | None = refers("subject.id", default=None)
    unit: str | None = Field(default=None, foreign_key="unit.code")
    happened_on: date
    recorded_at: datetime = moment()
    source: str = folded_name()
    ref: str = folded_code()
    data: dict[str, Any] = plain(default_factory=dict)
    revises: int | None = refers("fact.id", default=None)


class DutyVersion(Row, table=True):
    """What a duty said at one time. An obligation keeps the version it was opened under."""

    __tablename__ = "duty_version"
    __table_args__ = (UniqueConstraint("duty_id", "digest"),)
    id: int | None = number()
    duty_id: str
    digest: str
    line: str
    kind: str
    title: str
    content: dict[str, Any] = plain()
    recorded_at: datetime = moment()


class Reckoning(Row, table=True):
    """How a due date came about, step by step; shared by every obligation with the same beginning and period."""

    __tablename__ = "reckoning"
    id: int | None = number()
    key: str = Field(unique=True)
    nominal: date
    target: date
    deadline: date
    provisional: bool = False
    earliest: date
    latest: date
    steps: list[dict[str, Any]] = plain(default_factory=list)
    calendar_version: str


_WITH_SUBJECT = text("subject_id IS NOT NULL")
_WITHOUT_SUBJECT = text("subject_id IS NULL")
_RUNG_AHEAD = text("next_rung_at IS NOT NULL")
_NOT_CLOSED = text("closed_at IS NULL")


class Obligation(Row, table=True):
    """What one unit owes for one duty, one subject (or none) and one period or event (应办事项).

    `target` is the safe date reminders aim at, `deadline` the legal one: overdue begins the day after.
    `next_rung_at` is when the ladder speaks next (UTC); NULL when it will not speak again.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        Index(
            "uq_obligation_unit",
            "duty_id",
            "unit",
            "period_key",
            unique=True,
            sqlite_where=_WITHOUT_SUBJECT,
            postgresql_where=_WITHOUT_SUBJECT,
        ),
        Index(
            "uq_obligation_subject",
            "duty_id",
            "subject_id",
            "period_key",
            unique=True,
            sqlite_where=_WITH_SUBJECT,
            postgresql_where=_WITH_SUBJECT,
        ),
        # What is due now.
        Index(
            "ix_obligation_next_rung", "next_rung_at", sqlite_where=_RUNG_AHEAD, postgresql_where=_RUNG_AHEAD
        ),
        # The board: line by county, worst first, read from the index alone. Filter on closed_at IS NULL to use it.
        Index(
            "ix_obligation_board",
            "deadline",
            "unit",
            "duty_id",
            "state",
            "confidential",
            "closed_at",
            sqlite_where=_NOT_CLOSED,
            postgresql_where=_NOT_CLOSED,
        ),
        # Which open obligations a new fact may complete, and what one enterprise owes.
        Index(
            "ix_obligation_subject",
            "subject_id",
            sqlite_where=text("subject_id IS NOT NULL AND closed_at IS NULL"),
            postgresql_where=text("subject_id IS NOT NULL AND closed_at IS NULL"),
        ),
        # What a corrected fact had brought about.
        Index(
            "ix_obligation_fact",
            "fact_id",
            sqlite_where=text("fact_id IS NOT NULL"),
            postgresql_where=text("fact_id IS NOT NULL"),
        ),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(f"(closed_at IS NOT NULL) = ({_one_of('state', CLOSED_STATES)})", name="closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)", name="closed_on"),
    )
    id: int | None = number()
    duty_id: str
    duty_version_id: int = refers("duty_version.id")
    unit: str = Field(foreign_key="unit.code")
    subject_id: int | None = refers("subject.id", default=None)
    period_key: str
    state: str = "open"
    opened_on: date
    opened_at: datetime = moment()
    target: date
    deadline: date
    provisional: bool = False
    reckoning_id: int = refers("reckoning.id")
    next_rung_at: datetime | None = moment(default=None)
    confidential: bool = False
    fact_id: int | None = refers("fact.id", default=None)
    evidence_facts: list[int] | None = plain(default=None)
    acknowledged_at: datetime | None = moment(default=None)
    closed_at: datetime | None = moment(default=None)
    closed_on: date | None = None
    supersedes: int | None = refers("obligation.id", default=None)


class ObligationEvent(Row, table=True):
    """One move in an obligation's life: who, when, why. The history only grows."""

    __tablename__ = "obligation_event"
    __table_args__ = (Index("ix_obligation_event_obligation", "obligation_id", "id"),)
    id: int | None = number()
    obligation_id: int = refers("obligation.id")
    at: datetime = moment()
    kind: str
    actor: str
    reason: str = ""
    details: dict[str, Any] = plain(default_factory=dict)


class Notice(Row, table=True):
    """One rung of the ladder, decided once for one obligation. `late` when it should have been decided earlier."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("obligation_id", "rung"),)
    id: int | None = number()
    obligation_id: int = refers("obligation.id")
    rung: str
    stage: str
    due_on: date
    decided_at: datetime = moment()
    late: bool = False


_NOT_SETTLED = text("settled_at IS NULL")


class Delivery(Row, table=True):
    """One notice on its way to one recipient (`unit/post`) by one channel.

    Sendable now: `settled_at IS NULL AND next_attempt_at <= now`, and no lease that still runs.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "recipient", "channel"),
        Index(
            "ix_delivery_sendable",
            "next_attempt_at",
            sqlite_where=_NOT_SETTLED,
            postgresql_where=_NOT_SETTLED,
        ),
        Index("ix_delivery_obligation", "obligation_id"),
        CheckConstraint(_one_of("state", DELIVERY_STATES), name="state"),
        CheckConstraint(
            f"(settled_at IS NOT NULL) = ({_one_of('state', SETTLED_DELIVERIES)})", name="settled"
        ),
    )
    id: int | None = number()
    notice_id: int = refers("notice.id")
    obligation_id: int = refers("obligation.id")
    recipient: str
    channel: str
    state: str = "pending"
    not_before: datetime = moment()
    attempts: int = 0
    next_attempt_at: datetime = moment()
    lease_holder: str | None = None
    lease_until: datetime | None = moment(default=None)
    message_id: str | None = None
    last_error: str | None = None
    settled_at: datetime | None = moment(default=None)


class InboxMessage(Row, table=True):
    """A message in the built-in inbox of a post. The same message arrives once, however often it is sent."""

    __tablename__ = "inbox_message"
    __table_args__ = (UniqueConstraint("recipient", "message_id"),)
    id: int | None = number()
    recipient: str
    message_id: str
    title: str
    body: str
    received_at: datetime = moment()
    read_at: datetime | None = moment(default=None)


class EvidenceFile(Row, table=True):
    """A file that shows an obligation was done, kept by its hash."""

    __tablename__ = "evidence_file"
    __table_args__ = (Index("ix_evidence_file_obligation", "obligation_id"),)
    id: int | None = number()
    obligation_id: int = refers("obligation.id")
    name: str
    sha256: str
    size: int = Field(sa_type=cast("Any", NUMBER))
    stored_as: str
    added_at: datetime = moment()
    added_by: str


class CalendarVersion(Row, table=True):
    """A calendar the engine has reckoned with, and which years it knew."""

    __tablename__ = "calendar_version"
    id: int | None = number()
    version: str = Field(unique=True)
    recorded_at: datetime = moment()
    years: dict[str, Any] = plain(default_factory=dict)


class ContentVersion(Row, table=True):
    """Content as it was applied or proposed once: path → text."""

    __tablename__ = "content_version"
    id: int | None = number()
    digest: str = Field(unique=True)
    recorded_at: datetime = moment()
    files: dict[str, str] = plain(default_factory=dict)


class AppliedVersion(Row, table=True):
    """Content put in force: its number, who did it, when, why, who approved it, and what it changed."""

    __tablename__ = "applied_version"
    id: int | None = number()
    content_version_id: int = refers("content_version.id")
    applied_at: datetime = moment()
    actor: str
    reason: str = ""
    approved_by: str | None = None
    plan: str = ""
    summary: dict[str, Any] = plain(default_factory=dict)


class ContentProposal(Row, table=True):
    """Content somebody wants to put in force and a second person has to approve. `settled_at` None: still waiting."""

    __tablename__ = "content_proposal"
    id: int | None = number()
    plan: str = Field(unique=True)
    content_version_id: int = refers("content_version.id")
    proposed_at: datetime = moment()
    proposed_by: str
    reason: str
    settled_at: datetime | None = moment(default=None)
    settled_by: str | None = None


class Watermark(Row, table=True):
    """How far a step has come: everything up to this day, or up to this fact, has been looked at."""

    __tablename__ = "watermark"
    name: str = Field(primary_key=True)
    day: date | None = None
    fact_id: int | None = Field(default=None, sa_type=cast("Any", NUMBER))


class Lease(Row, table=True):
    """Who is doing a step that only one may do at a time, and until when the others wait."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = moment()
    beat_at: datetime = moment()


UNIT: Final = table_of(Unit)
POST_HOLDER: Final = table_of(PostHolder)
SUBJECT: Final = table_of(Subject)
MERGER: Final = table_of(Merger)
MERGER_STANDS: Final = MERGER.c.undone_at.is_(None)
FACT: Final = table_of(Fact)
DUTY_VERSION: Final = table_of(DutyVersion)
RECKONING: Final = table_of(Reckoning)
OBLIGATION: Final = table_of(Obligation)
OBLIGATION_EVENT: Final = table_of(ObligationEvent)
NOTICE: Final = table_of(Notice)
DELIVERY: Final = table_of(Delivery)
INBOX_MESSAGE: Final = table_of(InboxMessage)
EVIDENCE_FILE: Final = table_of(EvidenceFile)
CALENDAR_VERSION: Final = table_of(CalendarVersion)
CONTENT_VERSION: Final = table_of(ContentVersion)
APPLIED_VERSION: Final = table_of(AppliedVersion)
CONTENT_PROPOSAL: Final = table_of(ContentProposal)
WATERMARK: Final = table_of(Watermark)
LEASE: Final = table_of(Lease)
