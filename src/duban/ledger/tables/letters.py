"""Official letters that were issued, and what they are about."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from duban.ledger.columns import LedgerRow, moment, number, refers, table_of


class Letter(LedgerRow, table=True):
    """One letter (文书) that was issued: never changed, never taken back; a wrong one is followed by another."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("year", "sequence"),)
    id: int = number()  #: its row
    #: What it is: 督办通知书.
    kind: str
    #: The year of its number.
    year: int
    #: Its place among the letters of that year, from 1.
    sequence: int
    #: The whole number (文号).
    number: str
    #: The code of the unit it went to; None for one that goes to all.
    unit: str | None = Field(default=None, foreign_key="unit.code")
    #: The local day by which an answer is asked for.
    reply_by: date
    issued_at: datetime = moment()  #: when it was issued
    #: Who issued it.
    issued_by: str
    #: The fingerprint of the file.
    sha256: str


class LetterItem(LedgerRow, table=True):
    """That a letter is about an obligation."""

    __tablename__ = "letter_item"
    __table_args__ = (
        UniqueConstraint("letter_id", "obligation_id"),
        Index("ix_letter_item_obligation", "obligation_id"),
    )
    id: int = number()  #: its row
    letter_id: int = refers("letter.id")  #: the letter
    obligation_id: int = refers("obligation.id")  #: the obligation


LETTER: Final = table_of(Letter)
