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
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.clock import business_date
from duban.base.language import say
from duban.facts.recording import recording
from duban.facts.refusals import EARLIEST
from duban.facts.rows import Why, unknown
from duban.ledger.choosing import one_of_pairs
from duban.ledger.rows import named
from duban.ledger.tables import MERGER_STANDS, Merger, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

Key = tuple[str, str]


class MergeRefused(Exception):
    """A merger cannot be entered or taken back; `why` says in which field and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.reason)
        self.why = why


@dataclass(frozen=True)
class Merged:
    """A merger as the ledger has it: which subject (`kind`, `code`) into which (`into`), since when. `changed` is False
    when it had been entered, or taken back, before.
    """

    kind: str
    code: str
    name: str
    into: str
    into_name: str
    merged_on: date
    changed: bool = True


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
) -> Merged:
    """Enter that the subject was merged `into` another (a code of the same kind) on a local business date.

    It is no longer active; its obligations pass on with the next opening. `within` names the units the caller acts for.
    Raises MergeRefused.
    """
    with recording(ws) as connection:
        subject = _subject(ws, connection, kind, code, "code", within)
        survivor = _subject(ws, connection, kind, into, "into", within)
        standing = _standing(connection, subject.id)
        if standing is not None and (standing.into_id, standing.merged_on) == (survivor.id, merged_on):
            return _merged(kind, subject, survivor, merged_on, changed=False)
        today = business_date(now, ws.definitions.project.zone)
        _refuse(connection, subject, survivor, standing, merged_on, today)
        connection.execute(
            insert(Merger).values(
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
        )
        _follow_chains(connection, kind)
        _set_active(connection, subject.id, active=False)
        return _merged(kind, subject, survivor, merged_on)


def unmerge_subject(
    ws: Workspace,
    kind: str,
    code: str,
    *,
    now: datetime,
    actor: str,
    reason: str,
    within: Collection[str] | None = None,
) -> Merged:
    """Take back a merger entered by mistake: the subject is what it was, and what it owed comes back to it with the next
    opening. Raises MergeRefused.
    """
    if not reason.strip():
        raise MergeRefused(
            Why("reason", say(zh="撤销合并要写明原因", en="to take a merger back, give the reason"))
        )
    with recording(ws) as connection:
        subject = _subject(ws, connection, kind, code, "code", within)
        standing = _standing(connection, subject.id)
        if standing is None:
            raise MergeRefused(
                Why(
                    "code",
                    say(
                        zh=f"{_named(subject)}没有并入过谁",
                        en=f"{_named(subject)} is not merged into another",
                    ),
                )
            )
        other = select(col(Subject.code)).where(col(Subject.id) == standing.into_id)
        into = connection.execute(other).scalar_one()
        survivor = _subject(ws, connection, kind, into, "code", within)
        connection.execute(
            update(Merger)
            .where(col(Merger.id) == standing.id)
            .values(undone_at=now, undone_by=_signed(actor), undone_because=reason)
        )
        _follow_chains(connection, kind)
        _set_active(connection, subject.id, active=standing.was_active)
        return _merged(kind, subject, survivor, standing.merged_on)


def revival_refusals(connection: Connection, keys: Collection[Key]) -> dict[Key, Why]:
    """Why those of these subjects (kind, code) that were merged into another may not be made active."""
    into = aliased(Subject, name="into")
    query = (
        select(
            col(Subject.kind),
            col(Subject.code),
            named(col(into.code), "into"),
            col(into.name),
            col(Merger.merged_on),
        )
        .join_from(Merger, Subject, col(Subject.id) == col(Merger.subject_id))
        .join(into, col(into.id) == col(Merger.into_id))
        .where(MERGER_STANDS, one_of_pairs(col(Subject.kind), col(Subject.code), keys))
    )
    return {
        (row.kind, row.code): Why(
            "active",
            say(
                zh=f"已于 {row.merged_on} 并入 {row.name}（{row.into}），不能再登记为在业；如系误并，先撤销合并",
                en=f"merged into {row.name} ({row.into}) on {row.merged_on}: it cannot be active; if that was a "
                "mistake, take the merger back first",
            ),
        )
        for row in connection.execute(query)
    }


def _refuse(
    connection: Connection,
    subject: Row[Any],
    survivor: Row[Any],
    standing: Row[Any] | None,
    merged_on: date,
    today: date,
) -> None:
    """Raise MergeRefused for a merger that cannot be."""
    a, b = _named(subject), _named(survivor)
    if subject.id == survivor.id:
        raise MergeRefused(Why("into", say(zh=f"{a}不能并入自己", en=f"{a} cannot be merged into itself")))
    if standing is not None:
        other = _named(_by_number(connection, standing.into_id))
        raise MergeRefused(
            Why(
                "code",
                say(
                    zh=f"{a}已于 {standing.merged_on} 并入{other}；要改，先撤销那次合并",
                    en=f"{a} was merged into {other} on {standing.merged_on}; take that back first",
                ),
            )
        )
    gone = _standing(connection, survivor.id)
    if gone is not None:
        last = _by_number(connection, gone.survivor_id)
        reason = (
            say(zh=f"{b}已经并入{a}，不能反过来", en=f"{b} was merged into {a}: not the other way round")
            if gone.survivor_id == subject.id
            else say(
                zh=f"{b}已并入{_named(last)}，请直接并入后者",
                en=f"{b} was merged into {_named(last)}: merge into that",
            )
        )
        raise MergeRefused(Why("into", reason))
    if not survivor.active:
        raise MergeRefused(
            Why("into", say(zh=f"{b}已注销或停业，不能并入", en=f"{b} is closed: nothing merges into it"))
        )
    if merged_on > today:
        raise MergeRefused(
            Why("merged_on", say(zh=f"{merged_on} 还没有到", en=f"{merged_on} is still to come"))
        )
    if merged_on < EARLIEST:
        raise MergeRefused(
            Why(
                "merged_on",
                say(zh=f"{merged_on} 太早，请核对年份", en=f"{merged_on} is too early: check the year"),
            )
        )
    later = connection.execute(
        select(col(Merger.subject_id), col(Merger.merged_on))
        .where(MERGER_STANDS, col(Merger.into_id) == subject.id, col(Merger.merged_on) > merged_on)
        .limit(1)
    ).first()
    if later is not None:
        joined = _named(_by_number(connection, later.subject_id))
        raise MergeRefused(
            Why(
                "merged_on",
                say(
                    zh=f"{joined} {later.merged_on} 才并入{a}，{a}再并入别家不能早于那天",
                    en=f"{joined} was merged into {a} on {later.merged_on}: {a} cannot be gone before that day",
                ),
            )
        )


def _subject(
    ws: Workspace,
    connection: Connection,
    kind: str,
    code: str,
    field: str,
    within: Collection[str] | None,
) -> Row[Any]:
    """The registered subject. One of a unit the caller does not act for is as unknown as one that is not there."""
    known = ws.definitions.vocabulary.subjects
    if kind not in known:
        sentence = say(zh=f"没有监管对象“{kind}”", en=f"there is no subject kind “{kind}”")
        raise MergeRefused(unknown("kind", sentence, kind, known))
    found = connection.execute(select(Subject).where(col(Subject.code) == code)).all()
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


def _by_number(connection: Connection, number: int) -> Row[Any]:
    return connection.execute(select(Subject).where(col(Subject.id) == number)).one()


def _standing(connection: Connection, subject: int) -> Row[Any] | None:
    return connection.execute(
        select(Merger).where(MERGER_STANDS, col(Merger.subject_id) == subject)
    ).one_or_none()


def _follow_chains(connection: Connection, kind: str) -> None:
    """Write for every merged subject of the kind which one stands for it by now, and since when, where that is another."""
    query = select(Merger).join(Subject, col(Subject.id) == col(Merger.subject_id))
    standing = {
        row.subject_id: row
        for row in connection.execute(query.where(MERGER_STANDS, col(Subject.kind) == kind))
    }
    for merger in standing.values():
        survivor, since = merger.into_id, merger.merged_on
        while survivor in standing:
            since = max(since, standing[survivor].merged_on)
            survivor = standing[survivor].into_id
        if (survivor, since) != (merger.survivor_id, merger.survivor_since):
            connection.execute(
                update(Merger)
                .where(col(Merger.id) == merger.id)
                .values(survivor_id=survivor, survivor_since=since)
            )


def _set_active(connection: Connection, subject: int, *, active: bool) -> None:
    connection.execute(update(Subject).where(col(Subject.id) == subject).values(active=active))
    subjects_changed(connection)


def _signed(actor: str) -> str:
    if not actor.strip():
        raise MergeRefused(Why("actor", say(zh="请写明经办人", en="say who is acting")))
    return actor


def _named(subject: Row[Any]) -> str:
    return f"{subject.name}（{subject.code}）"


def _merged(
    kind: str, subject: Row[Any], survivor: Row[Any], merged_on: date, *, changed: bool = True
) -> Merged:
    return Merged(kind, subject.code, subject.name, survivor.code, survivor.name, merged_on, changed)
