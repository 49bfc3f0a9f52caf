"""How often the ladder of an obligation has begun, and when it did last: anew for each day that a person gives.

Two columns of the obligation that cost nothing, however many rows there are; notices stay as they are, and a rung that is
said again has its course in its name. A program from before passes over what was said for an earlier day, as it always did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
OLDER_GO_ON = True


def upgrade() -> None:
    op.add_column("obligation", sa.Column("course", sa.Integer(), server_default="1", nullable=False))
    op.add_column("obligation", sa.Column("course_at", sa.DateTime(), nullable=True))
