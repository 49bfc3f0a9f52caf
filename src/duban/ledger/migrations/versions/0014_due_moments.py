"""An emergency is due at a moment, not on a day, and stands first in every list."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("obligation", sa.Column("due_at", sa.DateTime(), nullable=True))
    urgent = sa.text("due_at IS NOT NULL AND closed_at IS NULL")
    op.create_index(
        "ix_obligation_urgent", "obligation", ["deadline", "id"], sqlite_where=urgent, postgresql_where=urgent
    )
