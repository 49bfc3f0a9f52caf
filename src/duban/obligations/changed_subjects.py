"""Subjects change: they move to another county, close, and come back. What they still owe follows them.

| awkward case | rule |
|---|---|
| moved to another county | open obligations go with it, history unchanged; the county it left hears no more |
| … whose working days are others (local closures) | due by the new county's days (`redating`) |
| … and reminders were already sent | what was said last is said to the new unit's post too, once |
| … within the county, owed by the county | nothing changes |
| closed (no longer active) | open obligations are withdrawn, with the reason |
| active again before the deadline | what was withdrawn for that reason is open again |
| renamed, re-coded in place | nothing changes: an obligation knows its subject by number |
| merged into another, or re-licensed under a new code | what it owes passes to the other (`mergers`) |
| … re-licensed, and only the two registrations are known | the old one is closed, the new one owes from its registration on |
| done, waived, withdrawn | stays where it was done |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select

from duban.base.language import say
from duban.ledger.tables import OBLIGATION, OBLIGATION_EVENT, SUBJECT
from duban.obligations.corrections import take_up_again, withdraw
from duban.obligations.handover import (
    Handover,
    hand_over,
    moved_obligations,
    named_unit,
)
from duban.obligations.mergers import settle_mergers
from duban.obligations.one_duty import DutyPass
from duban.obligations.redating import date_by_new_unit

CLOSED = "closed"
"""What the event of a withdrawal says of a subject that is no longer active."""


def settle_changed_subjects(run: DutyPass) -> None:
    """Let the duty's obligations follow their subjects; nothing when the list of subjects has not changed."""
    if run.duty.for_each.subject is None or not run.subjects_changed:
        return
    settle_mergers(run, and_(*_withdrawn_when_closed(run)))
    _follow_to_their_units(run)
    for row in _of_subjects(run, SUBJECT.c.active.is_(False), OBLIGATION.c.closed_at.is_(None)):
        reason = say(zh="监管对象已注销或停业", en="the subject is no longer active")
        withdraw(run, row.id, reason=reason, details={"subject": CLOSED})
    for row in _of_subjects(run, SUBJECT.c.active.is_(True), *_withdrawn_when_closed(run)):
        take_up_again(run, row, say(zh="监管对象恢复经营", en="the subject is active again"))


def _follow_to_their_units(run: DutyPass) -> None:
    """What moved to another unit goes there, and is due by that unit's days."""
    moved = [
        Handover(row.id, row.unit, row.now_owing, _moved_from(run, row)) for row in moved_obligations(run)
    ]
    hand_over(run, moved)
    between: dict[tuple[str, str], list[int]] = {}
    for row in moved:
        between.setdefault((row.unit, row.now_owing), []).append(row.id)
    date_by_new_unit(run, between)


def _moved_from(run: DutyPass, row: Row[Any]) -> str:
    old, new = named_unit(run, row.unit), named_unit(run, row.now_owing)
    return say(zh=f"监管对象由{old}转到{new}", en=f"the subject moved from {old} to {new}")


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
