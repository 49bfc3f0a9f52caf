"""What content and a duty are told apart by is a fingerprint: a digest is the letter that says many reminders at once.

No row is touched.
"""

from alembic import op

from duban.ledger.migrations.drawing import change_text, on_postgresql

revision = "0036"
down_revision = "0035"

WAS, IS = "digest", "fingerprint"
UNIQUE = {"content_version": "uq_content_version_{}", "duty_version": "uq_duty_version_duty_id_{}"}
"""The constraint of each table that holds one, by its column."""


def upgrade() -> None:
    for table, constraint in UNIQUE.items():
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {WAS} TO {IS}")
        was, now = constraint.format(WAS), constraint.format(IS)
        if on_postgresql():
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {was} TO {now}")
        else:
            change_text(table, was, now)
