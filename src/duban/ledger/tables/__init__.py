"""The tables of the ledger: who is there, what is known, what is owed, what was said, and what was sent.

Moments are aware UTC, dates are local business dates. The unique keys are what makes every step safe to run
twice: the INSERT is the claim. A statement names a class and its columns (`select(col(Obligation.id))`); the constant
of the same name in capitals is the table itself, for the bulk work that needs one.
"""

from duban.ledger.tables.accounts import ACCOUNT, REMEMBERED_ANSWER, TOKEN, Account, RememberedAnswer, Token
from duban.ledger.tables.bureau import POST_HOLDER, UNIT, PostHolder, UnitRecord
from duban.ledger.tables.notices import (
    ATTEMPT,
    DELIVERY,
    DELIVERY_STATES,
    INBOX_MESSAGE,
    NOTICE,
    SETTLED_DELIVERIES,
    Attempt,
    Delivery,
    InboxMessage,
    Notice,
)
from duban.ledger.tables.obligations import (
    CLOSED_STATES,
    DUTY_VERSION,
    EVIDENCE_FILE,
    OBLIGATION,
    OBLIGATION_EVENT,
    OPEN_STATES,
    RECKONING,
    STATES,
    DutyVersion,
    EvidenceFile,
    Obligation,
    ObligationEvent,
    ReckoningRecord,
)
from duban.ledger.tables.steps import LEASE, WATERMARK, Lease, Watermark
from duban.ledger.tables.subjects import FACT, MERGER, MERGER_STANDS, SUBJECT, Fact, MergerRecord, Subject
from duban.ledger.tables.versions import (
    APPLIED_VERSION,
    CALENDAR_VERSION,
    CONTENT_PROPOSAL,
    CONTENT_VERSION,
    AppliedVersion,
    CalendarVersion,
    ContentProposal,
    ContentVersion,
)

__all__ = [
    "ACCOUNT",
    "APPLIED_VERSION",
    "ATTEMPT",
    "CALENDAR_VERSION",
    "CLOSED_STATES",
    "CONTENT_PROPOSAL",
    "CONTENT_VERSION",
    "DELIVERY",
    "DELIVERY_STATES",
    "DUTY_VERSION",
    "EVIDENCE_FILE",
    "FACT",
    "INBOX_MESSAGE",
    "LEASE",
    "MERGER",
    "MERGER_STANDS",
    "NOTICE",
    "OBLIGATION",
    "OBLIGATION_EVENT",
    "OPEN_STATES",
    "POST_HOLDER",
    "RECKONING",
    "REMEMBERED_ANSWER",
    "SETTLED_DELIVERIES",
    "STATES",
    "SUBJECT",
    "TOKEN",
    "UNIT",
    "WATERMARK",
    "Account",
    "AppliedVersion",
    "Attempt",
    "CalendarVersion",
    "ContentProposal",
    "ContentVersion",
    "Delivery",
    "DutyVersion",
    "EvidenceFile",
    "Fact",
    "InboxMessage",
    "Lease",
    "MergerRecord",
    "Notice",
    "Obligation",
    "ObligationEvent",
    "PostHolder",
    "ReckoningRecord",
    "RememberedAnswer",
    "Subject",
    "Token",
    "UnitRecord",
    "Watermark",
]
