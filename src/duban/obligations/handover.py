"""Handing over (移交) what another unit, or another subject, owes now: history stays, and nobody hears it twice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update
from sqlmodel import col

from duban.base.language import say
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost, any_post_of
from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import portions
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import (
    DELIVERY,
    OBLIGATION,
    Delivery,
    Notice,
    Obligation,
    ObligationEvent,
    Subject,
    UnitRecord,
)
from duban.obligations.cause import Cause
from duban.obligations.cohandling import leave_behind
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import NOTHING, Details, move
from duban.obligations.undoable import not_undone


@dataclass(frozen=True)
class Handover:
    """One obligation that passes from one unit to another, or from one subject to another."""

    #: the obligation's number
    id: int
    #: the code of the unit that owed it
    unit: str
    #: the code of the unit that owes it from now on
    now_owing: str
    #: why, in the reader's words
    reason: str
    #: the number of the subject it is about from now on; None if that stays
    subject: int | None = None
    #: what else its event keeps
    details: Details = field(default_factory=lambda: NOTHING)


class UnitChange(NamedTuple):
    """An obligation of a unit that no longer owes it."""

    #: the obligation's number
    id: int
    #: the code of the unit that owed it
    unit: str
    #: the code of the unit that owes it now
    now_owing: str


class _Sent(NamedTuple):
    notice_id: int
    recipient: str
    channel: str


def moved_obligations(run: DutyPass) -> Sequence[UnitChange]:
    """Open obligations of units that no longer owe them, in the order of their numbers.

    `run` is the pass over the duty; what is closed stays with the unit that closed it.
    """
    owing = run.responsible_unit()
    query = (
        select(col(Obligation.id), col(Obligation.unit), named(owing, "now_owing"))
        .join(Subject, col(Subject.id) == col(Obligation.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .where(col(Obligation.duty_id) == run.duty.id, col(Obligation.closed_at).is_(None))
        .where(col(Obligation.unit) != owing, ~_put_there_by_a_person())
        .order_by(col(Obligation.id))
    )
    return rows_of(run.connection, query, UnitChange)


def _put_there_by_a_person() -> ColumnElement[bool]:
    """That somebody transferred it (转办): it stays there, wherever its subject goes; in a statement over Obligation."""
    its_own = col(ObligationEvent.obligation_id) == col(Obligation.id)
    transfer = col(ObligationEvent.kind) == "transfer"
    return select(col(ObligationEvent.id)).where(its_own, transfer, not_undone()).exists()


def where_persons_put(connection: Connection, moved: Sequence[Handover]) -> list[Handover]:
    """The same, but what somebody transferred (转办) stays with the unit they gave it to, whatever becomes of its subject."""
    stays: set[int] = set()
    for numbers in portions(sorted(each.id for each in moved)):
        there = select(col(Obligation.id)).where(col(Obligation.id).in_(numbers), _put_there_by_a_person())
        stays |= set(connection.execute(there).scalars())
    return [replace(each, now_owing=each.unit) if each.id in stays else each for each in moved]


def hand_over(connection: Connection, project: Project, moved: Sequence[Handover], cause: Cause) -> None:
    """Hand obligations over to the units and subjects that owe them now, dates unchanged; each for a reason of its own.

    `moved` says of each where it goes and why, `cause` who does it, and when. What was said last is said to the new unit's
    post too, and what was not sent yet no longer goes to the old one. Raises
    KeyError for one that is not there.
    """
    by_reason: dict[str, dict[int, Details]] = defaultdict(dict)
    for each in moved:
        by_reason[each.reason][each.id] = {"unit": each.unit, "now": each.now_owing, **each.details}
    for reason, details in by_reason.items():
        move(connection, details, "rehome", cause.because(reason))
    leaving = [each for each in moved if each.unit != each.now_owing]
    _write(connection, "unit", {each.id: each.now_owing for each in leaving})
    _write(connection, "dispatched_to", {each.id: None for each in leaving})
    leave_behind(connection, [each.id for each in leaving])
    _write(connection, "subject_id", {each.id: each.subject for each in moved if each.subject is not None})
    spoken = _spoken(connection, [each.id for each in leaving])
    for each in leaving:
        if each.id in spoken:
            _tell_the_new_unit(connection, project, each, cause)


def between(moved: Iterable[Handover]) -> Mapping[tuple[str, str], list[int]]:
    """The numbers of what was handed over, by the unit that owed it and the one that owes it now."""
    units: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in moved:
        units[each.unit, each.now_owing].append(each.id)
    return units


def _write(connection: Connection, column: str, values: Mapping[int, object]) -> None:
    if values:
        # Many rows with values of their own: the table takes them in one call of the driver.
        own = OBLIGATION.c.id == bindparam("obligation")
        changed = update(OBLIGATION).where(own).values({column: bindparam("new")})
        connection.execute(changed, [{"obligation": id_, "new": value} for id_, value in values.items()])


def _spoken(connection: Connection, obligations: Collection[int]) -> set[int]:
    """Those of these obligations that are open and of which anything was said."""
    found: set[int] = set()
    for portion in portions(sorted(obligations)):
        query = (
            select(col(Notice.obligation_id))
            .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
            .where(col(Notice.obligation_id).in_(portion), col(Obligation.closed_at).is_(None))
        )
        found |= set(connection.execute(query.distinct()).scalars())
    return found


def _tell_the_new_unit(connection: Connection, project: Project, each: Handover, cause: Cause) -> None:
    _say_again(connection, each, cause)
    name = project.name_of(each.now_owing)
    why = say(zh=f"发送前已移交{name}", en=f"moved to {name} before it was sent")
    connection.execute(
        update(Delivery)
        .where(col(Delivery.obligation_id) == each.id, col(Delivery.state).in_(("pending", "failed")))
        .where(col(Delivery.recipient).startswith(any_post_of(each.unit)))
        .values(state="cancelled", last_error=why, settled_at=cause.at)
    )


def _say_again(connection: Connection, each: Handover, cause: Cause) -> None:
    """What was said last to the unit's own posts is said to the same posts of the new unit."""
    last = select(func.max(col(Notice.id))).where(col(Notice.obligation_id) == each.id).scalar_subquery()
    said = select(col(Delivery.notice_id), col(Delivery.recipient), col(Delivery.channel)).where(
        col(Delivery.notice_id) == last, col(Delivery.recipient).startswith(any_post_of(each.unit))
    )
    again = [
        {
            "notice_id": delivery.notice_id,
            "obligation_id": each.id,
            "recipient": str(UnitPost(each.now_owing, UnitPost.parse(delivery.recipient).post)),
            "channel": delivery.channel,
            "state": "pending",
            "not_before": cause.at,
            "attempts": 0,
            "next_attempt_at": cause.at,
        }
        for delivery in rows_of(connection, said, _Sent)
    ]
    if again:
        insert_ignore(connection, DELIVERY, again)
