"""Messages that were read and stand in an archive that was read back may leave the ledger; no others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
OLDER_GO_ON = True

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NOT_ARCHIVED = (
    "OLD.read_at IS NULL OR NOT EXISTS (SELECT 1 FROM archive WHERE archive.before > OLD.received_at)"
)
REFUSED = "history is append-only: inbox_message"


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("before", sa.DateTime(), nullable=False),
        sa.Column("read_back_at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rows", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER keep_inbox_message_delete ON inbox_message")
        op.execute(
            "CREATE FUNCTION duban_keep_unarchived() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {NOT_ARCHIVED} THEN RAISE EXCEPTION '{REFUSED}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
        )
        op.execute(
            "CREATE TRIGGER keep_inbox_message_delete BEFORE DELETE ON inbox_message "
            "FOR EACH ROW EXECUTE FUNCTION duban_keep_unarchived()"
        )
        return
    op.execute("DROP TRIGGER keep_inbox_message_delete")
    op.execute(
        f"CREATE TRIGGER keep_inbox_message_delete BEFORE DELETE ON inbox_message WHEN {NOT_ARCHIVED} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
