"""Which deliveries this run may send, claimed so that no other run sends them too.

A lease says "I shall send these until then". It changes nothing else about a delivery: a run that dies before it put a
message on the line leaves the message as it was, and when the lease runs out the next run sends it. Only what was on the
line becomes *unknown*: nobody can tell whether it got out, so it is sent again under the same message id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, literal, or_, select, update
from sqlmodel import col

from duban.deliveries.message_ids import message_id_of
from duban.ledger.choosing import among
from duban.ledger.heartbeats import loop_beats
from duban.ledger.rows import rows_of
from duban.ledger.tables import DELIVERY, Delivery, Obligation

WAITING = ("pending", "failed", "unknown")
IS_WAITING: Final = col(Delivery.state).in_([literal(each) for each in WAITING])
"""The same as a condition that a statement put together once carries as it is: a list would be written out at each call."""
_LARGER = 4
_CLOCKS_DIFFER: Final = timedelta(minutes=15)
"""How far one machine's clock may be ahead of another's; longer than a lease."""


@dataclass(frozen=True)
class Parcel:
    """Deliveries that go out as one message: one recipient, one channel; what is confidential apart from the rest."""

    message_id: str  #: the same when it is sent again
    recipient: str  #: `unit/post`
    channel: str  #: the channel's name, with one of several addresses behind a slash
    confidential: bool  #: about confidential obligations, and about nothing else
    deliveries: tuple[int, ...]  #: their numbers
    attempts: int  #: how often the most tried of them has been on the line
    before: tuple[str, ...]  #: the states the deliveries were in when they were leased

    @property
    def may_have_arrived(self) -> bool:
        """Whether the message was on the line once already and nobody knows what became of it."""
        return "unknown" in self.before


class _Waiting(NamedTuple):
    """A delivery that may be sent."""

    id: int
    recipient: str
    channel: str
    message_id: str | None
    attempts: int
    state: str
    confidential: bool


def expire(connection: Connection, now: datetime) -> int:
    """Set what a dead run had on the line to *unknown*; returns how many deliveries that were."""
    lost = (
        update(Delivery)
        .where(
            col(Delivery.state) == "sending",
            col(Delivery.settled_at).is_(None),
            col(Delivery.lease_until) <= now,
        )
        .values(state="unknown", lease_holder=None, lease_until=None, next_attempt_at=now)
    )
    return connection.execute(lost).rowcount


def wait_no_longer_than_the_clock(connection: Connection, now: datetime) -> None:
    """Where a loop went round later than `now`, the clock was put back since: what waits for a time that it had shown then
    need not, and what a dead run of then had claimed is free.

    Pauses that were right are cut short once by it; a lease that runs is shorter than what is looked at.
    """
    ahead = now + _CLOCKS_DIFFER
    if all(each.at is None or each.at <= ahead for each in loop_beats(connection, now)):
        return
    open_ones = update(Delivery).where(col(Delivery.settled_at).is_(None))
    connection.execute(open_ones.where(col(Delivery.lease_until) > ahead).values(lease_until=now))
    connection.execute(
        open_ones.where(
            col(Delivery.next_attempt_at) > now, col(Delivery.next_attempt_at) > col(Delivery.not_before)
        ).values(
            next_attempt_at=case(
                (col(Delivery.not_before) > now, col(Delivery.not_before)),
                else_=literal(now, DELIVERY.c.next_attempt_at.type),
            )
        )
    )


def lease(
    connection: Connection,
    now: datetime,
    *,
    holder: str,
    seconds: float,
    limit: int,
    most: int,
    tear: bool,
    only: Collection[str] | None = None,
    such: ColumnElement[bool] | None = None,
) -> list[Parcel]:
    """Claim about `limit` deliveries that may be sent at `now` (aware UTC), as parcels, for `seconds` seconds.

    A recipient's deliveries over one channel are one message and are claimed together; of more than `most` they make several
    messages, unless `tear` is False: then they wait for a larger claim. `only` restricts to these channels, `such` to what meets
    the condition. Rows another worker holds are skipped on PostgreSQL; on SQLite the claiming transaction is the only
    writer.
    """
    while True:
        rows = _waiting(connection, now, limit, only, such)
        whole = _without_torn_message(rows, limit)
        if whole or not rows or limit >= most:
            break
        limit = min(limit * _LARGER, most)
    parcels = _parcels(whole or (rows if tear else ()))
    claimed = [each for parcel in parcels for each in parcel.deliveries]
    if claimed:
        claim = update(Delivery).where(among(col(Delivery.id), claimed), col(Delivery.settled_at).is_(None))
        connection.execute(claim.values(lease_holder=holder, lease_until=now + timedelta(seconds=seconds)))
    return parcels


def _waiting(
    connection: Connection,
    now: datetime,
    limit: int,
    only: Collection[str] | None,
    such: ColumnElement[bool] | None,
) -> list[_Waiting]:
    query = (
        select(
            col(Delivery.id),
            col(Delivery.recipient),
            col(Delivery.channel),
            col(Delivery.message_id),
            col(Delivery.attempts),
            col(Delivery.state),
            col(Obligation.confidential),
        )
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .where(
            col(Delivery.settled_at).is_(None),
            IS_WAITING,
            col(Delivery.next_attempt_at) <= now,
            col(Delivery.not_before) <= now,
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= now),
        )
        .order_by(col(Delivery.recipient), col(Delivery.channel), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    if only is not None:
        query = query.where(col(Delivery.channel).in_(only))
    if such is not None:
        query = query.where(such)
    return rows_of(connection, query, _Waiting)


def _without_torn_message(rows: Sequence[_Waiting], limit: int) -> Sequence[_Waiting]:
    """Leave the last recipient's rows for the next claim when the limit may have cut through them."""
    if len(rows) < limit:
        return rows
    last = (rows[-1].recipient, rows[-1].channel)
    return [row for row in rows if (row.recipient, row.channel) != last]


def _parcels(rows: Sequence[_Waiting]) -> list[Parcel]:
    parcels = []
    for _, run in groupby(rows, key=lambda row: (row.recipient, row.channel)):
        kept: dict[str, list[_Waiting]] = {}
        for row in run:
            # A message that may have arrived goes out again as it was; what is confidential goes in a letter of its own,
            # one for all of it: who is told of each may know of each.
            key = row.message_id or ("confidential" if row.confidential else "open")
            kept.setdefault(key, []).append(row)
        for group in kept.values():
            first = group[0]
            parcels.append(
                Parcel(
                    first.message_id or message_id_of(min(row.id for row in group)),
                    first.recipient,
                    first.channel,
                    first.confidential,
                    tuple(row.id for row in group),
                    max(row.attempts for row in group),
                    tuple(row.state for row in group),
                )
            )
    return parcels
