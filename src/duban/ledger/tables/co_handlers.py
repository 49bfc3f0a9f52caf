"""Who works along on obligations (会办), beside who owes them."""

from typing import Final

from sqlalchemy import Index, UniqueConstraint

from duban.ledger.columns import LedgerRow, number, refers, table_of


class CoHandler(LedgerRow, table=True):
    """A post that works along on an obligation (会办), beside who owes it."""

    __tablename__ = "co_handler"
    __table_args__ = (UniqueConstraint("obligation_id", "whom"), Index("ix_co_handler_whom", "whom"))
    id: int = number()  #: its row
    obligation_id: int = refers("obligation.id")  #: the obligation
    #: Which post, as `unit/post`.
    whom: str


CO_HANDLER: Final = table_of(CoHandler)
