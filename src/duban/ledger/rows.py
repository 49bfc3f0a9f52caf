"""Typed rows: what a statement gives, as a type of the caller's, whose fields are the statement's columns by name.

The one place where a row of the database is a row of anything. `select(col(Fact.id), col(Fact.kind))` read as
`rows_of(connection, statement, Happening)` gives a list of `Happening(id=…, kind=…)`; a column that is called otherwise
is given its field's name by `named(…)`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import Final, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Float,
    LargeBinary,
    Numeric,
    Result,
    Select,
    SQLColumnExpression,
    func,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped
from sqlalchemy.orm.util import AliasedClass
from sqlmodel import SQLModel

Shape = TypeVar("Shape")
Value = TypeVar("Value")
_SQLITE: Final = sqlite.dialect()
_NOT_IN_JSON: Final = (Float, Numeric, LargeBinary)
_MAKERS: Final[dict[tuple[type, tuple[str, ...]], Callable[[Iterable[object]], object]]] = {}


def rows_of(
    connection: Connection,
    statement: Executable,
    shape: type[Shape],
    given: Mapping[str, object] | None = None,
) -> list[Shape]:
    """Every row of the statement as a `shape`: a NamedTuple or a dataclass with the statement's columns, in their order.
    `given` are the values of a statement that was put together once, by name.

    Raises TypeError when the columns are others than the fields: a mistake of the program, found at the first call.
    """
    result = connection.execute(statement, given or {})
    return list(map(_make(result, shape), result.all()))


def rows_at_once(
    connection: Connection,
    statement: Select[tuple[object, ...]],
    shape: type[Shape],
    given: Mapping[str, object] | None = None,
) -> list[Shape]:
    """As `rows_of`, in no order, for where several threads read side by side: on SQLite all rows come as one value.

    Its driver lets another thread run before each row it hands over, and of several that read the same moment, each row would
    wait for all of them. `statement` is to be the same object at each call: how it is asked is worked out once for each. Raises
    TypeError for a column of fractions or bytes, which would not come back as they are.
    """
    asked = _at_once(statement)
    if connection.dialect.name != "sqlite":
        return rows_of(connection, statement, shape, given)
    rows = json.loads(connection.execute(asked.statement, given or {}).scalar_one())
    columns = [
        values if read is None else map(read, values)
        for read, values in zip(asked.readers, zip(*rows, strict=True), strict=False)
    ]
    return list(map(_maker_of(shape, asked.columns), zip(*columns, strict=True)))


class _AtOnce:
    """A statement whose rows come as one value: a list in JSON of lists, one for each row."""

    def __init__(self, statement: Select[tuple[object, ...]]) -> None:
        inner = statement.subquery()
        self.columns = tuple(inner.c.keys())
        self.statement = select(func.json_group_array(func.json_array(*inner.c)))
        for name, column in inner.c.items():
            if isinstance(column.type, _NOT_IN_JSON):
                raise TypeError(f"{name} would not come back from JSON as it is")
        #: what makes a column's values of what SQLite gives; None where they are the same
        self.readers: list[Callable[[object], object] | None] = [
            column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in inner.c
        ]


_at_once = cache(_AtOnce)


def each_of(connection: Connection, statement: Executable, shape: type[Shape]) -> Iterator[Shape]:
    """As `rows_of`, one row after the other as the database hands them out: for more rows than should be in memory.

    The statement runs at once; the connection stays the reader's until the last row.
    """
    result = connection.execute(statement)
    return map(_make(result, shape), result)


def one_of(connection: Connection, statement: Executable, shape: type[Shape]) -> Shape:
    """The only row of the statement. Raises SQLAlchemy's NoResultFound or MultipleResultsFound when it is not just one."""
    result = connection.execute(statement)
    return _make(result, shape)(result.one())


def one_or_none(connection: Connection, statement: Executable, shape: type[Shape]) -> Shape | None:
    """The only row of the statement, or None when there is none. Raises MultipleResultsFound for several."""
    result = connection.execute(statement)
    row = result.one_or_none()
    return None if row is None else _make(result, shape)(row)


def first_of(connection: Connection, statement: Executable, shape: type[Shape]) -> Shape | None:
    """The first row of the statement, or None when there is none; the others are not asked for."""
    result = connection.execute(statement)
    row = result.first()
    return None if row is None else _make(result, shape)(row)


def columns_of(source: type[SQLModel] | AliasedClass[SQLModel], shape: type) -> list[Mapped[object]]:
    """The columns of a table (or of an alias of it) that a `shape` has fields for, in the order of its fields."""
    return [getattr(source, name) for name in _field_names(shape)]


def named(column: SQLColumnExpression[Value], name: str) -> ColumnElement[Value]:
    """The column under another name, that of the field it is for. (mypy loses the type of a bare `.label(…)`.)"""
    return column.label(name)


def _make(result: Result[tuple[object, ...]], shape: type[Shape]) -> Callable[[Iterable[object]], Shape]:
    return _maker_of(shape, tuple(result.keys()))


def _maker_of(shape: type[Shape], columns: tuple[str, ...]) -> Callable[[Iterable[object]], Shape]:
    """How a row of these columns becomes a `shape`; looked at once for each."""
    made = _MAKERS.get((shape, columns))
    if made is None:
        made = _MAKERS[shape, columns] = _maker(shape, columns)
    return cast("Callable[[Iterable[object]], Shape]", made)


def _maker(shape: type[Shape], columns: tuple[str, ...]) -> Callable[[Iterable[object]], Shape]:
    names = _field_names(shape)
    if names != columns:
        raise TypeError(
            f"{shape.__name__} has the fields {', '.join(names)}; the statement has the columns {', '.join(columns)}"
        )
    make: Callable[[Iterable[object]], Shape] | None = getattr(shape, "_make", None)
    return make or partial(_spread, shape)


def _field_names(shape: type) -> tuple[str, ...]:
    if is_dataclass(shape):
        return tuple(field.name for field in fields(shape) if field.init)
    names: tuple[str, ...] = getattr(shape, "_fields", ())
    return names


def _spread(shape: Callable[..., Shape], row: Iterable[object]) -> Shape:
    return shape(*row)
