"""Who works along on an obligation (会办), beside who owes it."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER

revision = "0024"
down_revision = "0023"
OLDER_GO_ON = True


def upgrade() -> None:
    op.create_table(
        "co_handler",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_co_handler_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_handler")),
        sa.UniqueConstraint("obligation_id", "whom", name=op.f("uq_co_handler_obligation_id_whom")),
    )
    op.create_index("ix_co_handler_whom", "co_handler", ["whom"])
