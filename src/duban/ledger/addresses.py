"""Where a ledger is: a file, or a database of PostgreSQL, as the operator writes it."""

import os
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from duban.ledger.unavailable import LedgerUnavailable

_FILE = "sqlite:///"


def ledger_url(root: Path) -> str:
    """Where the project's ledger is: `DUBAN_DATABASE_URL`, else `.duban/ledger.db` in the project."""
    configured = os.environ.get("DUBAN_DATABASE_URL", "").strip()
    if configured:
        return configured
    return f"{_FILE}{root / '.duban' / 'ledger.db'}"


def address_of(url: str) -> URL:
    """What `url` says, with the driver for it. Raises LedgerUnavailable for what is no ledger's address."""
    if url.startswith(_FILE):
        return URL.create(
            "sqlite", database=url.removeprefix(_FILE)
        )  # any character may stand in a file's name
    try:
        address = make_url(url)
        name = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        name = ""
        address = None
    if address is None or name not in ("sqlite", "postgresql", "postgres"):
        raise LedgerUnavailable(
            zh="看不懂台账地址（DUBAN_DATABASE_URL）；写成 sqlite:////路径/ledger.db 或 postgresql://用户:密码@主机/库名",
            en="the ledger's address (DUBAN_DATABASE_URL) is not understood; write "
            "sqlite:////path/ledger.db or postgresql://user:password@host/database",
        )
    return address if name == "sqlite" else address.set(drivername="postgresql+psycopg")
