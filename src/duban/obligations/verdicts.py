"""Whether what was opened is still owed under other content, and when it is then due.

Obligations are judged in groups that share all that matters (period or day of the fact, dates, version): a change that
touches a hundred thousand of them is worked out once for each period, not once for each obligation.

| awkward case | rule |
|---|---|
| the period's name is the same | it is the same obligation, dated anew |
| the rhythm has no such period any more, or the duty is no longer in force then | it is no longer owed |
| the safe days of many subjects are spread over a window | each keeps its own week in it |
| another unit or subject owes it now | this one is no longer owed |
| a person extended or resumed it | the person's days stand, unless the new ones are later |
| it was sent back, to be done anew by an earlier day | that day stands as long as its own days are what they were |
| another level of units owes it for the same subject | the same obligation, handed over (`handover`) |
| a finding whose evidence no longer meets the rule | is no longer owed |
"""

from dataclasses import dataclass, replace
from datetime import date

from duban.cadence.occurrence import Occurrence
from duban.cadence.opening import CalendarOpening, EachFact
from duban.cadence.spreading import aimed_at
from duban.duties.grammar import Duty
from duban.duties.schedules import as_ordered, in_force
from duban.obligations.obligation_groups import ObligationGroup, recorded_days
from duban.workdays import Reckoning, WorkdayCalendar


@dataclass(frozen=True)
class Verdict:
    """What becomes of a group."""

    #: whether it is still owed
    owed: bool
    #: how its days come about now; None when it is not owed
    reckoning: Reckoning | None = None
    #: the safe day reminders aim at from now on
    target: date | None = None
    #: the last day by law from now on
    deadline: date | None = None


def judge(duty: Duty, group: ObligationGroup) -> Verdict:
    """Whether a group is still owed, and its days. Raises UnknownYear when they lie past the calendar's end.

    `duty` is the duty as it is now, which may be another than the group was opened under: days that a
    person gave stay (`dated`).
    """
    if not group.owing:
        return Verdict(owed=False)
    reckoning = _reckoning(duty, group)
    if reckoning is None:
        return Verdict(owed=False)
    return dated(group, reckoning)


def dated(group: ObligationGroup, reckoning: Reckoning) -> Verdict:
    """That a group is owed by these days, unless a person gave it later ones, or others and its own are what they were."""
    target, deadline = reckoning.target, reckoning.deadline
    as_it_was = group.recorded == recorded_days(reckoning)
    if group.set_by_hand and (as_it_was or group.deadline >= deadline):
        target, deadline = group.target, group.deadline
    return Verdict(True, reckoning, target, deadline)


def occurrence_owed(duty: Duty, calendar: WorkdayCalendar, period_key: str) -> Occurrence | None:
    """The duty's occurrence of that name, if it is in force for it.

    `period_key` names it, on this calendar. None for a period of another length and for one outside the
    duty's days in force. Raises UnknownYear when a date that is needed lies past the calendar.
    """
    occurrence = duty.cadence.occurrence(calendar, period_key)
    if occurrence is None:
        return None
    owed = as_ordered(duty, occurrence, calendar)
    return owed if in_force(duty, owed) else None


def _reckoning(duty: Duty, group: ObligationGroup) -> Reckoning | None:
    opening, calendar = duty.cadence.opening, group.calendar
    if group.day is None:
        occurrence = occurrence_owed(duty, calendar, group.period_key)
        if occurrence is None or not duty.cadence.spread:
            return occurrence.reckoning if occurrence else None
        return aimed_at(calendar, occurrence.reckoning, group.recorded.target)
    if isinstance(opening, CalendarOpening) or not duty.effective.covers(group.day):
        return None
    reckoning = opening.due(calendar, group.day, group.opened_on)
    if isinstance(opening, EachFact) and opening.by_hours:  # counted from its moment: its days stay
        recorded = group.recorded
        return replace(
            reckoning,
            target=recorded.target,
            deadline=recorded.deadline,
            earliest=recorded.earliest,
            latest=recorded.latest,
        )
    return reckoning
