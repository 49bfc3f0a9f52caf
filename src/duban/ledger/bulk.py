"""Many rows at once, at the speed of the driver: a row that is already there stays as it is."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, cast

from sqlalchemy import JSON, Column, Connection, Date, Dialect, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault
from sqlmodel import SQLModel

from duban.ledger.columns import UtcDateTime

CHUNK = 20_000
"""Rows that are in memory at one time."""

Convert = Callable[[object], object]


def insert_ignore(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> int:
    """Insert the rows whose unique keys are not there yet; returns how many were. The INSERT is the claim.

    Every row has the keys of the first one; a column left out takes its default. A row that breaks anything but a
    unique key (a missing unit, an unknown state) raises IntegrityError: nothing is dropped silently. Raises
    KeyError for a column the table does not have.
    """
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return 0
    names, constants = _columns(table, first)
    read = _reader(table, names, constants, connection.dialect)
    insert = _into_postgresql if connection.dialect.name == "postgresql" else _into_sqlite
    return sum(
        insert(connection, table, (*names, *constants), [read(row) for row in chunk])
        for chunk in _chunks(chain((first,), source))
    )


def upsert(connection: Connection, into: Table | type[SQLModel]) -> PostgresqlInsert | SqliteInsert:
    """An INSERT that may say `on_conflict_do_nothing` or `on_conflict_do_update`, in the words of the connection's database."""
    return postgresql_insert(into) if connection.dialect.name == "postgresql" else sqlite_insert(into)


def _chunks(rows: Iterator[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _columns(table: Table, first: Mapping[str, object]) -> tuple[tuple[str, ...], dict[str, object]]:
    names = tuple(first)
    unknown = set(names) - set(table.columns.keys())
    if unknown:
        raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    constants: dict[str, object] = {}
    for column in table.columns:
        default = column.default
        if column.name in first:
            continue
        if isinstance(default, CallableColumnDefault):
            constants[column.name] = default.arg(cast("Any", None))
        elif isinstance(default, ScalarElementColumnDefault):
            constants[column.name] = default.arg
    return names, constants


def _reader(
    table: Table, names: tuple[str, ...], constants: Mapping[str, object], dialect: Dialect
) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    converts = [(name, _convert(table.columns[name], dialect)) for name in names]
    fixed = tuple(
        value if (convert := _convert(table.columns[name], dialect)) is None else convert(value)
        for name, value in constants.items()
    )
    plain = all(convert is None for _, convert in converts)

    def read_plain(row: Mapping[str, object]) -> tuple[object, ...]:
        return (*[row[name] for name in names], *fixed)

    def read(row: Mapping[str, object]) -> tuple[object, ...]:
        return (
            *[row[name] if convert is None else convert(row[name]) for name, convert in converts],
            *fixed,
        )

    return read_plain if plain else read


class _Memo(dict[object, object]):
    """Days and moments repeat by the thousand; each is converted once."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, key: object) -> object:
        self[key] = value = self._convert(key)
        return value


def _convert(column: Column[object], dialect: Dialect) -> Convert | None:
    """From the Python value to what the driver takes, or None if it takes the value as it is."""
    if isinstance(column.type, JSON):
        return _json_text
    process: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return None
    return _Memo(process).__getitem__ if isinstance(column.type, Date | UtcDateTime) else process


def _json_text(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _into_sqlite(
    connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[object, ...]]
) -> int:
    columns = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" * len(names))
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING'  # noqa: S608
    return connection.exec_driver_sql(statement, rows).rowcount


def _into_postgresql(
    connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[object, ...]]
) -> int:
    # One array per column: one statement per chunk, and the count of what was really new.
    columns = ", ".join(f'"{name}"' for name in names)
    kinds = [_array_kind(table.columns[name], connection.dialect) for name in names]
    arrays = ", ".join(f"%s::{travels}[]" for travels, _ in kinds)
    takes = ", ".join(f'new."{name}"::{stored}' for name, (_, stored) in zip(names, kinds, strict=True))
    statement = (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {takes} '  # noqa: S608
        f"FROM unnest({arrays}) AS new ({columns}) ON CONFLICT DO NOTHING"
    )
    by_column = tuple(list(values) for values in zip(*rows, strict=True))
    return connection.exec_driver_sql(statement, by_column).rowcount


def _array_kind(column: Column[object], dialect: Dialect) -> tuple[str, str]:
    """How the column's values travel in an array, and how they are stored."""
    if isinstance(column.type, JSON):
        return "text", "jsonb"
    kind = column.type.compile(dialect=dialect)
    return kind, kind
