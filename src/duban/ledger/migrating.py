"""Bringing a ledger to the shape this program knows.

A ledger that is already there costs one SELECT; Alembic is loaded only when there is something to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, insert, text

from duban.ledger.beginning import let_write
from duban.ledger.unavailable import LedgerOfNewer, shown

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0039"
"""The newest migration this program knows; a test compares it with the folder."""

OLDEST_AT_WORK = "oldest program at work"
"""The lease under which a ledger says up to which migration back a program that was at work already may go on."""

FOLDER = Path(__file__).parent / "migrations"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_ONE_AT_A_TIME = 0x64756261  # an advisory lock of PostgreSQL: two processes that start together


def migrate(engine: Engine) -> None:
    """Bring the ledger to the newest shape, in one transaction.

    Raises LedgerOfNewer if the ledger was written by a newer program, LedgerUnavailable if it cannot be written.
    """
    with engine.connect() as connection:
        if _shape(connection) == HEAD:
            return
    with _one_connection(engine) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        shape = _shape(connection)  # another process may have been quicker
        if shape != HEAD:
            _upgrade(connection, shape)


def leave_to_newer(connection: Connection) -> None:
    """Go on, unless a newer program has brought the ledger to a shape under which this one must not.

    Several machines are upgraded one after the other: what adds a table or a column that older programs may leave alone
    (`OLDER_GO_ON` in its migration) lets those that are at work go on. Raises LedgerOfNewer.
    """
    shape = _version(connection)
    if shape in (None, HEAD):
        return
    oldest = oldest_at_work(connection)
    if oldest is None or oldest > HEAD:
        raise _of_newer(connection, str(shape))


def oldest_at_work(connection: Connection) -> str | None:
    """The newest migration known to the oldest program that may still be at work with this ledger; None: it does not say."""
    kept = text("SELECT holder FROM lease WHERE name = :name")
    return connection.execute(kept, {"name": OLDEST_AT_WORK}).scalar()


def stop_older(connection: Connection) -> None:
    """Every program that knows less than this one stops the next time it looks (`leave_to_newer`)."""
    _keep_oldest(connection, HEAD)


def _of_newer(connection: Connection, shape: str) -> LedgerOfNewer:
    return LedgerOfNewer(
        zh=f"台账 {shown(connection.engine.url)} 是更新版本的程序写的（{shape}）；请升级 duban 后再打开",
        en=f"the ledger {shown(connection.engine.url)} was written by a newer program ({shape}); "
        "upgrade duban to open it",
    )


@contextmanager
def _one_connection(engine: Engine) -> Iterator[Connection]:
    """A connection that writes and, on SQLite, lets a table be made anew while others refer to its rows."""
    with engine.connect() as connection:
        let_write(connection)
        on_sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection if on_sqlite else None
        if raw is None:
            yield connection
            return
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for the ledger's migrations, without an ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _shape(connection: Connection) -> str | None:
    """The migration the ledger stands at, None for an empty database."""
    return _version(connection) if connection.dialect.has_table(connection, "alembic_version") else None


def _version(connection: Connection) -> str | None:
    """The same of a ledger that was made; one SELECT."""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection, shape: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    revisions = list(ScriptDirectory.from_config(config).walk_revisions("base", HEAD))
    known = {each.revision for each in revisions}
    if shape is not None and shape not in known:
        raise _of_newer(connection, shape)
    command.upgrade(config, HEAD)
    if connection.dialect.name == "sqlite" and (
        left := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ):
        raise RuntimeError(f"rows that refer to nothing after the migration: {left[:3]}")
    if shape is None:
        stop_older(connection)  # there is none
        return
    oldest = HEAD
    for each in revisions:  # the newest first
        if not getattr(each.module, "OLDER_GO_ON", False):
            break
        oldest = str(each.down_revision)
    # Who had to stop at an earlier one does not come back.
    _keep_oldest(connection, max(oldest, oldest_at_work(connection) or oldest))


def _keep_oldest(connection: Connection, oldest: str) -> None:
    from duban.ledger.tables import LEASE

    connection.execute(delete(LEASE).where(LEASE.c.name == OLDEST_AT_WORK))
    word = {"name": OLDEST_AT_WORK, "holder": oldest, "until": _ANY_TIME, "beat_at": _ANY_TIME}
    connection.execute(insert(LEASE), word)
