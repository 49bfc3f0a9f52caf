"""A part of a name is found without reading every subject: names lie in their order, and PostgreSQL knows each pair of letters."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import on_postgresql

revision = "0030"
down_revision = "0029"
OLDER_GO_ON = True


def upgrade() -> None:
    op.create_index("ix_subject_name", "subject", ["name", "unit", "id"])
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION duban_name_pairs(name text) RETURNS text[] "
            "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS "
            "$$ SELECT array_agg(substr(name, at, 2)) FROM generate_series(1, length(name) - 1) AS at $$"
        )
        op.create_index(
            "ix_subject_name_pairs",
            "subject",
            [sa.text("duban_name_pairs(name)")],
            postgresql_using="gin",
        )
