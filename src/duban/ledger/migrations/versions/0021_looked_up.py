"""One message is found by its number, and what is confidential without reading everything else."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("ix_inbox_message_message", "inbox_message", ["message_id"])
    op.create_index(
        "ix_obligation_confidential",
        "obligation",
        ["unit", "duty_id"],
        sqlite_where=sa.text("confidential = 1"),
        postgresql_where=sa.text("confidential"),
    )
