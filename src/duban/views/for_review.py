"""What waits for somebody's decision: reports to review, and wishes for a later day, a waiver or a transfer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from duban.ledger.choosing import sorted_after
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import Obligation, Submission
from duban.obligations.act_standings import obligation_standings
from duban.obligations.listing import Filter, listed
from duban.obligations.permissions import Permission, permissions
from duban.obligations.submissions import SubmissionSummary
from duban.views.lists import ListRow, list_rows
from duban.views.sight import Sight

AT_MOST: Final = 200


@dataclass(frozen=True)
class ReviewRow:
    """One thing that waits for a decision."""

    row: ListRow  #: the obligation as a list shows it
    submitted: SubmissionSummary  #: what was put before the reviewer
    missing: Sequence[str]  #: the evidence that is not there now
    may: Sequence[Permission]  #: what whoever looks may do about it


def waiting_for_review(sight: Sight) -> list[ReviewRow]:
    """What waits of what they may see, what they may decide first, the oldest before the others."""
    query = (
        select(col(Submission.obligation_id))
        .join(Obligation, col(Obligation.id) == col(Submission.obligation_id))
        .where(col(Submission.settled_at).is_(None), *sight.visible())
        .order_by(sorted_after(col(Submission.id)))
        .limit(AT_MOST)
    )
    definitions = sight.ws.definitions
    with reading(sight.ws.ledger) as connection:
        numbers = list(dict.fromkeys(connection.scalars(query)))
        standings = obligation_standings(connection, definitions, numbers)
        its = col(Obligation.id).in_(numbers)
        found = [
            each
            for state in (None, "reported")
            for each in listed(
                connection, Filter(also=(its,), state=state, few=True), sight.present, size=AT_MOST
            )
        ]
    rows = {parse_short_id(row.owed.id): row for row in list_rows(sight, found)}
    shown = [
        ReviewRow(
            rows[number],
            submitted,
            standings[number].missing if submitted.kind == "report" else (),
            [each for each in permissions(definitions, sight.principal, standings[number]) if each.allowed],
        )
        for number in numbers
        if number in rows and number in standings and (submitted := standings[number].waiting)
    ]
    decisive = {"approve", "return", "grant", "refuse"}
    return sorted(shown, key=lambda each: not any(may.act in decisive for may in each.may))
