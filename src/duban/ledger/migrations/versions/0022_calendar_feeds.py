"""Calendars fetch what waits for an account's posts from an address of its owner's own."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("sha256", name=op.f("uq_calendar_feed_sha256")),
    )
    op.create_index("ix_calendar_feed_account_id", "calendar_feed", ["account_id"])
