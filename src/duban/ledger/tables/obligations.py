"""What is owed: the obligations, their history and their evidence.

"Overdue" is no column: it is an open state and a deadline, or an hour, that is past; `duban.ledger.lateness` asks.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ColumnElement, Index, literal_column, or_, text
from sqlmodel import Field, col

from duban.base.json_values import JsonObject
from duban.ledger.columns import (
    LedgerRow,
    PlainWords,
    big,
    kept_as,
    linked,
    moment,
    number,
    one_of_words,
    partial_index,
    plain,
    refers,
    table_of,
)
from duban.ledger.tables.bureau import UnitRecord
from duban.ledger.tables.duty_versions import DutyVersion, ReckoningRecord
from duban.ledger.tables.notices import Notice
from duban.ledger.tables.subjects import Subject
from duban.ledger.tables.submissions import Submission

OPEN_STATES: Final = ("open", "acknowledged")
"""Waiting for somebody to act: reminded, urged, and overdue once the deadline is past."""
REPORTED: Final = "reported"
"""Said to be done, and waiting for whoever reviews it: not the owner's to act, and not overdue by it."""
ENDED_STATES: Final = ("waived", "withdrawn")  # not owed any more, and nothing took its place
SPEAKING_STATES: Final = (*OPEN_STATES, REPORTED, *ENDED_STATES)
"""Somebody is to be told something: `next_rung_at` may be set in these states only."""
CLOSED_STATES: Final = ("done", "waived", "superseded", "withdrawn")  # exactly where `closed_at` is set
STATES: Final = (*OPEN_STATES, "suspended", REPORTED, *CLOSED_STATES)


_NOT_CLOSED = "closed_at IS NULL"
_COUNTED = ("unit", "duty_id", "deadline", "state", "confidential", "closed_at")


class Obligation(LedgerRow, table=True):
    """What one unit owes for one duty, one subject (or none) and one period or event (应办事项)."""

    __tablename__ = "obligation"
    __table_args__ = (
        partial_index(
            "uq_obligation_unit", "duty_id", "unit", "period_key", where="subject_id IS NULL", unique=True
        ),
        partial_index(
            "uq_obligation_subject",
            *("duty_id", "subject_id", "period_key"),
            where="subject_id IS NOT NULL",
            unique=True,
        ),
        # What is due now.
        partial_index("ix_obligation_next_rung", "next_rung_at", where="next_rung_at IS NOT NULL"),
        # What is open and whose ladder will not speak again.
        partial_index(
            "ix_obligation_silent",
            *("duty_version_id", "state"),
            where="next_rung_at IS NULL AND closed_at IS NULL",
        ),
        # A list of what is not closed, in its order, read from the index alone. Filter on closed_at IS NULL to use it.
        partial_index(
            "ix_obligation_board",
            *("deadline", "id", "unit", "duty_id", "state", "confidential", "closed_at"),
            *("duty_version_id", "subject_id"),
            where=_NOT_CLOSED,
        ),
        # The same of one duty.
        partial_index(
            "ix_obligation_duty",
            *("duty_id", "deadline", "id", "unit", "state", "confidential", "closed_at"),
            where=_NOT_CLOSED,
        ),
        # The same of one unit.
        partial_index(
            "ix_obligation_unit",
            *("unit", "deadline", "id", "duty_id", "state", "confidential", "closed_at"),
            where=_NOT_CLOSED,
        ),
        # A list of what is in one state, in its order. Filter on NOT_OPEN to use it.
        partial_index(
            "ix_obligation_state",
            *("state", "deadline", "id", "unit", "duty_id", "confidential", "closed_on"),
            where="state <> 'open'",
        ),
        # What burns: overdue, past its safe day, or near it.
        partial_index("ix_obligation_burning", "target", *_COUNTED, "due_at", where=_NOT_CLOSED),
        # What was closed lately, and whether in time.
        partial_index(
            "ix_obligation_closed", "closed_on", *_COUNTED, "missed", where="closed_at IS NOT NULL"
        ),
        # What exists for few: counted afresh for those who were told of it.
        Index(
            "ix_obligation_confidential",
            *("unit", "duty_id"),
            sqlite_where=text("confidential = 1"),
            postgresql_where=text("confidential"),
        ),
        # What is urgent: it stands first in every list.
        partial_index(
            "ix_obligation_urgent", "deadline", "id", where="due_at IS NOT NULL AND closed_at IS NULL"
        ),
        # Which open obligations a new fact may complete, and what one enterprise owes.
        partial_index(
            "ix_obligation_subject", "subject_id", where="subject_id IS NOT NULL AND closed_at IS NULL"
        ),
        # What a reviewer sent back, or was over once, and is not closed. Filter on closed_at IS NULL and CAME_BACK to use it.
        partial_index(
            "ix_obligation_came_back", "unit", where=f"{_NOT_CLOSED} AND (returns > 0 OR missed IS NOT NULL)"
        ),
        # What was given to a post.
        partial_index("ix_obligation_dispatched", "dispatched_to", where="dispatched_to IS NOT NULL"),
        # What took the place of one that is to leave the ledger.
        partial_index("ix_obligation_supersedes", "supersedes", where="supersedes IS NOT NULL"),
        # What a corrected fact had brought about.
        partial_index("ix_obligation_fact", "fact_id", where="fact_id IS NOT NULL"),
        CheckConstraint(one_of_words("state", STATES), name="state"),
        CheckConstraint(f"(closed_at IS NOT NULL) = ({one_of_words('state', CLOSED_STATES)})", name="closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)", name="closed_on"),
    )
    id: int = number()  #: its row
    #: The duty, as the content names it.
    duty_id: str
    #: What the duty said when the obligation opened.
    duty_version_id: int = refers("duty_version.id")
    #: The code of the unit that owes.
    unit: str = Field(foreign_key="unit.code")
    #: The subject it is owed for; None when the unit owes it as such.
    subject_id: int | None = refers("subject.id", default=None)
    #: The period, or the event, it is owed for; once for a duty and who owes.
    period_key: str
    #: One of `STATES`.
    state: str = "open"
    #: The local day on which it opened, or should have.
    opened_on: date
    opened_at: datetime = moment()  #: when it was opened
    #: The safe day that reminders aim at.
    target: date
    #: The last day by law: overdue begins the day after.
    deadline: date
    #: The moment an emergency is due (紧急事项, counted in hours); None for everything that is due on a day.
    due_at: datetime | None = moment(default=None)
    #: Whether a year its dates rest on is not settled yet.
    provisional: bool = False
    reckoning_id: int = refers("reckoning.id")  #: how its days came about
    #: When the ladder speaks next (UTC); None when it will not speak again.
    next_rung_at: datetime | None = moment(default=None)
    #: Whether only its own posts may see what it is about.
    confidential: bool = False
    #: The fact that brought it about; None when a period did, or a finding.
    fact_id: int | None = refers("fact.id", default=None)
    #: The facts the finding rests on that brought it about.
    evidence_facts: list[int] | None = plain(default=None)
    #: When the unit said that it knows.
    acknowledged_at: datetime | None = moment(default=None)
    #: When it was closed; set exactly in `CLOSED_STATES`.
    closed_at: datetime | None = moment(default=None)
    #: The local day it counts as closed on.
    closed_on: date | None = None
    #: The local day it was done by what was reported, while that waits for review.
    reported_on: date | None = None
    #: How often a reviewer has sent it back.
    returns: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    #: How often its ladder has begun (遍): once when it opened, and anew for each day that a person gave.
    course: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    #: When the present course began; None in the first.
    course_at: datetime | None = moment(default=None)
    #: The first deadline that was over before a later one was given, or before an emergency was reported: what was late stays late.
    missed: date | None = None
    #: Whom the unit has given it to, as `unit/post`; None while its own post sees to it.
    dispatched_to: str | None = None
    #: The obligation this one took the place of.
    supersedes: int | None = refers("obligation.id", default=None)
    #: What the duty said when it opened.
    version: DutyVersion = linked()
    #: Who owes.
    owing_unit: UnitRecord = linked()
    #: The subject it is owed for.
    subject: Subject | None = linked()
    #: How its dates came about.
    reckoning: ReckoningRecord = linked()
    #: Its history, oldest first.
    events: list["ObligationEvent"] = linked(in_order_of="ObligationEvent.id")
    #: What has been said about it, oldest first.
    notices: list["Notice"] = linked(in_order_of="Notice.id")
    #: What was put before its reviewer, oldest first.
    submissions: list["Submission"] = linked(in_order_of="Submission.id")
    #: The files that show it was done.
    evidence: list["EvidenceFile"] = linked(in_order_of="EvidenceFile.id")


class ObligationEvent(LedgerRow, table=True):
    """One move in an obligation's life: who, when, why. The history only grows."""

    __tablename__ = "obligation_event"
    __table_args__ = (
        Index("ix_obligation_event_obligation", "obligation_id", "id"),
        # What every post was empty for: the audit asks each hour.
        partial_index("ix_obligation_event_nobody_told", "obligation_id", where="kind = 'nobody_told'"),
    )
    id: int = number()  #: its row
    obligation_id: int = refers("obligation.id")  #: the obligation
    at: datetime = moment()  #: when it was
    #: What was done: opened, completed, waived …
    kind: str
    #: Who did it; `duban` is the engine.
    actor: str
    #: Why, in their words.
    reason: str = kept_as(PlainWords, default="")
    #: What it changed.
    details: JsonObject = plain(default_factory=dict)


class EvidenceFile(LedgerRow, table=True):
    """A file that shows an obligation was done, kept by its fingerprint."""

    __tablename__ = "evidence_file"
    __table_args__ = (Index("ix_evidence_file_obligation", "obligation_id"),)
    id: int = number()  #: its row
    obligation_id: int = refers("obligation.id")  #: the obligation
    #: What the file was called.
    name: str
    #: The fingerprint of its bytes.
    sha256: str
    #: Bytes.
    size: int = big()
    #: Where it is kept, below the folder of evidence.
    stored_as: str
    added_at: datetime = moment()  #: when it was handed in
    #: Who handed it in.
    added_by: str


NOT_OPEN: Final[ColumnElement[bool]] = col(Obligation.state) != literal_column("'open'")
"""That an obligation is in another state than open, written out, as the index by state asks."""
CAME_BACK: Final[ColumnElement[bool]] = or_(
    col(Obligation.returns) > literal_column("0"), col(Obligation.missed).is_not(None)
)
"""That an obligation was sent back by a reviewer or was over once, written out likewise."""
OBLIGATION: Final = table_of(Obligation)
OBLIGATION_EVENT: Final = table_of(ObligationEvent)
EVIDENCE_FILE: Final = table_of(EvidenceFile)
