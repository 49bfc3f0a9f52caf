"""What leaders, letters and meetings assigned once (临时交办), and the files that went along.

What is owed by one stands among the obligations, under duties of its own; `base.assignment_numbers` says which.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from duban.ledger.columns import LedgerRow, big, linked, moment, number, refers, table_of
from duban.ledger.tables.accounts import Author


class Assignment(LedgerRow, table=True):
    """One assignment: never changed; what it made owed is withdrawn where it was wrong."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("year", "sequence"),)
    id: int = number()  #: its row
    #: The year of its number.
    year: int
    #: Its place among the assignments of that year, from 1.
    sequence: int
    #: What people call it: the number of the document, else 交办〔2026〕3号.
    number: str = Field(index=True)
    #: The number of the document (文号) it comes from; empty where there is none.
    document: str = ""
    #: What is to be done, in one line.
    title: str
    #: The words of the note, the letter or the resolution.
    words: str
    #: The day as it was written: 2026-10-20, 10个工作日, 4小时.
    due: str
    #: Whether only those who may know see it before it is done.
    confidential: bool = False
    #: The code of the unit it was assigned for.
    unit: str = Field(foreign_key="unit.code")
    assigned_at: datetime = moment()  #: when it was made
    #: Who assigned it.
    assigned_by: str
    #: Who that is, an account told from a name.
    author_id: int = refers("author.id")
    #: What a form is known by, so that one sent twice assigns once; None where none was filled in.
    form: str | None = Field(default=None, unique=True)
    #: Who assigned it.
    author: Author = linked()
    #: The files that went along, in the order they were given.
    files: list["AssignmentFile"] = linked(in_order_of="AssignmentFile.id")


class AssignmentFile(LedgerRow, table=True):
    """A file that went along with an assignment, kept by its fingerprint among the evidence."""

    __tablename__ = "assignment_file"
    __table_args__ = (UniqueConstraint("assignment_id", "name", "sha256"),)
    id: int = number()  #: its row
    assignment_id: int = refers("assignment.id")  #: the assignment
    #: What the file was called.
    name: str
    #: The fingerprint of its bytes.
    sha256: str
    #: Bytes.
    size: int = big()
    #: Where it is kept, below the folder of evidence.
    stored_as: str


ASSIGNMENT: Final = table_of(Assignment)
ASSIGNMENT_FILE: Final = table_of(AssignmentFile)
