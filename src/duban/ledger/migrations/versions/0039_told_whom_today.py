"""Whether somebody had a message today, or a paper that is sent each month, is found among what was sent to him: it had been looked
for among all that a channel sent that day, and among all that was ever sent.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
OLDER_GO_ON = True


def upgrade() -> None:
    op.create_index("ix_attempt_recipient", "attempt", ["recipient", "put_at"])
