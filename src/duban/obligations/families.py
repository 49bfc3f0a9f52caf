"""Which subjects stand for which: a subject, and those that were merged into it (`duban.facts.mergers`).

A merger takes nothing from history: facts stay about the subject they were reported about, and are read as being about
the one that stands for it by now.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select
from sqlmodel import col

from duban.cadence.findings import DatedFact, Finding
from duban.cadence.opening import FindingOpening
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import MERGER_STANDS, Fact, MergerRecord, Subject

Columns = TypeVar("Columns", bound=tuple[object, ...])


class FamilyMerger(NamedTuple):
    """One subject was merged into another on a day."""

    #: the number of the one that was merged
    subject: int
    #: the number of the one it was merged into
    into: int
    #: the local day of the merger
    on: date


class FactAbout(NamedTuple):
    """A fact about a subject, as far as a threshold cares."""

    #: the subject's number
    subject_id: int
    #: the fact's number
    id: int
    #: the local day it happened
    happened_on: date
    #: the fact's kind
    kind: str


class _Merged(NamedTuple):
    subject_id: int
    into_id: int
    merged_on: date
    survivor_id: int
    undone_at: datetime | None


@dataclass(frozen=True)
class FamilyStage:
    """Subjects whose facts count together."""

    #: the numbers of the subjects
    members: frozenset[int]
    #: the first day they do; None: ever
    since: date | None = None
    #: the day after the last; None: without end
    until: date | None = None


@dataclass(frozen=True)
class Families:
    """The mergers among subjects of one kind: those that stand, and the subjects of those that were taken back."""

    #: those that stand
    joined: tuple[FamilyMerger, ...] = ()
    #: who stands for each subject that was merged into another
    survivors: dict[int, int] = field(default_factory=dict)
    #: the subjects of mergers that were taken back
    parted: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.joined or self.parted)

    def stands_for(self, subject: int) -> int:
        """The subject that stands for this one: itself, unless it was merged into another."""
        return self.survivors.get(subject, subject)

    @cached_property
    def concerned(self) -> frozenset[int]:
        """Every subject that was ever part of a merger."""
        return self.parted | {number for each in self.joined for number in (each.subject, each.into)}

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        members: dict[int, list[int]] = {}
        for subject, survivor in self.survivors.items():
            members.setdefault(survivor, []).append(subject)
        return members

    def with_members(self, subjects: Iterable[int]) -> list[int]:
        """These subjects, and those merged into them."""
        return [number for subject in subjects for number in (subject, *self._members.get(subject, ()))]

    def stages(self, survivor: int) -> Iterator[FamilyStage]:
        """How the family of a subject came together: each stage with the subjects whose facts then counted together.

        Oldest first; one stage without bounds for a subject nobody was merged into.
        """
        members = {survivor, *self._members.get(survivor, ())}
        if len(members) == 1:
            yield FamilyStage(frozenset(members))
            return
        stage: dict[int, tuple[frozenset[int], date | None]] = {
            number: (frozenset({number}), None) for number in members
        }
        for subject, into, on in sorted(self.joined, key=lambda each: (each.on, each.subject)):
            if subject not in members:
                continue
            left, right = stage[subject], stage[into]
            for numbers, since in (left, right):
                if since != on:
                    yield FamilyStage(numbers, since, on)
            union = (left[0] | right[0], on)
            stage.update(dict.fromkeys(union[0], union))
        numbers, since = stage[survivor]
        yield FamilyStage(numbers, since)


def families(connection: Connection, kind: str) -> Families:
    """The mergers among subjects of a kind."""
    query = (
        select(*columns_of(MergerRecord, _Merged))
        .join(Subject, col(Subject.id) == col(MergerRecord.subject_id))
        .where(col(Subject.kind) == kind)
    )
    rows = rows_of(connection, query, _Merged)
    standing = [row for row in rows if row.undone_at is None]
    return Families(
        tuple(FamilyMerger(row.subject_id, row.into_id, row.merged_on) for row in standing),
        {row.subject_id: row.survivor_id for row in standing},
        frozenset(
            number for row in rows if row.undone_at is not None for number in (row.subject_id, row.into_id)
        ),
    )


def findings_about(
    family: Families,
    opening: FindingOpening,
    subject: int,
    facts: Sequence[FactAbout],
    spent: Sequence[Sequence[int]],
) -> list[Finding]:
    """What the facts about a subject, and about those merged into it, add up to; the facts in any order."""
    found: list[Finding] = []
    for stage in family.stages(subject):
        known = [
            DatedFact(row.id, row.happened_on, row.kind)
            for row in facts
            if row.subject_id in stage.members and (stage.until is None or row.happened_on < stage.until)
        ]
        used = [*spent, *(finding.evidence for finding in found)]
        found += opening.findings(known, used, since=stage.since)
    return found


def survivor() -> ColumnElement[int]:
    """The number of the subject that stands for the one a fact is about, in a statement `of_survivors`."""
    return func.coalesce(col(MergerRecord.survivor_id), col(Fact.subject_id))


def of_survivors(query: Select[Columns]) -> Select[Columns]:
    """The statement over Fact with the Subject that stands for the one each fact is about."""
    merged = and_(col(MergerRecord.subject_id) == col(Fact.subject_id), MERGER_STANDS)
    return (
        query.select_from(Fact).outerjoin(MergerRecord, merged).join(Subject, col(Subject.id) == survivor())
    )
