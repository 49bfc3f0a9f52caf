"""A subject was re-graded during the year: the visits still ahead follow the new grade.

Windows that are over stay owed as they were. A window still running under the old grade is superseded by the running
window of the new one, or withdrawn if that window has had its visit.
"""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.language import say
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import Obligation, Subject, UnitRecord
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_period import RhythmGroup, groups, running
from duban.obligations.succession import supersede
from duban.obligations.transitions import NOTHING
from duban.obligations.withdrawal import withdraw
from duban.workdays.visit_keys import of_rhythm


class _OldVisit(NamedTuple):
    """A visit of the old rhythm, the grade its subject has now, and the visit of the new rhythm that is running."""

    id: int
    grade: str | None
    successor: int | None


def settle_regraded(run: DutyPass) -> None:
    """Settle the running visits of subjects whose grade now asks for another number of visits."""
    if not run.duty.cadence.grades or not run.subjects_changed:
        return
    for group in groups(run):
        successors: dict[str, dict[int, int]] = defaultdict(dict)
        without: dict[str, list[int]] = defaultdict(list)
        for visit in _old_visits(run, group):
            reason = say(
                zh=f"风险等级改为{visit.grade or '未评级'}，检查频次随之改变",
                en=f"re-graded to {visit.grade or 'ungraded'}: the number of visits changed",
            )
            if visit.successor is None:
                without[reason].append(visit.id)
            else:
                successors[reason].setdefault(visit.id, visit.successor)
        for reason, numbers in without.items():
            withdraw(run.connection, dict.fromkeys(numbers, NOTHING), run.cause(reason))
        for reason, pairs in successors.items():
            supersede(run.connection, pairs, run.cause(reason))


def _old_visits(run: DutyPass, group: RhythmGroup) -> list[_OldVisit]:
    """The open visits of another rhythm than the group's that its subjects still owe."""
    if group.visits is None:
        return []
    current = [occurrence.period_key for occurrence in running(run, group)]
    new = aliased(Obligation, name="new")
    query = (
        select(col(Obligation.id), col(Subject.grade), named(col(new.id), "successor"))
        .join(Subject, col(Subject.id) == col(Obligation.subject_id))
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .outerjoin(
            new,
            (col(new.duty_id) == run.duty.id)
            & (col(new.subject_id) == col(Obligation.subject_id))
            & col(new.period_key).in_(current)
            & col(new.closed_at).is_(None),
        )
        .where(col(Obligation.duty_id) == run.duty.id, col(Obligation.closed_at).is_(None))
        .where(
            col(Obligation.deadline) >= run.today,
            col(Obligation.period_key).not_like(of_rhythm(group.visits)),
        )
        .where(group.condition)
        .order_by(col(Obligation.id), col(new.id))
    )
    return rows_of(run.connection, query, _OldVisit)
