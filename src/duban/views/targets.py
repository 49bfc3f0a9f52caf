"""How far what facts measure has come (时序进度): numbers to reach and shares to keep, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlmodel import col

from duban.duties.grammar import Duty
from duban.ledger.database import reading
from duban.ledger.tables import Obligation
from duban.obligations.listing import Filter, listed
from duban.obligations.progress_words import ProgressWords
from duban.views.lists import ListRow, list_rows
from duban.views.sight import Sight

AT_MOST: Final = 1_000


class Target(NamedTuple):
    """What one unit has to reach in one period, and how far it has come."""

    row: ListRow
    told: str  #: how far, where it ends at this rate, what can still be missed


def targets(sight: Sight) -> Sequence[tuple[Duty, Sequence[Target]]]:
    """The open targets of the units they see, by duty, the nearest deadline first."""
    measured = {
        duty.id: duty for duty in sight.ws.definitions.duties.values() if duty.cadence.aim is not None
    }
    wanted = Filter(also=(*sight.visible(), col(Obligation.duty_id).in_(sorted(measured))))
    with reading(sight.ws.ledger) as connection:
        words = ProgressWords(connection, sight.ws.definitions, sight.on)
        owed = listed(connection, wanted, sight.on, size=AT_MOST)
        by_duty: dict[str, list[Target]] = {}
        for row in list_rows(sight, owed):
            told = words.of(measured[row.owed.duty], row.number, row.owed.unit_code, row.owed.period)
            by_duty.setdefault(row.owed.duty, []).append(Target(row, told))
    return [(measured[duty_id], rows) for duty_id, rows in by_duty.items()]
