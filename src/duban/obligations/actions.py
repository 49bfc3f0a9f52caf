"""What people do to obligations: sign for one, complete it with evidence, extend, waive, suspend, resume, reopen it.

Each act is one transaction and one event with its actor and reason. It looks the obligation up by its short id, and that
nobody has moved it meanwhile, and then does what its verb says (`acknowledgement`, `completion`, `extension`, …).
Reopening is the undo. The rungs that have spoken already are carried over: after an extension nobody is told the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import business_date
from duban.base.language import say
from duban.ledger.database import writing
from duban.ledger.rows import one_of, one_or_none
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import DutyVersion, Obligation
from duban.obligations import (
    acknowledgement,
    completion,
    extension,
    reopening,
    suspension,
    waiver,
)
from duban.obligations import evidence as evidence_files
from duban.obligations.completion import Fulfilment
from duban.obligations.evidence import Evidence, EvidenceRefused
from duban.obligations.extension import Postponement
from duban.obligations.history import last_event
from duban.obligations.moves import MoveRefused, move_word
from duban.obligations.transitions import NOTHING, Cause
from duban.workdays import Period

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
    "reopen",
    "resume",
    "suspend",
    "waive",
]


class MovedOn(MoveRefused):
    """Somebody else has moved the obligation since the caller looked at it."""


@dataclass(frozen=True)
class Acted:
    """How an obligation stands after an act."""

    #: the number people use
    short_id: str
    #: the duty's id
    duty_id: str
    #: what the duty is called
    title: str
    #: the code of the unit that owes it
    unit: str
    #: one of `STATES`
    state: str
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: required evidence that was not handed in
    missing: tuple[str, ...] = ()


class _Found(NamedTuple):
    """The obligation a person acts on."""

    id: int
    evidence: list[str] | None


class _Stands(NamedTuple):
    id: int
    duty_id: str
    title: str
    unit: str
    state: str
    target: date
    deadline: date


def acknowledge(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str = "", seen: int | None = None
) -> Acted:
    """Sign for an obligation (签收): somebody has it in hand. Reminders go on until it is done.

    Like all acts: `number` is the short id, `now` aware UTC; raises MoveRefused, with the reason to be read, when
    there is no such obligation or its state does not allow it. `seen` is the number of the last event the caller knew
    of, 0 for none: MovedOn if there is a later one.
    """
    with _obligation(ws, number, actor, seen) as (connection, found):
        acknowledgement.acknowledge(connection, {found.id: NOTHING}, _cause(ws, actor, now, reason))
        return _acted(connection, found)


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
    cause = _cause(ws, actor, now, reason)
    with _obligation(ws, number, actor, seen) as (connection, found):
        names = [name for each in handed_in for name in (each.name, each.path.name)]
        missing = evidence_files.missing(found.evidence or (), names)
        details = {"evidence": [file.name for file in kept]} if kept else NOTHING
        completion.complete(connection, {found.id: Fulfilment(cause.on, missing, details)}, cause)
        evidence_files.name_in_ledger(connection, found.id, kept, at=now, actor=actor)
        return _acted(connection, found, missing)


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
    deadline would not be later, or already past; UnknownYear beyond the calendar; ValueError unless it is `by` or `to`.
    """
    given = Postponement(by, to)
    _need_reason("extend", reason)
    with _obligation(ws, number, actor, seen) as (connection, found):
        extension.extend(connection, ws.definitions, [found.id], given, _cause(ws, actor, now, reason))
        return _acted(connection, found)


def waive(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str, seen: int | None = None
) -> Acted:
    """Waive an obligation (免办): it need not be done, for a reason that is kept."""
    _need_reason("waive", reason)
    with _obligation(ws, number, actor, seen) as (connection, found):
        waiver.waive(connection, {found.id: NOTHING}, _cause(ws, actor, now, reason))
        return _acted(connection, found)


def suspend(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str, seen: int | None = None
) -> Acted:
    """Suspend an obligation (中止): the ladder is silent, and it cannot become overdue, until it is resumed."""
    _need_reason("suspend", reason)
    with _obligation(ws, number, actor, seen) as (connection, found):
        suspension.suspend(connection, {found.id: NOTHING}, _cause(ws, actor, now, reason))
        return _acted(connection, found)


def resume(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str = "", seen: int | None = None
) -> Acted:
    """Resume a suspended obligation (恢复): target and deadline move on by the working days it was suspended.

    The day of suspension does not count, the day of resumption does. Raises UnknownYear beyond the calendar.
    """
    with _obligation(ws, number, actor, seen) as (connection, found):
        suspension.resume(connection, ws.definitions, [found.id], _cause(ws, actor, now, reason))
        return _acted(connection, found)


def reopen(
    ws: Workspace, number: str, now: datetime, *, actor: str, reason: str, seen: int | None = None
) -> Acted:
    """Undo a completion, a waiver or a withdrawal (重新打开): dates stay, the ladder goes on where it was."""
    _need_reason("reopen", reason)
    with _obligation(ws, number, actor, seen) as (connection, found):
        reopening.reopen(connection, ws.definitions, {found.id: NOTHING}, _cause(ws, actor, now, reason))
        return _acted(connection, found)


def _cause(ws: Workspace, actor: str, now: datetime, reason: str) -> Cause:
    return Cause(actor, now, business_date(now, ws.definitions.project.zone), reason)


@contextmanager
def _obligation(
    ws: Workspace, number: str, actor: str, seen: int | None
) -> Iterator[tuple[Connection, _Found]]:
    """One transaction, and the obligation in it, held until the end."""
    if not actor.strip():
        raise MoveRefused(say(zh="请写明经办人", en="say who is acting"))
    try:
        obligation_id = parse_short_id(number)
    except ValueError as error:
        raise MoveRefused(str(error)) from error
    with writing(ws.ledger) as connection:
        query = (
            select(col(Obligation.id), col(DutyVersion.content)["evidence"].label("evidence"))
            .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
            .where(col(Obligation.id) == obligation_id)
            .with_for_update(of=Obligation)
        )
        found = one_or_none(connection, query, _Found)
        if found is None:
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
        yield connection, found


def _acted(connection: Connection, found: _Found, missing: tuple[str, ...] = ()) -> Acted:
    query = (
        select(
            col(Obligation.id),
            col(Obligation.duty_id),
            col(DutyVersion.title),
            col(Obligation.unit),
            col(Obligation.state),
            col(Obligation.target),
            col(Obligation.deadline),
        )
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .where(col(Obligation.id) == found.id)
    )
    stands = one_of(connection, query, _Stands)
    return Acted(
        short_id(stands.id),
        stands.duty_id,
        stands.title,
        stands.unit,
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
