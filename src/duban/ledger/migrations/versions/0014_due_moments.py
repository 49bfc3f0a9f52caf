"""An emergency is due at a moment, not on a day, and stands first in every list."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import index_where

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("obligation", sa.Column("due_at", sa.DateTime(), nullable=True))
    index_where(
        "ix_obligation_urgent", "obligation", ["deadline", "id"], "due_at IS NOT NULL AND closed_at IS NULL"
    )
