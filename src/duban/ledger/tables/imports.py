"""Tables that people handed in on a page, to be rehearsed and taken."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from duban.base.json_values import JsonObject
from duban.ledger.columns import LedgerRow, moment, number, plain, refers


class HandedInTable(LedgerRow, table=True):
    """One file somebody handed in. The file itself is kept until it is taken, dropped, or a week old."""

    __tablename__ = "handed_in_table"
    __table_args__ = (Index("ix_handed_in_table_sha256", "sha256"),)
    id: int = number()  #: its row
    #: Whose it is: nobody else sees it. None: it came by command, from somebody without an account.
    account_id: int | None = refers("account.id", default=None)
    #: What the person calls the file.
    name: str
    #: The fingerprint of its content.
    sha256: str
    #: In bytes.
    size: int
    handed_in_at: datetime = moment()  #: when it was handed in
    #: Who handed it in, as the history names them.
    handed_in_by: str
    #: The mapping that was asked for by hand; None: told by the headings.
    mapping: str | None = None
    #: By hand: the mapping's columns, and the headings of the file that stand for them.
    chosen: dict[str, str] = plain(default_factory=dict)
    #: The unit of rows that name none.
    default_unit: str | None = Field(default=None, foreign_key="unit.code")
    #: When it was taken; None: not yet.
    taken_at: datetime | None = moment(default=None)
    #: What came of it, as counts.
    outcome: JsonObject | None = plain(default=None)
    #: When the file was removed; None while it is there.
    removed_at: datetime | None = moment(default=None)
