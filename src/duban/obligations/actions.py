"""What people do to obligations: sign for one, complete it with evidence, extend, waive, suspend, resume, reopen it.

Each act is one transaction and one event with its actor and reason. It looks the obligation up by its short id, and that
nobody has moved it meanwhile, that whoever acts may (`permissions`), and then does what its verb says (`acknowledgement`,
`completion`, `extension`, …); what has to do with review is in `review_actions`. Reopening is the undo. The rungs that have spoken already are carried over: after an extension nobody is told the same
twice.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from duban.bureau.unit_posts import UnitPost
from duban.ledger.principals import Principal
from duban.obligations import (
    acknowledgement,
    completion,
    dispatching,
    extension,
    reopening,
    suspension,
    transferring,
    undoing,
    waiver,
)
from duban.obligations import evidence as evidence_files
from duban.obligations.acting import (
    ActOutcome,
    MovedOn,
    acted,
    cause_of,
    details_of,
    held,
    names_of,
    need_reason,
    taken_in,
    within_limit,
)
from duban.obligations.co_actions import whom_for
from duban.obligations.completion import Fulfilment
from duban.obligations.evidence import Evidence, EvidenceRefused
from duban.obligations.extension import Postponement
from duban.obligations.moves import MoveRefused
from duban.obligations.transitions import NOTHING
from duban.workdays import Period
from duban.workspace.workspace import Workspace

__all__ = [
    "ActOutcome",
    "Evidence",
    "EvidenceRefused",
    "MoveRefused",
    "MovedOn",
    "acknowledge",
    "complete",
    "dispatch",
    "extend",
    "reopen",
    "resume",
    "suspend",
    "take_back",
    "transfer",
    "undo",
    "waive",
]


def acknowledge(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str = "", seen: int | None = None
) -> ActOutcome:
    """Sign for an obligation (签收): somebody has it in hand. Reminders go on until it is done.

    Like all acts: `number` is the short id, `now` aware UTC; raises MoveRefused, with the reason to be read, when
    there is no such obligation or its state does not allow it. `seen` is the number of the last event the caller knew
    of, 0 for none: MovedOn if there is a later one.
    """
    with held(ws, number, who, seen, "acknowledge") as (connection, owed):
        acknowledgement.acknowledge(connection, {owed.id: NOTHING}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def complete(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str = "",
    evidence: Sequence[Evidence | Path] = (),
    seen: int | None = None,
) -> ActOutcome:
    """Complete an obligation (办结) and keep the evidence handed in.

    Required evidence that is missing does not hold it up: it is said in the answer and stays in the history.
    Raises EvidenceRefused for a file that cannot be taken in; then nothing has changed.
    """
    kept = taken_in(ws, evidence)
    cause = cause_of(ws, who, now, reason)
    with held(ws, number, who, seen, "complete") as (connection, owed):
        missing = evidence_files.missing(owed.missing, names_of(evidence))
        completion.complete(connection, {owed.id: Fulfilment(cause.on, missing, details_of(kept))}, cause)
        evidence_files.name_in_ledger(connection, owed.id, kept, at=now, actor=who.name)
        return acted(connection, owed, missing)


def dispatch(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    to: UnitPost,
    reason: str = "",
    seen: int | None = None,
) -> ActOutcome:
    """Give an obligation to a post of the unit that owes it, or of one below (派单); the unit keeps the oversight.

    Raises MoveRefused for a post that may not be given it.
    """
    cause = cause_of(ws, who, now, reason)
    with held(ws, number, who, seen, "dispatch") as (connection, owed):
        project = ws.definitions.project
        if to not in set(whom_for("dispatch", project, owed, who, cause.on)):
            raise MoveRefused(
                zh=f"不能派给{project.name_of(to.unit)}{to.post}：只能派给承办单位和下级单位有人的岗位，不派给领导；不得提前泄露的只在本单位内派",
                en=f"it cannot be given to {to}: only to a staffed post of the unit that owes it or of one below that does"
                " not head the owner; what is confidential stays in the unit",
            )
        dispatching.dispatch(connection, {owed.id: to}, cause)
        return acted(connection, owed)


def take_back(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str = "", seen: int | None = None
) -> ActOutcome:
    """Take back what was given to a post (收回派单): the unit's own post sees to it again.

    `number` is the obligation's, `now` aware UTC, `seen` its last event when the caller looked. Raises
    MoveRefused where `who` may not, MovedOn where it has changed since.
    """
    with held(ws, number, who, seen, "take-back") as (connection, owed):
        dispatching.take_back(connection, [owed.id], cause_of(ws, who, now, reason))
        return acted(connection, owed)


def transfer(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    to: UnitPost,
    reason: str,
    seen: int | None = None,
) -> ActOutcome:
    """Let another unit owe it from now on (转办), for a reason both units read; `to` is its post of the same name.

    Raises MoveRefused for a post it cannot go to.
    """
    need_reason("transfer", reason)
    cause = cause_of(ws, who, now, reason)
    with held(ws, number, who, seen, "transfer") as (connection, owed):
        project = ws.definitions.project
        transferring.refuse_other(project, owed, to, whom_for("transfer", project, owed, who, cause.on))
        transferring.hand_on(connection, project, owed, to, cause)
        return acted(connection, owed)


def extend(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str,
    by: Period | None = None,
    to: date | None = None,
    seen: int | None = None,
) -> ActOutcome:
    """Extend an obligation (延期) `by` a period counted from its legal deadline, or `to` a date.

    A date that is a rest day moves forward to a working day (民法典 art. 203). Raises MoveRefused when the new
    deadline would not be later, or already past; UnknownYear beyond the calendar; ValueError unless it is `by` or `to`.
    """
    given = Postponement(by, to)
    need_reason("extend", reason)
    with held(ws, number, who, seen, "extend") as (connection, owed):
        within_limit(ws, connection, owed, given)
        extension.extend(connection, ws.definitions, [owed.id], given, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def undo(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str = "", seen: int | None = None
) -> ActOutcome:
    """Undo what was done last, an extension or a transfer (撤销): days, unit, posts and what was asked for are as before.

    `number` is the obligation's, `now` aware UTC, `seen` its last event when the caller looked. Raises MoveRefused
    where something else has happened since, or `who` may not; MovedOn where it has changed since `seen`.
    """
    with held(ws, number, who, seen, "undo") as (connection, owed):
        assert owed.undoable is not None  # noqa: S101 - it may be undone
        undoing.undo(connection, ws.definitions, owed, owed.undoable, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def waive(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str, seen: int | None = None
) -> ActOutcome:
    """Waive an obligation (免办): it need not be done, for a reason that is kept."""
    need_reason("waive", reason)
    with held(ws, number, who, seen, "waive") as (connection, owed):
        waiver.waive(connection, {owed.id: NOTHING}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def suspend(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str, seen: int | None = None
) -> ActOutcome:
    """Suspend an obligation (中止): the ladder is silent, and it cannot become overdue, until it is resumed."""
    need_reason("suspend", reason)
    with held(ws, number, who, seen, "suspend") as (connection, owed):
        suspension.suspend(connection, {owed.id: NOTHING}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def resume(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str = "", seen: int | None = None
) -> ActOutcome:
    """Resume a suspended obligation (恢复): target and deadline move on by the working days it was suspended.

    The day of suspension does not count, the day of resumption does. Raises UnknownYear beyond the calendar.
    """
    with held(ws, number, who, seen, "resume") as (connection, owed):
        suspension.resume(connection, ws.definitions, [owed.id], cause_of(ws, who, now, reason))
        return acted(connection, owed)


def reopen(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str, seen: int | None = None
) -> ActOutcome:
    """Undo a completion, a waiver or a withdrawal (重新打开): dates stay, the ladder goes on where it was."""
    need_reason("reopen", reason)
    with held(ws, number, who, seen, "reopen") as (connection, owed):
        reopening.reopen(connection, ws.definitions, {owed.id: NOTHING}, cause_of(ws, who, now, reason))
        return acted(connection, owed)
