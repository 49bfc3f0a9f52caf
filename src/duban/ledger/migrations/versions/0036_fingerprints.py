"""What content and a duty are told apart by is a fingerprint: a digest is the letter that says many reminders at once.

As in migration 0017, SQLite's text of a constraint is changed where it is kept; no row is touched.
"""

from alembic import op

revision = "0036"
down_revision = "0035"

WAS, IS = "digest", "fingerprint"
UNIQUE = {"content_version": "uq_content_version_{}", "duty_version": "uq_duty_version_duty_id_{}"}
"""The constraint of each table that holds one, by its column."""


def upgrade() -> None:
    for table, constraint in UNIQUE.items():
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {WAS} TO {IS}")
        was, now = constraint.format(WAS), constraint.format(IS)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {was} TO {now}")
        else:
            _in_its_text(table, was, now)


def _in_its_text(table: str, was: str, now: str) -> None:
    connection = op.get_bind()
    shape = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (was, now, table),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {shape + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
