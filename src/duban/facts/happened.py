"""Taking down facts: which are new, and which number was recorded before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.clock import business_date
from duban.facts.recording import Rows, record
from duban.facts.refusals import CONTENT, GRADE_ASSIGNED, KnownFact, fact_refusal, other_content
from duban.facts.rows import NewFact, Recorded, Refused
from duban.ledger.choosing import one_of_pairs
from duban.ledger.database import insert_ignore
from duban.ledger.rows import named
from duban.ledger.tables import FACT, Fact, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.workspace.workspace import Workspace


def record_facts(
    ws: Workspace,
    rows: Iterable[NewFact | Refused],
    now: datetime,
    *,
    whole: bool = False,
    within: Collection[str] | None = None,
) -> Recorded:
    """Take down facts at `now` (aware UTC); one transaction per 5,000 rows, so a long import may be repeated.

    `whole` takes every row in one transaction, or none if one is refused. A row that could not be read stands in its
    place as Refused. `within` names the units (codes) about which,
    and about whose subjects, facts may be written; what lies outside is as unknown as what is not there.
    """

    def write(connection: Connection, page: Rows[NewFact], recorded: Recorded) -> None:
        take_facts(connection, ws.definitions, page, now, recorded, within=within)

    return record(ws, rows, write, whole=whole)


def take_facts(
    connection: Connection,
    definitions: Definitions,
    page: Rows[NewFact],
    now: datetime,
    recorded: Recorded,
    *,
    within: Collection[str] | None = None,
) -> None:
    """Take down a page of numbered facts within a transaction of `recording`."""
    today = business_date(now, definitions.project.zone)
    subjects = _numbers_of_subjects(connection, {fact.subject for _, fact in page if fact.subject}, within)
    there = _known_facts(
        connection,
        {(fact.source, fact.ref) for _, fact in page} | {fact.revises for _, fact in page if fact.revises},
        within,
    )
    good: dict[tuple[str, str], dict[str, Any]] = {}
    for number, fact in page:
        key = (fact.source, fact.ref)
        row = _fact_row(fact, subjects, there)
        known = good.get(key) or (there[key].content if key in there else None)
        if known == row and (key in good or there[key].within):
            recorded.outcomes[number] = "unchanged"
            recorded.unchanged += 1
            continue
        why = fact_refusal(definitions, fact, subjects, there, today, within)
        if why is None and known is not None:
            why = other_content(row, known, within=key in good or there[key].within)
        if why is None:
            recorded.outcomes[number] = "new"
            good[key] = row
        else:
            recorded.refuse(number, fact.ref, why)
    if good:
        rows = [{**row, "recorded_at": now} for row in good.values()]
        recorded.new += insert_ignore(connection, FACT, rows)
        _assign_grades(connection, rows)


def _fact_row(
    fact: NewFact, subjects: Mapping[tuple[str, str], int], there: Mapping[tuple[str, str], KnownFact]
) -> dict[str, Any]:
    revised = there.get(fact.revises) if fact.revises else None
    return {
        "kind": fact.kind,
        "subject_id": subjects.get(fact.subject) if fact.subject else None,
        "unit": fact.unit,
        "happened_on": fact.happened_on,
        "source": fact.source,
        "ref": fact.ref,
        "data": {**fact.data, "withdrawn": True} if fact.withdrawn else dict(fact.data),
        "revises": revised.id if revised else None,
    }


def _numbers_of_subjects(
    connection: Connection, keys: Iterable[tuple[str, str]], within: Collection[str] | None
) -> dict[tuple[str, str], int]:
    query = select(col(Subject.id), col(Subject.kind), col(Subject.code), col(Subject.unit)).where(
        one_of_pairs(col(Subject.kind), col(Subject.code), keys)
    )
    return {
        (row.kind, row.code): row.id
        for row in connection.execute(query)
        if within is None or row.unit in within
    }


def _known_facts(
    connection: Connection, keys: Iterable[tuple[str, str]], within: Collection[str] | None
) -> dict[tuple[str, str], KnownFact]:
    query = (
        select(Fact, named(col(Subject.unit), "subject_unit"))
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .where(one_of_pairs(col(Fact.source), col(Fact.ref), keys))
    )
    return {
        (row.source, row.ref): KnownFact(
            row.id,
            {name: getattr(row, name) for name in (*CONTENT, "source", "ref")},
            within is None or (row.unit or row.subject_unit) in within,
        )
        for row in connection.execute(query)
    }


def _assign_grades(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give each subject the grade of its newest assignment that stands."""
    numbers = {row["subject_id"] for row in rows if row["kind"] == GRADE_ASSIGNED}
    if not numbers:
        return
    later = aliased(Fact, name="later")
    query = (
        select(col(Fact.subject_id), col(Fact.data))
        .where(col(Fact.subject_id).in_(numbers), col(Fact.kind) == GRADE_ASSIGNED)
        .where(~select(col(later.id)).where(col(later.revises) == col(Fact.id)).exists())
        .order_by(col(Fact.happened_on), col(Fact.id))
    )
    grades = {
        row.subject_id: row.data["grade"]
        for row in connection.execute(query)
        if row.data.get("grade") and not row.data.get("withdrawn")
    }
    for number, grade in grades.items():
        connection.execute(update(Subject).where(col(Subject.id) == number).values(grade=grade))
    if grades:
        subjects_changed(connection)
