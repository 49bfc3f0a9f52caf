"""What is put on the line is written down: limits are measured by it, and each channel's last success is known."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("put_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_channel", "attempt", ["channel", "put_at"])
