"""What people do to obligations: sign for one, complete it with evidence, extend, waive, suspend, resume, reopen it.

Each action is one transaction and one event with its actor and reason. Reopening is the undo. The rungs that have
spoken already are carried over: after an extension nobody is told the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select

from duban.base.clock import business_date
from duban.base.language import say
from duban.ledger.database import writing
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import DUTY_VERSION, OBLIGATION, OBLIGATION_EVENT
from duban.obligations import evidence as evidence_files
from duban.obligations.arming import armed
from duban.obligations.evidence import Evidence, EvidenceRefused
from duban.obligations.rungs import ladder_for
from duban.obligations.transitions import MoveRefused, move, move_word
from duban.workdays import Period, Step, WorkdayCalendar, reckon

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

__all__ = [
    "Acted",
    "Evidence",
    "EvidenceRefused",
    "MoveRefused",
    "MovedOn",
    "acknowledge",
    "complete",
    "extend",
    "last_event",
    "reopen",
    "resume",
    "suspend",
    "waive",
]


class MovedOn(MoveRefused):
    """Somebody else has moved the obligation since the caller looked at it."""


@dataclass(frozen=True)
class Acted:
    """How an obligation stands after an action. `missing` names required evidence that was not handed in."""

    short_id: str
    duty_id: str
    title: str
    unit: str
    state: str
    target: date
    deadline: date
    missing: tuple[str, ...] = ()


def acknowledge(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str = "", seen: int | None = None
) -> Acted:
    """Sign for an obligation (签收): somebody has it in hand. Reminders go on until it is done.

    Like all actions: `number` is the short id, `now` aware UTC; raises MoveRefused, with the reason to be read, when
    there is no such obligation or its state does not allow it. `seen` is the number of the last event the caller knew
    of, 0 for none: MovedOn if there is a later one.
    """
    with _obligation(ws, number, actor, seen) as (connection, row):
        move(connection, row.id, "acknowledge", actor=actor, at=now, on=_today(ws, now), reason=reason)
        return _acted(connection, row)


def complete(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    actor: str,
    reason: str = "",
    evidence: Sequence[Evidence | Path] = (),
    seen: int | None = None,
) -> Acted:
    """Complete an obligation (办结) and keep the evidence handed in.

    Required evidence that is missing does not hold it up: it is said in the answer and stays in the history.
    Raises EvidenceRefused for a file that cannot be taken in; then nothing has changed.
    """
    handed_in = [each if isinstance(each, Evidence) else Evidence(each) for each in evidence]
    kept = [evidence_files.keep(ws.root, each) for each in handed_in]
    with _obligation(ws, number, actor, seen) as (connection, row):
        names = [name for each in handed_in for name in (each.name, each.path.name)]
        missing = evidence_files.missing(row.content.get("evidence", ()), names)
        details: dict[str, Any] = {"evidence": [file.name for file in kept]} if kept else {}
        if missing:
            details["missing"] = list(missing)
        move(
            connection,
            row.id,
            "complete",
            actor=actor,
            at=now,
            on=_today(ws, now),
            reason=reason,
            details=details,
        )
        evidence_files.name_in_ledger(connection, row.id, kept, at=now, actor=actor)
        return _acted(connection, row, missing)


def extend(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    actor: str,
    reason: str,
    by: Period | None = None,
    to: date | None = None,
    seen: int | None = None,
) -> Acted:
    """Extend an obligation (延期) `by` a period counted from its legal deadline, or `to` a date.

    A date that is a rest day moves forward to a working day (民法典 art. 203). Raises MoveRefused when the new
    deadline would not be later, or already past; UnknownYear beyond the calendar.
    """
    if (by is None) == (to is None):
        raise ValueError("an extension has either a period or a date")
    _need_reason("extend", reason)
    with _obligation(ws, number, actor, seen) as (connection, row):
        target, deadline, provisional, steps = _later(
            ws.definitions.calendar.for_unit(row.unit), row.deadline, by, to
        )
        _refuse_useless(ws, row, deadline, now)
        move(
            connection,
            row.id,
            "extend",
            actor=actor,
            at=now,
            on=_today(ws, now),
            reason=reason,
            details={
                "was": row.deadline.isoformat(),
                "deadline": deadline.isoformat(),
                "steps": [f"{step.text} [{step.basis}]" if step.basis else step.text for step in steps],
            },
            changes=_dated(ws, connection, row, target, deadline, provisional=provisional),
        )
        return _acted(connection, row)


def waive(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str, seen: int | None = None
) -> Acted:
    """Waive an obligation (免办): it need not be done, for a reason that is kept."""
    _need_reason("waive", reason)
    with _obligation(ws, number, actor, seen) as (connection, row):
        move(connection, row.id, "waive", actor=actor, at=now, on=_today(ws, now), reason=reason)
        return _acted(connection, row)


def suspend(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str, seen: int | None = None
) -> Acted:
    """Suspend an obligation (中止): the ladder is silent, and it cannot become overdue, until it is resumed."""
    _need_reason("suspend", reason)
    with _obligation(ws, number, actor, seen) as (connection, row):
        move(connection, row.id, "suspend", actor=actor, at=now, on=_today(ws, now), reason=reason)
        return _acted(connection, row)


def resume(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str = "", seen: int | None = None
) -> Acted:
    """Resume a suspended obligation (恢复): target and deadline move on by the working days it was suspended.

    The day of suspension does not count, the day of resumption does. Raises UnknownYear beyond the calendar.
    """
    with _obligation(ws, number, actor, seen) as (connection, row):
        calendar = ws.definitions.calendar.for_unit(row.unit)
        since = _suspended_on(ws, connection, row.id)
        days = max(calendar.count(since, _today(ws, now)), 0) if since else 0
        target, deadline = calendar.add(row.target, days), calendar.add(row.deadline, days)
        move(
            connection,
            row.id,
            "resume",
            actor=actor,
            at=now,
            on=_today(ws, now),
            reason=reason,
            details={"workdays": days, "was": row.deadline.isoformat(), "deadline": deadline.isoformat()},
            changes=_dated(ws, connection, row, target, deadline),
        )
        return _acted(connection, row)


def reopen(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str, seen: int | None = None
) -> Acted:
    """Undo a completion, a waiver or a withdrawal (重新打开): dates stay, the ladder goes on where it was."""
    _need_reason("reopen", reason)
    with _obligation(ws, number, actor, seen) as (connection, row):
        changes = _dated(ws, connection, row, row.target, row.deadline)
        move(
            connection,
            row.id,
            "reopen",
            actor=actor,
            at=now,
            on=_today(ws, now),
            reason=reason,
            changes=changes,
        )
        return _acted(connection, row)


@contextmanager
def _obligation(
    ws: Workspace, number: str, actor: str, seen: int | None
) -> Iterator[tuple[Connection, Row[Any]]]:
    """One transaction, and the obligation in it, held until the end."""
    if not actor.strip():
        raise MoveRefused(say(zh="请写明经办人", en="say who is acting"))
    try:
        obligation_id = parse_short_id(number)
    except ValueError as error:
        raise MoveRefused(str(error)) from error
    with writing(ws.ledger) as connection:
        row = connection.execute(
            select(OBLIGATION, DUTY_VERSION.c.content, DUTY_VERSION.c.title)
            .join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)
            .where(OBLIGATION.c.id == obligation_id)
            .with_for_update(of=OBLIGATION)
        ).one_or_none()
        if row is None:
            raise MoveRefused(
                say(zh=f"没有编号为 {number} 的应办事项", en=f"there is no obligation {number}")
            )
        if seen is not None and last_event(connection, obligation_id) != seen:
            raise MovedOn(
                say(
                    zh=f"{number} 在您查看之后有变动，请看过再办",
                    en=f"{number} has changed since you looked; look again",
                )
            )
        yield connection, row


def last_event(connection: Connection, obligation_id: int) -> int:
    """The number of the last event of an obligation, 0 while there is none."""
    events = select(func.max(OBLIGATION_EVENT.c.id)).where(OBLIGATION_EVENT.c.obligation_id == obligation_id)
    return connection.execute(events).scalar() or 0


def _acted(connection: Connection, row: Row[Any], missing: tuple[str, ...] = ()) -> Acted:
    stands = connection.execute(
        select(OBLIGATION.c.state, OBLIGATION.c.target, OBLIGATION.c.deadline).where(
            OBLIGATION.c.id == row.id
        )
    ).one()
    return Acted(
        short_id(row.id),
        row.duty_id,
        row.title,
        row.unit,
        stands.state,
        stands.target,
        stands.deadline,
        missing,
    )


def _need_reason(which: str, reason: str) -> None:
    if not reason.strip():
        raise MoveRefused(
            say(
                zh=f"{move_word(which)}要写明原因", en=f"to {move_word(which)} an obligation, give the reason"
            )
        )


def _today(ws: Workspace, now: datetime) -> date:
    return business_date(now, ws.definitions.project.zone)


def _later(
    calendar: WorkdayCalendar, deadline: date, by: Period | None, to: date | None
) -> tuple[date, date, bool, Sequence[Step]]:
    """New target and deadline, whether they are provisional, and the steps that led there."""
    if by is not None:
        reckoning = reckon(calendar, deadline, by)
        return reckoning.target, reckoning.deadline, reckoning.provisional, reckoning.steps
    assert to is not None  # noqa: S101 - extend has looked
    text = say(zh=f"延期至 {to}", en=f"extended to {to}")
    new_deadline = calendar.roll_forward(to)
    return calendar.roll_back(to), new_deadline, calendar.is_uncertain(new_deadline), (Step(text, to, ""),)


def _refuse_useless(ws: Workspace, row: Row[Any], deadline: date, now: datetime) -> None:
    if deadline <= row.deadline:
        raise MoveRefused(
            say(
                zh=f"延期后的期限 {deadline} 不晚于现在的期限 {row.deadline}",
                en=f"the new deadline {deadline} is not later than the present one, {row.deadline}",
            )
        )
    if deadline < _today(ws, now):
        raise MoveRefused(
            say(
                zh=f"延期后的期限 {deadline} 已经过去，请延到今天以后",
                en=f"the new deadline {deadline} is past already; extend it beyond today",
            )
        )


def _dated(
    ws: Workspace,
    connection: Connection,
    row: Row[Any],
    target: date,
    deadline: date,
    *,
    provisional: bool = False,
) -> Mapping[str, Any]:
    """The changes that arm the ladder for these dates; rungs that have spoken stay silent."""
    ladder = ladder_for(ws.definitions, row.duty_id, row.content["ladder"])
    changes = armed(connection, ws.definitions, ladder, row, target, deadline)
    return {**changes, "provisional": row.provisional or provisional}


def _suspended_on(ws: Workspace, connection: Connection, obligation_id: int) -> date | None:
    last = (
        select(OBLIGATION_EVENT.c.at)
        .where(OBLIGATION_EVENT.c.obligation_id == obligation_id, OBLIGATION_EVENT.c.kind == "suspend")
        .order_by(OBLIGATION_EVENT.c.id.desc())
    )
    at = connection.execute(last.limit(1)).scalar()
    return None if at is None else _today(ws, at)
