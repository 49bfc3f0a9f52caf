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

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Row, insert, select

from duban.base.clock import business_date
from duban.base.language import say
from duban.cadence.ratio import Standing, percent, standing
from duban.duties.cadences import Counted, Quota, Ratio
from duban.ledger.tables import FACT, OBLIGATION, OBLIGATION_EVENT, OPEN_STATES
from duban.obligations.corrections import ENGINE, take_up_again
from duban.obligations.counts import (
    CountedFact,
    Span,
    counted_facts,
    counts,
    reported,
    standings,
)
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import move
from duban.workdays import period_span

FREEZE = "freeze"
"""The event that keeps a missed share as it was when its deadline was over."""


def measure(run: DutyPass, opened: int) -> int:
    """Judge what facts have come to since the mark, `opened` obligations being new; returns how many were completed."""
    cadence = run.duty.cadence
    if isinstance(cadence, Quota) and (opened or _newly_counted(run, cadence.of.fact)):
        return sum(_judge_numbers(run, cadence, key, rows) for key, rows in _by_period(_running(run)))
    if isinstance(cadence, Ratio):
        return sum(_judge_shares(run, cadence, key, rows) for key, rows in _by_period(_over(run)))
    return 0


def number(value: Fraction) -> str:
    """A count as people write it: 6, 2.5."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _newly_counted(run: DutyPass, kind: str) -> bool:
    query = select(FACT.c.id).where(
        FACT.c.kind == kind, FACT.c.id > run.mark.fact_id, FACT.c.id <= run.reached.fact_id
    )
    return run.connection.execute(query.limit(1)).first() is not None


_COLUMNS = (
    OBLIGATION.c.id,
    OBLIGATION.c.unit,
    OBLIGATION.c.period_key,
    OBLIGATION.c.state,
    OBLIGATION.c.opened_on,
    OBLIGATION.c.target,
    OBLIGATION.c.deadline,
)


def _running(run: DutyPass) -> Sequence[Row[Any]]:
    """Obligations that facts may complete, and those completed by facts that a correction may open again."""
    waiting = OBLIGATION.c.closed_at.is_(None)
    done = (OBLIGATION.c.state == "done") & (OBLIGATION.c.deadline >= run.today)
    query = select(*_COLUMNS).where(OBLIGATION.c.duty_id == run.duty.id, waiting | done)
    return run.connection.execute(query.order_by(OBLIGATION.c.period_key, OBLIGATION.c.id)).all()


def _over(run: DutyPass) -> Sequence[Row[Any]]:
    """Obligations whose deadline is over and whose share was not judged yet."""
    frozen = select(OBLIGATION_EVENT.c.id).where(
        OBLIGATION_EVENT.c.obligation_id == OBLIGATION.c.id, OBLIGATION_EVENT.c.kind == FREEZE
    )
    query = select(*_COLUMNS).where(
        OBLIGATION.c.duty_id == run.duty.id,
        OBLIGATION.c.closed_at.is_(None),
        OBLIGATION.c.deadline < run.today,
        ~frozen.exists(),
    )
    return run.connection.execute(query.order_by(OBLIGATION.c.period_key, OBLIGATION.c.id)).all()


def _by_period(rows: Sequence[Row[Any]]) -> list[tuple[str, list[Row[Any]]]]:
    return [(key, list(same)) for key, same in groupby(rows, key=lambda row: str(row.period_key))]


def _judge_numbers(run: DutyPass, cadence: Quota, key: str, rows: Sequence[Row[Any]]) -> int:
    span = Span(*period_span(key))
    found = counts(run.connection, run.definitions, run.duty, cadence.of, span)
    reached = {unit for unit, amount in found.items() if amount >= cadence.at_least}
    to_complete = [row for row in rows if row.unit in reached and row.state != "done"]
    lost = [row for row in rows if row.unit not in reached and row.state == "done"]
    if to_complete:
        facts = counted_facts(run.connection, run.definitions, run.duty, cadence.of, span)
        decisive = _decisive(facts, cadence.at_least, {row.unit for row in to_complete})
        for row in to_complete:
            _complete_number(run, cadence, row, decisive[row.unit], found[row.unit])
    for row in lost:
        if _closed_by_the_engine(run, row):
            _reopen(run, cadence, row, found.get(row.unit, Fraction(0)))
    return len(to_complete)


def _decisive(facts: Any, goal: int, units: set[str]) -> dict[str, CountedFact]:
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
    run: DutyPass, cadence: Quota, row: Row[Any], fact: CountedFact, found: Fraction
) -> None:
    move(
        run.connection,
        row.id,
        "complete",
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=say(
            zh=f"已有 {number(found)}{cadence.measure}，达到目标 {cadence.at_least}{cadence.measure}",
            en=f"{number(found)} counted: the goal of {cadence.at_least} is reached",
        ),
        details={"fact_id": fact.id, "counted": number(found), "goal": cadence.at_least},
        changes={"closed_on": fact.happened_on},
    )


def _closed_by_the_engine(run: DutyPass, row: Row[Any]) -> bool:
    return _last_actor(run, row, "complete") == ENGINE


def _last_actor(run: DutyPass, row: Row[Any], kind: str) -> str | None:
    query = select(OBLIGATION_EVENT.c.actor).where(
        OBLIGATION_EVENT.c.obligation_id == row.id, OBLIGATION_EVENT.c.kind == kind
    )
    return run.connection.execute(query.order_by(OBLIGATION_EVENT.c.id.desc()).limit(1)).scalar()


def _reopen(run: DutyPass, cadence: Quota, row: Row[Any], found: Fraction) -> None:
    reason = say(
        zh=f"事实更正后只有 {number(found)}{cadence.measure}，目标是 {cadence.at_least}{cadence.measure}",
        en=f"after a correction {number(found)} are left; the goal is {cadence.at_least}",
    )
    take_up_again(run, row, reason, details={"counted": number(found), "goal": cadence.at_least})


def _judge_shares(run: DutyPass, cadence: Ratio, key: str, rows: Sequence[Row[Any]]) -> int:
    rows = [row for row in rows if row.state != "suspended" or _last_actor(run, row, "suspend") == ENGINE]
    if not rows:
        return 0
    span = Span(*period_span(key))
    if not reported(run.connection, cadence, span):
        for row in rows:
            if row.state in OPEN_STATES:
                _suspend(run, cadence, row)
        return 0
    found = standings(run.connection, run.definitions, run.duty, cadence, span)
    nothing = standing(cadence.bound, 0, 0, at_least=cadence.at_least)
    completed = 0
    for row in rows:
        stands = found.get(row.unit, nothing)
        if stands.met:
            _complete_share(run, row, stands)
            completed += 1
        else:
            _freeze(run, row, stands)
    return completed


def _suspend(run: DutyPass, cadence: Ratio, row: Row[Any]) -> None:
    kinds = [cadence.of.fact, *([cadence.among.fact] if isinstance(cadence.among, Counted) else [])]
    told = "、".join(dict.fromkeys(kinds))
    move(
        run.connection,
        row.id,
        "suspend",
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=say(
            zh=f"{row.period_key} 没有任何单位报过数据（{told}），请查数据来源；有数据后再判",
            en=f"nobody reported anything for {row.period_key} ({told}): look at the feed; judged when data come",
        ),
        details={"silent": kinds},
    )


def _complete_share(run: DutyPass, row: Row[Any], stands: Standing) -> None:
    share = stands.share
    reason = (
        say(zh="本期没有发生，不作考核", en="nothing to take a share of in this period")
        if share is None
        else say(zh=f"{told_share(stands)}，达到要求", en=f"{told_share(stands)}: kept")
    )
    move(
        run.connection,
        row.id,
        "complete",
        actor=ENGINE,
        at=run.now,
        on=run.today,
        reason=reason,
        details=_figures(stands),
        changes={"closed_on": row.deadline},
    )


def _freeze(run: DutyPass, row: Row[Any], stands: Standing) -> None:
    reason = say(zh=f"{told_share(stands)}，没有达到要求", en=f"{told_share(stands)}: missed")
    run.connection.execute(
        insert(OBLIGATION_EVENT).values(
            obligation_id=row.id,
            at=run.now,
            kind=FREEZE,
            actor=ENGINE,
            reason=reason,
            details={**_figures(stands), "facts_until": run.reached.fact_id},
        )
    )
    if row.state == "suspended":
        calendar = run.definitions.calendar.for_unit(row.unit)
        since = select(OBLIGATION_EVENT.c.at).where(
            OBLIGATION_EVENT.c.obligation_id == row.id, OBLIGATION_EVENT.c.kind == "suspend"
        )
        at = run.connection.execute(since.order_by(OBLIGATION_EVENT.c.id.desc()).limit(1)).scalar_one()
        days = max(calendar.count(business_date(at, run.definitions.project.zone), run.today), 0)
        move(
            run.connection,
            row.id,
            "resume",
            actor=ENGINE,
            at=run.now,
            on=run.today,
            reason=reason,
            details={"workdays": days, "was": row.deadline.isoformat()},
            changes=run.armed(row, calendar.add(row.target, days), calendar.add(row.deadline, days)),
        )


def told_share(stands: Standing) -> str:
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


def _figures(stands: Standing) -> dict[str, str]:
    return {"part": number(stands.part), "whole": number(stands.whole), "bound": percent(stands.bound, 6)}
