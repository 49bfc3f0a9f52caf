"""What was given to a post (派单) is found from the post: an index over the few obligations that were."""

from duban.ledger.migrations.drawing import index_where

revision = "0018"
down_revision = "0017"

_GIVEN = "dispatched_to IS NOT NULL"


def upgrade() -> None:
    index_where("ix_obligation_dispatched", "obligation", ["dispatched_to"], _GIVEN)
