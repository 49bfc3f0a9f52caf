"""The letters that were issued."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.rows import rows_of
from duban.ledger.tables import Letter, LetterItem, Obligation, ObligationEvent, UnitRecord
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
    sha256: str  #: the fingerprint of the file
    id: int  #: its row
    returned: str | None  #: what came back with the slip (回执); None while nothing has


FOLDER: Final = Path(".duban") / "letters"
RECEIPT: Final = "receipt"
"""The kind of event that a slip came back is."""


def kept_letter(root: Path, sha256: str) -> Path:
    """Where the .docx of a letter is kept, by the SHA-256 of its content; whether it is still there is not looked at."""
    return root / FOLDER / f"{sha256}.docx"


def issued_letters(
    ws: Workspace, seen: ColumnElement[bool] | None = None, *, obligation: int | None = None
) -> list[ListedLetter]:
    """The newest letters, newest first: those about nothing but what exists for the reader, if `seen` says so, and about one
    obligation, if one is asked for.
    """
    items = (
        select(func.count())
        .where(col(LetterItem.letter_id) == col(Letter.id))
        .correlate(Letter)
        .scalar_subquery()
    )
    about = select(col(LetterItem.obligation_id)).where(col(LetterItem.letter_id) == col(Letter.id))
    returned = (
        select(func.max(col(ObligationEvent.reason)))
        .where(
            col(ObligationEvent.obligation_id).in_(about.correlate(Letter)),
            col(ObligationEvent.kind) == RECEIPT,
            col(ObligationEvent.details)["letter"].as_integer() == col(Letter.id),
        )
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
            col(Letter.id),
            returned.label("returned"),
        )
        .join(UnitRecord, col(UnitRecord.code) == col(Letter.unit), isouter=True)
        .order_by(col(Letter.id).desc())
        .limit(MOST)
    )
    if seen is not None:
        hidden = select(col(Obligation.id)).where(col(Obligation.id).in_(about.correlate(Letter)), ~seen)
        query = query.where(~hidden.correlate(Letter).exists())
    if obligation is not None:
        those = select(col(LetterItem.letter_id)).where(col(LetterItem.obligation_id) == obligation)
        query = query.where(col(Letter.id).in_(those))
    with reading(ws.ledger) as connection:
        return list(rows_of(connection, query, ListedLetter))
