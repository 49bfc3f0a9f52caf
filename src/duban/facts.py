"""Taking down what is known: subjects under supervision (监管对象), and facts (事实) about them and about units.

A fact is written once. The same (source, ref) again changes nothing; a correction is a new fact that revises the old
one. What cannot be true is refused with its reason, and the other rows are taken all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, select, tuple_, update

from duban.clock import business_date
from duban.language import say
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.tables import FACT, SUBJECT, WATERMARK
from duban.opening.watermarks import subjects_changed
from duban.problems import did_you_mean

if TYPE_CHECKING:
    from duban.definitions import Definitions
    from duban.workspace import Workspace

PAGE = 5_000
GRADE_ASSIGNED = "grade.assigned"
"""The fact that gives its subject the risk grade in `data["grade"]`."""
T = TypeVar("T")
_QUEUE = "facts"
_EARLIEST = date(1949, 10, 1)


@dataclass(frozen=True)
class NewSubject:
    """A subject as a register states it: `unit` is the code of the unit in whose charge it is."""

    kind: str
    code: str
    name: str
    unit: str
    grade: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    active: bool = True
    registered_on: date | None = None


@dataclass(frozen=True)
class NewFact:
    """Something that happened on a local business date, as `source` reports it under its own number `ref`.

    It is about a `subject` (kind, code) or about a `unit` (code), never both. `revises` is the (source, ref) of a fact
    this one corrects; `withdrawn` says that the corrected fact never was.
    """

    kind: str
    subject: tuple[str, str] | None
    unit: str | None
    happened_on: date
    source: str
    ref: str
    data: Mapping[str, Any] = field(default_factory=dict)
    revises: tuple[str, str] | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: its place in what was given (from 1), what it calls itself, and why."""

    row: int
    ref: str
    reason: str


@dataclass
class Recorded:
    """How many rows were new, how many the ledger had already, and which were refused.

    For subjects, `changed` counts those whose name, unit, grade, attributes or state is another than before.
    """

    new: int = 0
    unchanged: int = 0
    changed: int = 0
    refused: list[Refused] = field(default_factory=list)


def record_subjects(ws: Workspace, rows: Iterable[NewSubject]) -> Recorded:
    """Take down subjects, or bring those already there up to date; one transaction per 5,000 rows."""
    recorded = Recorded()
    for page in _pages(rows):
        good = []
        for number, row in page:
            reason = _subject_refusal(ws.definitions, row)
            if reason:
                recorded.refused.append(Refused(number, f"{row.kind}/{row.code}", reason))
            else:
                good.append(row)
        if good:
            with writing(ws.ledger) as connection:
                _write_subjects(connection, good, recorded)
    return recorded


def record_facts(ws: Workspace, rows: Iterable[NewFact], now: datetime) -> Recorded:
    """Take down facts at `now` (aware UTC); one transaction per 5,000 rows, so a long import may be repeated."""
    recorded = Recorded()
    today = business_date(now, ws.definitions.project.zone)
    with writing(ws.ledger) as connection:
        insert_ignore(connection, WATERMARK, [{"name": _QUEUE, "day": None, "fact_id": None}])
    for page in _pages(rows):
        with writing(ws.ledger) as connection:
            # One recorder at a time: facts then become visible in the order of their numbers, and opening misses none.
            connection.execute(
                select(WATERMARK.c.name).where(WATERMARK.c.name == _QUEUE).with_for_update()
            ).one()
            _write_facts(connection, ws.definitions, page, today, now, recorded)
    return recorded


def known_subject(ws: Workspace, kind: str, code: str) -> int | None:
    """The number of a subject in the ledger, None if it is not there."""
    with reading(ws.ledger) as connection:
        return connection.execute(
            select(SUBJECT.c.id).where(SUBJECT.c.kind == kind, SUBJECT.c.code == code)
        ).scalar()


def _pages(rows: Iterable[T]) -> Iterable[list[tuple[int, T]]]:
    numbered = iter(enumerate(rows, 1))
    while page := list(islice(numbered, PAGE)):
        yield page


def _subject_refusal(definitions: Definitions, row: NewSubject) -> str:
    kind = definitions.vocabulary.subjects.get(row.kind)
    if kind is None:
        return _unknown(
            say(zh=f"没有监管对象“{row.kind}”", en=f"there is no subject kind “{row.kind}”"),
            row.kind,
            definitions.vocabulary.subjects,
        )
    if row.unit not in definitions.project.units:
        return _unknown(
            say(zh=f"没有单位“{row.unit}”", en=f"there is no unit “{row.unit}”"),
            row.unit,
            definitions.project.units,
        )
    if not row.code.strip() or not row.name.strip():
        return say(zh="缺少编号或名称", en="the code or the name is missing")
    if row.grade is not None and kind.grades and row.grade not in kind.grades:
        return _unknown(
            say(zh=f"没有等级“{row.grade}”", en=f"there is no grade “{row.grade}”"), row.grade, kind.grades
        )
    for name, value in row.attributes.items():
        if name not in kind.attributes:
            return _unknown(
                say(zh=f"{row.kind} 没有属性“{name}”", en=f"{row.kind} has no attribute “{name}”"),
                name,
                kind.attributes,
            )
        values = kind.attributes[name]
        if values and value not in values:
            return _unknown(
                say(zh=f"“{name}”不能是“{value}”", en=f"“{name}” cannot be “{value}”"), value, values
            )
    return ""


def _write_subjects(connection: Connection, rows: Sequence[NewSubject], recorded: Recorded) -> None:
    given = {(row.kind, row.code): _subject_row(row) for row in rows}  # the last of a repeated code counts
    columns = [SUBJECT.c[name] for name in next(iter(given.values()))]
    known = {
        (found.kind, found.code): found._asdict()
        for found in connection.execute(
            select(*columns).where(tuple_(SUBJECT.c.kind, SUBJECT.c.code).in_(list(given)))
        )
    }
    new = insert_ignore(connection, SUBJECT, [row for key, row in given.items() if key not in known])
    for key, row in known.items():
        if given[key]["grade"] is None:  # a register that does not know the grade does not take it away
            given[key]["grade"] = row["grade"]
    changed = [key for key, row in known.items() if row != given[key]]
    for kind, code in changed:
        connection.execute(
            update(SUBJECT).where(SUBJECT.c.kind == kind, SUBJECT.c.code == code).values(given[kind, code])
        )
    recorded.new += new
    recorded.changed += len(changed)
    recorded.unchanged += len(rows) - new - len(changed)
    if changed or new:
        subjects_changed(connection)


def _subject_row(row: NewSubject) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "code": row.code,
        "name": row.name,
        "unit": row.unit,
        "grade": row.grade,
        "attributes": dict(row.attributes),
        "active": row.active,
        "registered_on": row.registered_on,
    }


def _write_facts(
    connection: Connection,
    definitions: Definitions,
    page: Sequence[tuple[int, NewFact]],
    today: date,
    now: datetime,
    recorded: Recorded,
) -> None:
    subjects = _numbers_of_subjects(connection, {fact.subject for _, fact in page if fact.subject})
    there = _numbers_of_facts(
        connection,
        {(fact.source, fact.ref) for _, fact in page} | {fact.revises for _, fact in page if fact.revises},
    )
    good: dict[tuple[str, str], dict[str, Any]] = {}
    for number, fact in page:
        key = (fact.source, fact.ref)
        if key in there or key in good:
            recorded.unchanged += 1
            continue
        reason = _fact_refusal(definitions, fact, subjects, there, today)
        if reason:
            recorded.refused.append(Refused(number, fact.ref, reason))
            continue
        data = {**fact.data, "withdrawn": True} if fact.withdrawn else dict(fact.data)
        good[key] = {
            "kind": fact.kind,
            "subject_id": subjects[fact.subject] if fact.subject else None,
            "unit": fact.unit,
            "happened_on": fact.happened_on,
            "recorded_at": now,
            "source": fact.source,
            "ref": fact.ref,
            "data": data,
            "revises": there[fact.revises] if fact.revises else None,
        }
    if good:
        recorded.new += insert_ignore(connection, FACT, good.values())
        _assign_grades(connection, list(good.values()))


def _fact_refusal(
    definitions: Definitions,
    fact: NewFact,
    subjects: Mapping[tuple[str, str], int],
    there: Mapping[tuple[str, str], int],
    today: date,
) -> str:
    kind = definitions.vocabulary.facts.get(fact.kind)
    if kind is None:
        return _unknown(
            say(zh=f"没有事实“{fact.kind}”", en=f"there is no fact kind “{fact.kind}”"),
            fact.kind,
            definitions.vocabulary.facts,
        )
    if not fact.source.strip() or not fact.ref.strip():
        return say(zh="缺少来源或来源编号", en="the source or its number is missing")
    if fact.happened_on > today:
        return say(zh=f"{fact.happened_on} 还没有到", en=f"{fact.happened_on} is still to come")
    if fact.happened_on < _EARLIEST:
        return say(
            zh=f"{fact.happened_on} 太早，请核对年份", en=f"{fact.happened_on} is too early: check the year"
        )
    if (fact.subject is None) == (fact.unit is None):
        return say(
            zh="要写明关于哪个监管对象，或者哪个单位，只能写一个",
            en="say which subject or which unit, one of them",
        )
    if fact.subject is not None:
        if fact.subject[0] not in kind.about:
            return say(
                zh=f"“{kind.title}”与监管对象“{fact.subject[0]}”无关",
                en=f"{fact.kind} is not about {fact.subject[0]}",
            )
        if fact.subject not in subjects:
            return say(
                zh=f"没有登记过 {fact.subject[0]} {fact.subject[1]}",
                en=f"{fact.subject[0]} {fact.subject[1]} is not registered",
            )
    elif not kind.of_unit:
        return say(zh=f"“{kind.title}”要写明监管对象", en=f"{fact.kind} is about a subject, not a unit")
    elif fact.unit not in definitions.project.units:
        return _unknown(
            say(zh=f"没有单位“{fact.unit}”", en=f"there is no unit “{fact.unit}”"),
            fact.unit or "",
            definitions.project.units,
        )
    if fact.revises is not None and fact.revises not in there:
        return say(
            zh=f"要更正的事实不存在：{'/'.join(fact.revises)}",
            en=f"there is no fact {'/'.join(fact.revises)} to correct",
        )
    if fact.withdrawn and fact.revises is None:
        return say(zh="撤销要写明撤销哪一条", en="a withdrawal must say which fact it withdraws")
    return kind.wrong_data(fact.data) or ""


def _unknown(sentence: str, word: str, known: Iterable[str]) -> str:
    mend = did_you_mean(word, known)
    return sentence + (say(zh="，", en=", ") + mend if mend else "")


def _numbers_of_subjects(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    query = select(SUBJECT.c.id, SUBJECT.c.kind, SUBJECT.c.code).where(
        tuple_(SUBJECT.c.kind, SUBJECT.c.code).in_(list(keys))
    )
    return {(row.kind, row.code): row.id for row in connection.execute(query)}


def _numbers_of_facts(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    query = select(FACT.c.id, FACT.c.source, FACT.c.ref).where(
        tuple_(FACT.c.source, FACT.c.ref).in_(list(keys))
    )
    return {(row.source, row.ref): row.id for row in connection.execute(query)}


def _assign_grades(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give each subject the grade of its newest assignment that stands."""
    numbers = {row["subject_id"] for row in rows if row["kind"] == GRADE_ASSIGNED}
    if not numbers:
        return
    later = FACT.alias("later")
    query = (
        select(FACT.c.subject_id, FACT.c.data)
        .where(FACT.c.subject_id.in_(numbers), FACT.c.kind == GRADE_ASSIGNED)
        .where(~select(later.c.id).where(later.c.revises == FACT.c.id).exists())
        .order_by(FACT.c.happened_on, FACT.c.id)
    )
    grades = {
        row.subject_id: row.data["grade"]
        for row in connection.execute(query)
        if row.data.get("grade") and not row.data.get("withdrawn")
    }
    for number, grade in grades.items():
        connection.execute(update(SUBJECT).where(SUBJECT.c.id == number).values(grade=grade))
    if grades:
        subjects_changed(connection)
