"""An obligation about a subject follows it to another unit; what it is (duty, subject, period, opening) stays."""

from duban.ledger.migrations.drawing import let, refuse

revision = "0004"
down_revision = "0003"

IS = ("duty_id", "subject_id", "period_key", "opened_on", "opened_at")
"""What an obligation is. Without a subject, so is its unit."""


def upgrade() -> None:
    let("obligation", "identity")
    refuse("obligation", "identity", f"UPDATE OF {', '.join(IS)}")
    refuse("obligation", "unit", "UPDATE OF unit", "OLD.subject_id IS NULL")
