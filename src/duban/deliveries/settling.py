"""What became of a message, written down in one transaction.

| outcome | the deliveries become | and then |
|---|---|---|
| confirmed | sent | settled |
| refused | failed | tried again later, in the recipient's next digest |
| no answer | unknown | tried again later under the same message id |
| failed too often, or cannot be sent at all | dead | the recipient's and the owner's inbox are told instead |
| nothing left to remind of | cancelled, with the reason | settled |

Only deliveries whose lease is still ours are touched: another run may have taken over what took too long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from duban.ledger.database import insert_ignore
from duban.ledger.tables import DELIVERY, OBLIGATION_EVENT

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class NewDelivery:
    """A delivery that takes the place of one that cannot be made."""

    notice_id: int
    obligation_id: int
    recipient: str
    channel: str
    note: str = ""


@dataclass
class Settlement:
    """What is to be written about one parcel. `cancelled` and `dead` carry their reasons, by delivery id;
    `instead` takes the place of what cannot be delivered, `events` go into the obligations' history.
    """

    sent: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    cancelled: dict[int, str] = field(default_factory=dict)
    dead: dict[int, str] = field(default_factory=dict)
    instead: list[NewDelivery] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    again_at: datetime | None = None


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 1, 4, 16, 64 minutes, then 4 hours."""
    pause: timedelta = FIRST_PAUSE * int(4 ** min(attempts - 1, 8))
    return min(pause, LONGEST_PAUSE)


def settle(connection: Connection, holder: str, outcome: Settlement, now: datetime) -> int:
    """Write down what became of a parcel; returns how many deliveries were no longer ours."""
    lost = 0
    lost += _end(connection, holder, "sent", dict.fromkeys(outcome.sent), now)
    lost += _end(connection, holder, "cancelled", outcome.cancelled, now)
    lost += _end(connection, holder, "dead", outcome.dead, now)
    again = outcome.again_at or now
    lost += _wait(
        connection, holder, outcome.failed, again, state="failed", error=outcome.error, message_id=None
    )
    lost += _wait(connection, holder, outcome.unknown, again, state="unknown", error=outcome.error)
    if outcome.instead:
        # The unique key leaves alone what has already been brought there.
        insert_ignore(connection, DELIVERY, [_row(new, now) for new in outcome.instead])
    if outcome.events:
        connection.execute(insert(OBLIGATION_EVENT), outcome.events)
    return lost


def hand_back(
    connection: Connection,
    holder: str,
    deliveries: Sequence[tuple[int, str]],
    again_at: datetime,
) -> None:
    """Give up the lease on deliveries that were not tried after all: each returns to the state it had before."""
    for state in {before for _, before in deliveries}:
        changes: dict[str, Any] = {"attempts": DELIVERY.c.attempts - 1}
        if state != "unknown":
            changes["message_id"] = None
        ids = [each for each, before in deliveries if before == state]
        _wait(connection, holder, ids, again_at, state=state, **changes)


def _end(
    connection: Connection, holder: str, state: str, reasons: Mapping[int, str | None], now: datetime
) -> int:
    if not reasons:
        return 0
    values: dict[str, Any] = {"state": state, "settled_at": now, "lease_holder": None, "lease_until": None}
    by_reason: dict[str | None, list[int]] = {}
    for each, reason in reasons.items():
        by_reason.setdefault(reason, []).append(each)
    changed = 0
    for reason, ids in by_reason.items():
        values["last_error"] = reason
        ours = update(DELIVERY).where(_held(holder, ids)).values(**values)
        changed += connection.execute(ours).rowcount
    return len(reasons) - changed


def _wait(
    connection: Connection,
    holder: str,
    ids: Sequence[int],
    again_at: datetime,
    *,
    error: str = "",
    **values: Any,
) -> int:
    if not ids:
        return 0
    if error:
        values["last_error"] = error
    later = (
        update(DELIVERY)
        .where(_held(holder, ids))
        .values(next_attempt_at=again_at, lease_holder=None, lease_until=None, **values)
    )
    return len(ids) - connection.execute(later).rowcount


def _held(holder: str, ids: Sequence[int]) -> Any:
    return DELIVERY.c.id.in_(ids) & (DELIVERY.c.state == "sending") & (DELIVERY.c.lease_holder == holder)


def _row(new: NewDelivery, now: datetime) -> dict[str, Any]:
    return {
        "notice_id": new.notice_id,
        "obligation_id": new.obligation_id,
        "recipient": new.recipient,
        "channel": new.channel,
        "state": "pending",
        "not_before": now,
        "attempts": 0,
        "next_attempt_at": now,
        "last_error": new.note or None,
    }
