"""Codes, names, sources and their numbers are kept folded: what people take for the same is the same.

Of two rows that differ in their spelling alone the older one has the folded form; the younger stays as it was written.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from duban.base.folding import fold_code, fold_name
from duban.ledger.migrations.drawing import keep, let

revision = "0009"
down_revision = "0008"

Fold = Callable[[str], str]


def upgrade() -> None:
    _fold("subject", ("kind", str), ("code", fold_code))
    _fold("subject", ("code", str), ("name", fold_name))
    let("fact", "update")
    _fold("fact", ("source", fold_name), ("ref", fold_code))
    keep("fact", "UPDATE")


def _fold(table: str, first: tuple[str, Fold], second: tuple[str, Fold]) -> None:
    """Fold two columns wherever no row has the folded pair already."""
    (one, fold_one), (other, fold_other) = first, second
    rows = sa.table(table, sa.column("id"), sa.column(one), sa.column(other))
    connection = op.get_bind()
    taken: set[tuple[str, str]] = set()
    odd: list[tuple[int, tuple[str, str]]] = []
    query = sa.select(rows.c.id, rows.c[one], rows.c[other]).order_by(rows.c.id)
    for number, *written in connection.execute(query):
        pair = fold_one(written[0]), fold_other(written[1])
        if pair == tuple(written):
            taken.add(pair)
        else:
            odd.append((number, pair))
    for number, pair in odd:
        if pair not in taken:
            taken.add(pair)
            connection.execute(
                sa.update(rows).where(rows.c.id == number).values({one: pair[0], other: pair[1]})
            )
