"""Handing over (移交) what another unit, or another subject, owes now: history stays, and nobody hears it twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from duban.language import say
from duban.ledger.bulk import insert_ignore
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION, SUBJECT, UNIT
from duban.ledger.transitions import move_each
from duban.opening.corrections import ENGINE
from duban.opening.one_duty import DutyPass


@dataclass(frozen=True)
class Handover:
    """How a handing over is told: who does it, why, and what else its event keeps."""

    why: Callable[[Row[Any]], str]
    actor: str = ENGINE
    details: Mapping[str, Any] = field(default_factory=dict)


def moved_obligations(run: DutyPass) -> Sequence[Row[Any]]:
    """Open obligations of units that no longer owe them: rows of `id`, `unit` and `now_owing`."""
    owing = run.responsible_unit()
    query = (
        select(OBLIGATION.c.id, OBLIGATION.c.unit, owing.label("now_owing"))
        .join(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
        .join(UNIT, UNIT.c.code == SUBJECT.c.unit)
        .where(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.closed_at.is_(None))
        .where(OBLIGATION.c.unit != owing)
        .order_by(OBLIGATION.c.id)
    )
    return run.connection.execute(query).all()


def hand_over(run: DutyPass, moved: Sequence[Row[Any]], handover: Handover) -> None:
    """Hand obligations over to the units that owe them now: rows of `id`, `unit` and `now_owing`, dates unchanged.

    What was said last is said to the new unit's post too, and what was not sent yet no longer goes to the old one.
    """
    by_reason: dict[str, dict[int, dict[str, Any]]] = {}
    for row in moved:
        details = {"unit": row.unit, "now": row.now_owing, **handover.details}
        by_reason.setdefault(handover.why(row), {})[row.id] = details
    for reason, details_of in by_reason.items():
        move_each(run.connection, details_of, "rehome", actor=handover.actor, at=run.now, reason=reason)
    leaving = [row for row in moved if row.unit != row.now_owing]
    if not leaving:
        return
    run.connection.execute(
        update(OBLIGATION)
        .where(OBLIGATION.c.id == bindparam("obligation"))
        .values(unit=bindparam("now_owing")),
        [{"obligation": row.id, "now_owing": row.now_owing} for row in leaving],
    )
    spoken = _spoken(run)
    for row in leaving:
        if row.id in spoken:
            _tell_the_new_unit(run, row)


def named_unit(run: DutyPass, code: str) -> str:
    """A unit's name; its code when it is no longer in the tree."""
    units = run.definitions.project.units
    return units[code].name if code in units else code


def _spoken(run: DutyPass) -> set[int]:
    """The open obligations of the duty of which anything was said."""
    query = (
        select(NOTICE.c.obligation_id)
        .join(OBLIGATION, OBLIGATION.c.id == NOTICE.c.obligation_id)
        .where(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.closed_at.is_(None))
    )
    return set(run.connection.execute(query.distinct()).scalars())


def _tell_the_new_unit(run: DutyPass, row: Row[Any]) -> None:
    _say_again(run, row)
    waiting = (DELIVERY.c.obligation_id == row.id, DELIVERY.c.state.in_(("pending", "failed")))
    name = named_unit(run, row.now_owing)
    why = say(zh=f"发送前已移交{name}", en=f"moved to {name} before it was sent")
    run.connection.execute(
        update(DELIVERY)
        .where(*waiting, DELIVERY.c.recipient.startswith(f"{row.unit}/"))
        .values(state="cancelled", last_error=why, settled_at=run.now)
    )


def _say_again(run: DutyPass, row: Row[Any]) -> None:
    """What was said last to the unit's own posts is said to the same posts of the new unit."""
    last = run.connection.execute(
        select(func.max(NOTICE.c.id)).where(NOTICE.c.obligation_id == row.id)
    ).scalar()
    said = select(DELIVERY.c.notice_id, DELIVERY.c.recipient, DELIVERY.c.channel).where(
        DELIVERY.c.notice_id == last, DELIVERY.c.recipient.startswith(f"{row.unit}/")
    )
    again = [
        {
            "notice_id": delivery.notice_id,
            "obligation_id": row.id,
            "recipient": f"{row.now_owing}/{delivery.recipient.partition('/')[2]}",
            "channel": delivery.channel,
            "state": "pending",
            "not_before": run.now,
            "attempts": 0,
            "next_attempt_at": run.now,
        }
        for delivery in run.connection.execute(said).all()
    ]
    if again:
        insert_ignore(run.connection, DELIVERY, again)
