"""One ledger as one SQLite file, and such a file as a ledger on either database.

The file is a ledger like any other, whichever database it was taken from: a copy can be looked into with duban itself,
and restoring it into PostgreSQL is how a bureau grows out of SQLite.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, Table, delete, func, insert, inspect, literal, select, text

from duban.ledger.columns import LedgerRow
from duban.ledger.database import migrate, open_ledger, reading, transaction
from duban.ledger.tables import LEASE
from duban.ledger.unavailable import LedgerUnavailable, shown, what_is_wrong

PORTION: Final = 5_000
"""Rows read and written at a time: the memory does not grow with the ledger."""

Teller = Callable[[int], None]
"""Is told how many rows more were copied."""


def untold(more: int) -> None:
    """Nobody watches."""


def take_snapshot(ledger: Engine, file: Path, tell: Teller = untold) -> dict[str, int]:
    """Write the ledger as it stands at this moment into a new SQLite file; how many rows each table has.

    Nobody who writes meanwhile waits: SQLite copies what one read transaction sees, PostgreSQL what one of its
    repeatable ones does. Raises LedgerUnavailable where the file cannot be written, on a full disk for instance.
    """
    if ledger.dialect.name == "sqlite":
        raw = ledger.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(file),))
        except sqlite3.Error as error:  # SQLAlchemy, which would say it, is not asked here
            raise LedgerUnavailable(
                what_is_wrong(error, URL.create("sqlite", database=str(file))) or str(error)
            ) from None
        finally:
            raw.close()
        with _opened(file) as (_, copy):
            counts = {table.name: _rows(copy, table) for table in LedgerRow.metadata.sorted_tables}
        tell(sum(counts.values()))
        return counts
    engine = open_ledger(f"sqlite:///{file}")
    try:
        migrate(engine)
        steady = ledger.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with steady.begin() as source, engine.connect() as into:
            return _copy(source, into, tell)
    finally:
        _close(engine)


def load_snapshot(file: Path, ledger: Engine, tell: Teller = untold) -> None:
    """Write a snapshot's rows into an empty ledger, in one transaction; a snapshot of an older program is lifted first.

    Raises LedgerUnavailable when the ledger is not empty, or the snapshot was written by a newer program.
    """
    if _holds_anything(ledger):  # before it is brought to another shape
        raise LedgerUnavailable(
            zh=f"台账 {shown(ledger.url)} 里已经有内容；恢复只能写进空的台账，没有改动任何东西",
            en=f"the ledger {shown(ledger.url)} is not empty; a backup is restored into an empty one only, "
            "and nothing was changed",
        )
    migrate(ledger)
    with _opened(file) as (engine, _):
        migrate(engine)
    with _opened(file) as (_, source), ledger.connect() as into:
        _copy(source, into, tell)


def _holds_anything(ledger: Engine) -> bool:
    """Whether somebody has written into a ledger, of whichever program it is; what it says of itself when it is made aside."""
    with reading(ledger) as connection:
        there = set(inspect(connection).get_table_names())
        return any(
            connection.execute(select(literal(1)).select_from(table).limit(1)).first()
            for table in LedgerRow.metadata.sorted_tables
            if table is not LEASE and table.name in there
        )


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Engine, Connection]]:
    """A snapshot's file, open for reading, closed as one file without companions."""
    engine = open_ledger(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            yield engine, connection
    finally:
        _close(engine)


def _close(engine: Engine) -> None:
    """Bring what stands in the write-ahead log into the file itself."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _copy(source: Connection, into: Connection, tell: Teller) -> dict[str, int]:
    counts = {}
    with transaction(into, to_write=True):
        into.execute(delete(LEASE))  # what a ledger says of itself when it is made
        for table in LedgerRow.metadata.sorted_tables:
            counts[table.name] = 0
            ordered = select(table).order_by(*table.primary_key)
            found = source.execution_options(yield_per=PORTION).execute(ordered)
            for portion in found.mappings().partitions():
                into.execute(insert(table), [dict(row) for row in portion])
                counts[table.name] += len(portion)
                tell(len(portion))
        if into.dialect.name == "postgresql":
            _count_on(into)
    return counts


def _count_on(into: Connection) -> None:
    """Let each table's own numbers go on behind those that were copied."""
    for table in LedgerRow.metadata.sorted_tables:
        number = table.autoincrement_column
        if number is not None:
            last = select(func.max(number)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            into.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


def _rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def rows_in(file: Path, tables: Iterable[str]) -> dict[str, int]:
    """How many rows these tables of a snapshot have, which an older program may have written; a table it has not, none."""
    known = LedgerRow.metadata.tables
    with _opened(file) as (_, connection):
        there = set(inspect(connection).get_table_names()) & set(known)
        return {name: _rows(connection, known[name]) if name in there else 0 for name in tables}


def is_whole(file: Path) -> bool:
    """Whether the snapshot's file is what SQLite wrote."""
    with _opened(file) as (_, connection):
        return connection.execute(text("PRAGMA quick_check")).scalar() == "ok"
