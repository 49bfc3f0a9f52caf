"""Which version of a duty is in force, and since when the ledger has known the duty at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.clock import business_date
from duban.duties.grammar import Duty
from duban.ledger.database import insert_ignore
from duban.ledger.tables import DUTY_VERSION, DutyVersion


@dataclass(frozen=True)
class KnownVersion:
    """The row of a duty's present version, and the business date its first version was taken down."""

    id: int
    known_since: date


def duty_versions(
    connection: Connection, duties: Sequence[Duty], now: datetime, zone: ZoneInfo
) -> dict[str, KnownVersion]:
    """The present version of each duty, by duty id; one that the ledger does not know yet is taken down at `now`."""
    rows = [
        {
            "duty_id": duty.id,
            "digest": duty.digest,
            "line": duty.line,
            "kind": duty.kind,
            "title": duty.title,
            "content": duty.content(),
            "recorded_at": now,
        }
        for duty in duties
    ]
    insert_ignore(connection, DUTY_VERSION, rows)
    ids = [duty.id for duty in duties]
    first = (
        select(col(DutyVersion.duty_id), func.min(col(DutyVersion.recorded_at)).label("recorded_at"))
        .where(col(DutyVersion.duty_id).in_(ids))
        .group_by(col(DutyVersion.duty_id))
    )
    since = {row.duty_id: row.recorded_at for row in connection.execute(first)}
    numbers = {
        (row.duty_id, row.digest): row.id
        for row in connection.execute(
            select(col(DutyVersion.id), col(DutyVersion.duty_id), col(DutyVersion.digest)).where(
                col(DutyVersion.duty_id).in_(ids)
            )
        )
    }
    return {
        duty.id: KnownVersion(numbers[duty.id, duty.digest], business_date(since[duty.id], zone))
        for duty in duties
    }
