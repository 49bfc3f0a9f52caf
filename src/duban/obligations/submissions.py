"""Submissions (报请): what obligations have put before their reviewers, and what became of it.

One of an obligation waits at a time; what an obligation has put forward falls away when it is closed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, Executable, ScalarSelect, select, update
from sqlmodel import col

from duban.bureau.unit_posts import UnitPost
from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import among_those, portions
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import SUBMISSION, Submission

if TYPE_CHECKING:
    from duban.obligations.cause import Cause


class SubmissionSummary(NamedTuple):
    """What was put before a reviewer, as far as it is told."""

    #: its number
    id: int
    #: the obligation's number
    obligation_id: int
    #: one of `SUBMISSION_KINDS`
    kind: str
    #: who decides, as `unit/post`
    reviewer: str
    #: aware UTC
    submitted_at: datetime
    #: who put it forward
    submitted_by: str
    #: what they say
    reason: str
    #: the local day they ask for
    until: date | None
    #: the post that is to owe it, as `unit/post`, where they ask for that
    receiver: str | None
    #: aware UTC; None while it waits
    settled_at: datetime | None
    #: who decided
    settled_by: str | None
    #: one of `OUTCOMES`
    outcome: str | None
    #: the reviewer's words
    answer: str


def submissions(connection: Connection, obligations: Collection[int]) -> list[SubmissionSummary]:
    """What these obligations, by number, have put before a reviewer, oldest first."""
    return [
        row
        for portion in portions(sorted(obligations))
        for row in rows_of(connection, _of_those(), SubmissionSummary, {"those": portion})
    ]


@cache
def _of_those() -> Executable:
    return (
        select(*columns_of(Submission, SubmissionSummary))
        .where(among_those(col(Submission.obligation_id)))
        .order_by(col(Submission.id))
    )


class ReviewMatter(NamedTuple):
    """What is put before a reviewer, of one obligation."""

    #: one of `SUBMISSION_KINDS`: that it is done, a later day, that it need not be done, that another unit owe it
    kind: str
    #: who decides
    reviewer: UnitPost
    #: the local day that is asked for; None but in a wish for a later day
    until: date | None = None
    #: the post that is to owe it; None but in a wish for that
    receiver: UnitPost | None = None


def submit(connection: Connection, these: Mapping[int, ReviewMatter], cause: Cause) -> None:
    """Put these obligations, by number, before a reviewer each."""
    rows = [
        {
            "obligation_id": number,
            "kind": matter.kind,
            "reviewer": str(matter.reviewer),
            "submitted_at": cause.at,
            "submitted_by": cause.actor,
            "reason": cause.reason,
            "until": matter.until,
            "receiver": None if matter.receiver is None else str(matter.receiver),
        }
        for number, matter in these.items()
    ]
    insert_ignore(connection, SUBMISSION, rows)


def lapse(connection: Connection, obligations: Sequence[int] | ScalarSelect[int], cause: Cause) -> None:
    """What these obligations, by number, had put before a reviewer and is not decided falls away."""
    settle(connection, obligations, "lapsed", cause)


def put_again(connection: Connection, obligation: int, granted_at: datetime, cause: Cause) -> bool:
    """What an obligation, by number, had asked for and was granted at a moment (aware UTC) is undecided and waits anew;
    whether there was any.
    """
    granted = (
        select(*columns_of(Submission, SubmissionSummary))
        .where(col(Submission.obligation_id) == obligation, col(Submission.settled_at) == granted_at)
        .where(col(Submission.outcome) == "approved")
    )
    for asked in rows_of(connection, granted, SubmissionSummary):
        connection.execute(
            update(Submission)
            .where(col(Submission.id) == asked.id)
            .values(outcome="lapsed", answer=cause.reason)
        )
        again = {name: getattr(asked, name) for name in _ASKED}
        insert_ignore(connection, SUBMISSION, [again | {"submitted_at": cause.at}])
        return True
    return False


_ASKED: Final = ("obligation_id", "kind", "reviewer", "submitted_by", "reason", "until", "receiver")
"""The columns by which something is put forward anew."""


def settle(
    connection: Connection, obligations: Sequence[int] | ScalarSelect[int], outcome: str, cause: Cause
) -> None:
    """What these obligations have put before a reviewer comes to an outcome, with the reviewer's words as reason."""
    connection.execute(
        update(Submission)
        .where(col(Submission.obligation_id).in_(obligations), col(Submission.settled_at).is_(None))
        .values(settled_at=cause.at, settled_by=cause.actor, outcome=outcome, answer=cause.reason)
    )
