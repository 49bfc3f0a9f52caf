"""The access log (操作记录): who wrote what, when, from where, and what came of it. It only grows; nothing prunes it.

No secret stands in it, and nothing of what was said: the numbers of what was touched lead to that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, col, select

from duban.ledger.authors import author_of
from duban.ledger.database import writing
from duban.ledger.sessions import session_on
from duban.ledger.tables import AccessRecord, Author

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from duban.ledger.principals import Principal

NAMED: Final = 100
"""So many numbers are named in one record: of more the first ones and the last, and how many there were."""
_LONGEST = 200


def note_access(
    ledger: Engine,
    by: Principal,
    now: datetime,
    *,
    act: str,
    outcome: str,
    address: str = "",
    touched: Sequence[str] = (),
) -> None:
    """Write down that this principal tried to write something at `now` (aware UTC), in a transaction of its own.

    `act` is the method and path, or the command; `outcome` the status, or `done`, `partly` or `refused`; `address` the machine
    they came from, empty at the machine itself; `touched` the numbers of what was written.
    """
    named = touched if len(touched) <= NAMED else [*touched[: NAMED - 1], touched[-1]]
    with writing(ledger) as connection, session_on(connection) as session:
        session.add(
            AccessRecord(
                at=now,
                author_id=author_of(connection, by),
                address=address,
                act=act[:_LONGEST],
                outcome=outcome,
                touched=[number[:_LONGEST] for number in named],
                count=len(touched),
            )
        )
        session.flush()


def noted_accesses(
    session: Session,
    *,
    size: int,
    since: datetime | None = None,
    name: str | None = None,
    units: Collection[str] | None = None,
    before: int | None = None,
) -> list[AccessRecord]:
    """The newest records, oldest first: so many, since a moment (aware UTC), of the author of this name, of authors of these
    units (None: of any), numbered below `before`.
    """
    query = select(AccessRecord).order_by(col(AccessRecord.id).desc()).limit(size)
    if since is not None:
        query = query.where(col(AccessRecord.at) >= since)
    if name is not None:
        named = select(Author.id).where(Author.name == name)
        query = query.where(col(AccessRecord.author_id).in_(named))
    if units is not None:
        theirs = select(Author.id).where(col(Author.unit).in_(sorted(units)))
        query = query.where(col(AccessRecord.author_id).in_(theirs))
    if before is not None:
        query = query.where(col(AccessRecord.id) < before)
    return list(session.exec(query))[::-1]
