"""What a simulation may know of the world beside the calendar: subjects under supervision, and facts about them.

Subjects that owe the same are one group with a count, so that ten thousand shops cost no more than ten.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, cast, func, select

from duban.duties.grammar import Duty
from duban.ledger.database import reading
from duban.ledger.tables import FACT, SUBJECT
from duban.obligations.statements import counts_for_event
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class SubjectGroup:
    """So many subjects that differ in name alone."""

    kind: str  #: The kind of subject.
    unit: str  #: The code of the unit in whose charge they are.
    grade: str | None = None  #: Their risk grade.
    attributes: Mapping[str, str] = field(default_factory=dict)  #: Their attributes.
    registered_on: date | None = None  #: The day they were registered.
    count: int = 1  #: How many they are.

    def owes(self, duty: Duty) -> bool:
        """Whether the duty is owed for these subjects."""
        for_each = duty.for_each
        return self.kind == for_each.subject and all(
            str(self.attributes.get(name)) in values for name, values in for_each.where.items()
        )


@dataclass(frozen=True)
class GivenFact:
    """A fact as far as it can bring something about."""

    kind: str  #: The kind of fact.
    on: date  #: The day it happened, from which it is known.
    unit: str | None = None  #: The code of the unit it is about …
    about: str | None = None  #: … or the subject it is about,
    group: SubjectGroup | None = None  #: one of these.

    def concerns(self, duty: Duty) -> bool:
        """Whether a duty that waits for facts looks at this one."""
        if duty.for_each.subject is None:
            return self.group is None and self.unit is not None
        return self.group is not None and self.group.owes(duty)


@dataclass(frozen=True)
class Premises:
    """The subjects and the facts a simulation takes for granted."""

    groups: tuple[SubjectGroup, ...] = ()  #: The subjects.
    events: tuple[GivenFact, ...] = ()  #: The facts.

    def groups_of(self, duty: Duty) -> list[SubjectGroup]:
        """The subjects the duty is owed for."""
        return [group for group in self.groups if group.owes(duty)]

    def events_of(self, duty: Duty) -> list[GivenFact]:
        """The facts the duty waits for, in the order they happened, then as they were given."""
        kinds = duty.cadence.opening.facts
        found = [event for event in self.events if event.kind in kinds and event.concerns(duty)]
        return sorted(found, key=lambda event: event.on)


def from_ledger(ws: Workspace) -> Premises:
    """The active subjects of the ledger, and its facts that stand and that some duty waits for."""
    kinds = frozenset().union(*(duty.cadence.opening.facts for duty in ws.definitions.duties.values()))
    about = (SUBJECT.c.kind.label("subject"), SUBJECT.c.unit.label("charge"), SUBJECT.c.attributes)
    facts = (
        select(FACT.c.kind, FACT.c.happened_on, FACT.c.unit, FACT.c.subject_id, SUBJECT.c.active, *about)
        .outerjoin(SUBJECT, SUBJECT.c.id == FACT.c.subject_id)
        .where(FACT.c.kind.in_(kinds), counts_for_event())
        .order_by(FACT.c.happened_on, FACT.c.id)
    )
    with reading(ws.ledger) as connection:
        rows = connection.execute(facts).all()
    groups = registered_subjects(ws)
    return Premises(groups, tuple(_event(row) for row in rows if row.subject_id is None or row.active))


def registered_subjects(ws: Workspace) -> tuple[SubjectGroup, ...]:
    """The active subjects of the ledger."""
    told = cast(SUBJECT.c.attributes, String).label("told")
    alike = (SUBJECT.c.kind, SUBJECT.c.unit, SUBJECT.c.grade, SUBJECT.c.registered_on, told)
    query = select(*alike, func.count().label("subjects")).where(SUBJECT.c.active.is_(True)).group_by(*alike)
    with reading(ws.ledger) as connection:
        return tuple(
            SubjectGroup(
                row.kind, row.unit, row.grade, _attributes(row.told), row.registered_on, row.subjects
            )
            for row in connection.execute(query.order_by(*alike))
        )


def _attributes(told: str | None) -> dict[str, str]:
    return json.loads(told) if told else {}


def _event(row: Any) -> GivenFact:
    if row.subject_id is None:
        return GivenFact(row.kind, row.happened_on, unit=row.unit)
    group = SubjectGroup(row.subject, row.charge, attributes=row.attributes or {})
    return GivenFact(row.kind, row.happened_on, about=str(row.subject_id), group=group)
