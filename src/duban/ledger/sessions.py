"""Sessions: one row read with what belongs to it, or changed; work on many rows is a statement on a connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from duban.ledger.database import reading, writing


def session_on(connection: Connection) -> Session:
    """A session within a transaction that is the caller's: what it changes goes with that transaction, once flushed."""
    return Session(connection, expire_on_commit=False)


@contextmanager
def looking(engine: Engine) -> Iterator[Session]:
    """A session that sees the ledger as it is now; nothing is written."""
    with reading(engine) as connection, session_on(connection) as session:
        yield session


@contextmanager
def changing(engine: Engine) -> Iterator[Session]:
    """A session in one transaction: every row that was changed or added in the block is written, or none is.

    Raises LedgerUnavailable if the ledger stays locked for longer than 15 seconds.
    """
    with writing(engine) as connection, session_on(connection) as session:
        yield session
        session.flush()
