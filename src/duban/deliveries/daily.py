"""A leader hears once a day: what is decided later goes with the next working day's message."""

from datetime import datetime

from pendulum import Timezone
from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import business_date, moment_at
from duban.channels.channel import INBOX, Channel
from duban.deliveries.leasing import Parcel
from duban.deliveries.message_ids import first_delivery_of
from duban.ledger.tables import Attempt, Delivery, InboxMessage, Obligation

_MIDNIGHT = datetime.min.time()


def had_todays_message(
    connection: Connection, parcel: Parcel, channel: Channel, now: datetime, zone: Timezone
) -> bool:
    """Whether the parcel's recipient has had another message over the channel on the local day of `now` (aware UTC).

    A confidential one does not count: it goes alone, whenever it has to.
    """
    since = moment_at(business_date(now, zone), _MIDNIGHT, zone)
    if channel.kind == INBOX:
        query = select(col(InboxMessage.message_id)).where(
            col(InboxMessage.recipient) == parcel.recipient, col(InboxMessage.received_at) >= since
        )
    else:
        query = select(col(Attempt.message_id)).where(
            col(Attempt.channel) == channel.name,
            col(Attempt.put_at) >= since,
            col(Attempt.recipient) == parcel.recipient,
            col(Attempt.outcome) == "accepted",
        )
    firsts = [
        number for (told,) in connection.execute(query).tuples() if (number := _first(told)) is not None
    ]
    if _first(parcel.message_id) in firsts:
        return False
    open_ones = (
        select(col(Delivery.id))
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .where(col(Delivery.id).in_(firsts), col(Obligation.confidential).is_(False))
    )
    return bool(firsts) and connection.execute(open_ones.limit(1)).first() is not None


def _first(message_id: str) -> int | None:
    try:
        return first_delivery_of(message_id)
    except ValueError:  # a channel tried out by hand
        return None
