"""A subject was merged into another (并入): what it still owes passes to the one that goes on, and comes back if that was wrong.

法人合并的，其权利和义务由合并后的法人享有和承担 (民法典 art. 67; for companies 公司法 (2023) art. 221).

| awkward case | rule |
|---|---|
| what the merged one owes | the same obligation, owed by the other from now on: signature, reminders and dates are kept |
| the other owes the same thing (same duty, same period), or has done it | superseded by that: one enterprise is visited once |
| … or was let off it, for a reason of its own | withdrawn with it |
| another risk grade asks for other visits | superseded by the running visit of the one that goes on |
| done or waived before the merger | stays where it was done |
| it was closed in the register before the merger was entered | what was withdrawn for that passes on, unless its deadline is over |
| facts reported about it later, or late | are about the one that goes on: they open, complete and correct what that owes |
| findings (一年内3批次): facts from before the merger | count for the one that goes on in every set that a fact on or after that day completes |
| … a set that only both together had before it | none: they were two enterprises then |
| A into B, then B into C | what came from A goes on to C |
| taken back | everything that came from it returns, done or not; what was superseded or withdrawn by it is owed again |
| … and a finding rested on the facts of both | withdrawn, as when a fact is corrected; both are judged alone |
| a new code for the same enterprise (换证) | the old code is merged into the new one |

The history of every obligation says which subject it was first about (`origin`): that, and the mergers that stand, decide
whose it is; nothing depends on the order in which mergers were entered and taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, false, or_, select

from duban.base.language import say
from duban.cadence import frequency
from duban.cadence.visit_keys import in_rhythm, of_rhythm
from duban.duties.grammar import Frequency, Within
from duban.ledger.choosing import portions
from duban.ledger.tables import FACT, MERGER, MERGER_STANDS, OBLIGATION, OBLIGATION_EVENT, SUBJECT, UNIT
from duban.obligations.corrections import ENGINE, take_up_again
from duban.obligations.handover import Handover, hand_over
from duban.obligations.one_duty import DutyPass
from duban.obligations.redating import date_by_new_unit
from duban.obligations.transitions import move

ORIGIN = "origin"
"""In the event of what a merger does: the subject the obligation was first about."""
_TO = "merged_into"


def settle_mergers(run: DutyPass, withdrawn_when_closed: ColumnElement[bool]) -> None:
    """Let the duty's obligations pass on to the subjects that stand for theirs, or return.

    `withdrawn_when_closed` selects, over OBLIGATION, what a closed subject would owe again if it came back.
    """
    if not run.families:
        return
    owners = _owners(run)
    if run.families.parted:
        _return(run, owners)
    _pass_on(run, owners, withdrawn_when_closed)


@dataclass(frozen=True)
class _Owner:
    """A subject that stands for itself: its name and code, its grade, and the unit that owes the duty for it."""

    id: int
    name: str
    unit: str
    grade: str | None


def _owners(run: DutyPass) -> dict[int, _Owner]:
    """Every subject that was ever part of a merger, by its number."""
    query = (
        select(
            SUBJECT.c.id,
            SUBJECT.c.name,
            SUBJECT.c.code,
            SUBJECT.c.grade,
            run.responsible_unit().label("unit"),
        )
        .join(UNIT, UNIT.c.code == SUBJECT.c.unit)
        .where(
            exists().where(
                or_(
                    MERGER.c.subject_id == SUBJECT.c.id,
                    MERGER.c.into_id == SUBJECT.c.id,
                )
            )
        )
        .where(SUBJECT.c.kind == run.duty.for_each.subject)
    )
    return {
        row.id: _Owner(row.id, f"{row.name}（{row.code}）", row.unit, row.grade)
        for row in run.connection.execute(query)
    }


def _pass_on(run: DutyPass, owners: dict[int, _Owner], withdrawn_when_closed: ColumnElement[bool]) -> None:
    """Hand over what merged subjects still owe, unless the one that stands for them owes or has done the same."""
    merged = exists().where(MERGER.c.subject_id == OBLIGATION.c.subject_id, MERGER_STANDS)
    waiting = or_(OBLIGATION.c.closed_at.is_(None), withdrawn_when_closed)
    rows = _obligations(run, and_(merged, waiting))
    if not rows:
        return
    origins = _origins(run, rows)
    why = _reasons(run, owners)
    handed = []
    for row in rows:
        owner = owners[run.families.stands_for(row.subject_id)]
        own = _owed_already(run, row, owner)
        details = {ORIGIN: origins[row.id], _TO: owner.id}
        if row.closed_at is not None:  # withdrawn when it was closed
            if own is not None:
                continue
            take_up_again(run, row, why[row.subject_id], details=details)
        if own is None:
            handed.append(Handover(row.id, row.unit, owner.unit, why[row.subject_id], owner.id, details))
        elif own.state in ("withdrawn", "superseded"):
            _close(run, row, "withdraw", _let_off(why[row.subject_id], owner), details)
        else:
            _close(
                run,
                row,
                "supersede",
                _the_same(why[row.subject_id], own),
                {"superseded_by": own.id, **details},
            )
    _hand_over(run, handed)


def _return(run: DutyPass, owners: dict[int, _Owner]) -> None:
    """Bring back what mergers that do not stand any more had brought: obligations of any state, and those they closed."""
    rows = _obligations(run, OBLIGATION.c.subject_id.in_(sorted(run.families.concerned)))
    origins = _origins(run, rows)
    stands_for = run.families.stands_for
    handed = []
    for row in rows:
        owner = stands_for(origins[row.id])
        if stands_for(row.subject_id) != owner:
            handed.append(
                Handover(
                    row.id,
                    row.unit,
                    owners[owner].unit,
                    _taken_back(owners[row.subject_id]),
                    owner,
                    {ORIGIN: origins[row.id]},
                )
            )
    for row, into in _closed_by_mergers(run, rows):
        if stands_for(into) == stands_for(origins[row.id]):
            continue
        details = {ORIGIN: origins[row.id]}
        take_up_again(run, row, _taken_back(owners[into]), how="reinstate", details=details)
    _hand_over(run, handed)


def _hand_over(run: DutyPass, handed: Sequence[Handover]) -> None:
    hand_over(run, handed)
    between: dict[tuple[str, str], list[int]] = {}
    for each in handed:
        between.setdefault((each.unit, each.now_owing), []).append(each.id)
    date_by_new_unit(run, between)


def _obligations(run: DutyPass, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = select(OBLIGATION).where(
        OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.subject_id.is_not(None), which
    )
    return run.connection.execute(query.order_by(OBLIGATION.c.id)).all()


def _origins(run: DutyPass, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """The subject each obligation was first about: as its history says, or the one its fact is about, or its own."""
    origins = {row.id: row.subject_id for row in rows}
    if isinstance(run.duty.cadence, Within):
        about: dict[int, int] = {}
        for numbers in portions(sorted({row.fact_id for row in rows if row.fact_id is not None})):
            facts = select(FACT.c.id, FACT.c.subject_id).where(FACT.c.id.in_(numbers))
            about.update(tuple(row) for row in run.connection.execute(facts))
        origins |= {row.id: about[row.fact_id] for row in rows if row.fact_id in about}
    origin = OBLIGATION_EVENT.c.details[ORIGIN].as_integer()
    for numbers in portions(sorted(origins)):
        told = select(OBLIGATION_EVENT.c.obligation_id, origin).where(
            OBLIGATION_EVENT.c.obligation_id.in_(numbers), origin.is_not(None)
        )
        origins.update(tuple(row) for row in run.connection.execute(told))
    return origins


def _closed_by_mergers(run: DutyPass, rows: Sequence[Row[Any]]) -> list[tuple[Row[Any], int]]:
    """Those that a merger superseded or withdrew and to which nothing happened since, with the subject it was into."""
    closed = {row.id: row for row in rows if row.state in ("superseded", "withdrawn")}
    found = []
    event, later = OBLIGATION_EVENT, OBLIGATION_EVENT.alias("later")
    into = event.c.details[_TO].as_integer()
    for numbers in portions(sorted(closed)):
        since = select(later.c.id).where(
            later.c.obligation_id == event.c.obligation_id, later.c.id > event.c.id
        )
        last = select(event.c.obligation_id, into).where(
            event.c.obligation_id.in_(numbers),
            event.c.kind.in_(("supersede", "withdraw")),
            into.is_not(None),
            ~since.exists(),
        )
        found += [(closed[number], subject) for number, subject in run.connection.execute(last)]
    return found


def _owed_already(run: DutyPass, row: Row[Any], owner: _Owner) -> Row[Any] | None:
    """The owner's own obligation for the same thing, whatever became of it: of the same period, or, where the owner's
    grade asks for other visits, the visit that is running.
    """
    same = OBLIGATION.c.period_key == row.period_key
    cadence = run.duty.cadence
    other_rhythm: ColumnElement[bool] = false()
    if isinstance(cadence, Frequency) and cadence.by_grade and row.deadline >= run.today:
        visits = frequency.visits(cadence, owner.grade)
        if not in_rhythm(row.period_key, visits):
            other_rhythm = and_(
                OBLIGATION.c.period_key.like(of_rhythm(visits)),
                OBLIGATION.c.closed_at.is_(None),
                OBLIGATION.c.deadline >= run.today,
            )
    query = (
        select(OBLIGATION.c.id, OBLIGATION.c.period_key, OBLIGATION.c.state)
        .where(OBLIGATION.c.duty_id == run.duty.id, OBLIGATION.c.subject_id == owner.id)
        .where(or_(same, other_rhythm))
        .order_by(same.desc(), OBLIGATION.c.deadline)
    )
    return run.connection.execute(query.limit(1)).first()


def _close(run: DutyPass, row: Row[Any], kind: str, reason: str, details: dict[str, Any]) -> None:
    move(run.connection, row.id, kind, actor=ENGINE, at=run.now, on=run.today, reason=reason, details=details)


def _reasons(run: DutyPass, owners: dict[int, _Owner]) -> dict[int, str]:
    """Why what each merged subject owes passes on, in the reader's words."""
    query = select(MERGER).where(MERGER_STANDS, MERGER.c.subject_id.in_(sorted(owners)))
    reasons = {}
    for merger in run.connection.execute(query):
        subject, into = owners[merger.subject_id].name, owners[merger.into_id].name
        reason = say(
            zh=f"{subject}于 {merger.merged_on} 并入{into}",
            en=f"{subject} was merged into {into} on {merger.merged_on}",
        )
        if merger.survivor_id != merger.into_id:
            last = owners[merger.survivor_id].name
            reason += say(zh=f"，后者又并入{last}", en=f", and that into {last}")
        if merger.reason:
            reason += say(zh="：", en=": ") + merger.reason
        reasons[merger.subject_id] = reason
    return reasons


def _let_off(why: str, owner: _Owner) -> str:
    return why + say(zh=f"；{owner.name}本期不再应办", en=f"; {owner.name} does not owe it for this period")


def _the_same(why: str, own: Row[Any]) -> str:
    if own.state == "done":
        return why + say(zh="，后者同一事项已经办结", en=", which has done the same")
    return why + say(zh="，后者应办同一事项", en=", which owes the same")


def _taken_back(into: _Owner) -> str:
    return say(zh=f"并入{into.name}一事已撤销", en=f"the merger into {into.name} was taken back")
