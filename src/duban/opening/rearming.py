"""Arming an obligation's ladder anew: for dates that stay or have moved, without saying again what was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from duban.ledger.tables import NOTICE
from duban.opening.one_duty import DutyPass
from duban.rungs import next_rung_at, rung_times


def armed(run: DutyPass, row: Row[Any], target: date, deadline: date) -> Mapping[str, Any]:
    """The changes that set these dates and arm the ladder; `row` has the obligation's id, its unit and the day it opened."""
    ladder = run.definitions.ladders[run.duty.ladder]
    calendar = run.definitions.calendar.for_unit(row.unit)
    times = rung_times(ladder, row.opened_on, target, deadline, run.definitions.project, calendar)
    said = select(NOTICE.c.rung).where(NOTICE.c.obligation_id == row.id)
    fired = set(run.connection.execute(said).scalars())
    return {"target": target, "deadline": deadline, "next_rung_at": next_rung_at(times, fired)}
