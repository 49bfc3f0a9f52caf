"""What people do to work along (会办): ask a post to, no longer ask it, hand in what was done.

Each as in `actions`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from duban.base.language import say
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.ledger.principals import Principal
from duban.obligations import cohandling, dispatching, transferring
from duban.obligations import evidence as evidence_files
from duban.obligations.act_standings import ObligationStanding
from duban.obligations.acting import ActOutcome, acted, cause_of, details_of, held, taken_in
from duban.obligations.evidence import Evidence
from duban.obligations.moves import MoveRefused
from duban.workspace.workspace import Workspace


def whom_for(
    act: str, project: Project, owed: ObligationStanding, who: Principal, on: date
) -> Iterator[UnitPost]:
    """The posts that an act of giving (dispatch, transfer, co-handle, release), or of asking for it (request-transfer), may name on business date `on`, for every entrance."""
    if act == "dispatch":
        yield from dispatching.receivers(
            project, owed.unit, owed.owner.post, confidential=owed.confidential, on=on
        )
    elif act == "transfer":
        yield from transferring.new_owners(project, owed, who, on)
    elif act == "request-transfer":
        yield from transferring.possible_owners(project, owed, on)
    elif act == "co-handle":
        yield from cohandling.partners(project, owed, who, on)
    else:
        yield from owed.co_handlers


def co_handle(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    to: UnitPost,
    reason: str = "",
    seen: int | None = None,
) -> ActOutcome:
    """Ask a post to work along (会办): it sees it, hears its reminders, hands in evidence; its owner stays responsible.

    Raises MoveRefused for a post that may not be asked.
    """
    cause = cause_of(ws, who, now, reason)
    with held(ws, number, who, seen, "co-handle") as (connection, owed):
        project = ws.definitions.project
        if to not in set(whom_for("co-handle", project, owed, who, cause.on)):
            raise MoveRefused(
                zh=f"不能请{project.name_of(to.unit)}{to.post}会办：只能请本单位、下级单位有人的岗位（市局还可以请各县局），"
                "不请承办岗位自己和本单位领导，不重复请；不得提前泄露的只在本单位内请",
                en=f"{to} cannot be asked: only a staffed post of your units that does not owe it, head its owner, or work"
                " along already; what is confidential stays in the unit",
            )
        cohandling.co_handle(connection, {owed.id: to}, cause)
        return acted(connection, owed)


def release(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    to: UnitPost | None = None,
    reason: str = "",
    seen: int | None = None,
) -> ActOutcome:
    """A post no longer works along (撤销会办); it may go unsaid which where only one does. Raises MoveRefused for one that does not."""
    with held(ws, number, who, seen, "release") as (connection, owed):
        whom = owed.co_handlers[0] if to is None and len(owed.co_handlers) == 1 else to
        if whom is None or whom not in owed.co_handlers:
            along = say(zh="、", en=", ").join(map(str, owed.co_handlers))
            raise MoveRefused(zh=f"请写明撤销谁的会办：{along}", en=f"say which: {along}")
        cohandling.release(connection, {owed.id: whom}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def contribute(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str = "",
    evidence: Sequence[Evidence | Path] = (),
    seen: int | None = None,
) -> ActOutcome:
    """Hand in what was done along (会办反馈), with evidence; whoever has it in hand is told, and reports it with theirs.

    Raises MoveRefused for nothing said and nothing handed in; EvidenceRefused for a file that cannot be taken in.
    """
    if not reason.strip() and not evidence:
        raise MoveRefused(zh="请写明办了什么，或交上材料", en="say what was done, or hand something in")
    kept = taken_in(ws, evidence)
    with held(ws, number, who, seen, "contribute") as (connection, owed):
        told = {owed.id: {"whom": str(owed.handler), **details_of(kept)}}
        cohandling.contribute(connection, told, cause_of(ws, who, now, reason))
        evidence_files.name_in_ledger(connection, owed.id, kept, at=now, actor=who.name)
        return acted(connection, owed)
