"""A list is read in its own order, whatever else the ledger holds: by deadline, of one unit, of one duty, or in one state."""

from alembic import op

from duban.ledger.migrations.drawing import index_where

revision = "0025"
down_revision = "0024"
OLDER_GO_ON = True

NOT_CLOSED, NOT_OPEN = "closed_at IS NULL", "state <> 'open'"


def upgrade() -> None:
    op.drop_index("ix_obligation_board", "obligation")
    for name, columns, where in (
        (
            "ix_obligation_board",
            [
                *("deadline", "id", "unit", "duty_id", "state", "confidential", "closed_at"),
                *("duty_version_id", "subject_id"),
            ],
            NOT_CLOSED,
        ),
        (
            "ix_obligation_duty",
            ["duty_id", "deadline", "id", "unit", "state", "confidential", "closed_at"],
            NOT_CLOSED,
        ),
        (
            "ix_obligation_unit",
            ["unit", "deadline", "id", "duty_id", "state", "confidential", "closed_at"],
            NOT_CLOSED,
        ),
        (
            "ix_obligation_state",
            ["state", "deadline", "id", "unit", "duty_id", "confidential", "closed_on"],
            NOT_OPEN,
        ),
    ):
        index_where(name, "obligation", columns, where)
