"""How a database finds what is asked of it. SQLite has no figures of what a table holds, and what it chooses, it chooses for a
million as well; PostgreSQL is asked where tables are full and counted, with reading one from end to end forbidden.
"""

import re
from contextlib import contextmanager

from sqlalchemy import event

GROWN = (
    *("obligation", "obligation_event", "notice", "delivery", "fact", "subject", "inbox_message"),
    *("submission", "letter", "letter_item", "access_record", "subject_change", "attempt"),
)
"""Tables that grow for as long as the bureau works."""
FEW = {
    *("ix_obligation_came_back", "ix_obligation_urgent", "ix_obligation_confidential"),
    *("ix_obligation_dispatched", "ix_obligation_event_nobody_told"),
    *("ix_delivery_dead", "ix_delivery_unknown", "ix_delivery_cancelled", "ix_inbox_message_unread"),
    "uq_submission_waiting",
}
"""Indexes of what somebody has still to see to: to go through one of them costs what waits."""
_NEWEST_FACT = re.compile(r" FROM fact ORDER BY fact\.id DESC\s+LIMIT ")
_WHOLE = re.compile(rf"SCAN ({'|'.join(GROWN)})\b(?:.* INDEX (\w+))?")


@contextmanager
def heard(ledger):
    """Whatever is asked of the ledger in the block, each statement with its values."""
    asked = []

    def hear(_connection, _cursor, statement, parameters, _context, many):
        if not many:
            asked.append((statement, parameters))

    event.listen(ledger, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(ledger, "before_cursor_execute", hear)


def steps(ledger, reads):
    """Whatever is selected from the ledger while `reads()` runs, with each step by which SQLite finds it."""
    with heard(ledger) as asked:
        reads()
    return _steps(ledger, [each for each in asked if each[0].startswith("SELECT")])


def read_whole(ledger, reads):
    """Which tables that only grow are gone through from end to end while something is read or changed, and along which index.

    The newest fact, and a bare count of rows, for which none is looked at, aside.
    """
    with heard(ledger) as asked:
        reads()
    wanted = [
        each for each in asked if each[0].startswith(("SELECT", "UPDATE", "WITH")) and not _bare(each[0])
    ]
    assert wanted, "nothing was asked"
    found = _whole_on_sqlite if ledger.dialect.name == "sqlite" else _whole_on_postgresql
    return {each for each in found(ledger, wanted) if each[1] not in FEW}


def _bare(statement):
    words = " ".join(statement.split())
    return words.startswith("SELECT count(*)") and not re.search(" WHERE | GROUP BY ", words)


def _steps(ledger, asked):
    with ledger.connect() as connection:
        return [
            (" ".join(statement.split()), row[-1])
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        ]


def _whole_on_sqlite(ledger, asked):
    for words, line in _steps(ledger, asked):
        how = _WHOLE.match(line)
        if how is not None and not (line == "SCAN fact" and _NEWEST_FACT.search(words)):
            yield how[1], how[2]


def _whole_on_postgresql(ledger, asked):
    """With the values as they were given; and as it is planned once for all values, where PostgreSQL would keep to that: where it
    thinks it no dearer than planning anew each time.
    """
    with ledger.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in asked:
            seen = _plan(connection, "FORMAT JSON", statement, parameters)
            yield from _gone_through(seen)
            unseen = _plan(connection, "GENERIC_PLAN, FORMAT JSON", _numbered(statement))
            planning = 2.5 * (1 + str(seen).count("Relation Name"))
            if unseen["Total Cost"] < seen["Total Cost"] + planning:
                yield from _gone_through(unseen)


def _plan(connection, how, statement, *parameters):
    return connection.exec_driver_sql(f"EXPLAIN ({how}) {statement}", *parameters).scalar_one()[0]["Plan"]


def _numbered(statement):
    """The statement with a number for each value it is given, as PostgreSQL keeps it."""
    numbers = {}
    return re.sub(
        r"%\((\w+)\)s", lambda given: f"${numbers.setdefault(given[1], len(numbers) + 1)}", statement
    )


def _gone_through(node, table=None, *, stops=False):
    """What a step of a plan, and the steps below it, read from end to end: (table, index), no index for the table itself.

    What `stops` after so many rows and passes none over is not gone through.
    """
    table = node.get("Relation Name", table)
    kind = node["Node Type"]
    reads = kind == "Seq Scan" or ("Index" in kind and "Scan" in kind and "Index Cond" not in node)
    if table in GROWN and reads and not (stops and "Filter" not in node):
        yield table, node.get("Index Name")
    for below in node.get("Plans", ()):
        yield from _gone_through(below, table, stops=kind == "Limit")
