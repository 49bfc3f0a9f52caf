"""Official letters are numbered, kept, and stand in the history of what they are about."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_letter_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("year", "sequence", name=op.f("uq_letter_year_sequence")),
    )
    op.create_table(
        "letter_item",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("letter_id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_item_letter_id")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_letter_item_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_item")),
        sa.UniqueConstraint(
            "letter_id", "obligation_id", name=op.f("uq_letter_item_letter_id_obligation_id")
        ),
    )
    op.create_index("ix_letter_item_obligation", "letter_item", ["obligation_id"])
