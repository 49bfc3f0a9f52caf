"""The catalogue of duties by line, with what is owed for each now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from duban.duties.grammar import Duty
from duban.ledger.database import reading
from duban.views.sight import Sight
from duban.views.tallies import burning_counts, standing_of


class CatalogueRow(NamedTuple):
    """One duty in force."""

    duty: Duty  #: the duty
    open: int  #: obligations that are open for whoever looks
    overdue: int  #: how many of its obligations are past their deadline


def catalogue(sight: Sight) -> Mapping[str, Sequence[CatalogueRow]]:
    """The duties they see, by line, in the order of the files."""
    is_open: dict[str, int] = defaultdict(int)
    overdue: dict[str, int] = defaultdict(int)
    with reading(sight.ws.ledger) as connection:
        for stands in standing_of(connection, sight).counts:
            is_open[stands.duty_id] += stands.open
        for burns in burning_counts(connection, sight):
            if burns.light == "red":
                overdue[burns.duty_id] += burns.number
    lines: dict[str, list[CatalogueRow]] = {}
    for duty in sight.ws.definitions.duties.values():
        if sight.duties is None or duty.id in sight.duties:
            lines.setdefault(duty.line, []).append(CatalogueRow(duty, is_open[duty.id], overdue[duty.id]))
    return lines
