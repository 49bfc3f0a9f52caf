"""What is changed inside Prefect's own server, in the child that duban starts: how it takes SQLite's writer, and how
often it goes to SQLite's thread.

Prefect begins most of its transactions deferred, reads, and then writes. When another connection wrote in between,
SQLite refuses at once, whatever the busy timeout, and a writer that waits behind such a transaction waits for up to a
minute: "database is locked" (docs/operator.md says how often that was seen). Begun immediate, each takes its turn.
A session that Prefect opens inside such a transaction to read something stays deferred: it would wait for itself.

To register one deployment is some 25 statements, and each is handed over to the thread of its connection four times (a
cursor, the statement, its rows, the end of the cursor): a third of all that the server does then. It is handed over once.
"""

from __future__ import annotations

import inspect
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiosqlite import Connection
from prefect.server.database.configurations import SQLITE_BEGIN_MODE, AioSqliteConfiguration
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_cursor
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

if TYPE_CHECKING:
    from starlette.types import ASGIApp

EXPECTED = ["self", "session", "with_for_update"]
"""The parameters of `AioSqliteConfiguration.begin_transaction` for which the change is written (Prefect 3.9.1)."""

CURSOR = {"_adapt_connection", "_connection", "await_", "description", "_rows", "rowcount", "lastrowid"}
"""What SQLAlchemy 2.0 keeps in a cursor of aiosqlite's, for which `one_errand` is written."""


def prefect_application() -> ASGIApp:
    """Prefect's server as an ASGI application: every write on SQLite begun immediate, every statement one errand."""
    from prefect.server.api.server import create_app

    begin_immediate()
    one_errand()
    application: ASGIApp = create_app()
    return application


def begin_immediate() -> bool:
    """Let every transaction of this process's Prefect server on SQLite begin immediate, as Prefect does for some.

    False, with a warning in the server's log, when this Prefect begins its transactions in another way: it then runs
    as its makers ship it.
    """
    original: Callable[..., AbstractAsyncContextManager[AsyncSessionTransaction]] = (
        AioSqliteConfiguration.begin_transaction
    )
    if getattr(original, "immediate", False):
        return True
    if list(inspect.signature(original).parameters) != EXPECTED:
        logging.getLogger("prefect.server").warning(
            "Prefect begins its transactions in a way duban does not know: SQLite may be locked for a while"
        )
        return False

    @asynccontextmanager
    async def begin_transaction(
        self: AioSqliteConfiguration, session: AsyncSession, with_for_update: bool = True
    ) -> AsyncIterator[AsyncSessionTransaction]:
        async with original(self, session, with_for_update=True) as transaction:
            await session.connection()  # takes the turn; what is opened beside it meanwhile only reads
            outer = SQLITE_BEGIN_MODE.set("DEFERRED")
            try:
                yield transaction
            finally:
                SQLITE_BEGIN_MODE.reset(outer)

    begin_transaction.immediate = True  # type: ignore[attr-defined]
    AioSqliteConfiguration.begin_transaction = begin_transaction  # type: ignore[method-assign]
    return True


def one_errand() -> bool:
    """Let each statement on SQLite in this process go to its connection's thread once: made, run, read and closed there.

    False when this SQLAlchemy keeps other things in its cursors: they then work as its makers ship them, only slower.
    """
    original = AsyncAdapt_aiosqlite_cursor.execute
    if getattr(original, "one_errand", False):
        return True
    if (
        not CURSOR.issubset(getattr(AsyncAdapt_aiosqlite_cursor, "__slots__", ()))
        or list(inspect.signature(original).parameters) != ["self", "operation", "parameters"]
        or list(inspect.signature(Connection._execute).parameters) != ["self", "fn", "args", "kwargs"]  # noqa: SLF001
    ):
        return False

    def execute(self: AsyncAdapt_aiosqlite_cursor, operation: str, parameters: Any = None) -> None:
        if self.server_side:
            original(self, operation, parameters)
            return
        connection: Any = self._connection

        def errand() -> tuple[Any, list[Any], int, int]:
            cursor = connection._conn.cursor()  # noqa: SLF001
            try:
                cursor.execute(operation, () if parameters is None else parameters)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, rows, cursor.lastrowid, cursor.rowcount
            finally:
                cursor.close()

        try:
            told = self.await_(connection._execute(errand))  # noqa: SLF001
        except Exception as error:
            self._adapt_connection._handle_exception(error)  # noqa: SLF001
        else:
            self.description, rows, self.lastrowid, self.rowcount = told
            self._rows = deque(rows)
            if self.description:
                self.lastrowid = self.rowcount = -1

    execute.one_errand = True  # type: ignore[attr-defined]
    AsyncAdapt_aiosqlite_cursor.execute = execute  # type: ignore[method-assign]
    return True
