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

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection
from sqlmodel import Session, col, select

from duban.base.clock import business_date
from duban.base.folding import fold_code, legible
from duban.base.json_values import Json
from duban.base.language import say
from duban.facts.authority import keeping_refusal
from duban.facts.changes import note_changes
from duban.facts.merger_refusals import MergeRefused, label, refuse_merger, standing_merger
from duban.facts.recording import recording
from duban.facts.registered import FIELDS, in_county, meant, registered_subjects
from duban.facts.rows import NewSubject, Refusal, unknown
from duban.ledger.authors import author_of
from duban.ledger.principals import Principal
from duban.ledger.sessions import session_on
from duban.ledger.tables import MERGER_STANDS, MergerRecord, Subject
from duban.ledger.watermarks import subjects_changed
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class MergerSummary:
    """A merger as the ledger has it."""

    kind: str  #: The kind of both subjects.
    code: str  #: Which subject is gone.
    name: str  #: what the one that ended was called
    into: str  #: Which one goes on.
    into_name: str  #: what the one that goes on is called
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
    by: Principal,
    reason: str = "",
    unit: str | None = None,
    into_unit: str | None = None,
) -> MergerSummary:
    """Enter that the subject was merged `into` another (a code of the same kind) on a local business date.

    It is no longer active; its obligations pass on with the next opening. `unit` and `into_unit` say in whose charge each is, where several counties have one of its code; without the
    second, the one that goes on is looked for in the county of the other first. Raises MergeRefused.
    """
    with recording(ws) as connection, session_on(connection) as session:
        subject = _subject(ws, session, kind, code, "code", by, unit)
        survivor = _subject(ws, session, kind, into, "into", by, into_unit, beside=subject.unit)
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
            entered_by=by.name,
            reason=reason,
        )
        session.add(merger)
        _note(connection, now, by, subject, active=False, merged_into=[None, survivor.code])
        _follow_chains(session, kind)
        subjects_changed(connection)
        return _summary(subject, survivor, merged_on)


def unmerge_subject(
    ws: Workspace,
    kind: str,
    code: str,
    *,
    now: datetime,
    by: Principal,
    reason: str,
    unit: str | None = None,
) -> MergerSummary:
    """Take back a merger entered by mistake: the subject is what it was, and what it owed comes back to it with the next
    opening.

    `kind` and `code` name the subject that was merged away, `unit` whose it is where several have the code; `by` takes
    it back `now` (aware UTC) for a `reason`. Raises MergeRefused, with the field that is wrong.
    """
    if not legible(reason).strip():
        raise MergeRefused(
            Refusal.said("reason", zh="撤销合并要写明原因", en="to take a merger back, give the reason")
        )
    with recording(ws) as connection, session_on(connection) as session:
        subject = _subject(ws, session, kind, code, "code", by, unit)
        standing = standing_merger(session, subject)
        if standing is None:
            raise MergeRefused(
                Refusal.said(
                    "code",
                    zh=f"{label(subject)}没有并入过谁",
                    en=f"{label(subject)} is not merged into another",
                )
            )
        survivor = standing.into
        if not by.acts_for(survivor.unit):
            raise MergeRefused(
                Refusal.said(
                    "code",
                    zh=f"{label(subject)}并入了别的县的对象，由市局撤销",
                    en=f"{label(subject)} was merged into another county's: the city takes that back",
                )
            )
        standing.undone_at, standing.undone_by = now, by.name
        standing.undone_because = reason
        _note(connection, now, by, subject, active=standing.was_active, merged_into=[survivor.code, None])
        _follow_chains(session, kind)
        subjects_changed(connection)
        return _summary(subject, survivor, standing.merged_on)


def _subject(
    ws: Workspace,
    session: Session,
    kind: str,
    code: str,
    field: str,
    by: Principal,
    unit: str | None,
    beside: str | None = None,
) -> Subject:
    """The registered subject, where several have the code that of the `unit`, or else of the county of the one `beside`.
    One of a unit the principal does not act for is as unknown as one that is not there.
    """
    known = ws.definitions.vocabulary.subjects
    if kind not in known:
        sentence = say(zh=f"没有监管对象“{kind}”", en=f"there is no subject kind “{kind}”")
        raise MergeRefused(unknown("kind", sentence, kind, known))
    if why := keeping_refusal(ws.definitions, kind, by):
        raise MergeRefused(why)
    project, connection = ws.definitions.project, session.connection()
    code = fold_code(code)
    keys = [(each, code) for each in known]
    mine = registered_subjects(connection, keys, by)
    found = mine.get((kind, code), [])
    if unit is None and beside is not None:
        found = in_county(project, found, beside) or found
    one = meant(project, found, unit)
    if isinstance(one, Refusal):
        raise MergeRefused(one._replace(field=field))
    if one is not None:
        return session.get_one(Subject, one.id)
    reason = say(zh=f"没有登记过 {kind} {code}", en=f"{kind} {code} is not registered")
    if mine and field == "into":
        other = next(iter(mine))[0]
        reason = say(
            zh=f"{code} 是{other}，不是{kind}：只能并入同一类监管对象",
            en=f"{code} is a {other}, not a {kind}: a subject is merged into one of its own kind",
        )
    raise MergeRefused(Refusal(field, reason))


def _note(
    connection: Connection,
    now: datetime,
    by: Principal,
    subject: Subject,
    *,
    active: bool,
    merged_into: list[Json],
) -> None:
    """Make the subject active or not, and write down who did, and what it was merged into before and is now."""
    before = NewSubject(**subject.model_dump(include=set(FIELDS)))
    subject.active = active
    changed = {subject.id: (before, replace(before, active=active))}
    note_changes(connection, now, author_of(connection, by), changed, merged_into=merged_into)


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


def _summary(subject: Subject, survivor: Subject, merged_on: date, *, changed: bool = True) -> MergerSummary:
    return MergerSummary(
        subject.kind, subject.code, subject.name, survivor.code, survivor.name, merged_on, changed
    )
