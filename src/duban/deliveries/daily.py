"""A leader hears once a day: what is decided later goes with the next working day's message."""

from datetime import datetime, timedelta
from functools import cache

from pendulum import Timezone
from sqlalchemy import Connection, Select, bindparam, select
from sqlmodel import col

from duban.base.clock import business_date, moment_at
from duban.channels.channel import INBOX, Channel
from duban.deliveries.leasing import Parcel
from duban.deliveries.message_ids import first_delivery_of
from duban.ledger.choosing import among_those, as_a_filter
from duban.ledger.tables import Attempt, Delivery, InboxMessage, Obligation

_MIDNIGHT = datetime.min.time()


def had_todays_message(
    connection: Connection, parcel: Parcel, channel: Channel, now: datetime, zone: Timezone
) -> bool:
    """Whether the parcel's recipient has had another message over the channel on the local day of `now` (aware UTC).

    What is confidential does not count: it goes apart, whenever it has to.
    """
    today = business_date(now, zone)
    # What a clock that ran ahead has dated later is no message of today's: the recipient would be silent until then.
    since, until = (moment_at(day, _MIDNIGHT, zone) for day in (today, today + timedelta(days=1)))
    given = {"recipient": parcel.recipient, "since": since, "until": until}
    told = (
        connection.execute(_in_the_inbox(), given)
        if channel.kind == INBOX
        else connection.execute(accepted_since(), given | {"channel": channel.name})
    )
    firsts = [number for (told_by,) in told.tuples() if (number := _first(told_by)) is not None]
    if not firsts or _first(parcel.message_id) in firsts:
        return False
    return connection.execute(_open_to_all(), {"those": firsts}).first() is not None


# Each is put together once, however many messages ask.


@cache
def _in_the_inbox() -> Select[tuple[str]]:
    return select(col(InboxMessage.message_id)).where(
        col(InboxMessage.recipient) == bindparam("recipient"),
        col(InboxMessage.received_at) >= bindparam("since"),
        col(InboxMessage.received_at) < bindparam("until"),
    )


@cache
def accepted_since() -> Select[tuple[str]]:
    """The messages, by number, that a `channel` took for a `recipient` from `since` and before `until` (aware UTC), found among
    those to the recipient.
    """
    return select(col(Attempt.message_id)).where(
        as_a_filter(col(Attempt.channel)) == bindparam("channel"),
        col(Attempt.put_at) >= bindparam("since"),
        col(Attempt.put_at) < bindparam("until"),
        col(Attempt.recipient) == bindparam("recipient"),
        col(Attempt.outcome) == "accepted",
    )


@cache
def _open_to_all() -> Select[tuple[int]]:
    """Of the deliveries that messages began with, one that is not confidential."""
    return (
        select(col(Delivery.id))
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .where(among_those(col(Delivery.id)), col(Obligation.confidential).is_(False))
        .limit(1)
    )


def _first(message_id: str) -> int | None:
    try:
        return first_delivery_of(message_id)
    except ValueError:  # a channel tried out by hand
        return None
