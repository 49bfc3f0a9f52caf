"""What facts about a subject stand, and what a corrected one brought about, is read from an index.

What corrects nothing cannot be a withdrawal: with `revises` beside the day, most facts need not be read to know it.
"""

from alembic import op

from duban.ledger.migrations.drawing import index_where

revision = "0007"
down_revision = "0006"

_COLUMNS = ["subject_id", "kind", "happened_on"]


def upgrade() -> None:
    op.drop_index("ix_fact_subject", "fact")
    op.create_index("ix_fact_subject", "fact", [*_COLUMNS, "revises"])
    index_where("ix_obligation_fact", "obligation", ["fact_id"], "fact_id IS NOT NULL")
