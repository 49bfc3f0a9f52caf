"""The index of what burns tells the hour of an emergency: it is overdue by the clock, whoever looks."""

from alembic import op

from duban.ledger.migrations.drawing import index_where

revision = "0033"
down_revision = "0032"
OLDER_GO_ON = True

COLUMNS = ["target", "unit", "duty_id", "deadline", "state", "confidential", "closed_at", "due_at"]


def upgrade() -> None:
    op.drop_index("ix_obligation_burning", "obligation")
    index_where("ix_obligation_burning", "obligation", COLUMNS, "closed_at IS NULL")
