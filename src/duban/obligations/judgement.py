"""Judging shares: once their figures can be known, and anew whenever a figure comes or is corrected.

What a person completed, waived or suspended stays as the person left it. Everything else goes by the figures, with every
result in the history.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.cadence.counting import NumberToReach, RegisteredSubjects, ShareToKeep
from duban.cadence.standing import ShareStanding
from duban.ledger.choosing import portions
from duban.ledger.rows import rows_of
from duban.ledger.tables import OPEN_STATES, Obligation, ObligationEvent
from duban.obligations.cause import Cause
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.counts import PeriodDays
from duban.obligations.measured import MeasuredObligation, News, by_period, news, news_of, of_the_duty
from duban.obligations.one_duty import DutyPass
from duban.obligations.reopening import reopen
from duban.obligations.reported import unreported
from duban.obligations.share_words import figures_of, not_told, told_result, told_standing
from duban.obligations.shares import reached_on, standings
from duban.obligations.suspension import resume
from duban.obligations.transitions import ENGINE, note
from duban.workdays import period_span

MISSED: Final = "missed"
"""The event of a share that was judged and is not kept."""
UNREPORTED: Final = "unreported"
"""The event of a share that could not be judged because its unit had not reported."""


class _Judged(NamedTuple):
    """How an obligation was judged, completed or suspended last."""

    obligation_id: int
    kind: str
    actor: str
    details: JsonObject


def not_reported() -> ColumnElement[bool]:
    """That an obligation is open because its unit has not reported (未报数), in a statement over Obligation."""
    said, since = aliased(ObligationEvent, name="said"), aliased(ObligationEvent, name="since")
    later = select(col(since.id)).where(
        col(since.obligation_id) == col(said.obligation_id),
        col(since.id) > col(said.id),
        col(since.kind).in_((MISSED, UNREPORTED, "complete")),
    )
    unreported = select(col(said.id)).where(
        col(said.obligation_id) == col(Obligation.id), col(said.kind) == UNREPORTED, ~later.exists()
    )
    return and_(col(Obligation.state).in_(OPEN_STATES), unreported.exists())


def judge_shares(run: DutyPass, share: ShareToKeep) -> int:
    """Judge what can be known and was not judged yet, and anew what new facts say something about.

    Returns how many were completed.
    """
    fresh = news(run, share)
    missed = select(col(ObligationEvent.id)).where(
        col(ObligationEvent.obligation_id) == col(Obligation.id), col(ObligationEvent.kind) == MISSED
    )
    is_open = col(Obligation.closed_at).is_(None)
    anew = and_(or_(is_open, col(Obligation.state) == "done"), col(Obligation.period_key).in_(sorted(fresh)))
    rows = of_the_duty(run, col(Obligation.deadline) < run.today, or_(and_(is_open, ~missed.exists()), anew))
    judged = sum(
        _judge_period(run, share, key, of_period, fresh.get(key, {})) for key, of_period in by_period(rows)
    )
    return judged + _done_before_its_day(run, share, changed=bool(fresh) or run.subjects_changed)


def note_unreported(run: DutyPass, goal: NumberToReach) -> None:
    """Keep of a number that units have to tell, once its day is over, who has told nothing; and that it was told since."""
    if goal.reported_by is None:
        return
    open_still = col(Obligation.state).in_(OPEN_STATES)
    for key, rows in by_period(of_the_duty(run, col(Obligation.deadline) < run.today, open_still)):
        span = PeriodDays(*period_span(key))
        units = {row.unit for row in rows}
        missing = unreported(run.connection, run.definitions, run.duty, goal, span, units, run.today)
        judged = _last_judged(run, [row.id for row in rows])
        for row in rows:
            was, silent = judged.get(row.id), missing.get(row.unit)
            if silent and (was is None or was.kind != UNREPORTED):
                note(
                    run.connection,
                    [(row.id, {"unreported": silent})],
                    UNREPORTED,
                    run.cause(not_told(silent)),
                )
            elif not silent and was is not None and was.kind == UNREPORTED:
                told = say(zh="补报后还没有达到目标", en="reported late, and the goal is not reached")
                note(run.connection, [(row.id, {})], MISSED, run.cause(told))


def _done_before_its_day(run: DutyPass, share: ShareToKeep, *, changed: bool) -> int:
    """What has to be done of a stock by a day of its period is done when enough is, and open again should the stock grow
    before that day. Returns how many were completed.
    """
    if not (changed and isinstance(share.among, RegisteredSubjects) and share.at_least):
        return 0
    state = col(Obligation.state)
    completed = 0
    for key, rows in by_period(
        of_the_duty(run, col(Obligation.deadline) >= run.today, or_(state.in_(OPEN_STATES), state == "done"))
    ):
        span = PeriodDays(*period_span(key))
        early = [row for row in rows if row.deadline < span.last]
        units = {row.unit for row in early}
        found = standings(run.connection, run.definitions, run.duty, share, span, units, run.today)
        judged = _last_judged(run, [row.id for row in early])
        for row in early:
            stands, was = found[row.unit], judged.get(row.id)
            if row.state != "done" and stands.met:
                reached = reached_on(run.connection, run.definitions, run.duty, share, span, row.unit)
                done = Fulfilment(reached or run.today, details=figures_of(stands))
                complete(run.connection, {row.id: done}, run.cause(told_result(stands)))
                completed += 1
            elif row.state == "done" and not stands.met and was is not None and was.actor == ENGINE:
                cause = run.cause(told_standing(stands))
                reopen(run.connection, run.definitions, {row.id: figures_of(stands)}, cause)
    return completed


def _judge_period(
    run: DutyPass,
    share: ShareToKeep,
    key: str,
    rows: Collection[MeasuredObligation],
    fresh: Mapping[str, News],
) -> int:
    span = PeriodDays(*period_span(key))
    units = {row.unit for row in rows}
    found = standings(run.connection, run.definitions, run.duty, share, span, units, run.today)
    judged = _last_judged(run, [row.id for row in rows])
    return sum(
        _judge(run, row, found[row.unit], judged.get(row.id), news_of(run, row.unit, fresh)) for row in rows
    )


def _judge(
    run: DutyPass, row: MeasuredObligation, stands: ShareStanding, was: _Judged | None, fresh: News | None
) -> bool:
    """Let one obligation be what its figures say; whether it was completed."""
    by_the_engine = was is not None and was.actor == ENGINE
    if row.state == "suspended" and by_the_engine:
        resume(run.connection, run.definitions, [row.id], run.cause(say(zh="改为未报数", en="not reported")))
    elif row.state == "reported" or (row.state in ("done", "suspended") and not by_the_engine):
        return False  # a person's, or the reviewer's
    if row.state == "done":
        if not stands.met:
            cause = _cause(run, stands, was, fresh)
            reopen(run.connection, run.definitions, {row.id: figures_of(stands)}, cause)
            _note(run, row, stands, cause)
        return False
    if stands.met:
        done = Fulfilment(_done_on(run, row, was, fresh), details=figures_of(stands))
        complete(run.connection, {row.id: done}, _cause(run, stands, was, fresh))
        return True
    if was is None or was.details != figures_of(stands):
        _note(run, row, stands, _cause(run, stands, was, fresh))
    return False


def _note(run: DutyPass, row: MeasuredObligation, stands: ShareStanding, cause: Cause) -> None:
    kind = UNREPORTED if stands.unreported else MISSED
    note(run.connection, [(row.id, figures_of(stands))], kind, cause)


def _done_on(run: DutyPass, row: MeasuredObligation, was: _Judged | None, fresh: News | None) -> date:
    """As of the deadline; what was not reported by then, or was done in the rest of its period, is late: on that day."""
    span, share = PeriodDays(*period_span(row.period_key)), run.duty.cadence.aim
    if row.deadline < span.last and isinstance(share, ShareToKeep):
        reached = reached_on(run.connection, run.definitions, run.duty, share, span, row.unit)
        if reached is not None:
            return max(reached, row.deadline)
    if was is None or was.kind != UNREPORTED:
        return row.deadline
    return max(fresh.on if fresh else run.today, row.deadline)


def _cause(run: DutyPass, stands: ShareStanding, was: _Judged | None, fresh: News | None) -> Cause:
    """The result, and on which day's report it was judged anew."""
    again = ""
    if was is not None and fresh is not None:
        day = fresh.on
        word = say(zh="更正", en="corrected") if fresh.corrected else say(zh="补报", en="reported late")
        again = say(
            zh=f"按{day.month}月{day.day}日{word}数重算：", en=f"judged anew by figures {word} on {day}: "
        )
    return run.cause(again + told_result(stands))


def known_unreported(run: DutyPass, these: Collection[int]) -> set[int]:
    """Those of these obligations that were found not reported when their day was over, and not judged since."""
    return {number for number, was in _last_judged(run, these).items() if was.kind == UNREPORTED}


def _last_judged(run: DutyPass, these: Collection[int]) -> dict[int, _Judged]:
    kinds = (MISSED, UNREPORTED, "complete", "suspend")
    found: dict[int, _Judged] = {}
    for portion in portions(sorted(these)):
        events = (
            select(
                col(ObligationEvent.obligation_id),
                col(ObligationEvent.kind),
                col(ObligationEvent.actor),
                col(ObligationEvent.details),
            )
            .where(col(ObligationEvent.obligation_id).in_(portion), col(ObligationEvent.kind).in_(kinds))
            .order_by(col(ObligationEvent.id))
        )
        found |= {event.obligation_id: event for event in rows_of(run.connection, events, _Judged)}
    return found
