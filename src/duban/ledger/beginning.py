"""How a transaction begins on SQLite: a writer takes its place in the queue at once, a reader never waits."""

from typing import Final

from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.pool import ConnectionPoolEntry

_TO_WRITE: Final = "duban_to_write"


def let_write(connection: Connection, *, to_write: bool = True) -> None:
    """Whether the transactions that begin on this connection from now on write; until it is given back."""
    connection.connection.info[_TO_WRITE] = to_write


def begin_by_intent(engine: Engine) -> None:
    """Begin every transaction of a SQLite ledger by what it is for."""
    # The dialect's own way to begin, and no event of the engine: that would be looked for at every statement.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign, assignment]

    @event.listens_for(engine, "checkin")
    def _given_back(_: object, record: ConnectionPoolEntry) -> None:
        record.info.pop(_TO_WRITE, None)


def _begin(connection: PoolProxiedConnection) -> None:
    connection.cursor().execute("BEGIN IMMEDIATE" if connection.info.get(_TO_WRITE) else "BEGIN")
