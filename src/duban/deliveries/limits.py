"""How fast a channel may be used, measured by what all workers together have put on the line.

A limit is a bucket that holds so many messages a second or a minute, for the whole channel or for one recipient; what
was put in leaves it after that time. The services count the same way, and throw away what is too much.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlmodel import col, select

from duban.channels.channel import Channel
from duban.ledger.tables import Attempt

# The service's clock starts when the message arrives there, a little later or earlier after the one before.
_SECOND = timedelta(seconds=1.1)
_MINUTE = timedelta(minutes=1)


class Bucket(NamedTuple):
    """So many messages in so much time."""

    messages: int  #: how many it holds
    span: timedelta  #: how long each stays in it
    for_one: bool = False  #: counted for each recipient on its own


def buckets(channel: Channel) -> Iterator[Bucket]:
    """The limits of a channel."""
    if channel.per_second:
        yield Bucket(channel.per_second, _SECOND)
    if channel.rate:
        yield Bucket(channel.rate, _MINUTE)
    if channel.per_member:
        yield Bucket(channel.per_member, _MINUTE, for_one=True)


class Wait(NamedTuple):
    """That a message must wait, and for how long."""

    until: datetime  #: aware UTC
    for_one: bool  #: only this recipient has to wait


def must_wait(connection: Connection, channel: Channel, recipient: str, moment: datetime) -> Wait | None:
    """Whether a message to `recipient` would be too fast at `moment` (aware UTC); until when, if it would.

    Nobody else measures the channel until the transaction ends.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": channel.name})
    waits = [
        Wait(free, bucket.for_one)
        for bucket in buckets(channel)
        if (free := _free_at(connection, channel, bucket, recipient, moment)) is not None
    ]
    return max(waits, default=None)


def _free_at(
    connection: Connection, channel: Channel, bucket: Bucket, recipient: str, moment: datetime
) -> datetime | None:
    """When the bucket has room again; None while it has. A clock that was put back blocks nothing for long."""
    put_at = col(Attempt.put_at)
    query = select(Attempt.put_at).where(
        col(Attempt.channel) == channel.name, put_at > moment - bucket.span, put_at <= moment + bucket.span
    )
    if bucket.for_one:
        query = query.where(col(Attempt.recipient) == recipient)
    oldest = connection.execute(query.order_by(put_at.desc()).offset(bucket.messages - 1).limit(1)).scalar()
    return None if oldest is None else oldest + bucket.span
