"""What became of a message, written down in one transaction.

| outcome | the deliveries become | and then |
|---|---|---|
| taken | sent | settled |
| taken at some of several addresses | sent | each of the others is a delivery of its own from now on |
| refused | failed | tried again later, in the recipient's next digest |
| no answer | unknown | tried again later under the same message id, never given up |
| refused too often, or cannot be sent at all | dead | the recipient's and the owner's inbox are told instead |
| refused as too fast, or not tried at all | what they were | tried again later, and not counted as an attempt |
| nothing left to remind of | cancelled, with the reason | settled |

Only deliveries whose lease is still ours are touched: another run may have taken over what took too long.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, Integer, Update, bindparam, insert
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import col

from duban.deliveries.leasing import IS_WAITING, Parcel
from duban.ledger.choosing import among_those
from duban.ledger.database import insert_ignore
from duban.ledger.tables import ATTEMPT, DELIVERY, Attempt, ObligationEvent

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class NewDelivery:
    """A delivery that takes the place of one that cannot be made, or of a part of one."""

    notice_id: int  #: the notice it brings
    obligation_id: int  #: what the notice is about
    recipient: str  #: `unit/post`
    channel: str  #: the channel's name
    note: str = ""  #: what the message says about why it comes, or what went wrong before
    state: str = "pending"  #: pending, failed or unknown
    attempts: int = 0  #: how often it was on the line before
    again_at: datetime | None = None  #: not before this moment; None: at once
    message_id: str | None = None  #: the number it went out under before, when it may have arrived


@dataclass
class Settlement:
    """What is to be written about one parcel, by delivery id."""

    sent: dict[int, str | None] = field(
        default_factory=dict
    )  #: with what went wrong at some of the addresses
    failed: list[int] = field(default_factory=list)  #: refused; tried again later
    unworded: list[int] = field(default_factory=list)  #: failed before they could be put on the line
    unknown: list[int] = field(default_factory=list)  #: may have arrived; sent again under the same number
    cancelled: dict[int, str] = field(default_factory=dict)  #: with the reasons
    dead: dict[int, str] = field(default_factory=dict)  #: with the reasons
    not_counted: list[tuple[int, str]] = field(default_factory=list)  #: with the states they were in
    instead: list[NewDelivery] = field(default_factory=list)  #: takes the place of what cannot be delivered
    events: list[dict[str, object]] = field(default_factory=list)  #: go into the obligations' history
    error: str = ""  #: why they failed, or are unknown
    again_at: datetime | None = None  #: when those that wait are tried again, aware UTC
    attempts: tuple[int, ...] = ()  #: the rows of what was put on the line
    outcome: str = ""  #: what came back: accepted, refused or unknown


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 1, 4, 16, 64 minutes, then 4 hours."""
    pause: timedelta = FIRST_PAUSE * int(4 ** min(attempts - 1, 8))
    return min(pause, LONGEST_PAUSE)


def put_on_line(connection: Connection, holder: str, parcel: Parcel, ids: Sequence[int]) -> bool:
    """Mark these of a parcel's deliveries just before they go: from here on they may arrive, and it is an attempt.

    False when some of them are no longer ours, or no longer for the same recipient; then none must go.
    """
    given = {"those": list(ids), "holder": holder, "whom": parcel.recipient, "number": parcel.message_id}
    if len(ids) == 1:
        return connection.execute(_marking(), given).rowcount == 1
    all_or_none = connection.begin_nested()
    if connection.execute(_marking(), given).rowcount == len(ids):
        all_or_none.commit()
        return True
    all_or_none.rollback()
    return False


def write_down(
    connection: Connection, channel: str, parcel: Parcel, moment: datetime, messages: int
) -> tuple[int, ...]:
    """Note that so many messages of a parcel go on the line at `moment` (aware UTC); returns the rows."""
    noted = {
        "channel": channel,
        "recipient": parcel.recipient,
        "message_id": parcel.message_id,
        "put_at": moment,
    }
    return tuple(connection.execute(_noting(), noted).scalar_one() for _ in range(messages))


def gathered(settlements: Iterable[Settlement]) -> list[Settlement]:
    """The same settlements in fewer: those that say nothing but that a message was taken, as one."""
    taken, others = Settlement(outcome="accepted"), []
    for each in settlements:
        if each == Settlement(
            sent=each.sent, attempts=each.attempts, outcome="accepted", again_at=each.again_at
        ):
            taken.sent |= each.sent
            taken.attempts += each.attempts
        elif each != Settlement():
            others.append(each)
    return [*others, taken] if taken.sent else others


def settle(connection: Connection, holder: str, outcome: Settlement, now: datetime) -> None:
    """Write down what became of a parcel, as far as it is still ours; told twice, for want of an answer, it is written once."""
    again = outcome.again_at or now
    ours = _end(connection, holder, "sent", outcome.sent, now)
    ours += _end(connection, holder, "cancelled", outcome.cancelled, now)
    ours += _end(connection, holder, "dead", outcome.dead, now)
    ours += _wait(
        connection, holder, outcome.failed, again, state="failed", error=outcome.error, message_id=None
    )
    ours += _wait(
        connection, holder, outcome.unworded, again, state="failed", error=outcome.error, attempts=1
    )
    ours += _wait(connection, holder, outcome.unknown, again, state="unknown", error=outcome.error)
    for before in {state for _, state in outcome.not_counted}:
        ids = [each for each, state in outcome.not_counted if state == before]
        if before == "unknown":
            ours += _wait(connection, holder, ids, again, state=before, attempts=-1)
        else:
            ours += _wait(connection, holder, ids, again, state=before, attempts=-1, message_id=None)
    if outcome.attempts:
        came_back = {
            "those": list(outcome.attempts),
            "to_outcome": outcome.outcome,
            "to_said": outcome.error or None,
        }
        connection.execute(_coming_back(), came_back)
    if outcome.instead and ours:
        # The unique key leaves alone what has already been brought there.
        insert_ignore(connection, DELIVERY, [_row(new, now) for new in outcome.instead])
    if outcome.events and ours:
        connection.execute(insert(ObligationEvent), outcome.events)


def hand_back(connection: Connection, holder: str, deliveries: Sequence[int], again_at: datetime) -> None:
    """Give up the lease on deliveries that were not tried: they stay as they were, and are looked at again later. What is on the line
    is left alone.
    """
    given = {"those": list(deliveries), "holder": holder, "again_at": again_at}
    connection.execute(_handing_back(), given)


def _end(
    connection: Connection, holder: str, state: str, reasons: Mapping[int, str | None], now: datetime
) -> int:
    if not reasons:
        return 0
    values: dict[str, object] = {"state": state, "settled_at": now, "lease_holder": None, "lease_until": None}
    by_reason: dict[str | None, list[int]] = {}
    for each, reason in reasons.items():
        by_reason.setdefault(reason, []).append(each)
    return sum(
        _change(connection, holder, ids, last_error=reason, **values) for reason, ids in by_reason.items()
    )


def _wait(
    connection: Connection,
    holder: str,
    ids: Sequence[int],
    again_at: datetime,
    *,
    error: str = "",
    **values: object,
) -> int:
    if not ids:
        return 0
    if error:
        values["last_error"] = error
    return _change(
        connection, holder, ids, next_attempt_at=again_at, lease_holder=None, lease_until=None, **values
    )


def _change(connection: Connection, holder: str, ids: Sequence[int], **values: object) -> int:
    """Give what is still ours of these deliveries other values, `attempts` so many more; returns how many were ours."""
    given = {"those": list(ids), "holder": holder} | {f"to_{name}": value for name, value in values.items()}
    return connection.execute(_changing(tuple(values)), given).rowcount


# Each of these is put together once, however many messages there are: that costs several times what carrying it out does.


@cache
def _changing(names: tuple[str, ...]) -> Update:
    """Another value for each of these columns, in what is leased."""
    return (
        DELIVERY.update()
        .where(_leased())
        .values(
            {
                name: DELIVERY.c.attempts + bindparam("to_attempts", type_=Integer)
                if name == "attempts"
                else bindparam(f"to_{name}", type_=DELIVERY.c[name].type)
                for name in names
            }
        )
    )


@cache
def _marking() -> Update:
    return (
        DELIVERY.update()
        .where(_leased(), _sendable())
        .values(state="sending", attempts=DELIVERY.c.attempts + 1, message_id=bindparam("number"))
    )


@cache
def _handing_back() -> Update:
    again_at = bindparam("again_at", type_=DELIVERY.c.next_attempt_at.type)
    free = {"next_attempt_at": again_at, "lease_holder": None, "lease_until": None}
    return DELIVERY.update().where(_leased(), IS_WAITING).values(free)


@cache
def _noting() -> ReturningInsert[tuple[int]]:
    return ATTEMPT.insert().returning(col(Attempt.id))


@cache
def _coming_back() -> Update:
    return (
        ATTEMPT.update()
        .where(among_those(ATTEMPT.c.id))
        .values(outcome=bindparam("to_outcome"), said=bindparam("to_said"))
    )


def _leased() -> ColumnElement[bool]:
    return (
        among_those(DELIVERY.c.id)
        & DELIVERY.c.settled_at.is_(None)
        & (DELIVERY.c.lease_holder == bindparam("holder"))
    )


def _sendable() -> ColumnElement[bool]:
    return IS_WAITING & (DELIVERY.c.recipient == bindparam("whom"))


def _row(new: NewDelivery, now: datetime) -> dict[str, object]:
    return {
        "notice_id": new.notice_id,
        "obligation_id": new.obligation_id,
        "recipient": new.recipient,
        "channel": new.channel,
        "state": new.state,
        "not_before": now,
        "attempts": new.attempts,
        "next_attempt_at": new.again_at or now,
        "message_id": new.message_id,
        "last_error": new.note or None,
    }
