"""What migrations draw alike on SQLite and on PostgreSQL.

What a ledger has become does not change any more: neither may what a migration that has run draws with these.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def on_postgresql() -> bool:
    """Whether the ledger lies on PostgreSQL; else on SQLite."""
    return op.get_bind().dialect.name == "postgresql"


def index_where(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index of the rows alone that meet a condition."""
    some = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=some, postgresql_where=some)


def keep(table: str, *events: str) -> None:
    """Refuse every UPDATE, DELETE or TRUNCATE (which SQLite does not have) on a table that only grows."""
    for event in events:
        refuse(table, event.lower(), event)


def refuse(table: str, name: str, event: str, when: str = "", by: str = "duban_keep_history") -> None:
    """Refuse an event on a table, where a condition of its row is given only then; PostgreSQL calls the function `by`."""
    what = f"CREATE TRIGGER keep_{table}_{name} BEFORE {event} ON {table}"
    if on_postgresql():
        each = "STATEMENT" if event == "TRUNCATE" else "ROW"
        only = f"WHEN ({when}) " if when else ""
        op.execute(f"{what} FOR EACH {each} {only}EXECUTE FUNCTION {by}()")
    elif event != "TRUNCATE":
        only = f"WHEN {when} " if when else ""
        op.execute(f"{what} {only}BEGIN SELECT RAISE(ABORT, 'history is append-only: {table}'); END")


def let(table: str, name: str) -> None:
    """Refuse it no longer."""
    op.execute(f"DROP TRIGGER keep_{table}_{name}" + (f" ON {table}" if on_postgresql() else ""))


def change_check(table: str, name: str, was: str, now: str) -> None:
    """Another condition in the place of one; no row is touched."""
    if on_postgresql():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({now})")
    else:
        change_text(table, was, now)


def change_text(table: str, was: str, now: str) -> None:
    """Other words in what SQLite keeps of a table; no row is touched.

    SQLite cannot change a constraint: its text is changed where it is kept, as its own documentation has it
    (lang_altertable, "changes that do not affect any on-disk content").
    """
    connection = op.get_bind()
    shape = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (was, now, table),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {shape + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
