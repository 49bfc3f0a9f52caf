"""What leaders, letters and meetings assign once, and the files that go along."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, keep

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.Column("assigned_by", sa.String(), nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("form", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_assignment_unit")),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_assignment_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("year", "sequence", name=op.f("uq_assignment_year_sequence")),
        sa.UniqueConstraint("form", name=op.f("uq_assignment_form")),
    )
    op.create_index(op.f("ix_assignment_number"), "assignment", ["number"])
    op.create_table(
        "assignment_file",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("assignment_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("stored_as", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_file_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_file")),
        sa.UniqueConstraint(
            "assignment_id", "name", "sha256", name=op.f("uq_assignment_file_assignment_id_name_sha256")
        ),
    )
    for table in ("assignment", "assignment_file"):
        keep(table, "UPDATE", "DELETE")
