"""How often each stage has spoken about an obligation, and to whom: 第 2 次催办."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.ledger.choosing import among_those, portions
from duban.ledger.tables import Delivery, Notice, Obligation
from duban.obligations.calls import of_the_ladder

Times = dict[int, dict[str, int]]
"""By an obligation's number and by stage: how often."""


def spoken_stages(
    connection: Connection, obligations: Collection[int], own: Sequence[int], recipient: str
) -> tuple[Times, Times]:
    """How often each stage has spoken about each obligation, up to a message's `own` notices; and in how many messages to the
    recipient: rungs that were decided or travelled together, and one message by several channels, are one.
    """
    said: Times = defaultdict(dict)
    heard: Times = defaultdict(dict)
    for portion in portions(sorted(obligations)):
        given = {"those": portion, "newest": max(own), "recipient": recipient, "own": own}
        for number, stage, spoke, arrived, comes in connection.execute(_spoken(), given).tuples():
            said[number][stage] = spoke
            if arrived or comes:
                heard[number][stage] = arrived + comes
    return said, heard


def has_another_notice() -> ColumnElement[bool]:
    """Of a statement over Notice and Obligation: whether anything else was decided to be said about the obligation."""
    other = aliased(Notice)
    return exists().where(col(other.obligation_id) == col(Obligation.id), col(other.id) != col(Notice.id))


@cache
def _spoken() -> Select[tuple[int, str, int, int, int]]:
    """Of some obligations, up to one of their notices, for each stage: at how many moments it spoke, in how many messages it
    reached a recipient, and 1 where one of our `own` notices has not yet; put together once.
    """
    to_them = and_(
        col(Delivery.notice_id) == col(Notice.id),
        col(Delivery.recipient) == bindparam("recipient"),
        col(Delivery.state) == "sent",
    )
    each = (
        select(
            col(Notice.id),
            col(Notice.obligation_id),
            col(Notice.stage),
            col(Notice.decided_at),
            func.min(col(Delivery.settled_at)).label("first"),
        )
        .outerjoin(Delivery, to_them)
        .where(
            among_those(col(Notice.obligation_id)),
            col(Notice.id) <= bindparam("newest"),
            of_the_ladder(),
        )
        .group_by(col(Notice.id), col(Notice.obligation_id), col(Notice.stage), col(Notice.decided_at))
        .subquery()
    )
    comes = case((and_(each.c.first.is_(None), among_those(each.c.id, "own")), 1), else_=0)
    return select(
        each.c.obligation_id,
        each.c.stage,
        func.count(each.c.decided_at.distinct()),
        func.count(each.c.first.distinct()),
        func.max(comes),
    ).group_by(each.c.obligation_id, each.c.stage)
