"""Messages that were read and stand in an archive that was read back may leave the ledger; no others."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN, let, on_postgresql, refuse

revision = "0028"
down_revision = "0027"
OLDER_GO_ON = True

NOT_ARCHIVED = (
    "OLD.read_at IS NULL OR NOT EXISTS (SELECT 1 FROM archive WHERE archive.before > OLD.received_at)"
)


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
    let("inbox_message", "delete")
    if not on_postgresql():
        refuse("inbox_message", "delete", "DELETE", NOT_ARCHIVED)
        return
    op.execute(
        "CREATE FUNCTION duban_keep_unarchived() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {NOT_ARCHIVED} THEN RAISE EXCEPTION 'history is append-only: inbox_message' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
    )
    refuse("inbox_message", "delete", "DELETE", by="duban_keep_unarchived")
