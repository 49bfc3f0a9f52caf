"""Facts and changes of subjects have authors; a number belongs to its source's owner, a subject's code to its county.

Of what was recorded before, nobody knows the author: it stays without one, and is shown as its source's.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN, index_where, keep, on_postgresql

revision = "0013"
down_revision = "0012"

WRITTEN_ONCE = ("author", "subject_change")


def upgrade() -> None:
    op.create_table(
        "author",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("entrance", sa.String(), nullable=False),
        sa.Column("account_id", NUMBER, nullable=True),
        sa.Column("token_id", NUMBER, nullable=True),
        sa.Column("undisclosed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_author_unit")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_author_account_id")),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_author_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("key", name=op.f("uq_author_key")),
    )
    if on_postgresql():
        _on_postgresql()
    else:
        _on_sqlite()
    op.create_table(
        "subject_change",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("changed", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_change_subject_id")),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_subject_change_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_change")),
    )
    op.create_index("ix_subject_change_subject", "subject_change", ["subject_id", "id"])
    for table in WRITTEN_ONCE:
        keep(table, "UPDATE", "DELETE", "TRUNCATE")


def _on_postgresql() -> None:
    op.add_column("subject", sa.Column("author_id", NUMBER, nullable=True))
    op.create_foreign_key(op.f("fk_subject_author_id"), "subject", "author", ["author_id"], ["id"])
    op.drop_constraint("uq_subject_kind_code", "subject")
    op.create_unique_constraint(op.f("uq_subject_kind_code_unit"), "subject", ["kind", "code", "unit"])
    op.add_column("fact", sa.Column("owner", sa.String(), nullable=True))
    op.add_column("fact", sa.Column("author_id", NUMBER, nullable=True))
    op.create_foreign_key(op.f("fk_fact_owner"), "fact", "unit", ["owner"], ["code"])
    op.create_foreign_key(op.f("fk_fact_author_id"), "fact", "author", ["author_id"], ["id"])
    op.drop_constraint("uq_fact_source_ref", "fact")
    op.create_unique_constraint(op.f("uq_fact_source_ref_owner"), "fact", ["source", "ref", "owner"])


def _on_sqlite() -> None:
    """SQLite alters no key: the rows are put aside while the table is made anew. (`migrate` has the references off.)"""
    columns = _put_aside("subject")
    op.create_table(
        "subject",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("attributes", PLAIN, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("author_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_subject_unit")),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_subject_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("kind", "code", "unit", name=op.f("uq_subject_kind_code_unit")),
    )
    _put_back("subject", columns)
    op.create_index("ix_subject_unit", "subject", ["unit"])
    columns = _put_aside("fact")
    op.create_table(
        "fact",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("author_id", NUMBER, nullable=True),
        sa.Column("data", PLAIN, nullable=False),
        sa.Column("revises", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["revises"], ["fact.id"], name=op.f("fk_fact_revises")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_fact_subject_id")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_fact_unit")),
        sa.ForeignKeyConstraint(["owner"], ["unit.code"], name=op.f("fk_fact_owner")),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_fact_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("source", "ref", "owner", name=op.f("uq_fact_source_ref_owner")),
    )
    _put_back("fact", columns)
    op.create_index("ix_fact_kind", "fact", ["kind", "id"])
    op.create_index("ix_fact_kind_day", "fact", ["kind", "happened_on"])
    op.create_index("ix_fact_subject", "fact", ["subject_id", "kind", "happened_on", "revises"])
    index_where("ix_fact_revises", "fact", ["revises"], "revises IS NOT NULL")
    keep("fact", "UPDATE", "DELETE")


def _put_aside(table: str) -> Sequence[str]:
    """Take the table away; its rows wait in another. Returns its columns."""
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    op.execute(f"CREATE TEMPORARY TABLE {table}_kept AS SELECT * FROM {table}")  # noqa: S608
    op.drop_table(table)
    return columns


def _put_back(table: str, columns: Sequence[str]) -> None:
    named = ", ".join(columns)
    op.execute(f"INSERT INTO {table} ({named}) SELECT {named} FROM {table}_kept ORDER BY id")  # noqa: S608
    op.execute(f"DROP TABLE {table}_kept")
