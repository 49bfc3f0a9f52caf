"""Who is under supervision, what was merged into what, and what happened."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, col

from duban.base.json_values import JsonObject
from duban.ledger.columns import (
    FoldedCode,
    FoldedName,
    LedgerRow,
    PlainWords,
    big,
    kept_as,
    linked,
    moment,
    number,
    plain,
    refers,
    table_of,
)
from duban.ledger.tables.accounts import Author


class Subject(LedgerRow, table=True):
    """An enterprise, operator or piece of equipment under supervision (监管对象)."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("kind", "code", "unit"),
        Index("ix_subject_unit", "unit"),
        # A part of a name is looked for along the names, and on PostgreSQL by the pairs of letters in them.
        Index("ix_subject_name", "name", "unit", "id"),
        Index("ix_subject_name_pairs", text("duban_name_pairs(name)"), postgresql_using="gin").ddl_if(
            dialect="postgresql"
        ),
    )
    id: int = number()  #: its row
    #: What sort of subject it is, in the words of the vocabulary.
    kind: str
    #: Its own code, such as a 统一社会信用代码; unique within the kind and the county.
    code: str = kept_as(FoldedCode)
    #: What people call it.
    name: str = kept_as(FoldedName)
    #: The code of the unit in whose charge it is.
    unit: str = Field(foreign_key="unit.code")
    #: Its risk grade; None while it has none.
    grade: str | None = None
    #: What else the register says about it.
    attributes: dict[str, str] = plain(default_factory=dict)
    #: Whether it works; a closed or merged one owes nothing more.
    active: bool = True
    #: The local day from which it owes; None: it always has.
    registered_on: date | None = None
    #: Who registered it; None where that was before authors were kept.
    author_id: int | None = refers("author.id", default=None)


class SubjectChange(LedgerRow, table=True):
    """Somebody made a subject another than it was: its name, its unit, whether it works … The history only grows."""

    __tablename__ = "subject_change"
    __table_args__ = (Index("ix_subject_change_subject", "subject_id", "id"),)
    id: int = number()  #: its row
    subject_id: int = refers("subject.id")  #: the subject
    at: datetime = moment()  #: when it was
    #: Who did it.
    author_id: int = refers("author.id")
    #: What was changed: field → what it was and what it became.
    changed: JsonObject = plain()
    #: The subject.
    subject: Subject = linked()
    #: Who did it.
    author: Author = linked()


_STANDING = text("undone_at IS NULL")


class MergerRecord(LedgerRow, table=True):
    """A subject was merged into another (并入); it stands until it is undone."""

    __tablename__ = "merger"
    __table_args__ = (
        Index(
            "uq_merger_subject", "subject_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING
        ),
        Index("ix_merger_survivor", "survivor_id", sqlite_where=_STANDING, postgresql_where=_STANDING),
        CheckConstraint("subject_id <> into_id", name="into_another"),
    )
    id: int = number()  #: its row
    #: The subject that is gone.
    subject_id: int = refers("subject.id")
    #: The subject it was merged into, as entered.
    into_id: int = refers("subject.id")
    #: The local day from which the other stands for it.
    merged_on: date
    #: The subject that stands for it by now: another than `into_id` once that was merged too.
    survivor_id: int = refers("subject.id")
    #: The local day from which that one does.
    survivor_since: date
    #: Whether the subject was active before.
    was_active: bool
    entered_at: datetime = moment()  #: when it was entered
    #: Who entered it.
    entered_by: str
    #: Why, in the person's words.
    reason: str = kept_as(PlainWords, default="")
    #: When it was taken back; None while it stands.
    undone_at: datetime | None = moment(default=None)
    #: Who took it back.
    undone_by: str | None = None
    #: Why it was taken back.
    undone_because: str | None = kept_as(PlainWords, default=None)
    #: Who is gone.
    subject: Subject = linked(by="MergerRecord.subject_id")
    #: Whom it was merged into, as entered.
    into: Subject = linked(by="MergerRecord.into_id")
    #: Who stands for it by now.
    survivor: Subject = linked(by="MergerRecord.survivor_id")


class Fact(LedgerRow, table=True):
    """Something dated that happened (事实). Never changed: a correction is a new fact that `revises` the old one."""

    __tablename__ = "fact"
    __table_args__ = (
        UniqueConstraint("source", "ref", "owner"),
        Index("ix_fact_kind", "kind", "id"),
        Index("ix_fact_kind_day", "kind", "happened_on"),
        Index("ix_fact_subject", "subject_id", "kind", "happened_on", "revises"),
        Index(
            "ix_fact_revises",
            "revises",
            sqlite_where=text("revises IS NOT NULL"),
            postgresql_where=text("revises IS NOT NULL"),
        ),
        Index(
            "ix_fact_first_told",
            "first_told",
            sqlite_where=text("first_told IS NOT NULL"),
            postgresql_where=text("first_told IS NOT NULL"),
        ),
    )
    id: int = number()  #: its row
    #: What happened, in the words of the vocabulary.
    kind: str
    #: The subject it is about; None when it is about a unit.
    subject_id: int | None = refers("subject.id", default=None)
    #: The code of the unit it is about; None when it is about a subject.
    unit: str | None = Field(default=None, foreign_key="unit.code")
    #: The local day on which it happened.
    happened_on: date
    recorded_at: datetime = moment()  #: when it was recorded
    #: Where it comes from: a system, a register, a program.
    source: str = kept_as(FoldedName)
    #: Its number there; unique within the source and its owner.
    ref: str = kept_as(FoldedCode)
    #: The code of the unit whose source and number these are; None where that was before authors were kept.
    owner: str | None = Field(default=None, foreign_key="unit.code")
    #: Who recorded it; None where that was before authors were kept.
    author_id: int | None = refers("author.id", default=None)
    #: What the kind of fact carries.
    data: JsonObject = plain(default_factory=dict)
    #: The fact it corrects or withdraws.
    revises: int | None = refers("fact.id", default=None)
    #: The oldest fact of the kind under the number, or under that of the fact it corrects, whoever recorded it; None where
    #: this is it. What is told again may tell of one event (`duban.obligations.statements`).
    first_told: int | None = big(default=None)
    #: The subject it is about.
    subject: Subject | None = linked()
    #: Who recorded it.
    author: Author | None = linked()


SUBJECT: Final = table_of(Subject)
SUBJECT_CHANGE: Final = table_of(SubjectChange)
MERGER: Final = table_of(MergerRecord)
FACT: Final = table_of(Fact)

MERGER_STANDS: Final = col(MergerRecord.undone_at).is_(None)
"""The condition that a merger has not been taken back."""
