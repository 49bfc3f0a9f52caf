"""Counting the facts of a kind in a period must not read those of all other years."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_fact_kind_day", "fact", ["kind", "happened_on"])
