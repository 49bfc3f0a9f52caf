"""What facts have come to: numbers reached, and shares judged when their figures can be known.

| awkward case | rule |
|---|---|
| a number that its unit has not told when its day is over | it stays open, overdue: 未报数; told later, it is done late |
| a number reached | done, on the day of the fact that reached it, on time or late |
| … and a correction takes it below again, whenever that comes | reopened; rungs that have spoken stay silent |
| a share, while its deadline is not over (its figures are not in) | nothing: it may still change |
| … once it is, kept, or nothing to take a share of, reported as zero | done, as of the deadline |
| … missed | it stays open, overdue, until a person has dealt with it |
| … not reported | it stays open, overdue and urged: 未报数. Silence is never compliance |
| a figure that comes later | judged anew, with the day of the report; what was reported too late is done late |
| a figure that is corrected later | judged anew: what was done is reopened, what was missed is done |
| a person says it is done while figures are not told | refused (`obstacles`): silence is never compliance |
| what a person completed or waived | stays as the person left it |
"""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from sqlalchemy import and_, or_
from sqlmodel import col

from duban.base.language import say
from duban.cadence.counting import NumberToReach, ShareToKeep
from duban.ledger.tables import Obligation
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.counts import CountedFact, PeriodDays, counted_facts, counts
from duban.obligations.history import last_of_kind
from duban.obligations.judgement import judge_shares, known_unreported, note_unreported
from duban.obligations.measured import MeasuredObligation, by_period, news, of_the_duty
from duban.obligations.one_duty import DutyPass
from duban.obligations.reopening import reopen
from duban.obligations.share_words import number
from duban.obligations.transitions import ENGINE
from duban.workdays import period_span


def measure(run: DutyPass, *, anything_new: bool) -> int:
    """Judge what facts have come to since the mark, with or without obligations just opened; returns how many were completed.

    `run` is the pass over the duty. 0 for a duty that is not measured.
    """
    match run.duty.cadence.aim:
        case NumberToReach() as goal:
            fresh = news(run, goal)
            completed = 0
            if anything_new or fresh:
                running = by_period(_running(run, fresh))
                completed = sum(_judge_numbers(run, goal, key, rows) for key, rows in running)
            note_unreported(run, goal)
            return completed
        case ShareToKeep() as share:
            return judge_shares(run, share)
    return 0


def _running(run: DutyPass, fresh: Collection[str]) -> list[MeasuredObligation]:
    """Obligations that facts may complete, and those completed by facts that a correction of `fresh` periods may open
    again.
    """
    done = and_(
        col(Obligation.state) == "done",
        or_(col(Obligation.deadline) >= run.today, col(Obligation.period_key).in_(sorted(fresh))),
    )
    return of_the_duty(run, or_(col(Obligation.closed_at).is_(None), done))


def _judge_numbers(run: DutyPass, goal: NumberToReach, key: str, rows: Sequence[MeasuredObligation]) -> int:
    span = PeriodDays(*period_span(key))
    found = counts(run.connection, run.definitions, run.duty, goal.of, span)
    reached = {unit for unit, amount in found.items() if amount >= goal.at_least}
    to_complete = [row for row in rows if row.unit in reached and row.state != "done"]
    lost = [row for row in rows if row.unit not in reached and row.state == "done"]
    if to_complete:
        facts = counted_facts(run.connection, run.definitions, run.duty, goal.of, span)
        decisive = _decisive(facts, goal.at_least, {row.unit for row in to_complete})
        silent = known_unreported(run, [row.id for row in to_complete]) if goal.reported_by else set()
        for row in to_complete:
            fact = decisive[row.unit]
            day = max(fact.happened_on, run.today) if row.id in silent else fact.happened_on
            _complete_number(run, goal, row, fact._replace(happened_on=day), found[row.unit])
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
    run: DutyPass, goal: NumberToReach, row: MeasuredObligation, fact: CountedFact, found: Fraction
) -> None:
    reason = say(
        zh=f"已有 {number(found)}{goal.measure}，达到目标 {goal.at_least}{goal.measure}",
        en=f"{number(found)} counted: the goal of {goal.at_least} is reached",
    )
    figures = {"fact_id": fact.id, "counted": number(found), "goal": goal.at_least}
    done = Fulfilment(fact.happened_on, details=figures)
    complete(run.connection, {row.id: done}, run.cause(reason))


def _reopen(run: DutyPass, goal: NumberToReach, row: MeasuredObligation, found: Fraction) -> None:
    reason = say(
        zh=f"事实更正后只有 {number(found)}{goal.measure}，目标是 {goal.at_least}{goal.measure}",
        en=f"after a correction {number(found)} are left; the goal is {goal.at_least}",
    )
    figures = {"counted": number(found), "goal": goal.at_least}
    reopen(run.connection, run.definitions, {row.id: figures}, run.cause(reason))
