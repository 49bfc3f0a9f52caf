"""What is with the reviewers, and what came back from them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select
from sqlmodel import col

from duban.base.clock import Present
from duban.ledger.lateness import IS_OPEN, is_over
from duban.ledger.tables import CAME_BACK, NOT_OPEN, REPORTED, Obligation
from duban.reports.model import ReviewTotals


def review_totals(connection: Connection, present: Present, scope: Sequence[str] | None) -> ReviewTotals:
    """What is with the reviewers at `present`, in the whole city or in these units; nothing confidential.

    Costs what is with them and what came back; what else is open is not read.
    """
    late = or_(col(Obligation.reported_on) > col(Obligation.deadline), col(Obligation.missed).is_not(None))
    seen = [~col(Obligation.confidential)]
    if scope is not None:
        seen.append(col(Obligation.unit).in_(scope))

    def counted(*among: ColumnElement[bool], each: Sequence[ColumnElement[bool]]) -> Sequence[int]:
        numbers = (func.count(case((condition, 1))) for condition in each)
        return connection.execute(select(*numbers).where(*among, *seen)).one()

    reported = col(Obligation.state) == REPORTED
    waiting, waiting_late = counted(reported, NOT_OPEN, each=(reported, late))
    late_before = and_(col(Obligation.missed).is_not(None), ~is_over(present))
    returned, was_late = counted(*IS_OPEN, CAME_BACK, each=(col(Obligation.returns) > 0, late_before))
    return ReviewTotals(waiting, waiting_late, returned, was_late)
