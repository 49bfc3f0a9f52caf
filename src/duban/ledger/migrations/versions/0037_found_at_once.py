"""Dead letters, and what nobody was told of, have indexes of their own: the metrics and the audit had gone through all deliveries
and all of the history for them.
"""

from duban.ledger.migrations.drawing import index_where

revision = "0037"
down_revision = "0036"
OLDER_GO_ON = True


def upgrade() -> None:
    index_where("ix_delivery_dead", "delivery", ["settled_at", "id"], "state = 'dead'")
    index_where(
        "ix_obligation_event_nobody_told", "obligation_event", ["obligation_id"], "kind = 'nobody_told'"
    )
