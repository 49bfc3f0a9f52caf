"""What was copied out of the ledger for good, and read back there."""

from datetime import datetime
from typing import Final

from duban.base.json_values import JsonObject
from duban.ledger.columns import LedgerRow, moment, number, plain, table_of


class Archive(LedgerRow, table=True):
    """An archive that was written and read back (归档). Only messages from before one may leave the ledger."""

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


ARCHIVE: Final = table_of(Archive)
