"""Whether the unit or the subject of an obligation is still one that owes the duty, under the duty as it is now."""

from collections.abc import Iterator, Sequence

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.cadence.findings import DatedFact
from duban.cadence.opening import EachFact, FindingOpening
from duban.ledger.choosing import portions
from duban.ledger.tables import Fact, Obligation, Subject
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_fact import PAGE
from duban.obligations.opening_by_period import by_visits
from duban.obligations.responsible import owing_units
from duban.workdays.visit_keys import of_rhythm


def still_owing(run: DutyPass, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the unit or subject of an obligation still owes it, in a statement over Obligation.

    `which` selects the obligations it is asked of: findings are judged by their evidence, each.
    """
    duty, opening = run.duty, run.duty.cadence.opening
    if duty.for_each.subject is None:
        if isinstance(opening, EachFact):
            units: Sequence[str] = list(run.definitions.project.units)
        else:
            units = owing_units(run.definitions.project, duty)
        condition = and_(col(Obligation.subject_id).is_(None), col(Obligation.unit).in_(units))
    else:
        condition = _of_its_subject(run)
    if isinstance(opening, EachFact):
        fact = aliased(Fact, name="its_fact")
        carries = [col(fact.data)[name].as_string().in_(values) for name, values in opening.where.items()]
        of = select(col(fact.id)).where(
            col(fact.id) == col(Obligation.fact_id), col(fact.kind) == opening.fact, *carries
        )
        return and_(condition, of.exists())
    if isinstance(opening, FindingOpening):
        failing = list(_unfounded(run, opening, which))
        ids: BindParameter[list[int]] = bindparam(
            "failing", failing, expanding=True, literal_execute=True, unique=True
        )
        return and_(condition, col(Obligation.id).not_in(ids)) if failing else condition
    return condition


def _of_its_subject(run: DutyPass) -> ColumnElement[bool]:
    """Whether the subject is one the duty is about. One that was closed down since keeps what it owed."""
    kind, _active, *where = run.of_this_duty()
    its_own = col(Subject.id) == col(Obligation.subject_id)
    if run.duty.cadence.visits(None) is None:
        return exists().where(its_own, kind, *where)
    by_grade = [
        and_(
            # What is over under another grade stays owed as it was.
            or_(col(Obligation.period_key).like(of_rhythm(visits)), col(Obligation.deadline) < run.today),
            exists().where(its_own, kind, *where, graded),
        )
        for visits, graded in by_visits(run)
        if visits is not None
    ]
    return or_(false(), *by_grade)


def _unfounded(run: DutyPass, opening: FindingOpening, which: ColumnElement[bool]) -> Iterator[int]:
    """The findings whose evidence does not meet the rule."""
    last = 0
    query = (
        select(col(Obligation.id), col(Obligation.evidence_facts))
        .where(col(Obligation.duty_id) == run.duty.id, which)
        .order_by(col(Obligation.id))
        .limit(PAGE)
    )
    while page := run.connection.execute(query.where(col(Obligation.id) > last)).tuples().all():
        facts: dict[int, DatedFact] = {}
        for portion in portions(sorted({number for _, evidence in page for number in evidence or ()})):
            known = select(col(Fact.id), col(Fact.happened_on), col(Fact.kind)).where(
                col(Fact.id).in_(portion)
            )
            happened = (DatedFact(*row) for row in run.connection.execute(known).tuples())
            facts |= {fact.id: fact for fact in happened}
        for number, evidence in page:
            if not opening.holds([facts[each] for each in evidence or () if each in facts]):
                yield number
        last = page[-1][0]
