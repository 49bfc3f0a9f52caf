"""When a fact is corrected or withdrawn: what becomes of the obligations it brought about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Row, select, update

from duban.base.language import say
from duban.cadence.threshold import Happened, holds
from duban.duties.grammar import Threshold
from duban.ledger.tables import FACT, NOTICE, OBLIGATION, OBLIGATION_EVENT
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import move

ENGINE = "duban"
_PARTED = "parted"
"""In the event of a withdrawal: the subject whose facts count for themselves again."""


def closed_for(run: DutyPass, facts: Sequence[int]) -> set[int]:
    """Those facts whose obligation of this duty was done or waived: their correction owes nothing anew."""
    if not facts:
        return set()
    query = select(OBLIGATION.c.fact_id).where(
        OBLIGATION.c.duty_id == run.duty.id,
        OBLIGATION.c.fact_id.in_(facts),
        OBLIGATION.c.state.in_(("done", "waived")),
    )
    return set(run.connection.execute(query).scalars())


def replace_corrected(run: DutyPass) -> None:
    """Supersede the open obligation of each fact corrected since the mark, or withdraw it if nothing takes its place."""
    new = OBLIGATION.alias("new")
    query = (
        select(OBLIGATION.c.id, FACT.c.id.label("correction"), new.c.id.label("successor"))
        .join_from(
            FACT, OBLIGATION, (OBLIGATION.c.fact_id == FACT.c.revises) & (OBLIGATION.c.duty_id == run.duty.id)
        )
        .outerjoin(new, (new.c.fact_id == FACT.c.id) & (new.c.duty_id == run.duty.id))
        .where(FACT.c.id > run.mark.fact_id, FACT.c.id <= run.reached.fact_id, FACT.c.revises.is_not(None))
        .where(OBLIGATION.c.closed_at.is_(None))
    )
    for row in run.connection.execute(query).all():
        if row.successor is None:
            withdraw(run, row.id, fact_id=row.correction)
        else:
            supersede(run, row.id, row.successor, say(zh="事实已更正", en="the fact was corrected"))


def withdraw_unfounded(
    run: DutyPass, cadence: Threshold, subjects: Sequence[int], happened: Mapping[int, Sequence[Happened]]
) -> dict[int, list[list[int]]]:
    """Withdraw open findings whose evidence no longer meets a rule; returns the evidence that stays spent, by the subject
    that stands for the one found out about. `happened` has their facts, by that subject too.
    """
    query = select(
        OBLIGATION.c.id, OBLIGATION.c.subject_id, OBLIGATION.c.evidence_facts, OBLIGATION.c.closed_at
    ).where(
        OBLIGATION.c.duty_id == run.duty.id,
        OBLIGATION.c.subject_id.in_(subjects),
        OBLIGATION.c.state != "withdrawn",
    )
    spent: dict[int, list[list[int]]] = {}
    for row in run.connection.execute(query).all():
        evidence: list[int] = row.evidence_facts or []
        subject = run.families.stands_for(row.subject_id)
        standing = [fact for fact in happened.get(subject, ()) if fact.id in evidence]
        if row.closed_at is None and len(standing) < len(evidence) and not holds(cadence, standing):
            kept = {fact.id for fact in standing}
            _withdraw_finding(run, row.id, subject, [number for number in evidence if number not in kept])
        else:
            spent.setdefault(subject, []).append(evidence)
    return spent


def _withdraw_finding(run: DutyPass, obligation: int, subject: int, gone: Sequence[int]) -> None:
    """Withdraw a finding because these facts are gone from its evidence: corrected, or parted from the subject."""
    if subject in run.families.parted:
        about = run.connection.execute(select(FACT.c.subject_id).where(FACT.c.id.in_(gone))).scalars()
        others = {number for number in about if run.families.stands_for(number) != subject}
        if others:
            reason = say(
                zh="合并已撤销，双方的事实分开计算",
                en="the merger was taken back: the facts of both count apart",
            )
            withdraw(run, obligation, reason=reason, details={_PARTED: min(others)})
            return
    withdraw(run, obligation)


def findings_taken_back(run: DutyPass, subjects: Sequence[int]) -> dict[int, list[list[int]]]:
    """The evidence of the withdrawn findings about these subjects, oldest first, by the fact that completed them.

    Where it was the merger that was taken back, there is none: merged again, they are owed anew.
    """
    query = select(OBLIGATION.c.id, OBLIGATION.c.fact_id, OBLIGATION.c.evidence_facts).where(
        OBLIGATION.c.duty_id == run.duty.id,
        OBLIGATION.c.subject_id.in_(subjects),
        OBLIGATION.c.state == "withdrawn",
        OBLIGATION.c.evidence_facts.is_not(None),
    )
    rows = run.connection.execute(query.order_by(OBLIGATION.c.id)).all()
    parted = _parted(run, [row.id for row in rows]) if run.families else frozenset()
    taken_back: dict[int, list[list[int]]] = {}
    for row in rows:
        evidence = [] if row.id in parted else row.evidence_facts
        taken_back.setdefault(row.fact_id, []).append(evidence)
    return taken_back


def _parted(run: DutyPass, withdrawn: Sequence[int]) -> frozenset[int]:
    """Those of these findings that were withdrawn because a merger was taken back."""
    query = select(OBLIGATION_EVENT.c.obligation_id).where(
        OBLIGATION_EVENT.c.obligation_id.in_(withdrawn),
        OBLIGATION_EVENT.c.details[_PARTED].as_integer().is_not(None),
    )
    return frozenset(run.connection.execute(query).scalars())


def withdraw(
    run: DutyPass,
    obligation: int,
    *,
    fact_id: int | None = None,
    reason: str = "",
    details: Mapping[str, str | int] | None = None,
) -> None:
    """Take an obligation back because what brought it about does not stand, or stands no more."""
    move(
        run.connection,
        obligation,
        "withdraw",
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=reason
        or say(zh="所依据的事实已更正或撤销", en="the fact it rested on was corrected or withdrawn"),
        details={"fact_id": fact_id} if fact_id else details,
    )


def take_up_again(
    run: DutyPass,
    row: Row[Any],
    reason: str,
    *,
    how: Literal["reopen", "reinstate"] = "reopen",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Let an obligation that was closed (a row of OBLIGATION) be owed again by the days it had; its ladder goes on."""
    again = run.armed(row, row.target, row.deadline)
    move(
        run.connection,
        row.id,
        how,
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=reason,
        details=details,
        changes=again,
    )


def supersede(run: DutyPass, old: int, new: int, reason: str) -> None:
    """Put `new` in the place of `old`; rungs that have spoken are not said again."""
    move(
        run.connection,
        old,
        "supersede",
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=reason,
        details={"superseded_by": new},
    )
    run.connection.execute(
        update(OBLIGATION)
        .where(OBLIGATION.c.id == new, OBLIGATION.c.supersedes.is_(None))
        .values(supersedes=old)
    )
    said = ["rung", "stage", "due_on", "decided_at", "late"]
    already = select(NOTICE.c.rung).where(NOTICE.c.obligation_id == new)
    carried = select(*(NOTICE.c[name] for name in said)).where(
        NOTICE.c.obligation_id == old, NOTICE.c.rung.not_in(already)
    )
    for notice in run.connection.execute(carried).mappings().all():
        run.connection.execute(NOTICE.insert().values(obligation_id=new, **notice))
