"""A subject was re-graded during the year: the visits still ahead follow the new grade.

Windows that are over stay owed as they were. A window still running under the old grade is superseded by the running
window of the new one, or withdrawn if that window has had its visit.
"""

from __future__ import annotations

from sqlalchemy import select

from duban.base.language import say
from duban.cadence.visit_keys import of_rhythm
from duban.duties.grammar import Frequency
from duban.ledger.tables import OBLIGATION, SUBJECT, UNIT
from duban.obligations.corrections import supersede, withdraw
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_period import groups, running


def settle_regraded(run: DutyPass) -> None:
    """Settle the running visits of subjects whose grade now asks for another number of visits."""
    cadence = run.duty.cadence
    if not (isinstance(cadence, Frequency) and cadence.by_grade) or not run.subjects_changed:
        return
    for group in groups(run):
        if group.visits is None:
            continue
        current = [occurrence.period_key for occurrence in running(run, group)]
        query = (
            select(OBLIGATION.c.id, OBLIGATION.c.subject_id, SUBJECT.c.grade)
            .join(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
            .join(UNIT, UNIT.c.code == SUBJECT.c.unit)
            .where(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.closed_at.is_(None))
            .where(
                OBLIGATION.c.deadline >= run.today, OBLIGATION.c.period_key.not_like(of_rhythm(group.visits))
            )
            .where(group.condition)
        )
        for row in run.connection.execute(query).all():
            reason = say(
                zh=f"风险等级改为{row.grade or '未评级'}，检查频次随之改变",
                en=f"re-graded to {row.grade or 'ungraded'}: the number of visits changed",
            )
            successor = run.connection.execute(
                select(OBLIGATION.c.id).where(
                    OBLIGATION.c.duty_id == run.duty.id,
                    OBLIGATION.c.subject_id == row.subject_id,
                    OBLIGATION.c.period_key.in_(current),
                    OBLIGATION.c.closed_at.is_(None),
                )
            ).scalar()
            if successor is None:
                withdraw(run, row.id, reason=reason)
            else:
                supersede(run, row.id, successor, reason)
