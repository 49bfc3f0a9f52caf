"""What was given to a post (派单) is found from the post: an index over the few obligations that were."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_GIVEN = sa.text("dispatched_to IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_obligation_dispatched",
        "obligation",
        ["dispatched_to"],
        sqlite_where=_GIVEN,
        postgresql_where=_GIVEN,
    )
