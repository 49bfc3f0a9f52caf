"""What is shown as a few figures is found by small indexes of just that: what a reviewer sent back or was over once, deliveries
nobody knows the outcome of, those that were called off, and messages nobody has read. They had been looked for among all that is
open, waits or ever came.
"""

from duban.ledger.migrations.drawing import index_where

revision = "0038"
down_revision = "0037"
OLDER_GO_ON = True


def upgrade() -> None:
    came_back = "closed_at IS NULL AND (returns > 0 OR missed IS NOT NULL)"
    index_where("ix_obligation_came_back", "obligation", ["unit"], came_back)
    index_where("ix_delivery_unknown", "delivery", ["id"], "state = 'unknown'")
    index_where("ix_delivery_cancelled", "delivery", ["id"], "state = 'cancelled'")
    index_where("ix_inbox_message_unread", "inbox_message", ["recipient"], "read_at IS NULL")
