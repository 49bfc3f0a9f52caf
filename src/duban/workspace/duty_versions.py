"""The versions of duties in the ledger: which one is in force, and since when the ledger has known the duty at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.clock import business_date
from duban.duties.grammar import Duty
from duban.ledger.bulk import insert_ignore
from duban.ledger.tables import DUTY_VERSION, DutyVersion


@dataclass(frozen=True)
class KnownVersion:
    """A duty's present version, as the ledger has it."""

    #: its row
    id: int
    #: the business date on which the duty's first version was taken down
    known_since: date


def take_down_duties(connection: Connection, duties: Collection[Duty], now: datetime) -> None:
    """Write what these duties say at `now` (aware UTC) into the ledger; what it has already stays as it is."""
    insert_ignore(
        connection,
        DUTY_VERSION,
        [
            {
                "duty_id": duty.id,
                "fingerprint": duty.fingerprint,
                "line": duty.line,
                "kind": duty.kind,
                "title": duty.title,
                "content": duty.content(),
                "recorded_at": now,
            }
            for duty in duties
        ],
    )


def duty_versions(
    connection: Connection, duties: Collection[Duty], now: datetime, zone: ZoneInfo
) -> dict[str, KnownVersion]:
    """The present version of each of `duties`, by duty id; one that the ledger does not know yet is taken down at `now`.

    Its day is that of `zone`.
    """
    take_down_duties(connection, duties, now)
    ids = [duty.id for duty in duties]
    first = (
        select(col(DutyVersion.duty_id), func.min(col(DutyVersion.recorded_at)))
        .where(col(DutyVersion.duty_id).in_(ids))
        .group_by(col(DutyVersion.duty_id))
    )
    since = dict(connection.execute(first).tuples().all())
    known = select(col(DutyVersion.duty_id), col(DutyVersion.fingerprint), col(DutyVersion.id)).where(
        col(DutyVersion.duty_id).in_(ids)
    )
    numbers = {
        (duty, fingerprint): number for duty, fingerprint, number in connection.execute(known).tuples()
    }
    return {
        duty.id: KnownVersion(numbers[duty.id, duty.fingerprint], business_date(since[duty.id], zone))
        for duty in duties
    }
