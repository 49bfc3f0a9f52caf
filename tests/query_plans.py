"""How SQLite finds what is asked of it: it has no figures of what a table holds, and what it chooses, it chooses for a million as well."""

from sqlalchemy import event


def steps(ledger, reads):
    """Whatever is selected from the ledger while `reads()` runs, with each step by which SQLite finds it."""
    asked = []

    def hear(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(ledger, "before_cursor_execute", hear)
    try:
        reads()
    finally:
        event.remove(ledger, "before_cursor_execute", hear)
    with ledger.connect() as connection:
        return [
            (" ".join(statement.split()), row[-1])
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        ]
