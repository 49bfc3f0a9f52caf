"""What was copied out of the ledger for good, and read back there; and what is still known of what left with it."""

from datetime import date, datetime
from typing import Any, Final, cast

from sqlmodel import Field

from duban.base.json_values import JsonObject
from duban.ledger.columns import (
    NUMBER,
    LedgerRow,
    moment,
    number,
    partial_index,
    plain,
    refers,
    table_of,
)


class Archive(LedgerRow, table=True):
    """An archive that was written and read back (归档). Only what stands in one may leave the ledger."""

    __tablename__ = "archive"
    #: Its number.
    id: int = number()
    #: What the store calls it.
    name: str
    #: Where it is kept, without secrets.
    place: str
    #: What is from before this moment is in it.
    before: datetime = moment()
    #: When it was read back and found whole.
    read_back_at: datetime = moment()
    #: Who had it written.
    by: str
    #: How many rows of each table are in it.
    rows: JsonObject = plain(default_factory=dict)


class ArchivedObligation(LedgerRow, table=True):
    """An obligation that left the ledger for an archive: what it was and how it ended, so that it is never owed again and
    every count stays what it was.
    """

    __tablename__ = "archived_obligation"
    __table_args__ = (
        partial_index(
            "uq_archived_obligation_unit",
            *("duty_id", "period_key", "unit"),
            where="subject_id IS NULL",
            unique=True,
        ),
        partial_index(
            "uq_archived_obligation_subject",
            *("duty_id", "period_key", "subject_id"),
            where="subject_id IS NOT NULL",
            unique=True,
        ),
        partial_index("ix_archived_obligation_fact", "fact_id", where="fact_id IS NOT NULL"),
    )
    #: The number it had.
    id: int = Field(primary_key=True, sa_type=cast("Any", NUMBER), sa_column_kwargs={"autoincrement": False})
    archive_id: int = refers("archive.id")  #: the archive it is in
    #: The duty, as the content named it.
    duty_id: str
    duty_version_id: int = refers("duty_version.id")  #: what the duty said when it opened
    #: The code of the unit that owed it.
    unit: str = Field(foreign_key="unit.code")
    #: The subject it was owed for; None when the unit owed it as such.
    subject_id: int | None = refers("subject.id", default=None)
    #: The period, or the event, it was owed for.
    period_key: str
    #: The fact that brought it about; None when a period did.
    fact_id: int | None = refers("fact.id", default=None)
    #: How it ended.
    state: str
    #: The last day by which it could be done in time.
    due: date
    #: The local day it counts as closed on.
    closed_on: date
    #: How often a reviewer had sent it back.
    returns: int
    #: Whether only its own posts could see what it was about, before it was done.
    confidential: bool


ARCHIVE: Final = table_of(Archive)
ARCHIVED_OBLIGATION: Final = table_of(ArchivedObligation)
