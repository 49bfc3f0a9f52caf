"""Opening (开办): from duties and facts to obligations.

`open_owed` looks at what has come since it last looked (new days, new facts, a changed list of subjects) and writes
every obligation that follows, once. It may run never, once or often, early, late, and twice at the same moment.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine

from duban.base.clock import business_date
from duban.base.language import say
from duban.cadence.opening import CalendarOpening
from duban.duties.grammar import Duty
from duban.ledger.content import still_in_force
from duban.ledger.database import reading, undo, writing
from duban.ledger.watermarks import (
    begin,
    claim,
    progress,
    seen,
)
from duban.obligations.answers import AnswerTally, complete_by_facts, newest_obligation
from duban.obligations.answers_in_portions import AnsweredPortions, answer_in_portions
from duban.obligations.changed_subjects import settle_changed_subjects
from duban.obligations.measurement import measure
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_fact import open_for_facts
from duban.obligations.opening_by_period import open_periods, placings
from duban.obligations.placings import many_subjects, open_in_portions
from duban.obligations.quiet import move_on, quiet_duties
from duban.obligations.regrading import settle_regraded
from duban.workdays import UnknownYear
from duban.workspace.ahead import refuse_ahead
from duban.workspace.duty_versions import KnownVersion, duty_versions
from duban.workspace.workspace import Workspace

__all__ = ["OpeningTally", "open_owed"]


@dataclass(frozen=True)
class OpeningTally:
    """What one run did."""

    #: how many obligations opened, by duty id
    by_duty: dict[str, int] = field(default_factory=dict)
    #: how many obligations a fact completed, by duty id
    completed: dict[str, int] = field(default_factory=dict)
    #: how many a fact reported done that wait for their reviewers now, by duty id
    reported: dict[str, int] = field(default_factory=dict)
    #: why a duty could not be opened, in the reader's words; it is tried again at the next run
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many obligations opened."""
        return sum(self.by_duty.values())

    def words(self, duty: str | None = None) -> str:
        """What came of it, of all duties or of one: “新开 3 项，办结 1 项，2 项待复核”; empty where nothing did."""
        opened, completed, reported = (
            sum(each.values()) if duty is None else each.get(duty, 0)
            for each in (self.by_duty, self.completed, self.reported)
        )
        if not (opened or completed or reported):
            return ""
        zh = f"新开 {opened} 项，办结 {completed} 项"
        en = f"{opened} opened, {completed} completed"
        return say(
            zh=zh + (f"，{reported} 项待复核" if reported else ""),
            en=en + (f", {reported} to be reviewed" if reported else ""),
        )


def open_owed(ws: Workspace, now: datetime, duty_ids: Collection[str] | None = None) -> OpeningTally:
    """Open every obligation owed up to the business date of `now` (aware UTC), of all duties (None) or of those
    that `duty_ids` name; how many.

    A duty's watermark moves in the transaction in which all of it is open: for most duties the only one. A duty whose dates lie past the calendar is refused
    and does not hold up the others. Raises KeyError for an unknown duty, LedgerUnavailable, MomentAhead.
    """
    refuse_ahead(ws.clock, now)
    definitions = ws.definitions
    duties = (
        definitions.duties.values() if duty_ids is None else [definitions.duties[key] for key in duty_ids]
    )
    today = business_date(now, definitions.project.zone)
    with reading(ws.ledger) as connection:
        reached = progress(connection)
        marks = seen(connection)
        behind = [duty for duty in duties if not marks.up_to_date(duty.id, today, reached)]
        quiet = quiet_duties(connection, definitions, behind, marks, reached, today)
    opened = OpeningTally()
    if quiet:
        with writing(ws.ledger) as connection:
            move_on(connection, quiet, today, reached)
            if not still_in_force(
                connection, ws.version
            ):  # under what was applied since, something may be owed
                undo(connection)
                return opened
        nothing_new = {mark.duty_id for mark in quiet}
        behind = [duty for duty in behind if duty.id not in nothing_new]
    if not behind:
        return opened
    with writing(ws.ledger) as connection:
        versions = duty_versions(connection, behind, now, definitions.project.zone)
        begin(connection, [duty.id for duty in behind])
    for duty in behind:
        claimed = partial(_claimed, ws, duty, versions[duty.id], now)
        try:
            _open_duty(ws.ledger, claimed, opened)
        except UnknownYear as why:
            opened.refused[duty.id] = str(why)
    return opened


def _claimed(
    ws: Workspace, duty: Duty, version: KnownVersion, now: datetime, connection: Connection
) -> DutyPass | None:
    """A run over a duty in this transaction; None while somebody else is opening it, and once other content was applied: the
    next run knows the new one.
    """
    mark = claim(connection, duty.id)
    if mark is None or not still_in_force(connection, ws.version):
        return None
    today = business_date(now, ws.definitions.project.zone)
    return DutyPass(
        connection,
        ws.definitions,
        duty,
        version.id,
        min(version.known_since, today),
        mark,
        progress(connection),
        today,
        now,
    )


def _open_duty(
    ledger: Engine, claimed: Callable[[Connection], DutyPass | None], opened: OpeningTally
) -> None:
    """All of one duty in one transaction; where that would be too many, in portions, and what is left in a last one."""
    with writing(ledger) as connection:
        run = claimed(connection)
        if run is None:
            return
        before = run.mark.under_way.after if run.mark.under_way else newest_obligation(run)
        settle_changed_subjects(run)
        by_calendar = isinstance(run.duty.cadence.opening, CalendarOpening)
        if not (by_calendar and many_subjects(run)):
            count = open_periods(run) if by_calendar else open_for_facts(run)
            _conclude(run, count, before, opened)
            return
        waiting = [*placings(run)]
        if not waiting:
            _conclude(run, 0, before, opened)
            return
        run = replace(run, mark=run.mark.begin(connection, run.today, before))

    def as_it_was(connection: Connection) -> DutyPass | None:
        again = claimed(connection)
        same = again is not None and again.mark == run.mark
        return replace(again, reached=run.reached) if again is not None and same else None

    opening = open_in_portions(run, waiting, ledger, lambda connection: as_it_was(connection) is not None)
    answered = answer_in_portions(run, before, ledger, as_it_was) if opening.whole else None
    with writing(ledger) as connection:
        last = as_it_was(connection) if opening.whole else None
        if last is not None:
            _conclude(last, opening.opened, before, opened, answered)
        elif opening.opened:
            opened.by_duty[run.duty.id] = opening.opened


def _conclude(
    run: DutyPass, count: int, before: int, opened: OpeningTally, so_far: AnsweredPortions | None = None
) -> None:
    """Settle what follows from what has come and been opened, and what is left of it after `so_far`, and move the mark."""
    if isinstance(run.duty.cadence.opening, CalendarOpening):
        settle_regraded(run)
    if run.duty.cadence.measured:
        answered = AnswerTally(measure(run, anything_new=bool(count) or run.mark.under_way is not None))
    else:
        so_far = so_far or AnsweredPortions(AnswerTally(), before)
        answered = so_far.tally.plus(complete_by_facts(run, so_far.opened_after, so_far.besides))
    run.mark.move(run.connection, run.today, run.done_up_to)
    if run.held_back:
        opened.refused[run.duty.id] = run.held_back[min(run.held_back)]
    if count:
        opened.by_duty[run.duty.id] = count
    if answered.completed:
        opened.completed[run.duty.id] = answered.completed
    if answered.reported:
        opened.reported[run.duty.id] = answered.reported
