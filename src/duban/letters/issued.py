"""The letters that were issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.rows import rows_of
from duban.ledger.tables import Letter, LetterItem, UnitRecord

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

MOST = 200
"""Letters listed at once."""


@dataclass(frozen=True)
class ListedLetter:
    """One letter in a list."""

    number: str  #: 文号
    kind: str  #: 文种
    unit: str | None  #: to whom, by name; None for all
    items: int  #: about how many obligations
    reply_by: date  #: the local day by which an answer is asked for
    issued_at: datetime  #: aware UTC
    issued_by: str  #: who issued it
    sha256: str  #: the hash of the file


def issued_letters(ws: Workspace) -> list[ListedLetter]:
    """The newest letters, newest first."""
    items = (
        select(func.count())
        .where(col(LetterItem.letter_id) == col(Letter.id))
        .correlate(Letter)
        .scalar_subquery()
    )
    query = (
        select(
            col(Letter.number),
            col(Letter.kind),
            col(UnitRecord.name).label("unit"),
            items.label("items"),
            col(Letter.reply_by),
            col(Letter.issued_at),
            col(Letter.issued_by),
            col(Letter.sha256),
        )
        .join(UnitRecord, col(UnitRecord.code) == col(Letter.unit), isouter=True)
        .order_by(col(Letter.id).desc())
        .limit(MOST)
    )
    with reading(ws.ledger) as connection:
        return list(rows_of(connection, query, ListedLetter))
