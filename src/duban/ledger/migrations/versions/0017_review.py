"""What is reported waits for review, may come back, or is asked to be put off; a unit may give what it owes to another.

The states of an obligation become one more.
"""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, change_check, index_where, keep, refuse

revision = "0017"
down_revision = "0016"

WAS = "state IN ('open', 'acknowledged', 'suspended', 'done', 'waived', 'superseded', 'withdrawn')"
IS = "state IN ('open', 'acknowledged', 'suspended', 'reported', 'done', 'waived', 'superseded', 'withdrawn')"
WRITTEN_ONCE = ("obligation_id", "kind", "reviewer", "submitted_at", "submitted_by", "reason", "until")
_NOT_SETTLED = "settled_at IS NULL"


def upgrade() -> None:
    op.add_column("obligation", sa.Column("reported_on", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("returns", sa.Integer(), server_default="0", nullable=False))
    op.add_column("obligation", sa.Column("missed", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("dispatched_to", sa.String(), nullable=True))
    change_check("obligation", "state", WAS, IS)
    op.create_table(
        "submission",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('report', 'extension', 'waiver')", name=op.f("ck_submission_kind")),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_submission_settled")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_submission_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    index_where("uq_submission_waiting", "submission", ["obligation_id"], _NOT_SETTLED, unique=True)
    op.create_index("ix_submission_obligation", "submission", ["obligation_id", "id"])
    refuse("submission", "entry", f"UPDATE OF {', '.join(WRITTEN_ONCE)}")
    keep("submission", "DELETE")
