"""What is reported waits for review, may come back, or is asked to be put off; a unit may give what it owes to another.

The states of an obligation become one more. SQLite cannot change a constraint; its text is changed where it is kept, as
its own documentation has it (lang_altertable, "changes that do not affect any on-disk content"): no row is touched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAS = "state IN ('open', 'acknowledged', 'suspended', 'done', 'waived', 'superseded', 'withdrawn')"
IS = "state IN ('open', 'acknowledged', 'suspended', 'reported', 'done', 'waived', 'superseded', 'withdrawn')"
WRITTEN_ONCE = ("obligation_id", "kind", "reviewer", "submitted_at", "submitted_by", "reason", "until")
_NOT_SETTLED = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.add_column("obligation", sa.Column("reported_on", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("returns", sa.Integer(), server_default="0", nullable=False))
    op.add_column("obligation", sa.Column("missed", sa.Date(), nullable=True))
    op.add_column("obligation", sa.Column("dispatched_to", sa.String(), nullable=True))
    _states(WAS, IS)
    op.create_table(
        "submission",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('report', 'extension', 'waiver')", name=op.f("ck_submission_kind")),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_submission_settled")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_submission_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(
        "uq_submission_waiting",
        "submission",
        ["obligation_id"],
        unique=True,
        sqlite_where=_NOT_SETTLED,
        postgresql_where=_NOT_SETTLED,
    )
    op.create_index("ix_submission_obligation", "submission", ["obligation_id", "id"])
    _keep("entry", f"UPDATE OF {', '.join(WRITTEN_ONCE)}")
    _keep("delete", "DELETE")


def _states(was: str, now: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE obligation DROP CONSTRAINT ck_obligation_state")
        op.execute(f"ALTER TABLE obligation ADD CONSTRAINT ck_obligation_state CHECK ({now})")
        return
    shape = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'obligation'",
        (was, now),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {shape + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _keep(name: str, event: str) -> None:
    """History only grows: as in migration 0002."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER keep_submission_{name} BEFORE {event} ON submission "
            "FOR EACH ROW EXECUTE FUNCTION duban_keep_history()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER keep_submission_{name} BEFORE {event} ON submission "
            "BEGIN SELECT RAISE(ABORT, 'history is append-only: submission'); END"
        )
