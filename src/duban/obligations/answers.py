"""Completion by fact (`done_by`): a report of what was done closes the obligation it answers.

| awkward case | rule |
|---|---|
| several open obligations of one duty | the fact completes the oldest, on time or late; the next fact the next |
| one fact, several duties (综合查一次) | it may complete one obligation of each, unless a duty's `credit` is alone: then the first to take it keeps it |
| dated before the obligation opened | does not answer it |
| about a subject that was merged into another (`mergers`) | answers what passed on from it; from that day also what the other owes itself |
| recorded before the obligation was opened, dated after | completes it as soon as it opens |
| on time | by the day it happened, not the day it was reported |
| evidence the duty asks for was not handed in | it is done all the same; what is missing is said and stays in the history |
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, or_, select, union_all

from duban.base.language import say
from duban.ledger.choosing import as_a_filter
from duban.ledger.tables import EVIDENCE_FILE, FACT, MERGER, MERGER_STANDS, OBLIGATION, OBLIGATION_EVENT
from duban.obligations.corrections import ENGINE
from duban.obligations.evidence import missing
from duban.obligations.mergers import ORIGIN
from duban.obligations.one_duty import DutyPass, carrying, still_stands
from duban.obligations.transitions import move

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
    pairs = _answers(run, opened_after)
    used = _used(run, {pair.fact_id for pair in pairs})
    chosen: dict[int, Row[Any]] = {}
    for pair in pairs:  # the oldest obligation first, and for it the earliest fact
        if pair.id not in chosen and pair.fact_id not in used:
            chosen[pair.id] = pair
            used.add(pair.fact_id)
    lacking = _missing(run, chosen)
    for number, pair in chosen.items():
        _complete(run, pair, lacking.get(number, ()))
    return len(chosen)


def _answers(run: DutyPass, opened_after: int) -> list[Row[Any]]:
    """Every open obligation of the duty with every fact that could complete it, the oldest of both first."""
    new_facts = FACT.c.id > run.mark.fact_id
    pairs = [*run.connection.execute(_pairs(run, OBLIGATION.c.duty_id, new_facts)).all()]
    if newest_obligation(run) > opened_after:
        new_obligations = as_a_filter(OBLIGATION.c.duty_id), OBLIGATION.c.id > opened_after, ~new_facts
        pairs += run.connection.execute(_pairs(run, *new_obligations)).all()
    if run.families.joined:
        pairs += run.connection.execute(_pairs_of_merged(run, opened_after)).all()
    return sorted(pairs, key=lambda pair: (pair.opened_on, pair.id, pair.happened_on, pair.fact_id))


def _pairs_of_merged(run: DutyPass, opened_after: int) -> Select[Any]:
    """As `_pairs`, for facts about subjects merged into another: they answer what passed on from there, and from the
    day of the merger what the other owes itself.
    """
    event = OBLIGATION_EVENT
    passed_on = select(event.c.id).where(
        event.c.obligation_id == OBLIGATION.c.id,
        event.c.kind == "rehome",
        event.c.details[ORIGIN].as_integer() == FACT.c.subject_id,
    )
    new = or_(FACT.c.id > run.mark.fact_id, OBLIGATION.c.id > opened_after)
    merged = and_(
        MERGER_STANDS,
        MERGER.c.survivor_id == OBLIGATION.c.subject_id,
        or_(FACT.c.happened_on >= MERGER.c.survivor_since, passed_on.exists()),
    )
    about = FACT.join(MERGER, MERGER.c.subject_id == FACT.c.subject_id)
    return _pairs(run, OBLIGATION.c.duty_id, new, source=about.join(OBLIGATION, merged))


def _pairs(
    run: DutyPass,
    duty_id: ColumnElement[str],
    *conditions: ColumnElement[bool],
    source: FromClause | None = None,
) -> Select[Any]:
    """Open obligations with facts that answer them; `source` is FACT and OBLIGATION joined otherwise than by the subject
    or unit they share.
    """
    if source is None:
        source = FACT.join(OBLIGATION, _same_subject_or_unit(run))
    return (
        select(OBLIGATION.c.id, OBLIGATION.c.opened_on, FACT.c.id.label("fact_id"), FACT.c.happened_on)
        .select_from(source)
        .where(duty_id == run.duty.id, OBLIGATION.c.closed_at.is_(None), *conditions)
        .where(FACT.c.kind == run.duty.done_by, FACT.c.id <= run.reached.fact_id)
        .where(FACT.c.happened_on >= OBLIGATION.c.opened_on)
        # What brought the obligation about does not also answer it.
        .where(or_(OBLIGATION.c.fact_id.is_(None), OBLIGATION.c.fact_id != FACT.c.id))
        .where(still_stands(), *carrying(run.duty.done_where))
    )


def _same_subject_or_unit(run: DutyPass) -> ColumnElement[bool]:
    if run.duty.for_each.subject is not None:
        return OBLIGATION.c.subject_id == FACT.c.subject_id
    return (
        (OBLIGATION.c.unit == FACT.c.unit) & OBLIGATION.c.subject_id.is_(None) & FACT.c.subject_id.is_(None)
    )


def _used(run: DutyPass, facts: Iterable[int]) -> set[int]:
    """Those facts that may not complete an obligation of this duty any more.

    They have completed one of it already, or one of a duty that shares its facts with no other.
    """
    wanted = set(facts)
    if not wanted:
        return set()
    whose, about = _whose(run, wanted)
    query = (
        select(OBLIGATION_EVENT.c.details)
        .join(OBLIGATION, OBLIGATION.c.id == OBLIGATION_EVENT.c.obligation_id)
        .where(whose.in_(about), OBLIGATION_EVENT.c.kind == COMPLETE)
    )
    if run.duty.credit == "shared":
        duties = run.definitions.duties.values()
        keeping = [duty.id for duty in duties if duty.credit == "alone"]
        query = query.where(OBLIGATION.c.duty_id.in_([run.duty.id, *keeping]))
    return {details["fact_id"] for details in run.connection.execute(query).scalars() if "fact_id" in details}


def _whose(run: DutyPass, facts: Iterable[int]) -> tuple[ColumnElement[Any], Any]:
    """The column of OBLIGATION, and its values, that say whose obligations these facts may have completed."""
    these = FACT.c.id.in_(facts)
    if run.duty.for_each.subject is None:
        return OBLIGATION.c.unit, select(FACT.c.unit).where(these)
    about = select(FACT.c.subject_id).where(these)
    stand_for = select(MERGER.c.survivor_id).where(MERGER_STANDS, MERGER.c.subject_id.in_(about))
    return OBLIGATION.c.subject_id, union_all(about, stand_for)


def _missing(run: DutyPass, obligations: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The evidence each obligation still lacks, by its number."""
    numbers = list(obligations)
    if not run.duty.evidence:
        return {}
    handed_in: dict[int, list[str]] = {number: [] for number in numbers}
    query = select(EVIDENCE_FILE.c.obligation_id, EVIDENCE_FILE.c.name).where(
        EVIDENCE_FILE.c.obligation_id.in_(numbers)
    )
    for row in run.connection.execute(query):
        handed_in[row.obligation_id].append(row.name)
    return {number: missing(run.duty.evidence, names) for number, names in handed_in.items()}


def _complete(run: DutyPass, pair: Row[Any], lacking: tuple[str, ...]) -> None:
    reason = say(zh="已有办结的事实", en="a fact reports it done")
    details: dict[str, Any] = {"fact_id": pair.fact_id, "done_by": run.duty.done_by}
    if lacking:
        reason += say(zh=f"，还缺材料：{'、'.join(lacking)}", en=f"; evidence missing: {', '.join(lacking)}")
        details["missing"] = list(lacking)
    move(
        run.connection,
        pair.id,
        COMPLETE,
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=reason,
        details=details,
        changes={"closed_on": pair.happened_on},
    )
