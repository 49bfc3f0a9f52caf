"""Tables that people hand in on a page are known until they are taken, and whose they were stays known."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "handed_in_table",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(), nullable=False),
        sa.Column("handed_in_by", sa.String(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=True),
        sa.Column("chosen", PLAIN, nullable=False),
        sa.Column("default_unit", sa.String(), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", PLAIN, nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handed_in_table_account_id")),
        sa.ForeignKeyConstraint(
            ["default_unit"], ["unit.code"], name=op.f("fk_handed_in_table_default_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_in_table")),
    )
    op.create_index("ix_handed_in_table_sha256", "handed_in_table", ["sha256"])
