"""A fact knows the first that was told under its number, whoever told it: only what is told again is looked at twice.

A correction goes with what it corrects. Of the facts that are there already, those of one kind, source and number come
under the oldest of them, and corrections under whatever that makes of the fact they correct.
"""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, index_where, keep, let

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("fact", sa.Column("first_told", NUMBER, nullable=True))
    let("fact", "update")
    _fill()
    keep("fact", "UPDATE")
    index_where("ix_fact_first_told", "fact", ["first_told"], "first_told IS NOT NULL")


def _fill() -> None:
    """Own numbers first; then the corrections, each after what it corrects."""
    fact = sa.table("fact", *map(sa.column, ("id", "kind", "source", "ref", "revises", "first_told")))
    connection = op.get_bind()
    first = sa.func.min(fact.c.id).over(partition_by=(fact.c.source, fact.c.ref, fact.c.kind)).label("first")
    told = sa.select(fact.c.id, first).where(fact.c.revises.is_(None)).subquery()
    again = sa.select(told.c.id, told.c.first).where(told.c.id != told.c.first)
    found = dict(connection.execute(again).tuples().all())
    corrections = sa.select(fact.c.id, fact.c.revises).where(fact.c.revises.is_not(None)).order_by(fact.c.id)
    for number, corrected in connection.execute(corrections).all():
        found[number] = found.get(corrected, corrected)
    set_one = sa.update(fact).where(fact.c.id == sa.bindparam("of")).values(first_told=sa.bindparam("is"))
    if found:
        connection.execute(set_one, [{"of": number, "is": told} for number, told in found.items()])
