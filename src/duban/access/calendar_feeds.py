"""The address of one's own calendar feed (日历订阅): made, shown once, renewed and revoked by its owner.

A calendar cannot sign in: whoever has the address reads the feed. So nothing else can be done with it, it is kept as its
fingerprint alone, and it ends at once when its owner revokes it, makes another, or may not sign in any more.
"""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from duban.access.accounts import Hand, note
from duban.access.secret_words import fingerprint, new_secret
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import Account, CalendarFeed


def make_feed(ledger: Engine, account: int, hand: Hand) -> str:
    """The secret of a new feed for the account of this number, which nobody can read again; the one before ends.

    `hand` is who makes it, when and from where: its owner. The ledger keeps the secret's fingerprint alone.
    """
    secret = new_secret()
    with changing(ledger) as session:
        _end(session, account, hand.now)
        session.add(CalendarFeed(account_id=account, sha256=fingerprint(secret), made_at=hand.now))
        note(session, session.get_one(Account, account), "feed made", hand)
    return secret


def revoke_feed(ledger: Engine, account: int, hand: Hand) -> bool:
    """End the feed of the account of this number; whether there was one.

    `hand` is who ends it, when and from where. A calendar that subscribed to it gets nothing from then on.
    """
    with changing(ledger) as session:
        ended = _end(session, account, hand.now)
        if ended:
            note(session, session.get_one(Account, account), "feed revoked", hand)
        return ended


def feed_since(ledger: Engine, account: int) -> datetime | None:
    """Since when the account of this number has the feed that is good now; None: it has none."""
    with looking(ledger) as session:
        feed = session.exec(_standing(account)).first()
        return None if feed is None else feed.made_at


def account_of_feed(ledger: Engine, secret: str) -> Account | None:
    """Whose feed has this secret; None for a wrong or ended one, and for a closed account."""
    with looking(ledger) as session:
        feed = session.exec(
            select(CalendarFeed).where(col(CalendarFeed.sha256) == fingerprint(secret))
        ).one_or_none()
    if feed is None or feed.ended_at is not None or feed.account.disabled_at is not None:
        return None
    return feed.account


def _end(session: Session, account: int, now: datetime) -> bool:
    feeds = list(session.exec(_standing(account)))
    for feed in feeds:
        feed.ended_at = now
        session.add(feed)
    return bool(feeds)


def _standing(account: int) -> SelectOfScalar[CalendarFeed]:
    return select(CalendarFeed).where(
        col(CalendarFeed.account_id) == account, col(CalendarFeed.ended_at).is_(None)
    )
