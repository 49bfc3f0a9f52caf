"""What waits for somebody (我的待办): overdue, today, this week, what comes after, and what was sent back; for a post, or for a
whole unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import Obligation, ObligationEvent
from duban.ledger.visibility import of_one_unit
from duban.obligations.listing import Filter, how_many, listed
from duban.views.lights import burning
from duban.views.lists import COUNTED, ListRow, list_rows, owed_by
from duban.views.sight import Sight

SHOWN: Final = 200
"""At most so many are shown; the worst first, so that nothing worse is left out."""


@dataclass(frozen=True)
class WaitingList:
    """What waits for somebody on one business date."""

    posts: Sequence[str]  #: whose, as `unit/post`; none for all that they see
    overdue: Sequence[ListRow]  #: what is past its deadline
    today: Sequence[ListRow]  #: due today, or past its safe day
    week: Sequence[ListRow]  #: due this week
    later: Sequence[ListRow]  #: near, after this week
    returned: Sequence[ListRow]  #: sent back and to be done again by a day that is not near yet
    reasons: Mapping[str, str]  #: why something was last sent back, by its short id
    open: int  #: all that is open for them, due or not, at most `COUNTED`
    cut: bool  #: whether more burn than are shown

    @property
    def rows(self) -> Sequence[ListRow]:
        """All that is shown, in that order."""
        return (*self.overdue, *self.today, *self.week, *self.later, *self.returned)


def waiting_list(sight: Sight) -> WaitingList:
    """What waits for the posts they hold or stand in for; without a post, for the units they see."""
    posts = sorted(sight.principal.posts)
    own = Filter(
        also=sight.visible(), any_of=owed_by(sight, posts) if posts else of_one_unit(sight.principal)
    )
    burns = replace(own, also=(*own.also, *burning(sight.on, sight.soon)), few=True)
    with reading(sight.ws.ledger) as connection:
        found = listed(connection, burns, sight.present, size=SHOWN + 1)
        is_open = how_many(connection, own, sight.present, at_most=COUNTED)
        again = listed(connection, _sent_back(own, sight), sight.present, size=SHOWN) if posts else []
        rows, returned = list_rows(sight, found[:SHOWN]), list_rows(sight, again)
        reasons = _reasons(connection, [row for row in (*rows, *returned) if row.owed.returns])
    sunday = sight.on + timedelta(days=6 - sight.on.weekday())
    overdue: list[ListRow] = []
    today: list[ListRow] = []
    week: list[ListRow] = []
    later: list[ListRow] = []
    for row in rows:
        owed = row.owed
        if owed.overdue:
            overdue.append(row)
        elif owed.target <= sight.on:
            today.append(row)
        else:
            (week if owed.target <= sunday else later).append(row)
    return WaitingList(
        *(posts, overdue, today, week, later, returned, reasons), open=is_open, cut=len(found) > SHOWN
    )


def _sent_back(own: Filter, sight: Sight) -> Filter:
    """What is to be done again and is not near."""
    sent_back = (col(Obligation.returns) > 0, col(Obligation.state).in_(("open", "acknowledged")))
    return replace(own, also=(*own.also, *sent_back, col(Obligation.target) > sight.soon), few=True)


def _reasons(connection: Connection, rows: Sequence[ListRow]) -> dict[str, str]:
    query = (
        select(col(ObligationEvent.obligation_id), col(ObligationEvent.reason))
        .where(col(ObligationEvent.obligation_id).in_([row.number for row in rows]))
        .where(col(ObligationEvent.kind) == "return")
        .order_by(col(ObligationEvent.id))
    )
    return {short_id(number): reason for number, reason in connection.execute(query).tuples()} if rows else {}
