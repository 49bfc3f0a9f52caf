"""Why a merger cannot be, or a subject that was merged cannot be made active again."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from duban.base.language import say
from duban.facts.refusals import EARLIEST
from duban.facts.rows import Refusal
from duban.ledger.choosing import portions
from duban.ledger.rows import each_of, named
from duban.ledger.tables import MERGER_STANDS, MergerRecord, Subject


class MergeRefused(Exception):
    """A merger cannot be entered or taken back; `why` says in which field and why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.reason)
        self.why = why


class _MergedSubject(NamedTuple):
    """A subject that is gone, and the one it was merged into."""

    id: int
    into: str
    name: str
    merged_on: date


def revival_refusals(connection: Connection, subjects: Collection[int]) -> dict[int, Refusal]:
    """Why those of these subjects, by number, that were merged into another may not be made active."""
    into = aliased(Subject, name="into")
    query = (
        select_rows(
            named(col(MergerRecord.subject_id), "id"),
            named(col(into.code), "into"),
            col(into.name),
            col(MergerRecord.merged_on),
        )
        .join_from(MergerRecord, into, col(into.id) == col(MergerRecord.into_id))
        .where(MERGER_STANDS)
    )
    return {
        row.id: Refusal.said(
            "active",
            zh=f"已于 {row.merged_on} 并入 {row.name}（{row.into}），不能再登记为在业；如系误并，先撤销合并",
            en=f"merged into {row.name} ({row.into}) on {row.merged_on}: it cannot be active; if that was a "
            "mistake, take the merger back first",
        )
        for these in portions(list(subjects))
        for row in each_of(connection, query.where(col(MergerRecord.subject_id).in_(these)), _MergedSubject)
    }


def refuse_merger(
    session: Session,
    subject: Subject,
    survivor: Subject,
    standing: MergerRecord | None,
    merged_on: date,
    today: date,
) -> None:
    """Raise MergeRefused for a merger of `subject` into `survivor` on `merged_on` that cannot be; all days are local.

    `standing` is the merger of the subject that stands already, if there is one.
    """
    a, b = label(subject), label(survivor)
    if subject.id == survivor.id:
        raise MergeRefused(
            Refusal.said("into", zh=f"{a}不能并入自己", en=f"{a} cannot be merged into itself")
        )
    if standing is not None:
        other = label(standing.into)
        raise MergeRefused(
            Refusal.said(
                "code",
                zh=f"{a}已于 {standing.merged_on} 并入{other}；要改，先撤销那次合并",
                en=f"{a} was merged into {other} on {standing.merged_on}; take that back first",
            )
        )
    gone = standing_merger(session, survivor)
    if gone is not None:
        reason = (
            say(zh=f"{b}已经并入{a}，不能反过来", en=f"{b} was merged into {a}: not the other way round")
            if gone.survivor_id == subject.id
            else say(
                zh=f"{b}已并入{label(gone.survivor)}，请直接并入后者",
                en=f"{b} was merged into {label(gone.survivor)}: merge into that",
            )
        )
        raise MergeRefused(Refusal("into", reason))
    if not survivor.active:
        raise MergeRefused(
            Refusal.said("into", zh=f"{b}已注销或停业，不能并入", en=f"{b} is closed: nothing merges into it")
        )
    if merged_on > today:
        raise MergeRefused(
            Refusal.said("merged_on", zh=f"{merged_on} 还没有到", en=f"{merged_on} is still to come")
        )
    if merged_on < EARLIEST:
        raise MergeRefused(
            Refusal.said(
                "merged_on",
                zh=f"{merged_on} 太早，请核对年份",
                en=f"{merged_on} is too early: check the year",
            )
        )
    later = session.exec(
        select(MergerRecord)
        .where(MERGER_STANDS, MergerRecord.into_id == subject.id, MergerRecord.merged_on > merged_on)
        .limit(1)
    ).first()
    if later is not None:
        joined = label(later.subject)
        raise MergeRefused(
            Refusal.said(
                "merged_on",
                zh=f"{joined} {later.merged_on} 才并入{a}，{a}再并入别家不能早于那天",
                en=f"{joined} was merged into {a} on {later.merged_on}: {a} cannot be gone before that day",
            )
        )


def standing_merger(session: Session, subject: Subject) -> MergerRecord | None:
    """The merger of a subject into another that has not been taken back."""
    return session.exec(
        select(MergerRecord).where(MERGER_STANDS, MergerRecord.subject_id == subject.id)
    ).one_or_none()


def label(subject: Subject) -> str:
    """A subject as a refusal names it."""
    return f"{subject.name}（{subject.code}）"
