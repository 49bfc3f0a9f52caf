"""Who owes something may ask that another unit owe it: a wish of one more kind, which names the post it is for."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import change_check, let, refuse

revision = "0034"
down_revision = "0033"

WAS = "kind IN ('report', 'extension', 'waiver')"
IS = "kind IN ('report', 'extension', 'waiver', 'transfer')"
WRITTEN_ONCE = (
    "obligation_id",
    "kind",
    "reviewer",
    "submitted_at",
    "submitted_by",
    "reason",
    "until",
    "receiver",
)


def upgrade() -> None:
    op.add_column("submission", sa.Column("receiver", sa.String(), nullable=True))
    change_check("submission", "kind", WAS, IS)
    let("submission", "entry")
    refuse("submission", "entry", f"UPDATE OF {', '.join(WRITTEN_ONCE)}")
