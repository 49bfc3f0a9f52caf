"""The indexes of what burns and of what was closed lately tell what was late before: it stays late."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
OLDER_GO_ON = True

COUNTED = ("unit", "duty_id", "deadline", "state", "confidential", "closed_at")


def upgrade() -> None:
    _put([*COUNTED, "missed"])


def _put(counted: list[str]) -> None:
    for name, day, condition in (
        ("ix_obligation_burning", "target", "closed_at IS NULL"),
        ("ix_obligation_closed", "closed_on", "closed_at IS NOT NULL"),
    ):
        op.drop_index(name, "obligation")
        where = sa.text(condition)
        op.create_index(name, "obligation", [day, *counted], sqlite_where=where, postgresql_where=where)
