"""Leases: a step that only one process may do at a time is done by whoever holds its row.

The row is the lock, so a killed holder loses it when its time is up. Time comes from the caller.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, update
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.database import writing
from duban.ledger.tables import LEASE, Lease


def hold(engine: Engine, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take the lease `name` for `seconds` from `now` (aware UTC); False while somebody else holds it.

    Holding again what one holds already extends it.
    """
    wanted = {"holder": holder, "until": now + timedelta(seconds=seconds), "beat_at": now}
    with writing(engine) as connection:
        if insert_ignore(connection, LEASE, [{"name": name, **wanted}]):
            return True
        free = or_(col(Lease.holder) == holder, col(Lease.until) <= now)
        return (
            connection.execute(update(Lease).where(col(Lease.name) == name, free).values(wanted)).rowcount
            == 1
        )


def beat(engine: Engine, name: str, now: datetime, holder: str = "duban", seconds: float = 0) -> bool:
    """Say at `now` (aware UTC) that `holder` is alive, and keep the lease for `seconds` more.

    False when somebody else holds it by now: stop. A plain heartbeat is a lease of no length: only its `beat_at`
    is of interest.
    """
    return hold(engine, name, holder, now, seconds)


def release(engine: Engine, name: str, holder: str) -> bool:
    """Give the lease back; False when it was no longer held by `holder`."""
    with writing(engine) as connection:
        gone = connection.execute(delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder))
        return gone.rowcount == 1
