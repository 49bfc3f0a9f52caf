"""When a fact is corrected or withdrawn: what becomes of the obligations it brought about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.language import say
from duban.cadence.findings import DatedFact
from duban.cadence.opening import FindingOpening
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import ArchivedObligation, Fact, Obligation, ObligationEvent
from duban.obligations.archived import archived_of_fact
from duban.obligations.one_duty import DutyPass
from duban.obligations.statements import others_of_event, read_to_open, same_event, still_told
from duban.obligations.succession import supersede
from duban.obligations.transitions import NOTHING, Details
from duban.obligations.withdrawal import withdraw

_PARTED = "parted"
"""In the event of a withdrawal: the subject whose facts count for themselves again."""


class _Corrected(NamedTuple):
    """An open obligation whose fact was corrected, the correction, and what the correction brought about."""

    id: int
    correction: int
    successor: int | None


class _OpenFinding(NamedTuple):
    id: int
    subject_id: int
    evidence_facts: list[int] | None
    closed_at: datetime | None


class _TakenBack(NamedTuple):
    id: int
    fact_id: int
    evidence_facts: list[int]


def closed_for(run: DutyPass, facts: Sequence[int]) -> set[int]:
    """Those facts whose obligation of this duty was done or waived: their correction owes nothing anew."""
    if not facts:
        return set()
    told_again = others_of_event(run.connection, facts, read_to_open(run.duty))
    numbers = sorted({*facts, *(each for others in told_again.values() for each in others)})
    query = select(col(Obligation.fact_id)).where(
        col(Obligation.duty_id) == run.duty.id,
        col(Obligation.fact_id).in_(numbers),
        col(Obligation.state).in_(("done", "waived")),
    )
    archived = select(col(ArchivedObligation.fact_id)).where(
        col(ArchivedObligation.duty_id) == run.duty.id,
        col(ArchivedObligation.fact_id).in_(numbers),
        col(ArchivedObligation.state).in_(("done", "waived")),
    )
    both = union_all(query, archived)
    closed = set(run.connection.execute(both).scalars())
    return {number for number in facts if closed & {number, *told_again.get(number, ())}}


def opened_already(run: DutyPass) -> ColumnElement[bool]:
    """That a fact opened something of this duty, in a statement over FACT."""
    here = exists().where(col(Obligation.fact_id) == col(Fact.id), col(Obligation.duty_id) == run.duty.id)
    return or_(here, archived_of_fact(run.duty.id, col(Fact.id)))


def opened_by_another(run: DutyPass) -> ColumnElement[bool]:
    """That another fact of the same event opened what is owed, or was, of this duty: it need not stand any more."""
    other = aliased(Fact, name="other")
    owed = col(Obligation.state).not_in(("withdrawn", "superseded"))
    here = exists().where(
        col(Obligation.fact_id) == col(other.id), col(Obligation.duty_id) == run.duty.id, owed
    )
    opened = or_(here, archived_of_fact(run.duty.id, col(other.id)))
    return select(col(other.id)).where(same_event(Fact, other, read_to_open(run.duty)), opened).exists()


def replace_corrected(run: DutyPass) -> None:
    """Supersede the open obligation of each fact corrected since the mark, or withdraw it if nothing takes its place.

    It stays where another fact of the same event stands, whichever of them opened it.
    """
    old, opener = aliased(Fact, name="old"), aliased(Fact, name="opener")
    new = aliased(Obligation, name="new")
    read = read_to_open(run.duty)
    corrections = (
        select(col(Obligation.id), named(col(Fact.id), "correction"), named(col(new.id), "successor"))
        .select_from(Fact)
        .join(old, col(old.id) == col(Fact.revises))
        .outerjoin(new, (col(new.fact_id) == col(Fact.id)) & (col(new.duty_id) == run.duty.id))
        .where(col(Fact.id) > run.mark.fact_id, col(Fact.id) <= run.reached.fact_id)
    )
    own = corrections.join(opener, col(opener.id) == col(old.id))
    others = corrections.join(opener, same_event(old, opener, read))
    opened = (col(Obligation.fact_id) == col(opener.id)) & (col(Obligation.duty_id) == run.duty.id)
    corrected = [
        row
        for query in (own, others)
        for row in rows_of(
            run.connection,
            query.join(Obligation, opened).where(
                col(Obligation.closed_at).is_(None), ~still_told(opener, read)
            ),
            _Corrected,
        )
    ]
    successors = {row.id: row.successor for row in corrected if row.successor is not None}
    unfounded = {row.id: {"fact_id": row.correction} for row in corrected if row.id not in successors}
    withdraw(run.connection, unfounded, run.cause(_unfounded()))
    supersede(run.connection, successors, run.cause(say(zh="事实已更正", en="the fact was corrected")))


def withdraw_unfounded(
    run: DutyPass,
    opening: FindingOpening,
    subjects: Sequence[int],
    happened: Mapping[int, Sequence[DatedFact]],
) -> dict[int, list[list[int]]]:
    """Withdraw open findings whose evidence no longer meets a rule; returns the evidence that stays spent, by the subject
    that stands for the one found out about. `happened` has their facts, by that subject too.
    """
    query = select(
        col(Obligation.id),
        col(Obligation.subject_id),
        col(Obligation.evidence_facts),
        col(Obligation.closed_at),
    ).where(
        col(Obligation.duty_id) == run.duty.id,
        col(Obligation.subject_id).in_(subjects),
        col(Obligation.state) != "withdrawn",
    )
    spent: dict[int, list[list[int]]] = {}
    known = rows_of(run.connection, query, _OpenFinding)
    there = {fact.id for facts in happened.values() for fact in facts}
    gone = {number for row in known for number in row.evidence_facts or ()} - there
    told_again = others_of_event(run.connection, gone)
    counts_as = {old: number for old, others in told_again.items() for number in others if number in there}
    for row in known:
        evidence = [counts_as.get(number, number) for number in row.evidence_facts or ()]
        subject = run.families.stands_for(row.subject_id)
        standing = [fact for fact in happened.get(subject, ()) if fact.id in evidence]
        if row.closed_at is None and len(standing) < len(evidence) and not opening.holds(standing):
            kept = {fact.id for fact in standing}
            _withdraw_finding(run, row.id, subject, [number for number in evidence if number not in kept])
        else:
            spent.setdefault(subject, []).append(evidence)
    return spent


def _withdraw_finding(run: DutyPass, obligation: int, subject: int, gone: Sequence[int]) -> None:
    """Withdraw a finding because these facts are gone from its evidence: corrected, or parted from the subject."""
    reason, details = _unfounded(), NOTHING
    if subject in run.families.parted:
        about = run.connection.execute(
            select(col(Fact.subject_id)).where(col(Fact.id).in_(gone), col(Fact.subject_id).is_not(None))
        ).scalars()
        others = {
            number for number in about if number is not None and run.families.stands_for(number) != subject
        }
        if others:
            parted: Details = {_PARTED: min(others)}
            reason, details = (
                say(
                    zh="合并已撤销，双方的事实分开计算",
                    en="the merger was taken back: the facts of both count apart",
                ),
                parted,
            )
    withdraw(run.connection, {obligation: details}, run.cause(reason))


def findings_taken_back(run: DutyPass, subjects: Sequence[int]) -> dict[int, list[list[int]]]:
    """The evidence of the withdrawn findings about these subjects, oldest first, by the fact that completed them.

    Where it was the merger that was taken back, there is none: merged again, they are owed anew.
    """
    query = select(col(Obligation.id), col(Obligation.fact_id), col(Obligation.evidence_facts)).where(
        col(Obligation.duty_id) == run.duty.id,
        col(Obligation.subject_id).in_(subjects),
        col(Obligation.state) == "withdrawn",
        col(Obligation.evidence_facts).is_not(None),
    )
    rows = rows_of(run.connection, query.order_by(col(Obligation.id)), _TakenBack)
    parted = _parted(run, [row.id for row in rows]) if run.families else frozenset()
    taken_back: dict[int, list[list[int]]] = {}
    for row in rows:
        evidence = [] if row.id in parted else row.evidence_facts
        taken_back.setdefault(row.fact_id, []).append(evidence)
    return taken_back


def _parted(run: DutyPass, withdrawn: Sequence[int]) -> frozenset[int]:
    """Those of these findings that were withdrawn because a merger was taken back."""
    query = select(col(ObligationEvent.obligation_id)).where(
        col(ObligationEvent.obligation_id).in_(withdrawn),
        col(ObligationEvent.details)[_PARTED].as_integer().is_not(None),
    )
    return frozenset(run.connection.execute(query).scalars())


def _unfounded() -> str:
    return say(zh="所依据的事实已更正或撤销", en="the fact it rested on was corrected or withdrawn")
