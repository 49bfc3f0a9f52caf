"""Programs that call: a token belongs to a unit, and answers to requests with an idempotency key are remembered.

No program ever wrote a token before this migration, so the table is made anew.
"""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.drop_table("token")
    op.create_table(
        "token",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("scopes", PLAIN, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_token_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("name", name=op.f("uq_token_name")),
        sa.UniqueConstraint("sha256", name=op.f("uq_token_sha256")),
    )
    op.create_table(
        "remembered_answer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("token_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", PLAIN, nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_remembered_answer_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_answer")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_remembered_answer_token_id_key")),
    )
    op.create_index("ix_remembered_answer_claimed_at", "remembered_answer", ["claimed_at"])
