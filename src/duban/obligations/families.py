"""Which subjects stand for which: a subject, and those that were merged into it (`duban.facts.mergers`).

A merger takes nothing from history: facts stay about the subject they were reported about, and are read as being about
the one that stands for it by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, func, select

from duban.cadence.threshold import Finding, Happened, findings
from duban.duties.grammar import Threshold
from duban.ledger.tables import FACT, MERGER, MERGER_STANDS, SUBJECT


class Joined(NamedTuple):
    """One subject was merged into another on a day."""

    subject: int
    into: int
    on: date


@dataclass(frozen=True)
class Stage:
    """Subjects whose facts count together, from the day `since` to the day before `until`; None: without end."""

    members: frozenset[int]
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Families:
    """The mergers among subjects of one kind: those that stand, and the subjects of those that were taken back."""

    joined: tuple[Joined, ...] = ()
    survivors: dict[int, int] = field(default_factory=dict)
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

    def stages(self, survivor: int) -> Iterator[Stage]:
        """How the family of a subject came together: each stage with the subjects whose facts then counted together.

        Oldest first; one stage without bounds for a subject nobody was merged into.
        """
        members = {survivor, *self._members.get(survivor, ())}
        if len(members) == 1:
            yield Stage(frozenset(members))
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
                    yield Stage(numbers, since, on)
            union = (left[0] | right[0], on)
            stage.update(dict.fromkeys(union[0], union))
        numbers, since = stage[survivor]
        yield Stage(numbers, since)


def families(connection: Connection, kind: str) -> Families:
    """The mergers among subjects of a kind."""
    query = select(MERGER).join(SUBJECT, SUBJECT.c.id == MERGER.c.subject_id).where(SUBJECT.c.kind == kind)
    rows = connection.execute(query).all()
    standing = [row for row in rows if row.undone_at is None]
    return Families(
        tuple(Joined(row.subject_id, row.into_id, row.merged_on) for row in standing),
        {row.subject_id: row.survivor_id for row in standing},
        frozenset(
            number for row in rows if row.undone_at is not None for number in (row.subject_id, row.into_id)
        ),
    )


def findings_about(
    family: Families,
    cadence: Threshold,
    subject: int,
    facts: Sequence[Row[Any]],
    spent: Sequence[Sequence[int]],
) -> list[Finding]:
    """What the facts about a subject, and about those merged into it, add up to; rows of FACT, in any order."""
    found: list[Finding] = []
    for stage in family.stages(subject):
        known = [
            Happened(row.id, row.happened_on, row.kind)
            for row in facts
            if row.subject_id in stage.members and (stage.until is None or row.happened_on < stage.until)
        ]
        used = [*spent, *(finding.evidence for finding in found)]
        found += findings(cadence, known, used, since=stage.since)
    return found


def facts_of_survivors() -> tuple[FromClause, ColumnElement[int]]:
    """FACT with the SUBJECT that stands for the one it is about, and that subject's number."""
    survivor: ColumnElement[int] = func.coalesce(MERGER.c.survivor_id, FACT.c.subject_id)
    merged = and_(MERGER.c.subject_id == FACT.c.subject_id, MERGER_STANDS)
    return FACT.outerjoin(MERGER, merged).join(SUBJECT, SUBJECT.c.id == survivor), survivor
