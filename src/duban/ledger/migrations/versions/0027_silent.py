"""What is open and will not be spoken of again is found without going through what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
OLDER_GO_ON = True

SILENT = sa.text("next_rung_at IS NULL AND closed_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_obligation_silent",
        "obligation",
        ["duty_version_id", "state"],
        sqlite_where=SILENT,
        postgresql_where=SILENT,
    )
