"""How far the engine's steps have come, and who is doing one."""

from datetime import date, datetime
from typing import Final

from sqlmodel import Field

from duban.ledger.columns import LedgerRow, big, moment, table_of


class Watermark(LedgerRow, table=True):
    """How far a step has come: everything up to here has been looked at."""

    __tablename__ = "watermark"
    #: The step, and for whom it is done.
    name: str = Field(primary_key=True)
    #: The local day up to which it has come.
    day: date | None = None
    #: The number of the last fact it has seen.
    fact_id: int | None = big(default=None)


class Lease(LedgerRow, table=True):
    """Who is doing a step that only one may do at a time."""

    __tablename__ = "lease"
    #: The step.
    name: str = Field(primary_key=True)
    #: The process.
    holder: str
    #: Until when the others wait.
    until: datetime = moment()
    #: When the holder last said that it is alive.
    beat_at: datetime = moment()


WATERMARK: Final = table_of(Watermark)
LEASE: Final = table_of(Lease)
