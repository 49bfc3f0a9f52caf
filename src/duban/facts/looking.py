"""What was recorded, about whom and by whom, as far as somebody may look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from duban.base.language import say
from duban.bureau.project import Project
from duban.ledger.principals import Principal
from duban.ledger.tables import Author, Fact, Subject, SubjectChange


@dataclass(frozen=True)
class FactFilter:
    """Which facts are wanted; what is None is not asked."""

    kind: str | None = None  #: what happened
    subject_kind: str | None = None  #: the kind of the subject they are about
    subject_code: str | None = None  #: its code
    unit: str | None = None  #: the unit they are about themselves
    source: str | None = None  #: where they come from
    ref: str | None = None  #: their number there
    owner: str | None = None  #: the unit that recorded them
    since: date | None = None  #: the first local day
    until: date | None = None  #: the last local day


@dataclass(frozen=True)
class RecordedFact:
    """A fact with what it names."""

    fact: Fact  #: the fact itself
    subject: Subject | None  #: whom it is about
    revised: Fact | None  #: what it corrects
    author: Author | None  #: who recorded it; None where that was before authors were kept


@dataclass(frozen=True)
class RecordedChange:
    """A change of a subject with what it names."""

    change: SubjectChange  #: the change itself
    subject: Subject  #: whose
    author: Author  #: who made it


def recorded_facts(
    session: Session, wanted: FactFilter, by: Principal, *, size: int, after: int = 0, newest: bool = False
) -> list[RecordedFact]:
    """At most `size` facts as `wanted`, about units that `by` acts for and their subjects, in the order they were
    recorded, from the one after number `after`, or the `newest`.
    """
    revised = aliased(Fact, name="revised")
    query = (
        select(Fact, Subject, revised, Author)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .outerjoin(revised, col(revised.id) == col(Fact.revises))
        .outerjoin(Author, col(Author.id) == col(Fact.author_id))
        .where(col(Fact.id) > after)
        .order_by(col(Fact.id).desc() if newest else col(Fact.id))
        .limit(size)
    )
    if by.units is not None:
        query = query.where(or_(col(Fact.unit).in_(by.units), col(Subject.unit).in_(by.units)))
    for column, value in (
        (col(Fact.kind), wanted.kind),
        (col(Fact.unit), wanted.unit),
        (col(Fact.source), wanted.source),
        (col(Fact.ref), wanted.ref),
        (col(Fact.owner), wanted.owner),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.subject_code is not None:
        query = query.where(col(Fact.subject_id).in_(_of_code(wanted.subject_code, wanted.subject_kind)))
    elif wanted.subject_kind is not None:
        query = query.where(col(Subject.kind) == wanted.subject_kind)
    if wanted.since is not None:
        query = query.where(col(Fact.happened_on) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(Fact.happened_on) <= wanted.until)
    found = [RecordedFact(*row) for row in session.exec(query)]
    return found[::-1] if newest else found


def recorded_changes(
    session: Session,
    by: Principal,
    *,
    kind: str | None,
    code: str | None,
    size: int,
    after: int = 0,
    newest: bool = False,
) -> list[RecordedChange]:
    """At most `size` changes of subjects of units that `by` acts for, in their order, from the one after number
    `after`, or the `newest`; of one `kind` of subject, or of those of one `code`, where that is said.
    """
    query = (
        select(SubjectChange, Subject, Author)
        .join(Subject, col(Subject.id) == col(SubjectChange.subject_id))
        .join(Author, col(Author.id) == col(SubjectChange.author_id))
        .where(col(SubjectChange.id) > after)
        .order_by(col(SubjectChange.id).desc() if newest else col(SubjectChange.id))
        .limit(size)
    )
    if by.units is not None:
        query = query.where(col(Subject.unit).in_(by.units))
    if code is not None:
        query = query.where(col(SubjectChange.subject_id).in_(_of_code(code, kind)))
    elif kind is not None:
        query = query.where(col(Subject.kind) == kind)
    found = [RecordedChange(*row) for row in session.exec(query)]
    return found[::-1] if newest else found


def _of_code(code: str, kind: str | None) -> SelectOfScalar[int]:
    """The subjects with a code, of one kind or of any: what is told of them is then found by them, not looked for among all."""
    those = select(col(Subject.id)).where(col(Subject.code) == code)
    return those if kind is None else those.where(col(Subject.kind) == kind)


def signed(author: Author | None, project: Project) -> str:
    """Who an author is, for a reader: name and unit; empty where nobody knows."""
    if author is None:
        return ""
    unit = project.name_of(author.unit)
    return say(zh=f"{author.name}（{unit}）", en=f"{author.name} ({unit})")


def changes_in_words(changed: Sequence[tuple[str, object]]) -> str:
    """What a change made of what, field by field."""
    words = {
        "name": say(zh="名称", en="name"),
        "unit": say(zh="归谁管", en="in charge"),
        "grade": say(zh="等级", en="grade"),
        "attributes": say(zh="属性", en="attributes"),
        "active": say(zh="在业", en="active"),
        "registered_on": say(zh="登记日期", en="registered on"),
        "merged_into": say(zh="并入", en="merged into"),
    }
    told = []
    for name, pair in changed:
        before, after = pair if isinstance(pair, list) else (None, pair)
        told.append(f"{words.get(name, name)} {_shown(before)} → {_shown(after)}")
    return say(zh="；", en="; ").join(told)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return say(zh="是", en="yes") if value else say(zh="否", en="no")
    if isinstance(value, dict):
        return ", ".join(f"{key}={each}" for key, each in value.items()) or "-"
    return "-" if value is None else str(value)
