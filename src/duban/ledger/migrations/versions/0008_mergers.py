"""One subject is merged into another: what it owes may pass to the one that goes on, and come back."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, index_where, keep, let, refuse

revision = "0008"
down_revision = "0007"

WRITTEN_ONCE = ("subject_id", "into_id", "merged_on", "was_active", "entered_at", "entered_by", "reason")
IS = ("duty_id", "period_key", "opened_on", "opened_at")
"""What an obligation is. Whether it is about a subject at all is settled too; which one may change."""
_STANDING = "undone_at IS NULL"
_ABOUT_NOBODY = "OLD.subject_id IS NULL OR NEW.subject_id IS NULL"


def upgrade() -> None:
    op.create_table(
        "merger",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("into_id", NUMBER, nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("survivor_id", NUMBER, nullable=False),
        sa.Column("survivor_since", sa.Date(), nullable=False),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undone_because", sa.String(), nullable=True),
        sa.CheckConstraint("subject_id <> into_id", name=op.f("ck_merger_into_another")),
        sa.ForeignKeyConstraint(["into_id"], ["subject.id"], name=op.f("fk_merger_into_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_merger_subject_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["subject.id"], name=op.f("fk_merger_survivor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
    )
    index_where("uq_merger_subject", "merger", ["subject_id"], _STANDING, unique=True)
    index_where("ix_merger_survivor", "merger", ["survivor_id"], _STANDING)
    let("obligation", "identity")
    refuse("obligation", "identity", f"UPDATE OF {', '.join(IS)}")
    refuse("obligation", "subject", "UPDATE OF subject_id", _ABOUT_NOBODY)
    refuse("merger", "entry", f"UPDATE OF {', '.join(WRITTEN_ONCE)}")
    keep("merger", "DELETE", "TRUNCATE")
