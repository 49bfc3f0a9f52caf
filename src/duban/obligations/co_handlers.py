"""Who works along on obligations (会办), as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, exists, select
from sqlmodel import col

from duban.bureau.unit_posts import UnitPost
from duban.ledger.choosing import among_those, portions
from duban.ledger.tables import CoHandler, Obligation


def co_handlers(connection: Connection, obligations: Collection[int]) -> dict[int, tuple[UnitPost, ...]]:
    """Who works along on these obligations, by number; without those that nobody does."""
    found: dict[int, list[UnitPost]] = defaultdict(list)
    for portion in portions(sorted(obligations)):
        for number, whom in connection.execute(_along(), {"those": portion}).tuples():
            found[number].append(UnitPost.parse(whom))
    return {number: tuple(posts) for number, posts in found.items()}


def has_co_handlers() -> ColumnElement[bool]:
    """Of the obligations of a statement: whether anybody works along on them."""
    return exists().where(col(CoHandler.obligation_id) == col(Obligation.id))


@cache
def _along() -> Select[tuple[int, str]]:
    """Who works along on some obligations; put together once, as every page and message asks."""
    return (
        select(col(CoHandler.obligation_id), col(CoHandler.whom))
        .where(among_those(col(CoHandler.obligation_id)))
        .order_by(col(CoHandler.whom))
    )
