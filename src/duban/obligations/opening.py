"""Opening (开办): from duties and facts to obligations.

`open_owed` looks at what has come since it last looked (new days, new facts, a changed list of subjects) and writes
every obligation that follows, once. It may run never, once or often, early, late, and twice at the same moment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from duban.base.clock import business_date
from duban.base.language import say
from duban.cadence.opening import ByCalendar
from duban.duties.grammar import Duty
from duban.ledger.content import still_in_force
from duban.ledger.database import reading, undo, writing
from duban.ledger.watermarks import (
    begin,
    claim,
    progress,
    seen,
)
from duban.obligations.answers import Answered, complete_by_facts, newest_obligation
from duban.obligations.changed_subjects import settle_changed_subjects
from duban.obligations.measurement import measure
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_fact import open_for_facts
from duban.obligations.opening_by_period import open_periods
from duban.obligations.quiet import move_on, quiet_duties
from duban.obligations.regrading import settle_regraded
from duban.workdays import UnknownYear
from duban.workspace.ahead import refuse_ahead
from duban.workspace.duty_versions import duty_versions

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

__all__ = ["Opened", "open_owed"]


@dataclass(frozen=True)
class Opened:
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


def open_owed(ws: Workspace, now: datetime, duty_ids: Collection[str] | None = None) -> Opened:
    """Open every obligation owed up to the business date of `now` (aware UTC), of all duties or of those named.

    Each duty is one transaction, in which its watermark moves. A duty whose dates lie past the calendar is refused
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
    opened = Opened()
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
        try:
            with writing(ws.ledger) as connection:
                mark = claim(connection, duty.id)
                if mark is None:  # somebody else is opening this duty at this moment
                    continue
                if not still_in_force(
                    connection, ws.version
                ):  # applied since: the next run knows the new content
                    break
                version = versions[duty.id]
                known_since = min(version.known_since, today)
                run = DutyPass(
                    connection,
                    definitions,
                    duty,
                    version.id,
                    known_since,
                    mark,
                    progress(connection),
                    today,
                    now,
                )
                _open_duty(run, opened)
        except UnknownYear as why:
            opened.refused[duty.id] = str(why)
    return opened


def _open_duty(run: DutyPass, opened: Opened) -> None:
    duty: Duty = run.duty
    before = newest_obligation(run)
    settle_changed_subjects(run)
    if isinstance(duty.cadence.opening, ByCalendar):
        count = open_periods(run)
        settle_regraded(run)
    else:
        count = open_for_facts(run)
    answered = Answered(measure(run, count)) if duty.cadence.measured else complete_by_facts(run, before)
    run.mark.move(run.connection, run.today, run.done_up_to)
    if run.held_back:
        opened.refused[duty.id] = run.held_back[min(run.held_back)]
    if count:
        opened.by_duty[duty.id] = count
    if answered.completed:
        opened.completed[duty.id] = answered.completed
    if answered.reported:
        opened.reported[duty.id] = answered.reported
