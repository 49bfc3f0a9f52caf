"""What is not owed any more (撤回、免办): whoever was told of it hears so, once, with what and why."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.choosing import portions
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import Delivery, ObligationEvent
from duban.obligations.transitions import ENGINE

ENDINGS: Final = {
    "withdraw": ("撤回，不用再办", "withdrew it: nothing to do"),
    "waive": ("免办，不用再办", "waived it: nothing to do"),
}
"""The moves by which something is not owed any more and nothing takes its place, as whoever was told of it reads them."""


class Ending(NamedTuple):
    """The event by which an obligation is not owed any more."""

    id: int  #: its number
    obligation_id: int  #: the obligation's number
    kind: str  #: withdraw or waive
    at: datetime  #: aware UTC
    actor: str  #: who did it
    reason: str  #: why, in their words

    def said(self) -> str:
        """What whoever was told of it hears, in the reader's words."""
        zh, en = ENDINGS[self.kind]
        why = say(zh=f"：{self.reason}", en=f": {self.reason}") if self.reason else ""
        by = "" if self.actor == ENGINE else f"{self.actor} "
        return say(zh=f"{by}已{zh}{why}", en=f"{by}{en}{why}")


def endings(connection: Connection, obligations: Collection[int]) -> dict[int, Ending]:
    """The last event by which each of these obligations, by number, ceased to be owed; without those it never befell."""
    found: dict[int, Ending] = {}
    for portion in portions(sorted(obligations)):
        query = (
            select(*columns_of(ObligationEvent, Ending))
            .where(col(ObligationEvent.obligation_id).in_(portion), col(ObligationEvent.kind).in_(ENDINGS))
            .order_by(col(ObligationEvent.id))
        )
        found |= {row.obligation_id: row for row in rows_of(connection, query, Ending)}
    return found


def who_was_told(
    connection: Connection, obligations: Collection[int]
) -> dict[int, dict[str, list[UnitPost]]]:
    """Whom a message of each of these obligations, by number, has reached, or may have: the posts by their unit."""
    found: dict[int, dict[str, list[UnitPost]]] = defaultdict(lambda: defaultdict(list))
    for portion in portions(sorted(obligations)):
        query = (
            select(col(Delivery.obligation_id), col(Delivery.recipient))
            .where(col(Delivery.obligation_id).in_(portion), col(Delivery.state).in_(("sent", "unknown")))
            .group_by(col(Delivery.obligation_id), col(Delivery.recipient))
            .order_by(func.min(col(Delivery.id)))
        )
        for number, recipient in connection.execute(query).tuples():
            whom = UnitPost.parse(recipient)
            found[number][whom.unit].append(whom)
    return found
