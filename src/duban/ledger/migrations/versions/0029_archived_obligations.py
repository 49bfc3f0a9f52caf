"""Obligations that were closed long ago, and stand in an archive, may leave the ledger; what they were stays known."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, index_where, keep, let, on_postgresql, refuse

revision = "0029"
down_revision = "0028"
OLDER_GO_ON = True

CHILDREN = ("obligation_event", "notice", "delivery", "evidence_file", "submission")
ARCHIVED = "SELECT 1 FROM archived_obligation WHERE archived_obligation.id ="
STILL_OWED = (
    "EXISTS (SELECT 1 FROM obligation WHERE obligation.id = NEW.id AND NOT EXISTS (SELECT 1 FROM archive "
    "WHERE archive.id = NEW.archive_id AND obligation.closed_at < archive.read_back_at))"
)
KEPT = "archived_obligation"


def upgrade() -> None:
    op.create_table(
        KEPT,
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("archive_id", NUMBER, nullable=False),
        sa.Column("duty_id", sa.String(), nullable=False),
        sa.Column("duty_version_id", NUMBER, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=True),
        sa.Column("period_key", sa.String(), nullable=False),
        sa.Column("fact_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{KEPT}_{column}"))
            for column, to in (
                ("archive_id", "archive.id"),
                ("duty_version_id", "duty_version.id"),
                ("unit", "unit.code"),
                ("subject_id", "subject.id"),
                ("fact_id", "fact.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{KEPT}")),
    )
    index_where(
        "uq_archived_obligation_unit",
        KEPT,
        ["duty_id", "period_key", "unit"],
        "subject_id IS NULL",
        unique=True,
    )
    index_where(
        "uq_archived_obligation_subject",
        KEPT,
        ["duty_id", "period_key", "subject_id"],
        "subject_id IS NOT NULL",
        unique=True,
    )
    index_where("ix_archived_obligation_fact", KEPT, ["fact_id"], "fact_id IS NOT NULL")
    index_where("ix_obligation_supersedes", "obligation", ["supersedes"], "supersedes IS NOT NULL")
    if on_postgresql():
        _postgresql()
    else:
        _sqlite()
    for table in (KEPT, "archive"):
        keep(table, "UPDATE", "DELETE", "TRUNCATE")


def _sqlite() -> None:
    for table in ("obligation", *CHILDREN):
        let(table, "delete")
        owner = "id" if table == "obligation" else "obligation_id"
        refuse(table, "delete", "DELETE", f"NOT EXISTS ({ARCHIVED} OLD.{owner})")
    refuse(KEPT, "insert", "INSERT", STILL_OWED)


def _postgresql() -> None:
    for name, event, returned, refused in (
        ("duban_keep_obligation", "DELETE", "OLD", f"NOT EXISTS ({ARCHIVED} OLD.id)"),
        ("duban_keep_of_obligation", "DELETE", "OLD", f"NOT EXISTS ({ARCHIVED} OLD.obligation_id)"),
        ("duban_keep_archived", "INSERT", "NEW", STILL_OWED),
    ):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {refused} THEN RAISE EXCEPTION 'history is append-only: %', TG_TABLE_NAME "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {returned}; END $$"
        )
        tables = {"duban_keep_obligation": ("obligation",), "duban_keep_archived": (KEPT,)}.get(
            name, CHILDREN
        )
        for table in tables:
            if event == "DELETE":
                let(table, "delete")
            refuse(table, event.lower(), event, by=name)
