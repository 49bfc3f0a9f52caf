"""What each day came to, and when delivery was held because that was more than is likely.

A program from before sends what is held, as it always did: an upgrade machine by machine is to be finished.
"""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN

revision = "0026"
down_revision = "0025"
OLDER_GO_ON = True


def upgrade() -> None:
    op.create_table(
        "day_count",
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("open_before", "opened", "closed", "notices", "deliveries")
        ),
        *(
            sa.Column(name, NUMBER, nullable=False)
            for name in ("last_obligation", "last_event", "last_notice", "last_delivery")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_count")),
    )
    op.create_table(
        "hold",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("figures", PLAIN, nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("accepted", PLAIN, nullable=False),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('released', 'discarded')", name=op.f("ck_hold_decision")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (decision IS NULL)", name=op.f("ck_hold_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
