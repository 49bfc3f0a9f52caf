"""What is put before a reviewer, and what became of it."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Index, text

from duban.ledger.columns import (
    LedgerRow,
    PlainWords,
    kept_as,
    moment,
    number,
    one_of_words,
    refers,
    table_of,
)

SUBMISSION_KINDS: Final = ("report", "extension", "waiver", "transfer")
"""That it is done 反馈, a wish for a later day 延期申请, that it need not be done 免办申请, that another unit owe it 转办申请."""
OUTCOMES: Final = ("approved", "returned", "refused", "recalled", "lapsed")
"""What became of it: 通过, 退回, 不同意, 收回, or it fell away because the obligation came to another end."""
_NOT_SETTLED = text("settled_at IS NULL")


class Submission(LedgerRow, table=True):
    """What was put before a reviewer (报请): that an obligation is done, or the wish for a later day, for a waiver, or that
    another unit owe it.

    One of an obligation waits at a time.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index(
            "uq_submission_waiting",
            "obligation_id",
            unique=True,
            sqlite_where=_NOT_SETTLED,
            postgresql_where=_NOT_SETTLED,
        ),
        Index("ix_submission_obligation", "obligation_id", "id"),
        CheckConstraint(one_of_words("kind", SUBMISSION_KINDS), name="kind"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
    )
    id: int = number()  #: its row
    obligation_id: int = refers("obligation.id")  #: the obligation
    #: One of `SUBMISSION_KINDS`.
    kind: str
    #: Who decides, as `unit/post`.
    reviewer: str
    submitted_at: datetime = moment()  #: when it was put before the reviewer
    #: Who put it forward; `duban` where a fact did.
    submitted_by: str
    #: What they say, or why they ask.
    reason: str = kept_as(PlainWords, default="")
    #: The local day they ask for, in a wish for a later day.
    until: date | None = None
    #: The post that is to owe it, as `unit/post`, in a wish that another unit owe it.
    receiver: str | None = None
    #: When it was decided, or fell away; None while it waits.
    settled_at: datetime | None = moment(default=None)
    #: Who decided.
    settled_by: str | None = None
    #: One of `OUTCOMES`; None while it waits.
    outcome: str | None = None
    #: The reviewer's words.
    answer: str = kept_as(PlainWords, default="")


SUBMISSION: Final = table_of(Submission)
