"""What people do around review: report, close or send back what was reported, ask, decide, take back.

Each as in `actions`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.principals import Principal
from duban.obligations import evidence as evidence_files
from duban.obligations import feedback, requests, review, transferring
from duban.obligations.acting import (
    ActOutcome,
    acted,
    cause_of,
    details_of,
    held,
    names_of,
    need_reason,
    taken_in,
    within_limit,
)
from duban.obligations.evidence import Evidence
from duban.obligations.extension import Postponement
from duban.obligations.feedback import Feedback
from duban.obligations.moves import MoveRefused
from duban.obligations.submissions import ReviewMatter
from duban.obligations.transitions import NOTHING
from duban.workspace.workspace import Workspace


def report(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str = "",
    evidence: Sequence[Evidence | Path] = (),
    on: date | None = None,
    seen: int | None = None,
) -> ActOutcome:
    """Report an obligation as done (反馈) on the local day `on` (None: today), for its reviewer to close.

    Reported again, it keeps the day it was done. Raises MoveRefused while evidence is missing, or for a day to come;
    EvidenceRefused for a file that cannot be taken in. Then nothing has changed.
    """
    kept = taken_in(ws, evidence)
    cause = cause_of(ws, who, now, reason)
    with held(ws, number, who, seen, "report") as (connection, owed):
        done_on = on or cause.on
        if done_on > cause.on:
            raise MoveRefused(zh=f"{done_on} 还没有到", en=f"{done_on} has not come yet")
        missing = evidence_files.missing(owed.missing, names_of(evidence))
        if missing:
            listed = say(zh="、", en=", ").join(missing)
            raise MoveRefused(
                zh=f"{number} 缺材料：{listed}；材料不齐不能复核，请一并交上",
                en=f"{number} lacks evidence: {listed}; without it nobody can review it: hand it in with the report",
            )
        assert owed.reviewer is not None  # noqa: S101 - it may be reported
        feedback.report(connection, {owed.id: Feedback(done_on, owed.reviewer, details_of(kept))}, cause)
        evidence_files.name_in_ledger(connection, owed.id, kept, at=now, actor=who.name)
        return acted(connection, owed)


def approve(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str = "", seen: int | None = None
) -> ActOutcome:
    """Close what was reported (复核通过、销号), as of the day it was done. Raises MoveRefused while evidence is missing.

    `number` is the obligation's, `who` decides at `now` (aware UTC); `reason` may be empty. Raises
    MoveRefused too for whoever may not, MovedOn where it has changed since the event `seen`.
    """
    with held(ws, number, who, seen, "approve") as (connection, owed):
        review.approve(connection, [owed.id], cause_of(ws, who, now, reason))
        return acted(connection, owed)


def send_back(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str,
    to: date,
    seen: int | None = None,
) -> ActOutcome:
    """Send back what was reported (退回), with the reason and a new local day. Raises MoveRefused for a day that is past.

    `number` is the obligation's, `who` decides at `now` (aware UTC). Raises MovedOn where it has changed
    since the event `seen`.
    """
    need_reason("return", reason)
    with held(ws, number, who, seen, "return") as (connection, owed):
        review.send_back(connection, ws.definitions, {owed.id: to}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def request_extension(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str,
    to: date,
    seen: int | None = None,
) -> ActOutcome:
    """Ask for a later day (延期申请); the ladder goes on until the reviewer has decided.

    Raises MoveRefused for a day that is not later, or beyond what the duty allows.
    """
    need_reason("request", reason)
    with held(ws, number, who, seen, "request-extension") as (connection, owed):
        if to <= owed.deadline:
            raise MoveRefused(
                zh=f"{to} 不晚于现在的期限 {owed.deadline}",
                en=f"{to} is not later than the present deadline, {owed.deadline}",
            )
        within_limit(ws, connection, owed, Postponement(to=to))
        assert owed.decider is not None  # noqa: S101 - it may be asked for
        wish = ReviewMatter("extension", owed.decider, until=to)
        requests.request(connection, ws.definitions, {owed.id: wish}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def request_waiver(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str, seen: int | None = None
) -> ActOutcome:
    """Ask that it need not be done (免办申请); the ladder goes on until the reviewer has decided."""
    need_reason("request", reason)
    with held(ws, number, who, seen, "request-waiver") as (connection, owed):
        assert owed.decider is not None  # noqa: S101 - it may be asked for
        wish = ReviewMatter("waiver", owed.decider)
        requests.request(connection, ws.definitions, {owed.id: wish}, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def request_transfer(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str,
    to: UnitPost,
    seen: int | None = None,
) -> ActOutcome:
    """Ask that another unit owe it (转办申请): `to` is its post of the same name; the ladder goes on until that is decided.

    Who decides is the counterpart section of the nearest unit above both. Raises MoveRefused for a post it cannot go to.
    """
    need_reason("request", reason)
    cause = cause_of(ws, who, now, reason)
    with held(ws, number, who, seen, "request-transfer") as (connection, owed):
        project = ws.definitions.project
        transferring.refuse_other(project, owed, to, transferring.possible_owners(project, owed, cause.on))
        wish = ReviewMatter("transfer", transferring.decider_between(project, owed, to), receiver=to)
        requests.request(connection, ws.definitions, {owed.id: wish}, cause)
        return acted(connection, owed)


def grant(
    ws: Workspace,
    number: str,
    now: datetime,
    *,
    who: Principal,
    reason: str = "",
    to: date | None = None,
    seen: int | None = None,
) -> ActOutcome:
    """Decide for what is asked (同意): the later day that was asked for, or another (`to`), the waiver, or the transfer."""
    with held(ws, number, who, seen, "grant") as (connection, owed):
        requests.grant(connection, ws.definitions, owed, cause_of(ws, who, now, reason), to)
        return acted(connection, owed)


def refuse(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str, seen: int | None = None
) -> ActOutcome:
    """Decide against what is asked (不同意), for a reason; days and ladder stay."""
    need_reason("refuse", reason)
    with held(ws, number, who, seen, "refuse") as (connection, owed):
        requests.refuse(connection, ws.definitions, owed.id, cause_of(ws, who, now, reason))
        return acted(connection, owed)


def recall(
    ws: Workspace, number: str, now: datetime, *, who: Principal, reason: str = "", seen: int | None = None
) -> ActOutcome:
    """Take back a report or a request that is not decided (收回): it is owed as before."""
    with held(ws, number, who, seen, "recall") as (connection, owed):
        feedback.recall(connection, ws.definitions, {owed.id: NOTHING}, cause_of(ws, who, now, reason))
        return acted(connection, owed)
