"""Who owes something may ask that another unit owe it: a wish of one more kind, which names the post it is for.

As in migration 0017, SQLite's text of a constraint is changed where it is kept; no row is touched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

WAS = "kind IN ('report', 'extension', 'waiver')"
IS = "kind IN ('report', 'extension', 'waiver', 'transfer')"
WRITTEN_ONCE = ("obligation_id", "kind", "reviewer", "submitted_at", "submitted_by", "reason", "until")


def upgrade() -> None:
    op.add_column("submission", sa.Column("receiver", sa.String(), nullable=True))
    _kinds(WAS, IS)
    _keep_entry((*WRITTEN_ONCE, "receiver"))


def _kinds(was: str, now: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE submission DROP CONSTRAINT ck_submission_kind")
        op.execute(f"ALTER TABLE submission ADD CONSTRAINT ck_submission_kind CHECK ({now})")
        return
    shape = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'submission'",
        (was, now),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {shape + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _keep_entry(columns: tuple[str, ...]) -> None:
    """What was put forward is written once: as in migration 0017, of these columns."""
    event = f"UPDATE OF {', '.join(columns)}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_submission_entry ON submission")
        op.execute(
            f"CREATE TRIGGER keep_submission_entry BEFORE {event} ON submission "
            "FOR EACH ROW EXECUTE FUNCTION duban_keep_history()"
        )
        return
    op.execute("DROP TRIGGER keep_submission_entry")
    op.execute(
        f"CREATE TRIGGER keep_submission_entry BEFORE {event} ON submission "
        "BEGIN SELECT RAISE(ABORT, 'history is append-only: submission'); END"
    )
