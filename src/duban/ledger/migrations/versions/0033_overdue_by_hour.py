"""The index of what burns tells the hour of an emergency: it is overdue by the clock, whoever looks."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
OLDER_GO_ON = True

NOT_CLOSED = sa.text("closed_at IS NULL")


def upgrade() -> None:
    _put("due_at")


def _put(last: str) -> None:
    op.drop_index("ix_obligation_burning", "obligation")
    op.create_index(
        "ix_obligation_burning",
        "obligation",
        ["target", "unit", "duty_id", "deadline", "state", "confidential", "closed_at", last],
        sqlite_where=NOT_CLOSED,
        postgresql_where=NOT_CLOSED,
    )
