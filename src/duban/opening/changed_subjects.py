"""Subjects change: they move to another county, close, and come back. What they still owe follows them.

| awkward case | rule |
|---|---|
| moved to another county | open obligations go with it, dates and history unchanged; the county it left hears no more |
| … and reminders were already sent | what was said last is said to the new unit's post too, once |
| … within the county, owed by the county | nothing changes |
| closed (no longer active) | open obligations are withdrawn, with the reason |
| active again before the deadline | what was withdrawn for that reason is open again |
| renamed, re-coded in place | nothing changes: an obligation knows its subject by number |
| re-licensed under a new code | another subject: the old one is closed, the new one owes what it owes from its registration on |
| done, waived, withdrawn | stays where it was done |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update

from duban.language import say
from duban.ledger.database import insert_ignore
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION, OBLIGATION_EVENT, SUBJECT, UNIT
from duban.ledger.transitions import move
from duban.opening.corrections import ENGINE, withdraw
from duban.opening.one_duty import DutyPass
from duban.opening.rearming import armed

CLOSED = "closed"
"""What the event of a withdrawal says of a subject that is no longer active."""


def settle_changed_subjects(run: DutyPass) -> None:
    """Let the duty's obligations follow their subjects; nothing when the list of subjects has not changed."""
    if run.duty.for_each.subject is None or run.mark.subjects == run.reached.subjects:
        return
    for row in moved_obligations(run):
        _rehome(run, row)
    for row in _of_subjects(run, SUBJECT.c.active.is_(False), OBLIGATION.c.closed_at.is_(None)):
        reason = say(zh="监管对象已注销或停业", en="the subject is no longer active")
        withdraw(run, row.id, reason=reason, details={"subject": CLOSED})
    for row in _of_subjects(run, SUBJECT.c.active.is_(True), *_withdrawn_when_closed(run)):
        move(
            run.connection,
            row.id,
            "reopen",
            actor=ENGINE,
            at=run.now,
            reason=say(zh="监管对象恢复经营", en="the subject is active again"),
            changes=armed(run, row, row.target, row.deadline),
        )


def _of_subjects(run: DutyPass, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = (
        select(
            OBLIGATION.c.id,
            OBLIGATION.c.unit,
            OBLIGATION.c.opened_on,
            OBLIGATION.c.target,
            OBLIGATION.c.deadline,
        )
        .join(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
        .where(OBLIGATION.c.duty_id == run.duty.id, *conditions)
        .order_by(OBLIGATION.c.id)
    )
    return run.connection.execute(query).all()


def _withdrawn_when_closed(run: DutyPass) -> tuple[ColumnElement[bool], ...]:
    event, later = OBLIGATION_EVENT.alias("event"), OBLIGATION_EVENT.alias("later")
    anything_since = select(later.c.id).where(
        later.c.obligation_id == event.c.obligation_id, later.c.id > event.c.id
    )
    for_that_reason = (
        select(event.c.id)
        .where(event.c.obligation_id == OBLIGATION.c.id, event.c.kind == "withdraw")
        .where(event.c.details["subject"].as_string() == CLOSED, ~anything_since.exists())
    )
    return (
        OBLIGATION.c.state == "withdrawn",
        OBLIGATION.c.deadline >= run.today,
        for_that_reason.exists(),
    )


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


def _rehome(run: DutyPass, row: Row[Any]) -> None:
    units = run.definitions.project.units
    old, new = (units[code].name if code in units else code for code in (row.unit, row.now_owing))
    move(
        run.connection,
        row.id,
        "rehome",
        actor=ENGINE,
        at=run.now,
        reason=say(zh=f"监管对象由{old}转到{new}", en=f"the subject moved from {old} to {new}"),
        details={"unit": row.unit, "now": row.now_owing},
        changes={"unit": row.now_owing},
    )
    tell_the_new_unit(run, row)


def tell_the_new_unit(run: DutyPass, row: Row[Any]) -> None:
    """Say to the new unit what was said last, and send the old one no more of what waits."""
    units = run.definitions.project.units
    new = units[row.now_owing].name if row.now_owing in units else row.now_owing
    _say_again(run, row)
    waiting = (DELIVERY.c.obligation_id == row.id, DELIVERY.c.state.in_(("pending", "failed")))
    why = say(zh=f"发送前已移交{new}", en=f"moved to {new} before it was sent")
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
