"""What burns, and what was closed lately, is counted from an index alone, and a message is found by its number."""

from duban.ledger.migrations.drawing import index_where

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    counted = ["unit", "duty_id", "deadline", "state", "confidential", "closed_at"]
    for name, day, condition in (
        ("ix_obligation_burning", "target", "closed_at IS NULL"),
        ("ix_obligation_closed", "closed_on", "closed_at IS NOT NULL"),
    ):
        index_where(name, "obligation", [day, *counted], condition)
    index_where("ix_delivery_message", "delivery", ["message_id"], "message_id IS NOT NULL")
