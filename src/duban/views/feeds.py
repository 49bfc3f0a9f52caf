"""What a calendar is fed (日历订阅): what the posts of whoever fetches it owe, and what was closed of it lately."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import case, func, select
from sqlmodel import col

from duban.base.language import say
from duban.duties.work_plan import clause_places
from duban.ledger.database import reading
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import CLOSED_STATES, Obligation, ObligationEvent
from duban.obligations.listing import Filter, listed
from duban.views.lists import ListRow, list_rows, owed_by
from duban.views.sight import Sight

AT_MOST: Final = 1_000
"""A calendar is fed no more than these of what is open, the nearest first; and no more of what was closed."""
KEPT: Final = timedelta(days=90)
"""So long a calendar is told that something was closed."""
_CHANGES_IT: Final = (
    *("extend", "undo", "return", "redate", "carry", "suspend", "resume"),
    *("complete", "report", "approve", "waive", "withdraw", "supersede", "reopen", "reinstate", "recall"),
)
"""After these moves it stands in a calendar on other days, or under another heading."""


class FeedEntry(NamedTuple):
    """One obligation for a calendar."""

    row: ListRow  #: the obligation as a list shows it
    basis: str  #: where its duty stands in the paper; empty for what was assigned once
    changes: int  #: how often it may have come to stand there in another way
    changed_at: datetime  #: when something last happened to it, or it was opened, aware UTC


class _History(NamedTuple):
    obligation_id: int
    changes: int
    last: datetime


def feed_entries(sight: Sight) -> Sequence[FeedEntry]:
    """What their posts owe, open or closed lately; for whoever holds no post, what their own unit owes.

    Confidential ones are among them only where they exist for whoever fetches it.
    """
    principal = sight.principal
    posts = owed_by(sight, principal.posts) if principal.posts else [col(Obligation.unit) == principal.unit]
    own = Filter(also=sight.visible(), any_of=posts)
    closed = (col(Obligation.closed_at).is_not(None), col(Obligation.closed_on) >= sight.on - KEPT)
    lately = replace(own, also=(*own.also, *closed), few=True, latest_first=True)
    wanted = [own, *(replace(lately, state=state) for state in CLOSED_STATES)]
    with reading(sight.ws.ledger) as connection:
        rows = list_rows(
            sight, [each for one in wanted for each in listed(connection, one, sight.present, size=AT_MOST)]
        )
        changing = case((col(ObligationEvent.kind).in_(_CHANGES_IT), 1), else_=0)
        query = (
            select(
                named(col(Obligation.id), "obligation_id"),
                named(func.coalesce(func.sum(changing), 0), "changes"),
                named(func.coalesce(func.max(col(ObligationEvent.at)), col(Obligation.opened_at)), "last"),
            )
            .outerjoin(ObligationEvent, col(ObligationEvent.obligation_id) == col(Obligation.id))
            .where(col(Obligation.id).in_([row.number for row in rows]))
            .group_by(col(Obligation.id))
        )
        history = {each.obligation_id: each for each in rows_of(connection, query, _History)}
    told = [(row, history[row.number]) for row in rows]
    return [FeedEntry(row, _basis(sight, row.owed.duty), each.changes, each.last) for row, each in told]


def _basis(sight: Sight, duty_id: str) -> str:
    """Where a duty in force stands in the paper, or the statute it rests on."""
    duty, places = sight.ws.definitions.duties.get(duty_id), clause_places(sight.ws.root)
    parts = [
        each
        for basis in (duty.basis if duty else ())
        for each in (basis.source, *(places.get(clause, clause) for clause in basis.clauses))
    ]
    return say(zh="、", en=", ").join(dict.fromkeys(filter(None, parts)))
