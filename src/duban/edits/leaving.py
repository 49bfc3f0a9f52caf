"""What an edit lets go: obligations no longer owed are superseded by what the new rhythm owes, or withdrawn."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from duban.base.language import say
from duban.cadence.opening import CalendarOpening
from duban.duties.grammar import Duty, duty_from_content
from duban.edits.counting import joined, named_period, numbers, their_units
from duban.edits.edition import Edition
from duban.edits.model import GoneObligations
from duban.edits.touched import CALENDAR, MEANING, TouchedDuty
from duban.ledger.choosing import among
from duban.ledger.tables import DutyVersion, Obligation
from duban.obligations.obligation_groups import ObligationGroup, each_by_group
from duban.obligations.one_duty import DutyPass
from duban.obligations.succession import successors_in, supersede
from duban.obligations.verdicts import occurrence_owed
from duban.obligations.withdrawal import withdraw_those

_MANY: Final = 20
"""Of more groups than that the members are not asked for group by group."""


def withdraw_groups(
    edition: Edition,
    run: DutyPass,
    leaving: Sequence[tuple[ObligationGroup, str]],
    which: ColumnElement[bool],
    *,
    judge_scope: bool,
) -> tuple[GoneObligations, ...]:
    """Withdraw whole groups, each for its reason; returns what the plan says of them.

    They are groups of `which`, `judge_scope` as it was when they were formed. A handful is withdrawn group by group; of very many,
    as of those due on days that people gave, the members are read once, and withdrawn reason by reason.
    """
    if len(leaving) <= _MANY:
        return joined([_withdraw_group(edition, group, why) for group, why in leaving])
    members: dict[tuple[object, ...], list[tuple[int, str]]] = {group.shared: [] for group, _ in leaving}
    for shared, number, unit in each_by_group(run, which, judge_scope=judge_scope):
        if shared in members:
            members[shared].append((number, unit))
    gone: list[GoneObligations] = []
    by_reason: dict[str, list[int]] = defaultdict(list)
    for group, why in leaving:
        ids = tuple(number for number, _ in members[group.shared])
        units = tuple(sorted({unit for _, unit in members[group.shared]}))
        by_reason[why] += ids
        gone.append(GoneObligations(named_period(group), len(ids), units, group.deadline, why, ids))
    for why, ids_of_all in by_reason.items():
        these = among(col(Obligation.id), ids_of_all)
        withdraw_those(edition.connection, these, edition.cause(why), edition.details)
    return joined(gone)


def _withdraw_group(edition: Edition, group: ObligationGroup, why: str) -> GoneObligations:
    ids = numbers(edition.connection, group.members)
    units = their_units(edition.connection, group.members)
    withdraw_those(edition.connection, group.members, edition.cause(why), edition.details)
    return GoneObligations(named_period(group), len(ids), units, group.deadline, why, ids)


def let_go(
    edition: Edition,
    touched: TouchedDuty,
    run: DutyPass,
    leaving: Sequence[ObligationGroup],
    which: ColumnElement[bool],
) -> tuple[tuple[GoneObligations, ...], tuple[GoneObligations, ...]]:
    """Supersede what has a successor under the new rhythm and withdraw the rest; returns first the withdrawn.

    `leaving` are groups of `which`, judged by whether they are still owed where the edit changed that.
    """
    left, superseded = [], []
    for group in leaving:
        why = _why_gone(touched, run.duty, group)
        periods = _successors(edition, run, group)
        for period in periods:
            gone = _supersede(edition, run, group, period, why)
            if gone is not None:
                superseded.append(gone)
        if not periods or _is_any(run, group):
            left.append((group, why))
    withdrawn = withdraw_groups(edition, run, left, which, judge_scope=touched.scope_changed)
    return withdrawn, joined(superseded)


def _is_any(run: DutyPass, group: ObligationGroup) -> bool:
    return (
        run.connection.execute(select(col(Obligation.id)).where(group.members).limit(1)).first() is not None
    )


def _supersede(
    edition: Edition, run: DutyPass, group: ObligationGroup, period: str, why: str
) -> GoneObligations | None:
    """Put the obligations of `period` in the place of those of the group, where there are any."""
    pairs = successors_in(run, group.members, period)
    if not pairs:
        return None
    successors = {pair.id: pair.successor for pair in pairs}
    supersede(run.connection, successors, edition.cause(why), edition.details)
    units = tuple(sorted({pair.unit for pair in pairs}))
    ids = tuple(sorted(successors))
    return GoneObligations(named_period(group), len(pairs), units, group.deadline, why, ids, period)


def _successors(edition: Edition, run: DutyPass, group: ObligationGroup) -> list[str]:
    """The periods of the new version that are open and share days with the group's own, soonest due first."""
    if group.day is not None or not isinstance(run.duty.cadence.opening, CalendarOpening):
        return []
    content = select(col(DutyVersion.content)).where(col(DutyVersion.id) == group.version_id)
    old = duty_from_content(run.connection.execute(content).scalar_one())
    before = occurrence_owed(old, edition.before.calendar, group.period_key)
    if before is None:
        return []
    soonest = func.min(col(Obligation.deadline))
    query = (
        select(col(Obligation.period_key))
        .where(
            col(Obligation.duty_id) == run.duty.id,
            col(Obligation.duty_version_id) == run.version_id,
            col(Obligation.period_key) != group.period_key,
            col(Obligation.fact_id).is_(None),
            col(Obligation.closed_at).is_(None),
        )
        .group_by(col(Obligation.period_key))
        .order_by(soonest, col(Obligation.period_key))
    )
    found = []
    for key in run.connection.execute(query).scalars():
        after = occurrence_owed(run.duty, edition.after.calendar, key)
        if after is not None and after.first <= before.last and before.first <= after.last:
            found.append(key)
    return found


def _why_gone(touched: TouchedDuty, duty: Duty, group: ObligationGroup) -> str:
    until = duty.effective.until
    if until is not None and (group.day or group.opened_on) > until:
        return say(zh=f"事项 {until} 起不再有效", en=f"the duty ended on {until}")
    if not group.owing:
        return say(zh="不再由这个单位或对象承担", en="this unit or subject no longer owes it")
    named = duty.cadence.name_of_days(group.period_key)
    if CALENDAR in touched.by and MEANING not in touched.by and named:
        year = group.period_key.partition("-")[0]
        return say(
            zh=f"{named} {year} 年的日期撤销了，等新的通知",
            en=f"the days of {named} in {year} are withdrawn until another notice",
        )
    if touched.dating_keys:
        return say(zh="；", en="; ").join(change.text() for change in touched.dating_keys)
    return say(zh="按新内容不再应当办理", en="no longer owed under the new content")
