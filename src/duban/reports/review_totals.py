"""What is with the reviewers, and what came back from them."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlmodel import col

from duban.base.clock import Present
from duban.ledger.lateness import is_over
from duban.ledger.tables import OPEN_STATES, REPORTED, Obligation
from duban.reports.model import ReviewTotals


def review_totals(connection: Connection, present: Present, scope: Sequence[str] | None) -> ReviewTotals:
    """What is with the reviewers at `present`, in the whole city or in these units; nothing confidential."""
    reported = col(Obligation.state) == REPORTED
    is_open = col(Obligation.state).in_(OPEN_STATES)
    late = or_(col(Obligation.reported_on) > col(Obligation.deadline), col(Obligation.missed).is_not(None))
    counted = [
        func.count(case((condition, 1)))
        for condition in (
            reported,
            and_(reported, late),
            and_(is_open, col(Obligation.returns) > 0),
            and_(is_open, col(Obligation.missed).is_not(None), ~is_over(present)),
        )
    ]
    query = select(*counted).where(col(Obligation.closed_at).is_(None), ~col(Obligation.confidential))
    if scope is not None:
        query = query.where(col(Obligation.unit).in_(scope))
    waiting, waiting_late, returned, late_before = connection.execute(query).one()
    return ReviewTotals(waiting, waiting_late, returned, late_before)
