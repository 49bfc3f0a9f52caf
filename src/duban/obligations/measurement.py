"""What facts have come to: numbers reached, and shares judged when their deadline is over.

| awkward case | rule |
|---|---|
| a number reached | done, on the day of the fact that reached it, on time or late |
| … and a correction takes it below again, before the deadline is over | reopened; rungs that have spoken stay silent |
| a share, while its deadline is not over | nothing: it may still change |
| a share, once it is | frozen: facts reported later change it no more |
| … kept, or nothing to take a share of | done, as of the deadline |
| … missed | it stays open, overdue, until a person has dealt with it |
| nobody reported anything in the whole period | suspended, and said: a silent feed is nobody's failure |
| … and then somebody does | judged; a missed one resumes, its dates moved on by the working days it stood still |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from duban.base.language import say
from duban.cadence.counting import NumberToReach, ShareToKeep
from duban.cadence.standing import ShareStanding, percent, standing
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import OPEN_STATES, Fact, Obligation, ObligationEvent
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.counts import (
    CountedFact,
    PeriodDays,
    counted_facts,
    counts,
    reported,
    standings,
)
from duban.obligations.history import last_of_kind
from duban.obligations.one_duty import DutyPass
from duban.obligations.reopening import reopen
from duban.obligations.suspension import resume, suspend
from duban.obligations.transitions import ENGINE, note
from duban.workdays import period_span

FREEZE: Final = "freeze"
"""The event that keeps a missed share as it was when its deadline was over."""


class _Measured(NamedTuple):
    """An obligation that facts measure."""

    id: int
    unit: str
    period_key: str
    state: str
    deadline: date


def measure(run: DutyPass, opened: int) -> int:
    """Judge what facts have come to since the mark, `opened` obligations being new; returns how many were completed."""
    match run.duty.cadence.aim:
        case NumberToReach() as goal if opened or _newly_counted(run, goal.of.fact):
            return sum(_judge_numbers(run, goal, key, rows) for key, rows in _by_period(_running(run)))
        case ShareToKeep() as share:
            return sum(_judge_shares(run, share, key, rows) for key, rows in _by_period(_over(run)))
    return 0


def number(value: Fraction) -> str:
    """A count as people write it: 6, 2.5."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _newly_counted(run: DutyPass, kind: str) -> bool:
    query = select(col(Fact.id)).where(
        col(Fact.kind) == kind, col(Fact.id) > run.mark.fact_id, col(Fact.id) <= run.reached.fact_id
    )
    return run.connection.execute(query.limit(1)).first() is not None


def _running(run: DutyPass) -> list[_Measured]:
    """Obligations that facts may complete, and those completed by facts that a correction may open again."""
    done = (col(Obligation.state) == "done") & (col(Obligation.deadline) >= run.today)
    return _of_the_duty(run, col(Obligation.closed_at).is_(None) | done)


def _over(run: DutyPass) -> list[_Measured]:
    """Obligations whose deadline is over and whose share was not judged yet."""
    frozen = select(col(ObligationEvent.id)).where(
        col(ObligationEvent.obligation_id) == col(Obligation.id), col(ObligationEvent.kind) == FREEZE
    )
    return _of_the_duty(
        run,
        col(Obligation.closed_at).is_(None),
        col(Obligation.deadline) < run.today,
        ~frozen.exists(),
    )


def _of_the_duty(run: DutyPass, *conditions: ColumnElement[bool]) -> list[_Measured]:
    query = select(*columns_of(Obligation, _Measured)).where(
        col(Obligation.duty_id) == run.duty.id, *conditions
    )
    return rows_of(run.connection, query.order_by(col(Obligation.period_key), col(Obligation.id)), _Measured)


def _by_period(rows: Sequence[_Measured]) -> list[tuple[str, list[_Measured]]]:
    return [(key, list(same)) for key, same in groupby(rows, key=lambda row: row.period_key)]


def _judge_numbers(run: DutyPass, goal: NumberToReach, key: str, rows: Sequence[_Measured]) -> int:
    span = PeriodDays(*period_span(key))
    found = counts(run.connection, run.definitions, run.duty, goal.of, span)
    reached = {unit for unit, amount in found.items() if amount >= goal.at_least}
    to_complete = [row for row in rows if row.unit in reached and row.state != "done"]
    lost = [row for row in rows if row.unit not in reached and row.state == "done"]
    if to_complete:
        facts = counted_facts(run.connection, run.definitions, run.duty, goal.of, span)
        decisive = _decisive(facts, goal.at_least, {row.unit for row in to_complete})
        for row in to_complete:
            _complete_number(run, goal, row, decisive[row.unit], found[row.unit])
    completed_by = last_of_kind(run.connection, [row.id for row in lost], "complete")
    for row in lost:
        if row.id in completed_by and completed_by[row.id].actor == ENGINE:
            _reopen(run, goal, row, found.get(row.unit, Fraction(0)))
    return len(to_complete)


def _decisive(facts: Iterable[CountedFact], goal: int, units: set[str]) -> dict[str, CountedFact]:
    """The fact with which each unit reached the goal."""
    sums: dict[str, Fraction] = dict.fromkeys(units, Fraction(0))
    decisive: dict[str, CountedFact] = {}
    for fact in facts:
        if fact.unit in sums and fact.unit not in decisive:
            sums[fact.unit] += fact.amount
            if sums[fact.unit] >= goal:
                decisive[fact.unit] = fact
    return decisive


def _complete_number(
    run: DutyPass, goal: NumberToReach, row: _Measured, fact: CountedFact, found: Fraction
) -> None:
    reason = say(
        zh=f"已有 {number(found)}{goal.measure}，达到目标 {goal.at_least}{goal.measure}",
        en=f"{number(found)} counted: the goal of {goal.at_least} is reached",
    )
    figures = {"fact_id": fact.id, "counted": number(found), "goal": goal.at_least}
    done = Fulfilment(fact.happened_on, details=figures)
    complete(run.connection, {row.id: done}, run.cause(reason))


def _reopen(run: DutyPass, goal: NumberToReach, row: _Measured, found: Fraction) -> None:
    reason = say(
        zh=f"事实更正后只有 {number(found)}{goal.measure}，目标是 {goal.at_least}{goal.measure}",
        en=f"after a correction {number(found)} are left; the goal is {goal.at_least}",
    )
    figures = {"counted": number(found), "goal": goal.at_least}
    reopen(run.connection, run.definitions, {row.id: figures}, run.cause(reason))


def _judge_shares(run: DutyPass, share: ShareToKeep, key: str, rows: Sequence[_Measured]) -> int:
    suspended = last_of_kind(run.connection, [row.id for row in rows if row.state == "suspended"], "suspend")
    rows = [row for row in rows if row.id not in suspended or suspended[row.id].actor == ENGINE]
    if not rows:
        return 0
    span = PeriodDays(*period_span(key))
    if not reported(run.connection, share, span):
        _suspend(run, share, key, [row.id for row in rows if row.state in OPEN_STATES])
        return 0
    found = standings(run.connection, run.definitions, run.duty, share, span)
    nothing = standing(share.bound, 0, 0, at_least=share.at_least)
    completed = 0
    for row in rows:
        stands = found.get(row.unit, nothing)
        if stands.met:
            _complete_share(run, row, stands)
            completed += 1
        else:
            _freeze(run, row, stands)
    return completed


def _suspend(run: DutyPass, share: ShareToKeep, key: str, these: Iterable[int]) -> None:
    """Suspend what cannot be judged because nobody reported anything for the period."""
    told = "、".join(dict.fromkeys(share.facts))
    reason = say(
        zh=f"{key} 没有任何单位报过数据（{told}），请查数据来源；有数据后再判",
        en=f"nobody reported anything for {key} ({told}): look at the feed; judged when data come",
    )
    suspend(run.connection, {each: {"silent": list(share.facts)} for each in these}, run.cause(reason))


def _complete_share(run: DutyPass, row: _Measured, stands: ShareStanding) -> None:
    reason = (
        say(zh="本期没有发生，不作考核", en="nothing to take a share of in this period")
        if stands.share is None
        else say(zh=f"{told_share(stands)}，达到要求", en=f"{told_share(stands)}: kept")
    )
    done = Fulfilment(row.deadline, details=_figures(stands))
    complete(run.connection, {row.id: done}, run.cause(reason))


def _freeze(run: DutyPass, row: _Measured, stands: ShareStanding) -> None:
    """Keep a missed share as it is; what stood still because nobody had reported goes on."""
    cause = run.cause(say(zh=f"{told_share(stands)}，没有达到要求", en=f"{told_share(stands)}: missed"))
    note(
        run.connection,
        [(row.id, {**_figures(stands), "facts_until": run.reached.fact_id})],
        FREEZE,
        cause,
    )
    if row.state == "suspended":
        resume(run.connection, run.definitions, [row.id], cause)


def told_share(stands: ShareStanding) -> str:
    """198/199 = 99.497% against 99.5%, in the reader's words."""
    share = stands.share
    counted = f"{number(stands.part)}/{number(stands.whole)}"
    if share is None:
        return counted
    bound = percent(stands.bound, 6)
    return say(
        zh=f"{counted} = {percent(share)}（要求{'不低于' if stands.at_least else '不高于'} {bound}）",
        en=f"{counted} = {percent(share)} (to be at {'least' if stands.at_least else 'most'} {bound})",
    )


def _figures(stands: ShareStanding) -> dict[str, str]:
    return {"part": number(stands.part), "whole": number(stands.whole), "bound": percent(stands.bound, 6)}
