"""Taking down facts: which are new, and which number was recorded before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.clock import business_date
from duban.base.language import say
from duban.facts.recording import Rows, record
from duban.facts.refusals import GRADE_ASSIGNED, FactContent, fact_refusal, other_content
from duban.facts.registered import RegisteredSubject, meant, registered_subjects
from duban.facts.rows import Intake, Key, NewFact, Refusal, RefusedRow
from duban.facts.unmatched import matched_by_number, unmatched_answers
from duban.ledger.authors import author_of
from duban.ledger.choosing import one_of_pairs
from duban.ledger.database import insert_ignore, reading
from duban.ledger.rows import columns_of, each_of, named
from duban.ledger.tables import FACT, Fact, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.base.json_values import JsonObject
    from duban.bureau.project import Project
    from duban.definitions.definitions import Definitions
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace


class _Known(NamedTuple):
    """A fact the ledger has: its number, what it says, whose it is, and the unit of its subject."""

    id: int
    kind: str
    subject_id: int | None
    unit: str | None
    happened_on: date
    data: JsonObject
    revises: int | None
    source: str
    ref: str
    owner: str | None
    first_told: int | None
    subject_unit: str | None

    @property
    def content(self) -> FactContent:
        return FactContent(*self[1:-3])

    @property
    def about(self) -> str:
        """The code of the unit it is about, or in whose charge its subject is."""
        return self.unit or self.subject_unit or ""


class _Grading(NamedTuple):
    """A fact that assigns a grade."""

    subject_id: int
    data: JsonObject


def record_facts(
    ws: Workspace,
    rows: Iterable[NewFact | RefusedRow],
    now: datetime,
    by: Principal,
    *,
    whole: bool = False,
) -> Intake:
    """Take down facts at `now` (aware UTC) that this principal reports; one transaction per 5,000 rows, so a long import
    may be repeated.

    `whole` takes every row in one transaction, or none if one is refused. A row that could not be read stands in its
    place as RefusedRow. What is not of the principal's units is as unknown as what is not there.
    """
    kinds, answers = matched_by_number(ws.definitions), dict[int, NewFact]()

    def write(connection: Connection, page: Rows[NewFact], recorded: Intake) -> None:
        take_facts(connection, ws.definitions, page, now, recorded, by)
        new = ((number, fact) for number, fact in page if recorded.outcomes.get(number) == "new")
        answers.update((number, fact) for number, fact in new if fact.kind in kinds)

    recorded = record(ws, rows, write, whole=whole)
    if recorded.written and answers:
        with reading(ws.ledger) as connection:
            stated = ((fact.kind, fact.source, fact.ref) for fact in answers.values())
            found = unmatched_answers(connection, ws.definitions, stated, by)
        numbers = {(fact.source, fact.ref): number for number, fact in answers.items()}
        recorded.unmatched = {numbers[each.source, each.ref]: each for each in found}
    return recorded


def take_facts(
    connection: Connection,
    definitions: Definitions,
    page: Rows[NewFact],
    now: datetime,
    recorded: Intake,
    by: Principal,
) -> None:
    """Take down a page of numbered facts, as `by` told them `now` (aware UTC), within a transaction of `recording`.

    What became of each is added to `recorded`; one that cannot be taken is refused there, and nothing is raised for it.
    """
    today = business_date(now, definitions.project.zone)
    subjects = registered_subjects(connection, {fact.subject for _, fact in page if fact.subject}, by)
    numbers = {(fact.source, fact.ref) for _, fact in page}
    there = _Recorded(
        connection, definitions.project, by, numbers | {f.revises for _, f in page if f.revises}
    )
    good: dict[Key, FactContent] = {}
    for number, fact in page:
        key = (fact.source, fact.ref)
        about = (
            meant(definitions.project, subjects.get(fact.subject, ()), fact.subject_unit)
            if fact.subject
            else None
        )
        revised = there.revised(fact)
        content = _content(fact, about, revised)
        before = there.own(key)
        known = good.get(key) or (before.content if before else None)
        if known == content:
            recorded.outcomes[number] = "unchanged"
            recorded.unchanged += 1
            continue
        found = (fact.subject,) if fact.subject and about else ()
        why = fact_refusal(
            definitions, fact, found, (fact.revises,) if fact.revises and revised else (), today, by
        )
        why = why or next((each for each in (about, revised) if isinstance(each, Refusal)), None)
        if why is None and known is not None:
            why = other_content(content, known)
        if why is None:
            recorded.outcomes[number] = "new"
            good[key] = content
        else:
            recorded.refuse(number, fact.ref, why)
    if good:
        more = {"recorded_at": now, "owner": by.unit, "author_id": author_of(connection, by)}
        recorded.new += insert_ignore(
            connection,
            FACT,
            (
                {**content._asdict(), "first_told": there.first_told(content), **more}
                for content in good.values()
            ),
        )
        _assign_grades(connection, good.values())


def _content(
    fact: NewFact, about: RegisteredSubject | Refusal | None, revised: _Known | Refusal | None
) -> FactContent:
    return FactContent(
        kind=fact.kind,
        subject_id=about.id if isinstance(about, RegisteredSubject) else None,
        unit=fact.unit,
        happened_on=fact.happened_on,
        data={**fact.data, "withdrawn": True} if fact.withdrawn else dict(fact.data),
        revises=revised.id if isinstance(revised, _Known) else None,
        source=fact.source,
        ref=fact.ref,
    )


class _Recorded:
    """The facts the ledger has under some numbers, as far as they are a principal's own or concern its units.

    A number is its owner's: what another unit recorded under the same one is another fact. What was recorded before
    owners were kept belongs to whoever acts for the unit it is about.
    """

    def __init__(self, connection: Connection, project: Project, by: Principal, keys: Iterable[Key]) -> None:
        self._project = project
        self._by = by
        of_the_fact = (getattr(Fact, name) for name in _Known._fields[:-1])
        query = (
            select(*of_the_fact, named(col(Subject.unit), "subject_unit"))
            .select_from(Fact)
            .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
            .where(one_of_pairs(col(Fact.source), col(Fact.ref), keys))
            .order_by(col(Fact.id))
        )
        self._found: dict[Key, list[_Known]] = defaultdict(list)
        self._first_told: dict[int | tuple[str, str, str], int] = {}
        for row in each_of(connection, query, _Known):
            first = row.first_told or row.id
            self._first_told[row.id] = first
            self._first_told.setdefault((row.source, row.ref, row.kind), first)
            if by.acts_for(row.about) or row.owner == by.unit:
                self._found[row.source, row.ref].append(row)

    def first_told(self, fact: FactContent) -> int | None:
        """The first that anybody told under the number of a new fact, or of what it corrects; None where it is the first."""
        return self._first_told.get(fact.revises or (fact.source, fact.ref, fact.kind))

    def own(self, key: Key) -> _Known | None:
        """The fact that the principal's own unit recorded under this number."""
        found = self._found.get(key, ())
        mine = [each for each in found if each.owner == self._by.unit]
        return next(iter(mine or [each for each in found if each.owner is None]), None)

    def revised(self, fact: NewFact) -> _Known | Refusal | None:
        """The fact that is corrected; None when there is none, and why not when it is not the principal's to correct."""
        if fact.revises is None:
            return None
        found, unit = self._found.get(fact.revises, []), fact.revised_unit
        if unit is not None:
            found = [each for each in found if each.owner == unit]
        own = [each for each in found if each.owner == self._by.unit]
        mine = own or [each for each in found if self._may_correct(each)]
        if len(mine) == 1:
            return mine[0]
        number = "/".join(fact.revises)
        if mine:
            names = say(zh="、", en=", ").join(
                self._project.name_of(each.owner or each.about) for each in mine
            )
            return Refusal.said(
                "revises",
                zh=f"{names}都报过编号 {number}，请写明更正哪个单位的",
                en=f"{names} have each reported {number}; say whose is corrected",
            )
        if found:
            owner = self._project.name_of(found[0].owner or self._project.county_of(found[0].about))
            return Refusal.said(
                "revises",
                zh=f"{number} 是{owner}报的，由{owner}或它的上级更正、撤销",
                en=f"{number} was reported by {owner}: it is corrected by {owner} or a unit above it",
            )
        return None

    def _may_correct(self, fact: _Known) -> bool:
        return self._by.acts_for(fact.owner or self._project.county_of(fact.about))


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
