"""History only grows: the database itself refuses to change or delete it, whoever asks."""

from alembic import op

from duban.ledger.migrations.drawing import keep, on_postgresql, refuse

revision = "0002"
down_revision = "0001"

HISTORY = ("fact", "obligation_event", "notice", "duty_version", "reckoning", "evidence_file")
"""Written once."""
KEPT = ("obligation", "delivery", "inbox_message", "calendar_version", "content_version")
"""Their rows may change, but never go."""
IDENTITY = ("duty_id", "unit", "subject_id", "period_key", "opened_on", "opened_at")
"""What an obligation is; the rest of its row is how it stands."""


def upgrade() -> None:
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION duban_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'history is append-only: %', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in HISTORY:
        keep(table, "UPDATE")
    for table in (*HISTORY, *KEPT):
        keep(table, "DELETE", "TRUNCATE")
    refuse("obligation", "identity", f"UPDATE OF {', '.join(IDENTITY)}")
