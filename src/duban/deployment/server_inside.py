"""What is changed inside Prefect's own server, in the child that duban starts: how it takes SQLite's writer.

Prefect begins most of its transactions deferred, reads, and then writes. When another connection wrote in between,
SQLite refuses at once, whatever the busy timeout, and a writer that waits behind such a transaction waits for up to a
minute: "database is locked" (docs/operator.md says how often that was seen). Begun immediate, each takes its turn.
A session that Prefect opens inside such a transaction to read something stays deferred: it would wait for itself.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from prefect.server.database.configurations import SQLITE_BEGIN_MODE, AioSqliteConfiguration
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

if TYPE_CHECKING:
    from starlette.types import ASGIApp

EXPECTED = ["self", "session", "with_for_update"]
"""The parameters of `AioSqliteConfiguration.begin_transaction` for which the change is written (Prefect 3.9.1)."""


def prefect_application() -> ASGIApp:
    """Prefect's server as an ASGI application, with every write on SQLite begun immediate."""
    from prefect.server.api.server import create_app

    begin_immediate()
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
