"""An obligation about a subject follows it to another unit; what it is (duty, subject, period, opening) stays."""

from alembic import op

revision = "0004"
down_revision = "0003"

IS = ("duty_id", "subject_id", "period_key", "opened_on", "opened_at")
"""What an obligation is. Without a subject, so is its unit."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_obligation_identity ON obligation")
        _postgresql("identity", IS, "")
        _postgresql("unit", ("unit",), "WHEN (OLD.subject_id IS NULL)")
    else:
        op.execute("DROP TRIGGER keep_obligation_identity")
        _sqlite("identity", IS, "")
        _sqlite("unit", ("unit",), "WHEN OLD.subject_id IS NULL")


def _postgresql(name: str, columns: tuple[str, ...], when: str) -> None:
    op.execute(
        f"CREATE TRIGGER keep_obligation_{name} BEFORE UPDATE OF {', '.join(columns)} ON obligation "
        f"FOR EACH ROW {when} EXECUTE FUNCTION duban_keep_history()"
    )


def _sqlite(name: str, columns: tuple[str, ...], when: str) -> None:
    op.execute(
        f"CREATE TRIGGER keep_obligation_{name} BEFORE UPDATE OF {', '.join(columns)} ON obligation {when} "
        f"BEGIN SELECT RAISE(ABORT, 'history is append-only: obligation'); END"
    )
