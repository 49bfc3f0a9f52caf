"""Heartbeats: that a step has been done, and when. The time comes from the caller."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from duban.ledger.bulk import upsert
from duban.ledger.database import writing
from duban.ledger.tables import Lease


def beat(engine: Engine, name: str, now: datetime) -> None:
    """Write down that the step `name` was done at `now` (aware UTC)."""
    heard = {"holder": "duban", "until": now, "beat_at": now}
    with writing(engine) as connection:
        connection.execute(
            upsert(connection, Lease)
            .values(name=name, **heard)
            .on_conflict_do_update(index_elements=["name"], set_=heard)
        )
