"""Handing over (移交) what another unit, or another subject, owes now: history stays, and nobody hears it twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost, any_post_of
from duban.ledger.bulk import insert_ignore
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION, SUBJECT, UNIT
from duban.obligations.corrections import ENGINE
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import move_each


@dataclass(frozen=True)
class Handover:
    """One obligation that passes from `unit` to the unit `now_owing`, why, and what else its event keeps.

    `subject` is the number of the subject it is about from now on, None if that stays.
    """

    id: int
    unit: str
    now_owing: str
    reason: str
    subject: int | None = None
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


def hand_over(run: DutyPass, moved: Sequence[Handover], *, actor: str = ENGINE) -> None:
    """Hand obligations over to the units that owe them now, dates unchanged.

    What was said last is said to the new unit's post too, and what was not sent yet no longer goes to the old one.
    """
    by_reason: dict[str, dict[int, dict[str, Any]]] = {}
    for each in moved:
        details = {"unit": each.unit, "now": each.now_owing, **each.details}
        by_reason.setdefault(each.reason, {})[each.id] = details
    for reason, details_of in by_reason.items():
        move_each(run.connection, details_of, "rehome", actor=actor, at=run.now, on=run.today, reason=reason)
    leaving = [each for each in moved if each.unit != each.now_owing]
    _write(run, leaving, "unit", "now_owing")
    _write(run, [each for each in moved if each.subject is not None], "subject_id", "subject")
    if not leaving:
        return
    spoken = _spoken(run)
    for row in leaving:
        if row.id in spoken:
            _tell_the_new_unit(run, row)


def _write(run: DutyPass, moved: Sequence[Handover], column: str, name: str) -> None:
    if moved:
        own = OBLIGATION.c.id == bindparam("obligation")
        changed = update(OBLIGATION).where(own).values({column: bindparam("new")})
        rows = [{"obligation": each.id, "new": getattr(each, name)} for each in moved]
        run.connection.execute(changed, rows)


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


def _tell_the_new_unit(run: DutyPass, row: Handover) -> None:
    _say_again(run, row)
    waiting = (DELIVERY.c.obligation_id == row.id, DELIVERY.c.state.in_(("pending", "failed")))
    name = named_unit(run, row.now_owing)
    why = say(zh=f"发送前已移交{name}", en=f"moved to {name} before it was sent")
    run.connection.execute(
        update(DELIVERY)
        .where(*waiting, DELIVERY.c.recipient.startswith(any_post_of(row.unit)))
        .values(state="cancelled", last_error=why, settled_at=run.now)
    )


def _say_again(run: DutyPass, row: Handover) -> None:
    """What was said last to the unit's own posts is said to the same posts of the new unit."""
    last = run.connection.execute(
        select(func.max(NOTICE.c.id)).where(NOTICE.c.obligation_id == row.id)
    ).scalar()
    said = select(DELIVERY.c.notice_id, DELIVERY.c.recipient, DELIVERY.c.channel).where(
        DELIVERY.c.notice_id == last, DELIVERY.c.recipient.startswith(any_post_of(row.unit))
    )
    again = [
        {
            "notice_id": delivery.notice_id,
            "obligation_id": row.id,
            "recipient": str(UnitPost(row.now_owing, UnitPost.parse(delivery.recipient).post)),
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
