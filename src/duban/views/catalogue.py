"""The catalogue of duties by line, with what is owed for each now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlmodel import col

from duban.duties.grammar import Duty
from duban.ledger.database import reading
from duban.ledger.tables import DutyVersion, Obligation
from duban.views.sight import Sight
from duban.views.tallies import burning_counts, standing_of


class CatalogueRow(NamedTuple):
    """One duty in force."""

    duty: Duty  #: the duty
    open: int  #: obligations that are open for whoever looks
    overdue: int  #: how many of its obligations are past their deadline
    next_due: date | None  #: the first deadline ahead of what is open; None where nothing is


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
        ahead = dict(connection.execute(_first_deadlines(sight)).tuples().all())
    lines: dict[str, list[CatalogueRow]] = {}
    for duty in sight.ws.definitions.duties.values():
        if sight.duties is None or duty.id in sight.duties:
            row = CatalogueRow(duty, is_open[duty.id], overdue[duty.id], ahead.get(duty.id))
            lines.setdefault(duty.line, []).append(row)
    return lines


def _first_deadlines(sight: Sight) -> Select[tuple[str, date]]:
    """The first of each duty, found in the index of what is open by duty and deadline; the others are not read."""
    known = select(col(DutyVersion.duty_id)).distinct().subquery()
    first = (
        select(col(Obligation.deadline))
        .where(col(Obligation.duty_id) == known.c.duty_id, col(Obligation.closed_at).is_(None))
        .where(col(Obligation.deadline) >= sight.on, *sight.visible())
        .order_by(col(Obligation.deadline))
        .limit(1)
        .correlate(known)
        .scalar_subquery()
    )
    return select(known.c.duty_id, first)
