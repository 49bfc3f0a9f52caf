"""What burns, and what was closed lately, is counted from an index alone, and a message is found by its number."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    counted = ["unit", "duty_id", "deadline", "state", "confidential", "closed_at"]
    for name, day, condition in (
        ("ix_obligation_burning", "target", "closed_at IS NULL"),
        ("ix_obligation_closed", "closed_on", "closed_at IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "obligation", [day, *counted], sqlite_where=where, postgresql_where=where)
    named = sa.text("message_id IS NOT NULL")
    op.create_index(
        "ix_delivery_message", "delivery", ["message_id"], sqlite_where=named, postgresql_where=named
    )
