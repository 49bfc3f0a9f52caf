"""Which deliveries this run may send, claimed so that no other run sends them too.

A lease says "I am sending these until then". A run that dies leaves its leases to expire: what it held becomes
*unknown*, because nobody can tell whether the message got out, and is sent again under the same message id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from duban.deliveries.message_ids import message_id_of
from duban.ledger.tables import DELIVERY, OBLIGATION

WAITING = ("pending", "failed", "unknown")


@dataclass(frozen=True)
class Parcel:
    """Deliveries that go out as one message: one recipient, one channel; a confidential one is always alone.

    `attempts` counts the present one. `before` are the states the deliveries were in when they were leased.
    """

    message_id: str
    recipient: str
    channel: str
    confidential: bool
    deliveries: tuple[int, ...]
    attempts: int
    before: tuple[str, ...]


def expire(connection: Connection, now: datetime) -> int:
    """Set what a dead run was sending to *unknown*; returns how many deliveries that were."""
    lost = (
        update(DELIVERY)
        .where(DELIVERY.c.state == "sending", DELIVERY.c.settled_at.is_(None), DELIVERY.c.lease_until <= now)
        .values(state="unknown", lease_holder=None, lease_until=None, next_attempt_at=now)
    )
    return connection.execute(lost).rowcount


def lease(
    connection: Connection,
    now: datetime,
    *,
    holder: str,
    seconds: float,
    limit: int,
    tear: bool = True,
    only: Collection[str] | None = None,
) -> list[Parcel]:
    """Claim up to `limit` deliveries that may be sent at `now` (aware UTC), as parcels, for `seconds` seconds.

    `only` restricts to these channels. A recipient with more than `limit` deliveries gets several messages, unless
    `tear` is False: then they wait for a larger claim. Rows another worker holds are skipped on PostgreSQL; on SQLite the claiming
    transaction is the only writer.
    """
    query = (
        select(
            DELIVERY.c.id,
            DELIVERY.c.recipient,
            DELIVERY.c.channel,
            DELIVERY.c.message_id,
            DELIVERY.c.attempts,
            DELIVERY.c.state,
            OBLIGATION.c.confidential,
        )
        .join(OBLIGATION, OBLIGATION.c.id == DELIVERY.c.obligation_id)
        .where(
            DELIVERY.c.settled_at.is_(None),
            DELIVERY.c.state.in_(WAITING),
            DELIVERY.c.next_attempt_at <= now,
            DELIVERY.c.not_before <= now,
        )
        .order_by(DELIVERY.c.recipient, DELIVERY.c.channel, DELIVERY.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=DELIVERY)
    )
    if only is not None:
        query = query.where(DELIVERY.c.channel.in_(only))
    rows = connection.execute(query).all()
    parcels = _parcels(_without_torn_group(rows, limit, tear=tear))
    _claim(connection, parcels, holder, now + timedelta(seconds=seconds))
    return parcels


def sent_since(connection: Connection, channel: str, moment: datetime) -> int:
    """How many messages went out over `channel` after `moment`: what its rate is measured by."""
    query = select(func.count(func.distinct(DELIVERY.c.message_id))).where(
        DELIVERY.c.channel == channel, DELIVERY.c.state == "sent", DELIVERY.c.settled_at > moment
    )
    return int(connection.execute(query).scalar_one())


def _claim(connection: Connection, parcels: Sequence[Parcel], holder: str, until: datetime) -> None:
    claim = update(DELIVERY).where(DELIVERY.c.settled_at.is_(None), DELIVERY.c.state != "sending")
    leased = {
        "state": "sending",
        "attempts": DELIVERY.c.attempts + 1,
        "lease_holder": holder,
        "lease_until": until,
    }
    for parcel in parcels:
        if len(parcel.deliveries) > 1:
            one_message = claim.where(DELIVERY.c.id.in_(parcel.deliveries))
            connection.execute(one_message.values(**leased, message_id=parcel.message_id))
    alone = [
        {"which": parcel.deliveries[0], "message": parcel.message_id}
        for parcel in parcels
        if len(parcel.deliveries) == 1
    ]
    if alone:
        each = claim.where(DELIVERY.c.id == bindparam("which"))
        connection.execute(each.values(**leased, message_id=bindparam("message")), alone)


def _without_torn_group(rows: Sequence[Any], limit: int, *, tear: bool) -> Sequence[Any]:
    """Leave the last recipient's rows for the next claim when the limit may have cut through them."""
    if len(rows) < limit:
        return rows
    last = (rows[-1].recipient, rows[-1].channel)
    whole = [row for row in rows if (row.recipient, row.channel) != last]
    return whole or (rows if tear else ())


def _parcels(rows: Sequence[Any]) -> list[Parcel]:
    parcels = []
    for _, run in groupby(rows, key=lambda row: (row.recipient, row.channel)):
        kept: dict[object, list[Any]] = {}
        for row in run:
            # A message that may have arrived goes out again as it was; a confidential one goes alone.
            key = row.message_id or (("alone", row.id) if row.confidential else "together")
            kept.setdefault(key, []).append(row)
        for group in kept.values():
            first = group[0]
            parcels.append(
                Parcel(
                    first.message_id or message_id_of(min(row.id for row in group)),
                    first.recipient,
                    first.channel,
                    bool(first.confidential),
                    tuple(row.id for row in group),
                    max(row.attempts for row in group) + 1,
                    tuple(row.state for row in group),
                )
            )
    return parcels
