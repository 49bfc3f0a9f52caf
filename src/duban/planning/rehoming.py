"""An edit that lets another level of units owe a duty: what its subjects owe already is handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from duban.ledger.tables import NOTICE, OBLIGATION
from duban.ledger.transitions import move_each
from duban.opening.changed_subjects import moved_obligations, tell_the_new_unit

if TYPE_CHECKING:
    from duban.opening.one_duty import DutyPass
    from duban.planning.carrying_out import Edition


def rehome(edition: Edition, run: DutyPass, why: str) -> int:
    """Hand over the open obligations that another unit owes now, dates and history unchanged; returns how many.

    What was said last is said to the new unit's post too, and what was not sent yet no longer goes to the old one.
    """
    moved = moved_obligations(run)
    if not moved:
        return 0
    details = {row.id: {"unit": row.unit, "now": row.now_owing, "content": edition.number} for row in moved}
    reason = edition.because(why)
    count = move_each(run.connection, details, "rehome", actor=edition.actor, at=edition.now, reason=reason)
    to_its_unit = (
        update(OBLIGATION)
        .where(OBLIGATION.c.id == bindparam("obligation"))
        .values(unit=bindparam("now_owing"))
    )
    run.connection.execute(to_its_unit, [{"obligation": row.id, "now_owing": row.now_owing} for row in moved])
    query = (
        select(NOTICE.c.obligation_id)
        .join(OBLIGATION, OBLIGATION.c.id == NOTICE.c.obligation_id)
        .where(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.closed_at.is_(None))
    )
    spoken = set(run.connection.execute(query.distinct()).scalars())
    for row in moved:
        if row.id in spoken:
            tell_the_new_unit(run, row)
    return count
