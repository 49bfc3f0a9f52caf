"""A table of the ledger as a Parquet file: written in portions, and read back row by row.

Columns are the ledger's own: numbers, texts, days, moments in UTC, yes and no; what is JSON there is its text. So DuckDB,
pandas or Excel's own query read it without duban.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, Select, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from duban.backups.store import BackupRefused
from duban.ledger.columns import UtcDateTime

if TYPE_CHECKING:
    from duban.base.json_values import Json

PORTION: Final = 20_000
"""Rows in memory at a time."""

Row = tuple[object, ...]


class RowFingerprint:
    """The SHA-256 of rows in their order, and how many they were: the same for what was written and what is read back."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.rows = 0

    def take(self, rows: Iterable[Row]) -> None:
        """Count these rows in."""
        for row in rows:
            self._hash.update(json.dumps(plain_row(row), ensure_ascii=False).encode())
            self.rows += 1

    @property
    def told(self) -> str:
        """The fingerprint of what was taken so far."""
        return self._hash.hexdigest()


def write_parquet(
    connection: Connection, table: Table, rows: Select[tuple[object, ...]], file: Path
) -> RowFingerprint:
    """Write what the statement gives, which are whole rows of the table; what was written. Raises BackupRefused without pyarrow."""
    arrow, parquet = _pyarrow()
    columns = list(table.columns)
    schema = arrow.schema([(column.name, _arrow_type(arrow, column)) for column in columns])
    fingerprint = RowFingerprint()
    with parquet.ParquetWriter(str(file), schema, compression="zstd") as writer:
        found = connection.execution_options(yield_per=PORTION).execute(rows)
        for portion in found.partitions():
            kept = list(kept_rows(table, portion))
            fingerprint.take(kept)
            writer.write_table(
                arrow.table(
                    dict(zip(schema.names, map(list, zip(*kept, strict=True)), strict=True)), schema=schema
                )
            )
    return fingerprint


def read_parquet(file: Path, table: Table) -> Iterator[tuple[Sequence[str], list[Row]]]:
    """The names of the columns with the rows of a table, a portion after the other; an older program wrote fewer columns.

    Raises BackupRefused without pyarrow, and for what is no such file or has other columns than the table.
    """
    arrow, parquet = _pyarrow()
    damaged = BackupRefused(
        zh=f"归档里的 {file.name} 已损坏，读不出；请用另一份归档",
        en=f"{file.name} of the archive is damaged and cannot be read; take another archive",
    )
    try:
        with parquet.ParquetFile(str(file)) as opened:
            names = opened.schema_arrow.names
            keys = {column.name for column in table.columns if column.primary_key or _points(column)}
            if not keys <= set(names) <= set(table.columns.keys()):
                raise damaged
            portions = opened.iter_batches(batch_size=PORTION)
            while (portion := next(portions, None)) is not None:
                rows = list(zip(*(column.to_pylist() for column in portion.columns), strict=True))
                yield names, rows
    except (arrow.ArrowException, OSError) as error:
        raise damaged from error


def kept_rows(table: Table, rows: Iterable[Sequence[object]]) -> Iterator[Row]:
    """Whole rows of a table as its file keeps them."""
    columns = list(table.columns)
    return (tuple(map(_kept, columns, row)) for row in rows)


def _points(column: Column[object]) -> bool:
    """Whether it says what each row belongs to."""
    return bool(column.foreign_keys) and not column.nullable


def whole_rows(table: Table, file: Path) -> Iterator[Row]:
    """The rows of a `file` that `write_parquet` wrote, as the `table` has them today, whichever program wrote them: of a
    column that came since they say what the ledger says of every row that was there, its default. Raises BackupRefused
    without pyarrow.
    """
    for names, rows in read_parquet(file, table):
        places = [names.index(column.name) if column.name in names else None for column in table.columns]
        told = [_from_the_beginning(column) for column in table.columns]
        for row in rows:
            yield tuple(told[at] if place is None else row[place] for at, place in enumerate(places))


def plain_row(row: Row) -> Row:
    """A row as JSON can tell it: the same for what is in the ledger and what was read back."""
    return tuple(map(_plain, row))


def _pyarrow() -> tuple[Any, Any]:
    """pyarrow, loaded when there is something to archive. Raises BackupRefused where it is not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise BackupRefused(
            zh="归档要另装 pyarrow：pip install 'duban[archive]'",
            en="archives need pyarrow: pip install 'duban[archive]'",
        ) from None
    return pa, parquet


def _arrow_type(arrow: Any, column: Column[object]) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return arrow.timestamp("us", tz="UTC")
    if isinstance(kind, Date):
        return arrow.date32()
    if isinstance(kind, Boolean):
        return arrow.bool_()
    return arrow.int64() if isinstance(kind, Integer) else arrow.string()


def _from_the_beginning(column: Column[object]) -> object:
    """What the ledger says in a column that was added to a row which was there."""
    default = column.default
    return default.arg if isinstance(default, ScalarElementColumnDefault) else None


def _kept(column: Column[object], value: object) -> object:
    """A value as the file keeps it."""
    if value is not None and isinstance(column.type, JSON):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _plain(value: object) -> Json:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
