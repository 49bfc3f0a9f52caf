"""Opening the ledger: one SQLite file by default, PostgreSQL by its address; both behave alike.

`reading` and `writing` give one transaction each. On SQLite a writing transaction takes its place in the queue at
the start (`BEGIN IMMEDIATE`), so two writers wait for each other instead of failing halfway.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from duban.ledger.addresses import address_of, ledger_url
from duban.ledger.beginning import begin_by_intent, let_write
from duban.ledger.bulk import insert_ignore
from duban.ledger.migrating import leave_to_newer, migrate
from duban.ledger.unavailable import LedgerOfNewer, LedgerUnavailable, shown, speak_plainly
from duban.runtime.private import closed_folder

__all__ = [
    "LedgerUnavailable",
    "insert_ignore",
    "ledger_file",
    "ledger_url",
    "let_others_write",
    "migrate",
    "one_at_a_time",
    "open_ledger",
    "own_connection",
    "reading",
    "shown",
    "to_json",
    "transaction",
    "undo",
    "writing",
]

LOCK_PATIENCE_SECONDS = 15
CONNECT_PATIENCE_SECONDS = 10
CONNECTIONS = 15
"""The most connections that a program has with PostgreSQL; they are kept, as a new one costs both sides more than a page."""
GONE_AFTER_SECONDS = 60
"""A machine that was cut off or has lost its power is silent so long before PostgreSQL takes back what it had locked."""
_SETTINGS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # REPLACE deletes, and deleting is what the triggers refuse
    "cache_size=-65536",
    "temp_store=MEMORY",
)
_LOOKS_AGAIN_SECONDS = 0.1
"""The longest that SQLite's own way of waiting lets pass between two looks at a lock."""
_TURNS = 100
"""How many others may come first when several programs make one ledger."""


def open_ledger(url: str) -> Engine:
    """The ledger at `url`, ready to be used; a SQLite file that does not exist yet is made (its folder is not,
    except a project's own `.duban`).

    Raises LedgerUnavailable, in one line without the password, if it cannot be opened.
    """
    address = address_of(url)
    engine = _engine(address, made_before=False)
    speak_plainly(engine, partial(_taken_over, address))
    try:
        with engine.connect():
            return engine
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One connection that sees the ledger as it is now; nothing is written."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, *, whosever: bool = False) -> Iterator[Connection]:
    """One transaction that writes: everything in the block happens, or nothing does.

    It first sees whose the ledger is: what was under way when a newer program took it over ends with the transaction before;
    unless `whosever` it is, for what has happened outside already. Raises LedgerOfNewer, LedgerUnavailable if the ledger stays
    locked for longer than 15 seconds.
    """
    with engine.connect() as connection, transaction(connection, to_write=True, whosever=whosever):
        yield connection


@contextmanager
def own_connection(engine: Engine) -> Iterator[Connection]:
    """A connection for several transactions, one after the other (`transaction`); its temporary tables end with it.

    On SQLite what it writes stays in the write-ahead log until `let_others_write`.
    """
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        connection.detach()
        try:
            if driver is not None and engine.dialect.name == "sqlite":
                driver.cursor().execute("PRAGMA wal_autocheckpoint=0")
            yield connection
        finally:
            connection.close()
            if driver is not None:  # SQLAlchemy forgets it, open, where a program is stopped while it commits
                driver.close()


@contextmanager
def transaction(connection: Connection, *, to_write: bool, whosever: bool = False) -> Iterator[None]:
    """One transaction of one's own connection: everything in the block happens, or nothing does.

    One that is to write first sees whose the ledger is, as `writing` does. Raises LedgerOfNewer then, LedgerUnavailable if the
    ledger stays locked for longer than 15 seconds.
    """
    let_write(connection, to_write=to_write)
    with connection.begin():
        if to_write and not whosever:
            leave_to_newer(connection)
        yield


def let_others_write(connection: Connection) -> None:
    """Wait, between two transactions of many, until whoever else waits to write has had time to begin.

    Who waits for PostgreSQL is in a queue; for SQLite everybody looks again after a tenth of a second at the latest. Until
    then what was written moves from the write-ahead log into the file, which keeps nobody from writing.
    """
    driver = connection.connection.dbapi_connection
    if driver is not None and connection.dialect.name == "sqlite":
        began = time.monotonic()
        driver.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        time.sleep(max(0.0, _LOOKS_AGAIN_SECONDS - (time.monotonic() - began)))


def ledger_file(engine: Engine) -> tuple[int, int] | None:
    """Which file the ledger is as of now: another one once it was replaced. None where there is none, or on PostgreSQL."""
    return _which_file(Path(engine.url.database or "")) if engine.dialect.name == "sqlite" else None


def undo(connection: Connection) -> None:
    """Take back everything this transaction has written; nothing more can be done in it."""
    transaction = connection.get_transaction()
    if transaction is not None:
        transaction.rollback()


def one_at_a_time(connection: Connection) -> None:
    """Hold every other writer of obligations until this transaction ends; reading goes on.

    On SQLite whoever writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        # In the order in which opening takes them, so that nobody waits for whoever waits for him.
        connection.exec_driver_sql("LOCK TABLE watermark, obligation IN EXCLUSIVE MODE")


def _engine(address: URL, *, made_before: bool) -> Engine:
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, made_before=made_before)
    return _postgresql(address)


def _taken_over(address: URL) -> LedgerOfNewer | None:
    """What a newer program's ledger has to say to this one; None where it is not that.

    Asked over a connection of its own: the one on which something failed takes nothing more until its transaction ends, and
    those of the pool may all have failed at once.
    """
    engine = _engine(address, made_before=True)
    try:
        with engine.connect() as connection:
            leave_to_newer(connection)
    except LedgerOfNewer as newer:
        return newer
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()
    return None


def to_json(value: object) -> str:
    """How a ledger writes what is neither number nor text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _postgresql(address: URL) -> Engine:
    return create_engine(
        address,
        json_serializer=to_json,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={
            "connect_timeout": CONNECT_PATIENCE_SECONDS,
            "options": f"-c lock_timeout={LOCK_PATIENCE_SECONDS}s -c timezone=UTC {_alive_on_their_side()}",
            "keepalives_idle": GONE_AFTER_SECONDS // 2,
            "keepalives_interval": GONE_AFTER_SECONDS // 6,
            "keepalives_count": 3,
            "tcp_user_timeout": GONE_AFTER_SECONDS * 1000,
        },
    )


def _alive_on_their_side() -> str:
    """The server's half of looking whether the other one is still there: its own way of waiting is two hours."""
    return (
        f"-c tcp_keepalives_idle={GONE_AFTER_SECONDS // 2} -c tcp_keepalives_interval={GONE_AFTER_SECONDS // 6} "
        f"-c tcp_keepalives_count=3 -c tcp_user_timeout={GONE_AFTER_SECONDS}s"
    )


def _sqlite(address: URL, *, made_before: bool) -> Engine:
    if not address.database or address.database == ":memory:":
        raise LedgerUnavailable(zh="台账必须是一个文件", en="the ledger must be a file")
    path = Path(address.database).absolute()
    if path.parent.name == ".duban" and path.parent.parent.is_dir():
        closed_folder(path.parent)
    # Only opening may make the file: a ledger that vanishes later is an error, not a new empty one.
    # Nor does SQLite make what it may not look at.
    may_create = not made_before and not os.access(path, os.F_OK)

    def connect() -> sqlite3.Connection:
        nonlocal may_create
        mode, may_create = ("rwc", False) if may_create else ("rw", False)
        if mode == "rwc":
            with suppress(OSError):  # SQLite says better why it cannot
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        return sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=LOCK_PATIENCE_SECONDS,
            check_same_thread=False,
            isolation_level=None,
        )

    engine = create_engine(address.set(database=str(path)), creator=connect, json_serializer=to_json)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        try:
            _write_ahead(connection)
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error:
            connection.close()
            raise
        record.info["file"] = _which_file(path)

    @event.listens_for(engine, "checkout")
    def _same_file(connection: sqlite3.Connection, record: ConnectionPoolEntry, proxy: object) -> None:
        # A file that was removed or restored under us: connect anew, or say that it is gone.
        if _which_file(path) != record.info["file"]:
            raise DisconnectionError

    begin_by_intent(engine)
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, unless it is.

    SQLite waits for whoever holds a file, but not in order to change how it is logged: of programs that open a new ledger
    at the same moment, those that are refused wait for the writer's end in the ordinary way, and ask again.
    """
    for _ in range(_TURNS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        else:
            return
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    connection.execute("PRAGMA journal_mode=WAL")


def _which_file(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
