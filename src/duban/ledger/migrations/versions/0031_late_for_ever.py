"""The indexes of what burns and of what was closed lately tell what was late before: it stays late."""

from alembic import op

from duban.ledger.migrations.drawing import index_where

revision = "0031"
down_revision = "0030"
OLDER_GO_ON = True

COUNTED = ["unit", "duty_id", "deadline", "state", "confidential", "closed_at", "missed"]


def upgrade() -> None:
    for name, day, condition in (
        ("ix_obligation_burning", "target", "closed_at IS NULL"),
        ("ix_obligation_closed", "closed_on", "closed_at IS NOT NULL"),
    ):
        op.drop_index(name, "obligation")
        index_where(name, "obligation", [day, *COUNTED], condition)
