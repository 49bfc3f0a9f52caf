"""Carrying out what an edit means for one duty, inside the caller's transaction.

A plan is this very work, taken back afterwards: what is shown is what will happen.

| what is open under the old version | becomes |
|---|---|
| still owed, the same day | carried over to the new version |
| still owed, by another unit | handed over, dated by that unit's days |
| still owed, another day | the same obligation, dated anew; rungs that have spoken stay silent |
| no longer owed, but the new rhythm has a period that shares days with it | superseded by it; rungs that have spoken count |
| no longer owed | withdrawn |
| withdrawn or superseded by an earlier edit, and owed again | reinstated, also by a notice that sets other days for a withdrawn one's |
| done or waived | stays as it was judged |
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, true
from sqlmodel import col

from duban.base.language import say
from duban.cadence.opening import CalendarOpening
from duban.duties.grammar import Duty
from duban.edits.counting import (
    joined_added,
    named_period,
    numbers,
    opened_since,
    their_units,
)
from duban.edits.edition import Edition
from duban.edits.key_words import key_word
from duban.edits.leaving import let_go, withdraw_groups
from duban.edits.model import DateMove, DutyEffect, NewObligations
from duban.edits.touched import CALENDAR, HOURS, LADDER, MEANING, UNITS, TouchedDuty
from duban.ledger.tables import CLOSED_STATES, STATES, Obligation, ObligationEvent, Subject
from duban.ledger.watermarks import Mark
from duban.obligations.answers import AnswerTally, complete_by_facts
from duban.obligations.handover import Handover, hand_over, moved_obligations
from duban.obligations.history import last_was
from duban.obligations.measurement import measure
from duban.obligations.obligation_groups import ObligationGroup, open_groups, recorded_days
from duban.obligations.opening_by_fact import open_for_facts
from duban.obligations.opening_by_period import open_periods
from duban.obligations.redating import (
    carry,
    changes_of,
    days_differ,
    days_told,
    rearm_those,
    redate,
    why_by_days,
)
from duban.obligations.reopening import reinstate_those
from duban.obligations.transitions import Details
from duban.obligations.verdicts import Verdict, judge

OPEN = col(Obligation.closed_at).is_(None)
_NOT_CLOSED: Final = tuple(state for state in STATES if state not in CLOSED_STATES)
_LET_GO: Final = ("withdrawn", "superseded")


class OutOfReach(Exception):
    """A fact that the edited duty would answer is due past the end of the calendar; the text says when."""


def carry_out(edition: Edition, touched: TouchedDuty) -> DutyEffect:
    """Bring the obligations of one duty to what the edit means for them. Raises UnknownYear and
    OutOfReach past the calendar.
    """
    effect = DutyEffect(touched.duty_id, touched.title, touched.change, touched.shown)
    if touched.new is None:
        return _remove(edition, touched, effect)
    return EditedDuty(edition, touched, touched.new).carry_out(effect)


def _remove(edition: Edition, touched: TouchedDuty, effect: DutyEffect) -> DutyEffect:
    assert touched.old is not None  # noqa: S101 - one of both is there
    run, why = edition.run(touched.old), say(zh="事项已删除", en="the duty was removed")
    leaving = [(group, why) for group in open_groups(run, OPEN, judge_scope=False)]
    return replace(effect, withdrawn=withdraw_groups(edition, run, leaving, OPEN, judge_scope=False))


class EditedDuty:
    """A duty that goes on, under its new version."""

    def __init__(self, edition: Edition, touched: TouchedDuty, duty: Duty) -> None:
        self.edition = edition
        self.touched = touched
        self.duty = duty
        self.run = edition.run(duty, anew=MEANING in touched.by or UNITS in touched.by)
        self.moved: list[DateMove] = []
        self.carried = 0
        self.settled = 0

    def carry_out(self, effect: DutyEffect) -> DutyEffect:
        """Do it all, and say what it came to. Raises UnknownYear and OutOfReach past the calendar."""
        touched, run = self.touched, self.run
        goes_back = touched.by & {CALENDAR, MEANING, UNITS} and self._is_any(_LET_GO)
        reinstated = self._reinstate() if goes_back else []
        # Handed over first, and then judged by the days of the unit that owes it now.
        rehomed = self._hand_over() if touched.owner_moved else 0
        is_any = self._is_any(_NOT_CLOSED)
        leaving = self._judge_open() if touched.old is not None and is_any else []
        newest = run.connection.execute(select(func.max(col(Obligation.id)))).scalar() or 0
        added = self.open_running(newest)
        withdrawn, superseded = let_go(self.edition, touched, run, leaving, OPEN)
        answered, reopened = self._complete(newest)
        if touched.old is None:
            # It has been looked at up to today; if it was here before, the time between is not owed.
            run.mark.move(run.connection, run.today, run.done_up_to)
        dated = self.moved or self.carried or self.settled or superseded or reinstated
        if (is_any and touched.by & {CALENDAR, LADDER, HOURS}) or dated:  # what has just opened is armed
            rearm_those(run, true())
        return replace(
            effect,
            added=added,
            reinstated=tuple(reinstated),
            moved=tuple(self.moved),
            withdrawn=withdrawn,
            superseded=superseded,
            carried=self.carried,
            rehomed=rehomed,
            completed=answered.completed,
            reported=answered.reported,
            reopened=reopened,
            settled=self.settled,
        )

    def _is_any(self, states: Sequence[str]) -> bool:
        """Whether the duty has an obligation in one of these states: of most that a calendar touches there is none."""
        given = {"duty": self.duty.id, "states": states}
        return self.run.connection.execute(_one_of_its(), given).first() is not None

    def _reinstate(self) -> list[NewObligations]:
        """Bring back what an earlier edit withdrew or superseded and what is owed again."""
        which = _let_go_by_an_edit()
        if self.duty.for_each.subject is not None:
            active = select(col(Subject.id)).where(
                col(Subject.id) == col(Obligation.subject_id), col(Subject.active)
            )
            which &= active.exists()
        found = []
        cause = self.edition.cause(say(zh="又应当办理", en="owed again"))
        for group in open_groups(self.run, which, judge_scope=True):
            verdict = judge(self.duty, group)
            if not verdict.owed or verdict.reckoning is None:
                continue
            units = their_units(self.run.connection, group.members)
            details = {**self._details(group), **days_told(group, verdict)}
            changes = changes_of(self.run, group, verdict)
            reinstate_those(self.run.connection, group.members, cause, details, changes)
            found.append(
                NewObligations(
                    named_period(group),
                    group.count,
                    units,
                    verdict.target or group.target,
                    verdict.deadline or group.deadline,
                    verdict.reckoning.provisional,
                )
            )
        return joined_added(found)

    def _hand_over(self) -> int:
        """Hand over the open obligations that another unit owes now, history unchanged; returns how many."""
        cause = self.edition.cause(self._why_rehomed())
        moved = [
            Handover(row.id, row.unit, row.now_owing, cause.reason, details=self.edition.details)
            for row in moved_obligations(self.run)
        ]
        hand_over(self.run.connection, self.edition.after.project, moved, cause)
        return len(moved)

    def verdict(self, group: ObligationGroup) -> Verdict:
        """Whether a group is still owed, and its days."""
        return judge(self.duty, group)

    def _judge_open(self) -> list[ObligationGroup]:
        """Carry over and date anew what is still owed; returns what is not."""
        leaving = []
        for group in open_groups(self.run, OPEN, judge_scope=self.touched.scope_changed):
            verdict = self.verdict(group)
            if verdict.owed:
                self._keep(group, verdict)
            else:
                leaving.append(group)
        return leaving

    def _keep(self, group: ObligationGroup, verdict: Verdict) -> None:
        assert verdict.reckoning is not None  # noqa: S101 - it is owed
        if days_differ(group, verdict):
            why = self._why_moved(group, verdict)
            self.moved.append(self._told_moved(group, verdict, why))
            redate(self.run, group, verdict, self.edition.cause(why), self._details(group))
            return
        if MEANING in self.touched.by and group.version_fingerprint != self.duty.fingerprint:
            self.carried += group.count
        elif recorded_days(verdict.reckoning) != group.recorded:
            self.settled += group.count
        else:
            return
        carry(self.run, group, verdict, self.edition.cause(""), self._details(group))

    def _told_moved(self, group: ObligationGroup, verdict: Verdict, why: str) -> DateMove:
        return DateMove(
            named_period(group),
            group.count,
            their_units(self.run.connection, group.members),
            group.deadline,
            verdict.deadline or group.deadline,
            group.target,
            verdict.target or group.target,
            verdict.reckoning is not None and verdict.reckoning.provisional,
            why,
            tuple(str(step) for step in verdict.reckoning.steps) if verdict.reckoning else (),
            numbers(self.run.connection, group.members),
        )

    def _details(self, group: ObligationGroup) -> Details:
        """What the event of a group that goes on keeps: the edit, and the versions before and after."""
        if group.version_id == self.run.version_id:
            return self.edition.details
        return {**self.edition.details, "versions": [group.version_id, self.run.version_id]}

    def _why_moved(self, group: ObligationGroup, verdict: Verdict) -> str:
        """Which key of the duty, or which days of the calendar, moved it."""
        parts = [change.text() for change in self.touched.dating_keys]
        if CALENDAR in self.touched.by:
            unit = next(iter(their_units(self.run.connection, group.members)), "")
            before = self.edition.before.calendar.for_unit(unit)
            parts += why_by_days(group, verdict, before, group.calendar)
        if not parts and self.touched.owner_moved:
            parts.append(self._why_rehomed())
        if not parts:
            parts.append(say(zh="日期按新内容重算", en="reckoned anew"))
        return say(zh="；", en="; ").join(parts)

    def open_running(self, newest: int) -> tuple[NewObligations, ...]:
        """Open what is running under the new version and was not opened yet; what is over is not owed anew."""
        touched = self.touched
        by_period = isinstance(self.duty.cadence.opening, CalendarOpening)
        if not touched.by & {MEANING, UNITS} and not (CALENDAR in touched.by and by_period):
            return ()
        fresh = replace(self.run, known_since=self.run.today, mark=Mark(self.duty.id, None, 0, -1))
        opened = open_periods(fresh) if by_period else open_for_facts(fresh)
        if fresh.held_back:  # its mark may be past these facts already: nobody would look at them again
            raise OutOfReach(fresh.held_back[min(fresh.held_back)])
        return opened_since(self.run, newest) if opened else ()

    def _complete(self, newest: int) -> tuple[AnswerTally, int]:
        """Let facts answer what they answer under the new version; returns what they did, and how many are reopened."""
        if MEANING not in self.touched.by:
            return AnswerTally(), 0
        if self.duty.cadence.measured:
            last = self.run.connection.execute(select(func.max(col(ObligationEvent.id)))).scalar() or 0
            completed = measure(self.run, anything_new=True)
            again = select(func.count()).where(
                col(ObligationEvent.id) > last, col(ObligationEvent.kind) == "reopen"
            )
            return AnswerTally(completed), self.run.connection.execute(again).scalar_one()
        old, new = self.touched.old, self.duty
        otherwise = old is not None and old.answered_by != new.answered_by
        run = replace(self.run, mark=replace(self.run.mark, fact_id=0)) if otherwise else self.run
        return complete_by_facts(run, newest), 0

    def _why_rehomed(self) -> str:
        owner = [change.text() for change in self.touched.keys if change.key == key_word("owner")]
        return say(zh="；", en="; ").join(owner) or say(zh="承办单位改了", en="another unit owes it")


@cache
def _one_of_its() -> Select[tuple[int]]:
    """An obligation of one duty in one of some states; put together once, as every duty asks."""
    in_one = col(Obligation.state).in_(bindparam("states", expanding=True))
    return select(col(Obligation.id)).where(col(Obligation.duty_id) == bindparam("duty"), in_one).limit(1)


def _let_go_by_an_edit() -> ColumnElement[bool]:
    """That the last thing that happened to an obligation was an edit that withdrew or superseded it."""
    by_an_edit = col(ObligationEvent.details)["content"].as_integer().is_not(None)
    return and_(
        col(Obligation.state).in_(_LET_GO),
        last_was(("withdraw", "supersede"), by_an_edit),
    )
