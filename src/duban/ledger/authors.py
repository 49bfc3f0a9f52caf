"""Who wrote what: the author (登记人) of the rows a principal writes, kept once and named by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.tables import AUTHOR, Author

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from duban.ledger.principals import Principal


def author_of(connection: Connection, by: Principal) -> int:
    """The number of the author that this principal is, within the caller's writing transaction."""
    given: dict[str, object] = {
        "name": by.name,
        "unit": by.unit,
        "entrance": by.entrance,
        "account_id": by.account,
        "token_id": by.token,
        "undisclosed": by.undisclosed,
    }
    key = "|".join(str(value) for value in given.values())
    query = select(col(Author.id)).where(col(Author.key) == key)
    number = connection.execute(query).scalar()
    if number is None:
        insert_ignore(connection, AUTHOR, [{"key": key, **given}])
        number = connection.execute(query).scalar_one()
    return number
