"""What is open and will not be spoken of again is found without going through what is open."""

from duban.ledger.migrations.drawing import index_where

revision = "0027"
down_revision = "0026"
OLDER_GO_ON = True

SILENT = "next_rung_at IS NULL AND closed_at IS NULL"


def upgrade() -> None:
    index_where("ix_obligation_silent", "obligation", ["duty_version_id", "state"], SILENT)
