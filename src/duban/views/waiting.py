"""What waits for somebody (我的待办): overdue, today, this week, and what comes after; for a post, or for a whole unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from duban.ledger.database import reading
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
    open: int  #: all that is open for them, due or not, at most `COUNTED`
    cut: bool  #: whether more burn than are shown

    @property
    def burning(self) -> int:
        """How many of what is shown burn."""
        return sum(map(len, (self.overdue, self.today, self.week, self.later)))


def waiting_list(sight: Sight) -> WaitingList:
    """What waits for the posts they hold or stand in for; without a post, for the units they see."""
    posts = sorted(sight.principal.posts)
    own = Filter(
        also=sight.visible(), any_of=owed_by(sight, posts) if posts else of_one_unit(sight.principal)
    )
    burns = replace(own, also=(*own.also, *burning(sight.on, sight.soon)), few=True)
    with reading(sight.ws.ledger) as connection:
        found = listed(connection, burns, sight.on, size=SHOWN + 1)
        is_open = how_many(connection, own, sight.on, at_most=COUNTED)
    rows = list_rows(sight, found[:SHOWN])
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
    return WaitingList(posts, overdue, today, week, later, open=is_open, cut=len(found) > SHOWN)
