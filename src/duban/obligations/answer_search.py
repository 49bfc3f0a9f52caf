"""Which facts could complete which obligations of a duty: about the same subject or unit, dated after it opened, of the same case."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, or_, select
from sqlmodel import col

from duban.base.cases import FOUND_AT, is_hour
from duban.ledger.rows import named, rows_of
from duban.ledger.standing_facts import still_stands
from duban.ledger.tables import MERGER_STANDS, Author, Fact, MergerRecord, Obligation, ObligationEvent
from duban.obligations.mergers import ORIGIN
from duban.obligations.one_duty import DutyPass
from duban.obligations.statements import carrying, of_the_same_case
from duban.workdays import found_at


class FoundAnswer(NamedTuple):
    """An obligation, and a fact that could complete it."""

    id: int  #: the obligation's number
    unit: str  #: the unit that owes it
    opened_on: date  #: the day it opened
    fact_id: int  #: the fact's number
    happened_on: date  #: the day of the fact
    hour: str | None  #: the hour it says it happened at, where it says one
    recorded_by: str | None  #: who recorded it

    def moment(self, run: DutyPass) -> datetime | None:
        """When an emergency was done, aware UTC: at the hour the fact says, else when it was said, or as its day ended; None of
        what is due in days.
        """
        if not run.duty.urgent:
            return None
        hour = self.hour if is_hour(self.hour) else None
        return found_at(self.happened_on, hour, run.now, run.definitions.project.zone)


def found_answers(
    run: DutyPass, duty_id: SQLColumnExpression[str], *conditions: ColumnElement[bool]
) -> list[FoundAnswer]:
    """Those of the duty's obligations, with the facts that answer them, which meet these conditions over both."""
    pairs = _pairs(run, _same_subject_or_unit(run), duty_id, *conditions)
    found = rows_of(run.connection, pairs, FoundAnswer)
    if run.families.joined:
        pairs = _pairs(run, _merged(), col(Obligation.duty_id), *conditions, of_merged=True)
        found += rows_of(run.connection, pairs, FoundAnswer)
    return found


def _merged() -> ColumnElement[bool]:
    """That a fact is about a subject merged into another: it answers what passed on from there, and from the day of the
    merger what the other owes itself.
    """
    passed_on = select(col(ObligationEvent.id)).where(
        col(ObligationEvent.obligation_id) == col(Obligation.id),
        col(ObligationEvent.kind) == "rehome",
        col(ObligationEvent.details)[ORIGIN].as_integer() == col(Fact.subject_id),
    )
    return and_(
        MERGER_STANDS,
        col(MergerRecord.survivor_id) == col(Obligation.subject_id),
        or_(col(Fact.happened_on) >= col(MergerRecord.survivor_since), passed_on.exists()),
    )


def _pairs(
    run: DutyPass,
    answering: ColumnElement[bool],
    duty_id: SQLColumnExpression[str],
    *conditions: ColumnElement[bool],
    of_merged: bool = False,
) -> Select[tuple[int, str, date, int, date, str | None, str | None]]:
    """Obligations with the facts that answer them: `answering` joins both, by way of MergerRecord if `of_merged`."""
    recorded_by = select(col(Author.name)).where(col(Author.id) == col(Fact.author_id)).scalar_subquery()
    query = select(
        col(Obligation.id),
        col(Obligation.unit),
        col(Obligation.opened_on),
        named(col(Fact.id), "fact_id"),
        col(Fact.happened_on),
        named(col(Fact.data)[FOUND_AT].as_string(), "hour"),
        named(recorded_by, "recorded_by"),
    ).select_from(Fact)
    if of_merged:
        query = query.join(MergerRecord, col(MergerRecord.subject_id) == col(Fact.subject_id))
    return (
        query.join(Obligation, answering)
        .where(duty_id == run.duty.id, *conditions)
        .where(col(Fact.kind) == run.duty.done_by, col(Fact.id) <= run.reached.fact_id)
        .where(col(Fact.happened_on) >= col(Obligation.opened_on))
        # What brought the obligation about does not also answer it.
        .where(or_(col(Obligation.fact_id).is_(None), col(Obligation.fact_id) != col(Fact.id)))
        .where(still_stands(), *carrying(run.duty.done_where), *of_the_same_case(run.duty.done_same))
        .where(*_by_whoever_may(run))
    )


def _by_whoever_may(run: DutyPass) -> list[ColumnElement[bool]]:
    """That a confidential obligation is completed by a fact from somebody for whom it exists."""
    if not run.duty.confidential:
        return []
    may = select(col(Author.id)).where(col(Author.undisclosed))
    return [or_(col(Fact.author_id).is_(None), col(Fact.author_id).in_(may))]


def _same_subject_or_unit(run: DutyPass) -> ColumnElement[bool]:
    if run.duty.for_each.subject is not None:
        return col(Obligation.subject_id) == col(Fact.subject_id)
    return and_(
        col(Obligation.unit) == col(Fact.unit),
        col(Obligation.subject_id).is_(None),
        col(Fact.subject_id).is_(None),
    )
