"""Mergers (并入): one subject is merged into another of its kind, by a person or a register, and taken back if that was wrong.

What is owed passes to the one that goes on (`duban.obligations.mergers`): 民法典 art. 67, 公司法 (2023) art. 221. A new code for
the same enterprise (换证) is entered in the same way: the old code is merged into the new one.

| awkward case | rule |
|---|---|
| the same merger entered again | nothing changes |
| into itself; into what is not registered, closed, or of another kind | refused |
| A into B, then B into C | A belongs to C from that day |
| B into C where A was merged into B, and now C into A | refused: A is gone |
| on a day that is still to come, or before another was merged into A | refused |
| A was closed in the register before the merger was entered | merged all the same; taken back, it is closed as before |
| a register that still lists A as working | refused until the merger is taken back |
| taken back while B is merged into C | A stands for itself, B stays with C |
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from duban.base.clock import business_date
from duban.base.language import say
from duban.facts.merger_refusals import MergeRefused, label, refuse_merger, standing_merger
from duban.facts.recording import recording
from duban.facts.rows import Why, unknown
from duban.ledger.sessions import session_on
from duban.ledger.tables import MERGER_STANDS, MergerRecord, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class MergerSummary:
    """A merger as the ledger has it."""

    kind: str  #: The kind of both subjects.
    code: str  #: Which subject is gone.
    name: str
    into: str  #: Which one goes on.
    into_name: str
    merged_on: date  #: The local day from which it does.
    changed: bool = True  #: False when it had been entered, or taken back, before.


def merge_subject(
    ws: Workspace,
    kind: str,
    code: str,
    *,
    into: str,
    merged_on: date,
    now: datetime,
    actor: str,
    reason: str = "",
    within: Collection[str] | None = None,
) -> MergerSummary:
    """Enter that the subject was merged `into` another (a code of the same kind) on a local business date.

    It is no longer active; its obligations pass on with the next opening. `within` names the units the caller acts for.
    Raises MergeRefused.
    """
    with recording(ws) as connection, session_on(connection) as session:
        subject = _subject(ws, session, kind, code, "code", within)
        survivor = _subject(ws, session, kind, into, "into", within)
        standing = standing_merger(session, subject)
        if standing is not None and (standing.into_id, standing.merged_on) == (survivor.id, merged_on):
            return _summary(subject, survivor, merged_on, changed=False)
        today = business_date(now, ws.definitions.project.zone)
        refuse_merger(session, subject, survivor, standing, merged_on, today)
        merger = MergerRecord(
            subject_id=subject.id,
            into_id=survivor.id,
            merged_on=merged_on,
            survivor_id=survivor.id,
            survivor_since=merged_on,
            was_active=subject.active,
            entered_at=now,
            entered_by=_signed(actor),
            reason=reason,
        )
        session.add(merger)
        subject.active = False
        _follow_chains(session, kind)
        subjects_changed(connection)
        return _summary(subject, survivor, merged_on)


def unmerge_subject(
    ws: Workspace,
    kind: str,
    code: str,
    *,
    now: datetime,
    actor: str,
    reason: str,
    within: Collection[str] | None = None,
) -> MergerSummary:
    """Take back a merger entered by mistake: the subject is what it was, and what it owed comes back to it with the next
    opening. Raises MergeRefused.
    """
    if not reason.strip():
        raise MergeRefused(
            Why("reason", say(zh="撤销合并要写明原因", en="to take a merger back, give the reason"))
        )
    with recording(ws) as connection, session_on(connection) as session:
        subject = _subject(ws, session, kind, code, "code", within)
        standing = standing_merger(session, subject)
        if standing is None:
            raise MergeRefused(
                Why(
                    "code",
                    say(
                        zh=f"{label(subject)}没有并入过谁",
                        en=f"{label(subject)} is not merged into another",
                    ),
                )
            )
        survivor = _subject(ws, session, kind, standing.into.code, "code", within)
        standing.undone_at, standing.undone_by, standing.undone_because = now, _signed(actor), reason
        subject.active = standing.was_active
        _follow_chains(session, kind)
        subjects_changed(connection)
        return _summary(subject, survivor, standing.merged_on)


def _subject(
    ws: Workspace,
    session: Session,
    kind: str,
    code: str,
    field: str,
    within: Collection[str] | None,
) -> Subject:
    """The registered subject. One of a unit the caller does not act for is as unknown as one that is not there."""
    known = ws.definitions.vocabulary.subjects
    if kind not in known:
        sentence = say(zh=f"没有监管对象“{kind}”", en=f"there is no subject kind “{kind}”")
        raise MergeRefused(unknown("kind", sentence, kind, known))
    found = session.exec(select(Subject).where(Subject.code == code))
    mine = [row for row in found if within is None or row.unit in within]
    for row in mine:
        if row.kind == kind:
            return row
    reason = say(zh=f"没有登记过 {kind} {code}", en=f"{kind} {code} is not registered")
    if mine and field == "into":
        other = mine[0].kind
        reason = say(
            zh=f"{code} 是{other}，不是{kind}：只能并入同一类监管对象",
            en=f"{code} is a {other}, not a {kind}: a subject is merged into one of its own kind",
        )
    raise MergeRefused(Why(field, reason))


def _follow_chains(session: Session, kind: str) -> None:
    """Write for every merged subject of the kind which one stands for it by now, and since when, where that is another."""
    mergers = session.exec(
        select(MergerRecord)
        .join(Subject, col(Subject.id) == col(MergerRecord.subject_id))
        .where(MERGER_STANDS, Subject.kind == kind)
    )
    standing = {merger.subject_id: merger for merger in mergers}
    for merger in standing.values():
        survivor, since = merger.into_id, merger.merged_on
        while survivor in standing:
            since = max(since, standing[survivor].merged_on)
            survivor = standing[survivor].into_id
        merger.survivor_id, merger.survivor_since = survivor, since
    session.flush()


def _signed(actor: str) -> str:
    if not actor.strip():
        raise MergeRefused(Why("actor", say(zh="请写明经办人", en="say who is acting")))
    return actor


def _summary(subject: Subject, survivor: Subject, merged_on: date, *, changed: bool = True) -> MergerSummary:
    return MergerSummary(
        subject.kind, subject.code, subject.name, survivor.code, survivor.name, merged_on, changed
    )
