"""Who wrote what, when and from where is a log that only grows; a proposal knows its author, not his name alone."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN, keep, on_postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "access_record",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("touched", PLAIN, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_access_record_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_index("ix_access_record_at", "access_record", ["at"])
    keep("access_record", "UPDATE", "DELETE", "TRUNCATE")
    if on_postgresql():
        op.add_column("content_proposal", sa.Column("author_id", NUMBER, nullable=True))
        op.create_foreign_key(
            op.f("fk_content_proposal_author_id"), "content_proposal", "author", ["author_id"], ["id"]
        )
        return
    named = "id, plan, content_version_id, proposed_at, proposed_by, reason, settled_at, settled_by"
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM content_proposal")
    op.drop_table("content_proposal")
    op.create_table(
        "content_proposal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("content_version_id", NUMBER, nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("author_id", NUMBER, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["content_version_id"],
            ["content_version.id"],
            name=op.f("fk_content_proposal_content_version_id"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_content_proposal_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_proposal")),
        sa.UniqueConstraint("plan", name=op.f("uq_content_proposal_plan")),
    )
    op.execute(f"INSERT INTO content_proposal ({named}) SELECT {named} FROM kept ORDER BY id")  # noqa: S608
    op.execute("DROP TABLE kept")
    keep("content_proposal", "DELETE")
