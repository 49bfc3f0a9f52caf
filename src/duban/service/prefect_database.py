"""Where Prefect keeps its own state: beside the ledger on PostgreSQL, in a schema of its own; else in a SQLite file.

One server to look after instead of two stores, and room for several workers. Both keep a table `alembic_version`, so
Prefect's schema comes first in its search path and has that table before Prefect looks for it.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from duban.base.language import say
from duban.base.system_words import first_line, no_room
from duban.runtime.environment import prefect_file, prefect_log

SCHEMA = "prefect"
PATIENCE_SECONDS = 5
_END_OF_LOG = 256 * 1024
"""Bytes; a traceback of Prefect's has some 15,000."""
_BROKEN = (b"malformed", b"not a database")
"""What SQLite says of a file that is no sound one, whatever is wrong with it."""
SETTING = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
SEARCH_PATH = "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_SEARCH_PATH"


@dataclass(frozen=True)
class PrefectDatabase:
    """Where Prefect's state goes: its settings, none for the file; and why not beside the ledger, if it should."""

    settings: dict[str, str]  #: environment variables for Prefect's server
    hindered: str = ""  #: what a person should know, empty when nothing hinders


def prefect_database(ledger: str, told: str | None) -> PrefectDatabase:
    """The place for Prefect's state when the ledger is at `ledger` (a database address); `told` wins when it is given.

    Makes the schema and the extension Prefect needs when they are missing. Where they cannot be made, the file serves.
    """
    from sqlalchemy.engine import make_url

    address = make_url(ledger)
    if told or address.get_backend_name() != "postgresql":
        return PrefectDatabase({})
    query = {name: value for name, value in address.query.items() if name != "sslmode"}
    if "sslmode" in address.query:
        query["ssl"] = address.query["sslmode"]
    try:
        home = _prepare(address.set(drivername="postgresql").render_as_string(hide_password=False))
    except OSError as why:
        return PrefectDatabase({}, _hindered(str(why)))
    path = SCHEMA if home in {SCHEMA, "pg_catalog"} else f"{SCHEMA}, {home}"
    url = address.set(drivername="postgresql+asyncpg", query=query)
    return PrefectDatabase({SETTING: url.render_as_string(hide_password=False), SEARCH_PATH: path})


def ailment(root: Path) -> str:
    """What is wrong with the file in which the project's own Prefect keeps its state, in one line; empty: nothing one can see.

    A server that cannot write it, or not read it, answers 500 and no more.
    """
    file = prefect_file(root)
    if full := without_room(file):
        return full
    if not is_broken(file, prefect_log(root)):
        return ""
    return say(
        zh="Prefect 自己的数据库坏了；重新启动 duban up，就换一个新的，只少了以前的运行记录",
        en="Prefect's own database is broken; restart duban up, which begins a new one: only past runs are lost",
    )


def without_room(file: Path) -> str:
    """That the disk of this file is full, with its folder, in one line; empty where it is not."""
    full = no_room(file.parent)
    return f"{file.parent}: {full}" if full else ""


def is_broken(file: Path, log: Path) -> bool:
    """Whether there is a SQLite file and it is no sound one.

    All of it is read, a second for each gigabyte, only where the end of the `log` of whoever works with it says so: Prefect
    prints SQLite's words for what it stumbles over, and is stopped by nothing it does not. Without that log it is read, too.
    """
    if not file.is_file() or not _said_in(log):
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True)) as connection:
            said: tuple[str] = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return said != ("ok",)


def _said_in(log: Path) -> bool:
    try:
        with log.open("rb") as printed:
            printed.seek(max(0, printed.seek(0, os.SEEK_END) - _END_OF_LOG))
            end = printed.read()
    except OSError:
        return True
    return any(words in end for words in _BROKEN)


def put_aside(file: Path) -> Path:
    """Make room for a new file; where the broken one, which nobody has open, lies now.

    Prefect begins anew: all that should stand in it is registered again, only the record of past runs is lost.
    """
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    return file.replace(file.with_suffix(".broken"))


def _prepare(url: str) -> str:
    """Make the schema, the extension for searching by parts of names, and the table of versions; the extension's schema.

    Raises OSError, with what the server said, when that is not possible.
    """
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=PATIENCE_SECONDS, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            where = (
                "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
                " WHERE e.extname = 'pg_trgm'"
            )
            if connection.execute(where).fetchone() is None:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA {SCHEMA}")
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {SCHEMA}.alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
            )
            found = connection.execute(where).fetchone()
    except psycopg.Error as why:
        raise OSError(first_line(why)) from None
    return str(found[0]) if found else SCHEMA


def _hindered(why: str) -> str:
    return say(
        zh=f"Prefect 的数据库没有放进 PostgreSQL，先用本机的文件：{why}（在台账的库里执行 CREATE SCHEMA prefect 和 "
        "CREATE EXTENSION pg_trgm，或设 DUBAN_PREFECT_DATABASE_URL）",
        en=f"Prefect's database is not in PostgreSQL but in a file here: {why} (in the ledger's database run CREATE "
        "SCHEMA prefect and CREATE EXTENSION pg_trgm, or set DUBAN_PREFECT_DATABASE_URL)",
    )
