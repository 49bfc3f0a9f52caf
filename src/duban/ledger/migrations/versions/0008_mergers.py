"""One subject is merged into another: what it owes may pass to the one that goes on, and come back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WRITTEN_ONCE = ("subject_id", "into_id", "merged_on", "was_active", "entered_at", "entered_by", "reason")
IS = ("duty_id", "period_key", "opened_on", "opened_at")
"""What an obligation is. Whether it is about a subject at all is settled too; which one may change."""
_STANDING = sa.text("undone_at IS NULL")
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
    op.create_index(
        "uq_merger_subject",
        "merger",
        ["subject_id"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    op.create_index(
        "ix_merger_survivor", "merger", ["survivor_id"], sqlite_where=_STANDING, postgresql_where=_STANDING
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_obligation_identity ON obligation")
        _on_postgresql("obligation", "identity", f"UPDATE OF {', '.join(IS)}")
        _on_postgresql("obligation", "subject", "UPDATE OF subject_id", f"WHEN ({_ABOUT_NOBODY})")
        _on_postgresql("merger", "entry", f"UPDATE OF {', '.join(WRITTEN_ONCE)}")
        _on_postgresql("merger", "delete", "DELETE")
        _on_postgresql("merger", "truncate", "TRUNCATE", each="STATEMENT")
    else:
        op.execute("DROP TRIGGER keep_obligation_identity")
        _on_sqlite("obligation", "identity", f"UPDATE OF {', '.join(IS)}")
        _on_sqlite("obligation", "subject", "UPDATE OF subject_id", f"WHEN {_ABOUT_NOBODY}")
        _on_sqlite("merger", "entry", f"UPDATE OF {', '.join(WRITTEN_ONCE)}")
        _on_sqlite("merger", "delete", "DELETE")


def _on_postgresql(table: str, name: str, event: str, when: str = "", each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH {each} {when} EXECUTE FUNCTION duban_keep_history()"
    )


def _on_sqlite(table: str, name: str, event: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{name} BEFORE {event} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'history is append-only: {table}'); END"
    )
