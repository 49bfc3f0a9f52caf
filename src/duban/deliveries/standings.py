"""How the units stand today, for a leader's page: read from the ledger once for a run."""

from collections.abc import Mapping

from sqlalchemy import Connection, case, func, select
from sqlmodel import col

from duban.base.clock import Present
from duban.ledger.lateness import is_over
from duban.ledger.tables import OPEN_STATES, Obligation


def unit_standings(connection: Connection, present: Present) -> Mapping[str, tuple[int, int]]:
    """How many obligations each unit has open, and how many of them are overdue at `present`.

    Confidential ones aside: they are nobody's figure but their own posts'.
    """
    late = func.sum(case((is_over(present), 1), else_=0))
    query = (
        select(col(Obligation.unit), func.count(), late)
        .where(
            col(Obligation.closed_at).is_(None),
            col(Obligation.state).in_(OPEN_STATES),
            col(Obligation.confidential).is_(False),
        )
        .group_by(col(Obligation.unit))
    )
    return {unit: (count, int(overdue)) for unit, count, overdue in connection.execute(query).tuples()}
