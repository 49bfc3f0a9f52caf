"""Obligations that were closed long ago, and stand in an archive, may leave the ledger; what they were stays known."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
OLDER_GO_ON = True

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
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
    _index(
        "uq_archived_obligation_unit",
        KEPT,
        ["duty_id", "period_key", "unit"],
        "subject_id IS NULL",
        unique=True,
    )
    _index(
        "uq_archived_obligation_subject",
        KEPT,
        ["duty_id", "period_key", "subject_id"],
        "subject_id IS NOT NULL",
        unique=True,
    )
    _index("ix_archived_obligation_fact", KEPT, ["fact_id"], "fact_id IS NOT NULL")
    _index("ix_obligation_supersedes", "obligation", ["supersedes"], "supersedes IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _sqlite() -> None:
    for table in ("obligation", *CHILDREN):
        op.execute(f"DROP TRIGGER keep_{table}_delete")
        owner = "id" if table == "obligation" else "obligation_id"
        _refuse(table, "delete", f"DELETE ON {table}", f"WHEN NOT EXISTS ({ARCHIVED} OLD.{owner})")
    _refuse(KEPT, "insert", f"INSERT ON {KEPT}", f"WHEN {STILL_OWED}")
    for table in (KEPT, "archive"):
        for event in ("update", "delete"):
            _refuse(table, event, f"{event.upper()} ON {table}")


def _refuse(table: str, name: str, event: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER keep_{table}_{name} BEFORE {event} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'history is append-only: {table}'); END"
    )


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
                op.execute(f"DROP TRIGGER keep_{table}_delete ON {table}")
            op.execute(
                f"CREATE TRIGGER keep_{table}_{event.lower()} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
    for table in (KEPT, "archive"):
        for event, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER keep_{table}_{event} BEFORE {event.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION duban_keep_history()"
            )
