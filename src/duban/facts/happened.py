"""Taking down facts: which are new, and which number was recorded before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.clock import business_date
from duban.facts.recording import Rows, record
from duban.facts.refusals import GRADE_ASSIGNED, FactContent, fact_refusal, other_content
from duban.facts.rows import Intake, Key, NewFact, RefusedRow
from duban.ledger.choosing import one_of_pairs
from duban.ledger.database import insert_ignore
from duban.ledger.rows import columns_of, each_of, named
from duban.ledger.tables import FACT, Fact, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.base.json_values import JsonObject
    from duban.definitions.definitions import Definitions
    from duban.workspace.workspace import Workspace


class _Known(NamedTuple):
    """A fact the ledger has: its number, what it says, and the unit of its subject."""

    id: int
    kind: str
    subject_id: int | None
    unit: str | None
    happened_on: date
    data: JsonObject
    revises: int | None
    source: str
    ref: str
    subject_unit: str | None

    @property
    def content(self) -> FactContent:
        return FactContent(*self[1:-1])


class _Subject(NamedTuple):
    """A registered subject: its number, and the unit in whose charge it is."""

    id: int
    kind: str
    code: str
    unit: str


class _Grading(NamedTuple):
    """A fact that assigns a grade."""

    subject_id: int
    data: JsonObject


def record_facts(
    ws: Workspace,
    rows: Iterable[NewFact | RefusedRow],
    now: datetime,
    *,
    whole: bool = False,
    within: Collection[str] | None = None,
) -> Intake:
    """Take down facts at `now` (aware UTC); one transaction per 5,000 rows, so a long import may be repeated.

    `whole` takes every row in one transaction, or none if one is refused. A row that could not be read stands in its
    place as RefusedRow. `within` names the units (codes) about which,
    and about whose subjects, facts may be written; what lies outside is as unknown as what is not there.
    """

    def write(connection: Connection, page: Rows[NewFact], recorded: Intake) -> None:
        take_facts(connection, ws.definitions, page, now, recorded, within=within)

    return record(ws, rows, write, whole=whole)


def take_facts(
    connection: Connection,
    definitions: Definitions,
    page: Rows[NewFact],
    now: datetime,
    recorded: Intake,
    *,
    within: Collection[str] | None = None,
) -> None:
    """Take down a page of numbered facts within a transaction of `recording`."""
    today = business_date(now, definitions.project.zone)
    subjects = _numbers_of_subjects(connection, {fact.subject for _, fact in page if fact.subject}, within)
    there = _known_facts(
        connection,
        {(fact.source, fact.ref) for _, fact in page} | {fact.revises for _, fact in page if fact.revises},
    )
    ours = {
        key for key, known in there.items() if within is None or (known.unit or known.subject_unit) in within
    }
    good: dict[Key, FactContent] = {}
    for number, fact in page:
        key = (fact.source, fact.ref)
        content = _content(fact, subjects, there)
        known = good.get(key) or (there[key].content if key in there else None)
        seen = key in good or key in ours
        if known == content and seen:
            recorded.outcomes[number] = "unchanged"
            recorded.unchanged += 1
            continue
        why = fact_refusal(definitions, fact, subjects, ours, today, within)
        if why is None and known is not None:
            why = other_content(content, known, within=seen)
        if why is None:
            recorded.outcomes[number] = "new"
            good[key] = content
        else:
            recorded.refuse(number, fact.ref, why)
    if good:
        rows = ({**content._asdict(), "recorded_at": now} for content in good.values())
        recorded.new += insert_ignore(connection, FACT, rows)
        _assign_grades(connection, good.values())


def _content(fact: NewFact, subjects: Mapping[Key, int], there: Mapping[Key, _Known]) -> FactContent:
    revised = there.get(fact.revises) if fact.revises else None
    return FactContent(
        kind=fact.kind,
        subject_id=subjects.get(fact.subject) if fact.subject else None,
        unit=fact.unit,
        happened_on=fact.happened_on,
        data={**fact.data, "withdrawn": True} if fact.withdrawn else dict(fact.data),
        revises=revised.id if revised else None,
        source=fact.source,
        ref=fact.ref,
    )


def _numbers_of_subjects(
    connection: Connection, keys: Iterable[Key], within: Collection[str] | None
) -> dict[Key, int]:
    query = select(*columns_of(Subject, _Subject)).where(
        one_of_pairs(col(Subject.kind), col(Subject.code), keys)
    )
    return {
        (row.kind, row.code): row.id
        for row in each_of(connection, query, _Subject)
        if within is None or row.unit in within
    }


def _known_facts(connection: Connection, keys: Iterable[Key]) -> dict[Key, _Known]:
    of_the_fact = (getattr(Fact, name) for name in _Known._fields[:-1])
    query = (
        select(*of_the_fact, named(col(Subject.unit), "subject_unit"))
        .select_from(Fact)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .where(one_of_pairs(col(Fact.source), col(Fact.ref), keys))
    )
    return {(row.source, row.ref): row for row in each_of(connection, query, _Known)}


def _assign_grades(connection: Connection, facts: Iterable[FactContent]) -> None:
    """Give each subject the grade of its newest assignment that stands."""
    numbers = {fact.subject_id for fact in facts if fact.kind == GRADE_ASSIGNED}
    if not numbers:
        return
    later = aliased(Fact, name="later")
    query = (
        select(*columns_of(Fact, _Grading))
        .where(col(Fact.subject_id).in_(numbers), col(Fact.kind) == GRADE_ASSIGNED)
        .where(~select(col(later.id)).where(col(later.revises) == col(Fact.id)).exists())
        .order_by(col(Fact.happened_on), col(Fact.id))
    )
    grades = {
        row.subject_id: row.data["grade"]
        for row in each_of(connection, query, _Grading)
        if row.data.get("grade") and not row.data.get("withdrawn")
    }
    for number, grade in grades.items():
        connection.execute(update(Subject).where(col(Subject.id) == number).values(grade=grade))
    if grades:
        subjects_changed(connection)
