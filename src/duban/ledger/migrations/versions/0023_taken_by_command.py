"""A table that was taken by command is known too; whoever gave the command may have no account."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import on_postgresql

revision = "0023"
down_revision = "0022"

NAME = "handed_in_table"


def upgrade() -> None:
    if on_postgresql():
        op.alter_column(NAME, "account_id", nullable=True)
        return
    _drawn_anew("account_id INTEGER NOT NULL", "account_id INTEGER")


def _drawn_anew(was: str, now: str) -> None:
    """SQLite changes no column: the table is made again, and takes its rows over."""
    drawn = op.get_bind().scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": NAME})
    op.rename_table(NAME, f"{NAME}_before")
    op.execute(sa.text(str(drawn).replace(was, now)))
    op.execute(sa.text("INSERT INTO handed_in_table SELECT * FROM handed_in_table_before"))
    op.drop_table(f"{NAME}_before")
    op.create_index("ix_handed_in_table_sha256", NAME, ["sha256"])
