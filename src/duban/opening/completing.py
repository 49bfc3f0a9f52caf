"""Completion by fact (`done_by`): a report of what was done closes the obligation it answers.

| awkward case | rule |
|---|---|
| several open obligations of one duty | the fact completes the oldest, on time or late; the next fact the next |
| one fact, several duties | it may complete one obligation of each |
| dated before the obligation opened | does not answer it |
| recorded before the obligation was opened, dated after | completes it as soon as it opens |
| on time | by the day it happened, not the day it was reported |
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from duban.language import say
from duban.ledger.tables import FACT, OBLIGATION, OBLIGATION_EVENT
from duban.ledger.transitions import move
from duban.opening.corrections import ENGINE
from duban.opening.one_duty import DutyPass, still_stands

COMPLETE = "complete"


def newest_obligation(run: DutyPass) -> int:
    """The number of the newest obligation, before this run opens any."""
    if run.duty.done_by is None:
        return 0
    return run.connection.execute(select(func.max(OBLIGATION.c.id))).scalar() or 0


def complete_by_facts(run: DutyPass, opened_after: int) -> int:
    """Complete what new facts answer, and what older facts answer of the obligations numbered above `opened_after`.

    Returns how many were completed.
    """
    if run.duty.done_by is None:
        return 0
    pairs = run.connection.execute(_answers(run, opened_after)).all()
    used = _used(run, {pair.fact_id for pair in pairs})
    done: set[int] = set()
    for pair in pairs:  # the oldest obligation first, and for it the earliest fact
        if pair.id in done or pair.fact_id in used:
            continue
        done.add(pair.id)
        used.add(pair.fact_id)
        _complete(run, pair)
    return len(done)


def _answers(run: DutyPass, opened_after: int) -> Any:
    """Every open obligation of the duty with every fact that could complete it."""
    return (
        select(OBLIGATION.c.id, FACT.c.id.label("fact_id"), FACT.c.happened_on)
        .join_from(FACT, OBLIGATION, _same_subject_or_unit(run))
        .where(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.closed_at.is_(None))
        .where(FACT.c.kind == run.duty.done_by, FACT.c.id <= run.reached.fact_id)
        .where(FACT.c.happened_on >= OBLIGATION.c.opened_on)
        .where(or_(FACT.c.id > run.mark.fact_id, OBLIGATION.c.id > opened_after))
        # What brought the obligation about does not also answer it.
        .where(or_(OBLIGATION.c.fact_id.is_(None), OBLIGATION.c.fact_id != FACT.c.id))
        .where(still_stands())
        .order_by(OBLIGATION.c.opened_on, OBLIGATION.c.id, FACT.c.happened_on, FACT.c.id)
    )


def _same_subject_or_unit(run: DutyPass) -> ColumnElement[bool]:
    if run.duty.for_each.subject is not None:
        return OBLIGATION.c.subject_id == FACT.c.subject_id
    return (
        (OBLIGATION.c.unit == FACT.c.unit) & OBLIGATION.c.subject_id.is_(None) & FACT.c.subject_id.is_(None)
    )


def _used(run: DutyPass, facts: Iterable[int]) -> set[int]:
    """Those facts that have already completed an obligation of this duty."""
    wanted = set(facts)
    if not wanted:
        return set()
    about = select(FACT.c.subject_id if run.duty.for_each.subject else FACT.c.unit).where(
        FACT.c.id.in_(wanted)
    )
    whose = OBLIGATION.c.subject_id if run.duty.for_each.subject else OBLIGATION.c.unit
    query = (
        select(OBLIGATION_EVENT.c.details)
        .join(OBLIGATION, OBLIGATION.c.id == OBLIGATION_EVENT.c.obligation_id)
        .where(OBLIGATION.c.duty_id == run.duty.id, whose.in_(about), OBLIGATION_EVENT.c.kind == COMPLETE)
    )
    return {details["fact_id"] for details in run.connection.execute(query).scalars() if "fact_id" in details}


def _complete(run: DutyPass, pair: Row[Any]) -> None:
    move(
        run.connection,
        pair.id,
        COMPLETE,
        actor=ENGINE,
        at=run.now,
        reason=say(zh="已有办结的事实", en="a fact reports it done"),
        details={"fact_id": pair.fact_id, "done_by": run.duty.done_by},
        changes={"closed_on": pair.happened_on},
    )
