"""Messages as they were sent: the inbox of somebody's posts, and one message with the items it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, false, func, or_, select, true, update
from sqlmodel import col

from duban.bureau.unit_posts import UnitPost, any_post_of
from duban.ledger.database import reading, writing
from duban.ledger.rows import columns_of, first_of, rows_of
from duban.ledger.tables import Delivery, InboxMessage, Obligation
from duban.obligations.listing import Filter, listed
from duban.views.lists import ListRow, list_rows
from duban.views.sight import Sight

ROWS: Final = 50
ITEMS: Final = 500
"""A message speaks of no more items than are shown of it at once."""


class InboxEntry(NamedTuple):
    """A message in the inbox of a post."""

    id: int  #: its row
    recipient: str  #: as `unit/post`
    message_id: str  #: its number, the same in every channel
    title: str  #: its title
    body: str  #: its text
    received_at: datetime  #: when it came, aware UTC
    read_at: datetime | None  #: when it was read, aware UTC; None: not yet

    @property
    def to(self) -> UnitPost:
        """Whose inbox it lies in."""
        return UnitPost.parse(self.recipient)


@dataclass(frozen=True)
class Inbox:
    """One page of an inbox, the newest message first."""

    messages: Sequence[InboxEntry]  #: those on the page
    unread: int  #: how many are not read yet
    next: int | None  #: messages numbered below this come on the following page


@dataclass(frozen=True)
class MessageView:
    """One message as it was sent, and how what it speaks of stands now."""

    message_id: str  #: its number, the same in every channel
    recipient: UnitPost  #: the post it was sent to
    sent_at: datetime | None  #: when, aware UTC; None: not yet
    text: InboxEntry | None  #: its words, where the built-in inbox has them
    items: Sequence[ListRow]  #: what it speaks of, as it stands now


def inbox(sight: Sight, before: int | None = None) -> Inbox:
    """The inbox of the posts a reader holds or stands in for; without a post, and for who may know of everything, of
    their units'.

    One page of it, the newest first: from those `before` that message's number.
    """
    mine = _theirs(sight)
    query = select(*columns_of(InboxMessage, InboxEntry)).where(mine).order_by(col(InboxMessage.id).desc())
    if before is not None:
        query = query.where(col(InboxMessage.id) < before)
    with reading(sight.ws.ledger) as connection:
        found = rows_of(connection, query.limit(ROWS + 1), InboxEntry)
        unread = unread_messages(connection, sight)
    return Inbox(found[:ROWS], unread, found[ROWS - 1].id if len(found) > ROWS else None)


def unread_messages(connection: Connection, sight: Sight) -> int:
    """How many messages of their own posts nobody has read, at most 99."""
    if not sight.principal.posts:
        return 0
    unread = select(col(InboxMessage.id)).where(_theirs(sight), col(InboxMessage.read_at).is_(None)).limit(99)
    return connection.execute(select(func.count()).select_from(unread.subquery())).scalar_one()


def message_view(sight: Sight, message_id: str) -> MessageView | None:
    """The message with this id, as it was sent, with what it was about that the reader (`sight`) may see.

    None for one that is not there, and alike for one that is not for them.
    """
    mine = select(*columns_of(InboxMessage, InboxEntry)).where(
        col(InboxMessage.message_id) == message_id, _theirs(sight)
    )
    about = select(col(Delivery.obligation_id)).where(col(Delivery.message_id) == message_id)
    with reading(sight.ws.ledger) as connection:
        text = first_of(connection, mine.order_by(col(InboxMessage.id)), InboxEntry)
        addressed = connection.execute(
            select(col(Delivery.recipient), col(Delivery.settled_at))
            .where(col(Delivery.message_id) == message_id)
            .limit(1)
        ).first()
        if text is None and (addressed is None or not may_read(sight, UnitPost.parse(addressed.recipient))):
            return None
        items = Filter(also=(*sight.visible(), col(Obligation.id).in_(about)), few=True)
        open_ones = listed(connection, items, sight.present, size=ITEMS)
        closed = [
            each
            for state in ("done", "waived")
            for each in listed(connection, replace(items, state=state), sight.present, size=ITEMS)
        ]
    recipient = text.to if text is not None else UnitPost.parse(addressed.recipient if addressed else "")
    sent_at = addressed.settled_at if addressed else None
    rows = list_rows(sight, [*open_ones, *closed][:ITEMS])
    return MessageView(message_id, recipient, sent_at or (text.received_at if text else None), text, rows)


def mark_read(sight: Sight, number: int) -> None:
    """Write down that the reader read the message of this number; nothing happens to any other, or to one that was."""
    with writing(sight.ws.ledger) as connection:
        connection.execute(
            update(InboxMessage)
            .where(col(InboxMessage.id) == number, _theirs(sight), col(InboxMessage.read_at).is_(None))
            .values(read_at=sight.now)
        )


def _theirs(sight: Sight) -> ColumnElement[bool]:
    """What was sent to their posts. Without a post only who may know of everything reads what others were sent."""
    principal = sight.principal
    if principal.posts or not principal.undisclosed:
        return col(InboxMessage.recipient).in_(sorted(principal.posts))
    if principal.units is None:
        return true()
    to = col(InboxMessage.recipient)
    return or_(
        false(), *(to.startswith(any_post_of(code), autoescape=True) for code in sorted(principal.units))
    )


def may_read(sight: Sight, to: UnitPost) -> bool:
    """Whether they may read what was sent to this post."""
    principal = sight.principal
    return str(to) in principal.posts or (
        not principal.posts and principal.undisclosed and principal.acts_for(to.unit)
    )
