"""How many rows of the ledger there are of a kind: what every report counts."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, func, literal, select
from sqlmodel import SQLModel

from duban.ledger.rows import named, rows_of


@dataclass(frozen=True)
class RowCount:
    """How many rows say one thing."""

    name: str  #: What they say.
    number: int  #: How many they are.


def how_many(
    connection: Connection,
    table: type[SQLModel],
    *conditions: ColumnElement[bool],
    at_most: int | None = None,
) -> int:
    """How many rows of the table meet all conditions, all of them where none is given; counting stops at `at_most`."""
    if at_most is None:
        counted = select(func.count()).select_from(table).where(*conditions)
    else:
        few = select(literal(1)).select_from(table).where(*conditions).limit(at_most).subquery()
        counted = select(func.count()).select_from(few)
    return connection.execute(counted).scalar_one()


def by_word(
    connection: Connection, column: SQLColumnExpression[str], *conditions: ColumnElement[bool]
) -> list[RowCount]:
    """How many of the rows that meet all conditions hold each word in a column, in the words' order."""
    counted = named(func.count(), "number")
    query = select(named(column, "name"), counted).where(*conditions).group_by(column).order_by(column)
    return rows_of(connection, query, RowCount)
