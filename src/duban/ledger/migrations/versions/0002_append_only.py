"""History only grows: the database itself refuses to change or delete it, whoever asks."""

from alembic import op

revision = "0002"
down_revision = "0001"

HISTORY = ("fact", "obligation_event", "notice", "duty_version", "reckoning", "evidence_file")
"""Written once."""
KEPT = ("obligation", "delivery", "inbox_message", "calendar_version", "content_version")
"""Their rows may change, but never go."""
IDENTITY = ("duty_id", "unit", "subject_id", "period_key", "opened_on", "opened_at")
"""What an obligation is; the rest of its row is how it stands."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _sqlite() -> None:
    for table in HISTORY:
        _refuse_on_sqlite(table, "update", f"UPDATE ON {table}")
    for table in (*HISTORY, *KEPT):
        _refuse_on_sqlite(table, "delete", f"DELETE ON {table}")
    _refuse_on_sqlite("obligation", "identity", f"UPDATE OF {', '.join(IDENTITY)} ON obligation")


def _refuse_on_sqlite(table: str, name: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{name} BEFORE {when} "
        f"BEGIN SELECT RAISE(ABORT, 'history is append-only: {table}'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION duban_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'history is append-only: %', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in HISTORY:
        _refuse_on_postgresql(table, "update", "UPDATE", "ROW")
    for table in (*HISTORY, *KEPT):
        _refuse_on_postgresql(table, "delete", "DELETE", "ROW")
        _refuse_on_postgresql(table, "truncate", "TRUNCATE", "STATEMENT")
    _refuse_on_postgresql("obligation", "identity", f"UPDATE OF {', '.join(IDENTITY)}", "ROW")


def _refuse_on_postgresql(table: str, name: str, when: str, each: str) -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{name} BEFORE {when} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION duban_keep_history()"
    )
