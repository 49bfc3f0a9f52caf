"""A part of a SQLite ledger, to be worked on beside it and thrown away: all that some duties are owed.

What becomes of a duty's obligations is worked out from them, and from facts, subjects, authors and archives, which are only
read. So what is written is here, the obligations of these duties with what belongs to them; whatever else is asked for
is read in the ledger itself, as one reader sees it from the beginning of a transaction to its end. What is not here and would
be written all the same is refused by SQLite: it reads the ledger only.
"""

import json
import sqlite3
from collections.abc import Collection
from functools import partial
from typing import Final
from urllib.parse import quote

from sqlalchemy import Engine, NullPool, PoolProxiedConnection, create_engine, text

from duban.ledger.database import to_json
from duban.ledger.unavailable import speak_plainly

MOST: Final = 10_000
"""With more obligations than this a copy of the ledger's file, page by page, is sooner done."""
_THEIRS: Final = (
    "SELECT {} FROM {}obligation WHERE subject_id IS NULL AND duty_id IN (SELECT value FROM json_each(:duties)) UNION ALL "
    "SELECT {} FROM {}obligation WHERE subject_id IS NOT NULL AND duty_id IN (SELECT value FROM json_each(:duties))"
)
_OF_AN_OBLIGATION: Final = "SELECT * FROM whole.{} WHERE obligation_id IN (SELECT id FROM main.obligation)"
ROWS: Final = {
    **dict.fromkeys(
        ("unit", "post_holder", "duty_version", "calendar_version", "watermark"), "SELECT * FROM whole.{}"
    ),
    "obligation": _THEIRS.format("*", "whole.", "*", "whole."),
    **dict.fromkeys(
        ("obligation_event", "notice", "delivery", "submission", "co_handler"), _OF_AN_OBLIGATION
    ),
    "reckoning": "SELECT * FROM whole.{} WHERE id IN (SELECT reckoning_id FROM main.obligation)",
}
"""What is written, in this order, and which rows of it are here."""


def excerpt(ledger: Engine, duties: Collection[str]) -> Engine | None:
    """The part of a SQLite `ledger` that is about the duties of these ids; None where that is more than `MOST` obligations.

    Each transaction begins with what stands in the ledger then, and is lost with its connection: it is for being taken back.
    Nobody who writes into the ledger waits for it. Raises LedgerUnavailable as the ledger does.
    """
    named = json.dumps(sorted(duties))
    few = text(f"SELECT count(*) FROM ({_THEIRS.format(1, '', 1, '')} LIMIT {MOST + 1})")  # noqa: S608 - our own words
    with ledger.connect() as connection:
        if connection.execute(few, {"duties": named}).scalar_one() > MOST:
            return None
    part = create_engine(
        ledger.url,
        creator=partial(_laid_out, str(ledger.url.database)),
        poolclass=NullPool,
        json_serializer=to_json,
    )
    part.dialect.do_begin = partial(_begin, named)  # type: ignore[method-assign]
    speak_plainly(part, lambda: None)
    return part


def _laid_out(path: str) -> sqlite3.Connection:
    """The tables that are written, empty, with the ledger behind them."""
    connection = sqlite3.connect("", isolation_level=None, uri=True)
    try:
        connection.execute("ATTACH ? AS whole", (f"file:{quote(path)}?mode=ro",))
        made = "SELECT sql FROM whole.sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL"
        for table in ROWS:
            for (sql,) in connection.execute(f"{made} ORDER BY type DESC", (table,)).fetchall():
                connection.execute(sql)
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(duties: str, connection: PoolProxiedConnection) -> None:
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    for table, rows in ROWS.items():
        cursor.execute(f"INSERT INTO main.{table} {rows.format(table)}", {"duties": duties})
