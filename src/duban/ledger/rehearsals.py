"""Rehearsing: what would happen to the ledger is worked out beside it, so that nobody who writes waits meanwhile."""

import shutil
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import URL, Connection, Engine

from duban.ledger.database import open_ledger, undo, writing
from duban.ledger.excerpts import excerpt
from duban.ledger.unavailable import LedgerUnavailable, what_is_wrong

_ROOM: Final = 2
"""So many times its own size has to be free where a copy is laid."""
_PREFIX: Final = "rehearsal-"
_NO_LONGER_SECONDS: Final = 86_400
"""No rehearsal takes a day."""


@contextmanager
def beside(ledger: Engine, duties: Collection[str] | None = None) -> Iterator[Engine]:
    """A ledger that stands as this one does at this moment, for `rehearsing`; where `duties` are named, for what they are owed
    alone.

    Of PostgreSQL it is the ledger itself: only what the rehearsal touches is kept from others until it is taken back. Of
    SQLite, where whoever writes is alone, it is an excerpt about these duties; or, for all of them or for very much, a copy in
    the ledger's own folder. It is gone afterwards; what a program that was killed has left goes when somebody rehearses a day
    later. Without room for a copy it is the ledger itself, and other writers wait. Raises LedgerUnavailable where the copy
    cannot be written.
    """
    if ledger.dialect.name != "sqlite":
        yield ledger
        return
    part = None if duties is None else excerpt(ledger, duties)
    if part is not None:
        yield part
        return
    path = Path(ledger.url.database or "")
    if shutil.disk_usage(path.parent).free < _ROOM * path.stat().st_size:
        yield ledger
        return
    for left in path.parent.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # its own program was quicker
            if time.time() - left.stat().st_mtime > _NO_LONGER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_PREFIX, dir=path.parent, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "ledger.db"
        _copy(ledger, file)
        copy = open_ledger(f"sqlite:///{file}")
        try:
            yield copy
        finally:
            copy.dispose()


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes and is then taken back: what would happen, without its happening.

    Raises LedgerUnavailable if the ledger stays locked for longer than 15 seconds.
    """
    with writing(engine) as connection:
        yield connection
        undo(connection)


def _copy(ledger: Engine, file: Path) -> None:
    """The file as one reader sees it, page by page; it is good for one rehearsal and need not outlast the machine."""
    source = ledger.raw_connection()
    try:
        with closing(sqlite3.connect(file)) as copy:
            copy.execute("PRAGMA synchronous=OFF")
            driver: sqlite3.Connection = source.driver_connection  # type: ignore[assignment]
            driver.backup(copy)
    except sqlite3.Error as error:  # SQLAlchemy, which would say it, is not asked here
        where = URL.create("sqlite", database=str(file))
        raise LedgerUnavailable(what_is_wrong(error, where) or str(error)) from None
    finally:
        source.close()
