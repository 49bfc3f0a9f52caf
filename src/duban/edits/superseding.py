"""Putting the obligations of a new rhythm in the place of those of the old one; what was said stays said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, bindparam, select, update

from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import portions
from duban.ledger.tables import NOTICE, OBLIGATION
from duban.obligations.transitions import move_each

if TYPE_CHECKING:
    from duban.edits.carrying_out import Edition
    from duban.obligations.one_duty import DutyPass

_SAID = ("rung", "stage", "due_on", "decided_at", "late")


def supersede_pairs(
    edition: Edition, run: DutyPass, these: ColumnElement[bool], period: str, why: str
) -> dict[int, Row[Any]]:
    """Supersede each of `these` by the open obligation of the same unit or subject for `period`, where there is one.

    Returns the pairs by the old number: rows of `id`, `unit` and `successor`.
    """
    new = OBLIGATION.alias("new")
    about_subject = run.duty.for_each.subject is not None
    same = new.c.subject_id == OBLIGATION.c.subject_id if about_subject else new.c.unit == OBLIGATION.c.unit
    query = (
        select(OBLIGATION.c.id, OBLIGATION.c.unit, new.c.id.label("successor"))
        .join(
            new,
            (new.c.duty_id == run.duty.id)
            & (new.c.period_key == period)
            & (new.c.duty_version_id == run.version_id)
            & new.c.closed_at.is_(None)
            & same
            & (new.c.subject_id.is_not(None) if about_subject else new.c.subject_id.is_(None)),
        )
        .where(these)
    )
    pairs = {row.id: row for row in run.connection.execute(query)}
    if not pairs:
        return pairs
    move_each(
        run.connection,
        {old: {"superseded_by": row.successor, "content": edition.number} for old, row in pairs.items()},
        "supersede",
        actor=edition.actor,
        at=edition.now,
        on=edition.today,
        reason=edition.because(why),
    )
    _name_predecessors(run, pairs)
    _carry_spoken(run, pairs)
    return pairs


def _name_predecessors(run: DutyPass, pairs: dict[int, Row[Any]]) -> None:
    first = {row.successor: old for old, row in sorted(pairs.items(), reverse=True)}
    named = (
        update(OBLIGATION)
        .where(OBLIGATION.c.id == bindparam("successor"), OBLIGATION.c.supersedes.is_(None))
        .values(supersedes=bindparam("older"))
    )
    run.connection.execute(named, [{"successor": new, "older": old} for new, old in first.items()])


def _carry_spoken(run: DutyPass, pairs: dict[int, Row[Any]]) -> None:
    """Rungs that have spoken for the old ones have spoken for their successors."""
    for portion in portions(sorted(pairs)):
        said = select(NOTICE.c.obligation_id, *(NOTICE.c[name] for name in _SAID)).where(
            NOTICE.c.obligation_id.in_(portion)
        )
        rows = run.connection.execute(said.order_by(NOTICE.c.id)).mappings().all()
        insert_ignore(
            run.connection,
            NOTICE,
            [{**row, "obligation_id": pairs[row["obligation_id"]].successor} for row in rows],
        )
