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

from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import col

from duban.base.language import say
from duban.ledger.tables import Obligation, ObligationEvent, Subject
from duban.obligations.handover import Handover, between, hand_over, moved_obligations
from duban.obligations.history import last_was
from duban.obligations.mergers import settle_mergers
from duban.obligations.one_duty import DutyPass
from duban.obligations.redating import date_by_new_unit
from duban.obligations.reopening import reopen
from duban.obligations.transitions import NOTHING
from duban.obligations.withdrawal import withdraw

CLOSED: Final = "closed"
"""What the event of a withdrawal says of a subject that is no longer active."""


def settle_changed_subjects(run: DutyPass) -> None:
    """Let the duty's obligations follow their subjects; nothing when the list of subjects has not changed."""
    if run.duty.for_each.subject is None or not run.subjects_changed:
        return
    settle_mergers(run, _withdrawn_when_closed(run))
    _follow_to_their_units(run)
    closed = _of_subjects(run, col(Subject.active).is_(False), col(Obligation.closed_at).is_(None))
    withdraw(
        run.connection,
        {number: {"subject": CLOSED} for number in closed},
        run.cause(say(zh="监管对象已注销或停业", en="the subject is no longer active")),
    )
    active_again = _of_subjects(run, col(Subject.active).is_(True), _withdrawn_when_closed(run))
    reopen(
        run.connection,
        run.definitions,
        dict.fromkeys(active_again, NOTHING),
        run.cause(say(zh="监管对象恢复经营", en="the subject is active again")),
    )


def _follow_to_their_units(run: DutyPass) -> None:
    """What moved to another unit goes there, and is due by that unit's days."""
    name = run.definitions.project.name_of
    moved = [
        Handover(
            row.id,
            row.unit,
            row.now_owing,
            say(
                zh=f"监管对象由{name(row.unit)}转到{name(row.now_owing)}",
                en=f"the subject moved from {name(row.unit)} to {name(row.now_owing)}",
            ),
        )
        for row in moved_obligations(run)
    ]
    hand_over(run.connection, run.definitions.project, moved, run.cause(""))
    date_by_new_unit(run, between(moved))


def _of_subjects(run: DutyPass, *conditions: ColumnElement[bool]) -> list[int]:
    """The numbers of the duty's obligations, of subjects and states that fulfil these conditions, in order."""
    query = (
        select(col(Obligation.id))
        .join(Subject, col(Subject.id) == col(Obligation.subject_id))
        .where(col(Obligation.duty_id) == run.duty.id, *conditions)
        .order_by(col(Obligation.id))
    )
    return [*run.connection.execute(query).scalars()]


def _withdrawn_when_closed(run: DutyPass) -> ColumnElement[bool]:
    """That an obligation was withdrawn because its subject closed, and is not over; in a statement over Obligation."""
    for_that_reason = col(ObligationEvent.details)["subject"].as_string() == CLOSED
    return and_(
        col(Obligation.state) == "withdrawn",
        col(Obligation.deadline) >= run.today,
        last_was(("withdraw",), for_that_reason),
    )
