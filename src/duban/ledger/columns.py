"""How the ledger stores moments, plain JSON and numbers on SQLite and on PostgreSQL alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack, cast

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Index, Integer, MetaData, String, Table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Relationship, SQLModel

from duban.base.folding import fold_code, fold_name, legible

# Every constraint has a name, so that a migration can find it again on either database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
LEDGER = MetaData(naming_convention=NAMES)

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A row's number: SQLite's own row id, or a 64-bit integer."""

PLAIN = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Plain JSON; an absent value is NULL, never the word `null`."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Stored as naive UTC, given back aware; a moment without a zone is refused, never guessed."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC without its zone. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without its zone cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored moment, aware, in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)

    @property
    def python_type(self) -> type[object]:
        """The Python side of the column."""
        return datetime


class FoldedCode(TypeDecorator[str]):
    """A code or a document's number: whoever asks for it may spell it as people do."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The code as it is kept."""
        return None if value is None else fold_code(value)


class FoldedName(TypeDecorator[str]):
    """A name: what cannot be seen in it does not count."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The name as it is kept."""
        return None if value is None else fold_name(value)


class PlainWords(TypeDecorator[str]):
    """What somebody writes: a reason, an answer, a title. What cannot be seen in it is left out."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The words as they are kept."""
        return None if value is None else legible(value)


class _Default(TypedDict, total=False):
    """What a field holds in a row that does not say."""

    default: str | None
    default_factory: Callable[[], object]


class LedgerRow(SQLModel):
    """A row of the ledger."""

    metadata = LEDGER


def number() -> Any:
    """A row's own number, given by the database."""
    return Field(default=None, primary_key=True, sa_type=cast("Any", NUMBER))


def big(**more: Unpack[_Default]) -> Any:
    """A number that may grow beyond 32 bits."""
    return Field(sa_type=cast("Any", NUMBER), **more)


def refers(to: str, **more: Unpack[_Default]) -> Any:
    """The number of a row elsewhere: `table.column`."""
    return Field(foreign_key=to, sa_type=cast("Any", NUMBER), **more)


def kept_as(kind: type[TypeDecorator[str]], **more: Unpack[_Default]) -> Any:
    """A text that is kept by the rules of its kind: `FoldedCode`, `FoldedName`, `PlainWords`."""
    return Field(sa_type=kind, **more)


def moment(**more: Unpack[_Default]) -> Any:
    """A moment, aware UTC."""
    return Field(sa_type=UtcDateTime, **more)


def plain(**more: Unpack[_Default]) -> Any:
    """Plain JSON."""
    return Field(sa_type=cast("Any", PLAIN), **more)


def one_of_words(column: str, words: tuple[str, ...]) -> str:
    """The constraint that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that meet a condition, on either database; a statement has to say it to be answered by it."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def linked(by: str = "", *, in_order_of: str = "", at_once: bool = False) -> Any:
    """The row, or the rows, of another table that belong to this one, to be read in a `Session`.

    `by` names the column that refers to them where several do (`MergerRecord.into_id`), `in_order_of` the column that rows in a
    list are sorted by; `at_once` reads one with the other. Read only: what is written is written in a row's own columns.
    """
    more: dict[str, object] = {"foreign_keys": f"[{by}]"} if by else {}
    if in_order_of:
        more["order_by"] = in_order_of
    if at_once:
        more |= {"lazy": "joined", "innerjoin": True}
    return Relationship(sa_relationship_kwargs={"viewonly": True, **more})


def table_of(model: type[SQLModel]) -> Table:
    """The table a class reads one row of, for set-wise work."""
    return cast("Table", cast("Any", model).__table__)
