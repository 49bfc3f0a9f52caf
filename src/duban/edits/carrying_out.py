"""Carrying out what an edit means for one duty, inside the caller's transaction.

A plan is this very work, taken back afterwards: what is shown is what will happen.

| what is open under the old version | becomes |
|---|---|
| still owed, the same day | carried over to the new version |
| still owed, by another unit | handed over, dated by that unit's days |
| still owed, another day | the same obligation, dated anew; rungs that have spoken stay silent |
| no longer owed, but the new rhythm has a period that shares days with it | superseded by it; rungs that have spoken count |
| no longer owed | withdrawn |
| withdrawn or superseded by an earlier edit, and owed again | reinstated |
| done or waived | stays as it was judged |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true

from duban.base.clock import business_date
from duban.base.language import say
from duban.definitions.definitions import Definitions
from duban.duties.cadences import Measured, Scheduled
from duban.duties.grammar import Duty, duty_from_content
from duban.edits.counting import (
    joined,
    joined_added,
    named,
    numbers,
    opened_since,
    step_told,
    their_units,
    units_of_pairs,
)
from duban.edits.model import (
    Added,
    DutyEffect,
    Gone,
    Moved,
)
from duban.edits.rehoming import rehome
from duban.edits.superseding import supersede_pairs
from duban.edits.touched import (
    CALENDAR,
    HOURS,
    LADDER,
    MEANING,
    UNITS,
    Touched,
)
from duban.ledger.tables import DUTY_VERSION, OBLIGATION, OBLIGATION_EVENT, SUBJECT
from duban.ledger.watermarks import (
    Mark,
    begin,
    mark_of,
    progress,
)
from duban.obligations.answers import complete_by_facts
from duban.obligations.measurement import measure
from duban.obligations.one_duty import DutyPass
from duban.obligations.opening_by_fact import open_for_facts
from duban.obligations.opening_by_period import open_periods
from duban.obligations.redating import (
    changes_of,
    days_differ,
    days_told,
    rearm_those,
    why_by_days,
)
from duban.obligations.transitions import move_all
from duban.obligations.verdicts import (
    ObligationGroup,
    Verdict,
    judge,
    occurrence_owed,
    open_groups,
)
from duban.obligations.versions import duty_versions

OPEN = OBLIGATION.c.closed_at.is_(None)


@dataclass(frozen=True)
class Edition:
    """One application of content: between which definitions, when, by whom, why, and as which version's number."""

    connection: Connection
    before: Definitions
    after: Definitions
    now: datetime
    actor: str
    reason: str
    number: int

    @property
    def today(self) -> date:
        """The business date it happens on."""
        return business_date(self.now, self.after.project.zone)

    def because(self, why: str) -> str:
        """The reason that stays in an obligation's history."""
        head = say(zh=f"第 {self.number} 版内容", en=f"version {self.number} of the content")
        parts = [why, self.reason] if self.reason else [why]
        return head + say(zh="：", en=": ") + say(zh="；", en="; ").join(part for part in parts if part)


class OutOfReach(Exception):
    """A fact that the edited duty would answer is due past the end of the calendar; the text says when."""


def carry_out(edition: Edition, touched: Touched) -> DutyEffect:
    """Bring the obligations of one duty to what the edit means for them. Raises UnknownYear and
    OutOfReach past the calendar.
    """
    effect = DutyEffect(touched.duty_id, touched.title, touched.change, touched.keys)
    if touched.new is None:
        return _remove(edition, touched, effect)
    return _Edited(edition, touched, touched.new).carry_out(effect)


def _remove(edition: Edition, touched: Touched, effect: DutyEffect) -> DutyEffect:
    assert touched.old is not None  # noqa: S101 - one of both is there
    run = _pass(edition, touched.old)
    why = say(zh="事项已删除", en="the duty was removed")
    gone = [_withdraw(edition, run, group, why) for group in open_groups(run, OPEN, judge_scope=False)]
    return replace(effect, withdrawn=joined(gone))


class _Edited:
    """A duty that goes on, under its new version."""

    def __init__(self, edition: Edition, touched: Touched, duty: Duty) -> None:
        self.edition = edition
        self.touched = touched
        self.duty = duty
        self.by_period = isinstance(duty.cadence, Scheduled)
        self.run = _pass(edition, duty, anew=MEANING in touched.by or UNITS in touched.by)
        self.moved: list[Moved] = []
        self.carried = 0
        self.settled = 0

    def carry_out(self, effect: DutyEffect) -> DutyEffect:
        edition, touched, run = self.edition, self.touched, self.run
        reinstated = self._reinstate() if MEANING in touched.by or UNITS in touched.by else []
        # Handed over first, and then judged by the days of the unit that owes it now.
        rehomed = rehome(edition, run, self._why_rehomed()) if touched.owner_moved else 0
        leaving: list[ObligationGroup] = []
        if touched.old is not None:
            leaving = self._judge_open()
        newest = run.connection.execute(select(func.max(OBLIGATION.c.id))).scalar() or 0
        added = self._open(newest)
        withdrawn, superseded = self._let_go(leaving)
        completed, reopened = self._complete(newest)
        if (
            touched.old is None
        ):  # it has been looked at up to today; if it was here before, the time between is not owed
            run.mark.move(run.connection, run.today, run.done_up_to)
        dated = self.moved or self.carried or self.settled or superseded or reinstated
        if touched.by & {CALENDAR, LADDER, HOURS} or dated:
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
            completed=completed,
            reopened=reopened,
            settled=self.settled,
        )

    def _reinstate(self) -> list[Added]:
        """Bring back what an earlier edit withdrew or superseded and what is owed again."""
        which = _let_go_by_an_edit()
        if self.duty.for_each.subject is not None:
            active = select(SUBJECT.c.id).where(SUBJECT.c.id == OBLIGATION.c.subject_id, SUBJECT.c.active)
            which &= active.exists()
        found = []
        for group in open_groups(self.run, which, judge_scope=True):
            verdict = judge(self.duty, group)
            if not verdict.owed or verdict.reckoning is None:
                continue
            these = group.members
            units = their_units(self.run.connection, these)
            move_all(
                self.run.connection,
                these,
                "reinstate",
                actor=self.edition.actor,
                at=self.edition.now,
                on=self.edition.today,
                reason=self.edition.because(say(zh="又应当办理", en="owed again")),
                details=self._details(group, verdict),
                changes=changes_of(self.run, group, verdict),
            )
            found.append(
                Added(
                    named(group),
                    group.count,
                    units,
                    verdict.target or group.target,
                    verdict.deadline or group.deadline,
                    verdict.reckoning.provisional,
                )
            )
        return joined_added(found)

    def _judge_open(self) -> list[ObligationGroup]:
        """Carry over and date anew what is still owed; returns what is not."""
        leaving = []
        for group in open_groups(self.run, OPEN, judge_scope=self.touched.scope_changed):
            verdict = judge(self.duty, group)
            if verdict.owed:
                self._keep(group, verdict)
            else:
                leaving.append(group)
        return leaving

    def _keep(self, group: ObligationGroup, verdict: Verdict) -> None:
        these = group.members
        reckoning = verdict.reckoning
        assert reckoning is not None  # noqa: S101 - it is owed
        newly_told = (
            reckoning.target,
            reckoning.deadline,
            reckoning.provisional,
            reckoning.earliest,
            reckoning.latest,
        ) != group.recorded
        move, why = "carry", ""
        if days_differ(group, verdict):
            move, why = "redate", self._why_moved(group, verdict)
            ids, units = numbers(self.run.connection, these), their_units(self.run.connection, these)
            self.moved.append(
                Moved(
                    named(group),
                    group.count,
                    units,
                    group.deadline,
                    verdict.deadline or group.deadline,
                    group.target,
                    verdict.target or group.target,
                    why,
                    tuple(step_told(step) for step in reckoning.steps),
                    ids,
                )
            )
        elif MEANING in self.touched.by and group.version_digest != self.duty.digest:
            self.carried += group.count
        elif newly_told:
            self.settled += group.count
        else:
            return
        changes = changes_of(self.run, group, verdict)
        if not newly_told and move == "carry":
            changes.pop("reckoning_id")
        move_all(
            self.run.connection,
            these,
            move,
            actor=self.edition.actor,
            at=self.edition.now,
            on=self.edition.today,
            reason=self.edition.because(why),
            details=self._details(group, verdict),
            changes=changes,
        )

    def _details(self, group: ObligationGroup, verdict: Verdict) -> dict[str, Any]:
        details: dict[str, Any] = {"content": self.edition.number}
        if group.version_id != self.run.version_id:
            details["versions"] = [group.version_id, self.run.version_id]
        return {**details, **days_told(group, verdict)}

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

    def _open(self, newest: int) -> tuple[Added, ...]:
        """Open what is running under the new version and was not opened yet; what is over is not owed anew."""
        touched = self.touched
        if not touched.by & {MEANING, UNITS} and not (CALENDAR in touched.by and self.by_period):
            return ()
        fresh = replace(
            self.run,
            known_since=self.run.today,
            mark=Mark(self.duty.id, None, 0, -1),
        )
        if self.by_period:
            open_periods(fresh)
        else:
            open_for_facts(fresh)
        if fresh.held_back:  # its mark may be past these facts already: nobody would look at them again
            raise OutOfReach(fresh.held_back[min(fresh.held_back)])
        return opened_since(self.run, newest)

    def _complete(self, newest: int) -> tuple[int, int]:
        """Let facts answer what they answer under the new version; returns how many are completed, and reopened."""
        if MEANING not in self.touched.by:
            return 0, 0
        if isinstance(self.duty.cadence, Measured):
            event = OBLIGATION_EVENT.c
            last = self.run.connection.execute(select(func.max(event.id))).scalar() or 0
            completed = measure(self.run, 1)
            again = select(func.count()).where(event.id > last, event.kind == "reopen")
            return completed, self.run.connection.execute(again).scalar_one()
        old, new = self.touched.old, self.duty
        otherwise = old is not None and (old.done_by, old.done_where) != (new.done_by, new.done_where)
        run = replace(self.run, mark=replace(self.run.mark, fact_id=0)) if otherwise else self.run
        return complete_by_facts(run, newest), 0

    def _let_go(self, leaving: Sequence[ObligationGroup]) -> tuple[tuple[Gone, ...], tuple[Gone, ...]]:
        """Supersede what has a successor under the new rhythm, withdraw the rest."""
        withdrawn, superseded = [], []
        for group in leaving:
            why = self._why_gone(group)
            for period in self._successors(group):
                pairs = supersede_pairs(self.edition, self.run, group.members, period, why)
                if pairs:
                    superseded.append(
                        Gone(
                            named(group),
                            len(pairs),
                            units_of_pairs(self.run.connection, pairs),
                            group.deadline,
                            why,
                            tuple(sorted(pairs)),
                            period,
                        )
                    )
            left = self.run.connection.execute(select(OBLIGATION.c.id).where(group.members).limit(1)).first()
            if left is not None:
                withdrawn.append(_withdraw(self.edition, self.run, group, why))
        return joined(withdrawn), joined(superseded)

    def _successors(self, group: ObligationGroup) -> list[str]:
        """The periods of the new version that are open and share days with the group's own, soonest due first."""
        old = self._as_it_was(group)
        if old is None or not self.by_period:
            return []
        before = occurrence_owed(old, self.edition.before.calendar, group.period_key)
        if before is None:
            return []
        query = (
            select(OBLIGATION.c.period_key, func.min(OBLIGATION.c.deadline))
            .where(
                OBLIGATION.c.duty_id == self.duty.id,
                OBLIGATION.c.duty_version_id == self.run.version_id,
                OBLIGATION.c.period_key != group.period_key,
                OBLIGATION.c.fact_id.is_(None),
                OPEN,
            )
            .group_by(OBLIGATION.c.period_key)
            .order_by(func.min(OBLIGATION.c.deadline), OBLIGATION.c.period_key)
        )
        found = []
        for key, _ in self.run.connection.execute(query):
            after = occurrence_owed(self.duty, self.edition.after.calendar, key)
            if after is not None and after.first <= before.last and before.first <= after.last:
                found.append(key)
        return found

    def _as_it_was(self, group: ObligationGroup) -> Duty | None:
        if group.day is not None:
            return None
        content = select(DUTY_VERSION.c.content).where(DUTY_VERSION.c.id == group.version_id)
        return duty_from_content(self.run.connection.execute(content).scalar_one())

    def _why_rehomed(self) -> str:
        owner = [change.text() for change in self.touched.keys if change.key == "owner"]
        return say(zh="；", en="; ").join(owner) or say(zh="承办单位改了", en="another unit owes it")

    def _why_gone(self, group: ObligationGroup) -> str:
        until = self.duty.effective.until
        if until is not None and (group.day or group.opened_on) > until:
            return say(zh=f"事项 {until} 起不再有效", en=f"the duty ended on {until}")
        if not group.owing:
            return say(zh="不再由这个单位或对象承担", en="this unit or subject no longer owes it")
        if self.touched.dating_keys:
            return say(zh="；", en="; ").join(change.text() for change in self.touched.dating_keys)
        return say(zh="按新内容不再应当办理", en="no longer owed under the new content")


def _pass(edition: Edition, duty: Duty, *, anew: bool = False) -> DutyPass:
    connection = edition.connection
    begin(connection, [duty.id])
    version = duty_versions(connection, [duty], edition.now, edition.after.project.zone)[duty.id]
    return DutyPass(
        connection,
        edition.after,
        duty,
        version.id,
        edition.today if anew else version.known_since,
        mark_of(connection, duty.id),
        progress(connection),
        edition.today,
        edition.now,
    )


def _withdraw(edition: Edition, run: DutyPass, group: ObligationGroup, why: str) -> Gone:
    these = group.members
    ids, units = numbers(run.connection, these), their_units(run.connection, these)
    move_all(
        run.connection,
        these,
        "withdraw",
        actor=edition.actor,
        at=edition.now,
        on=edition.today,
        reason=edition.because(why),
        details={"content": edition.number},
    )
    return Gone(named(group), len(ids), units, group.deadline, why, ids)


def _let_go_by_an_edit() -> ColumnElement[bool]:
    """That the last thing that happened to an obligation was an edit that withdrew or superseded it."""
    event, later = OBLIGATION_EVENT, OBLIGATION_EVENT.alias("later")
    followed = select(later.c.id).where(
        later.c.obligation_id == event.c.obligation_id, later.c.id > event.c.id
    )
    let_go = select(event.c.id).where(
        event.c.obligation_id == OBLIGATION.c.id,
        event.c.kind.in_(("withdraw", "supersede")),
        event.c.details["content"].as_integer().is_not(None),
        ~followed.exists(),
    )
    return OBLIGATION.c.state.in_(("withdrawn", "superseded")) & let_go.exists()
