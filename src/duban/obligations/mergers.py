"""A subject was merged into another (并入): what it still owes passes to the one that goes on, and comes back if that was wrong.

法人合并的，其权利和义务由合并后的法人享有和承担 (民法典 art. 67; for companies 公司法 (2023) art. 221).

| awkward case | rule |
|---|---|
| what the merged one owes | the same obligation, owed by the other from now on: signature, reminders and dates are kept |
| … and a person transferred to a third unit (转办) | about the other from now on, owed by the unit it was given to |
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

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlmodel import col

from duban.base.language import say
from duban.cadence.opening import EachFact
from duban.ledger.choosing import portions
from duban.ledger.rows import columns_of, first_of, named, rows_of
from duban.ledger.tables import (
    MERGER_STANDS,
    Fact,
    MergerRecord,
    Obligation,
    ObligationEvent,
    Subject,
    UnitRecord,
)
from duban.obligations.handover import Handover, between, hand_over, where_persons_put
from duban.obligations.history import nothing_since
from duban.obligations.one_duty import DutyPass
from duban.obligations.redating import date_by_new_unit
from duban.obligations.reopening import reinstate, reopen
from duban.obligations.succession import give_way
from duban.obligations.transitions import Details
from duban.obligations.withdrawal import withdraw
from duban.workdays.visit_keys import in_rhythm, of_rhythm

ORIGIN: Final = "origin"
"""In the event of what a merger does: the subject the obligation was first about."""
_TO: Final = "merged_into"


class _Owner(NamedTuple):
    """A subject that was ever part of a merger, and the unit that owes the duty for it."""

    id: int
    name: str
    code: str
    grade: str | None
    unit: str

    @property
    def called(self) -> str:
        """Its name and code."""
        return f"{self.name}（{self.code}）"


class _Owed(NamedTuple):
    """An obligation that a merger may touch."""

    id: int
    unit: str
    subject_id: int
    period_key: str
    state: str
    deadline: date
    fact_id: int | None
    closed_at: datetime | None


class _Same(NamedTuple):
    """What the owner owes already, or has done."""

    id: int
    period_key: str
    state: str


class _Standing(NamedTuple):
    """A merger that stands."""

    subject_id: int
    into_id: int
    survivor_id: int
    merged_on: date
    reason: str


def settle_mergers(run: DutyPass, withdrawn_when_closed: ColumnElement[bool]) -> None:
    """Let the duty's obligations pass on to the subjects that stand for theirs, or return.

    `withdrawn_when_closed` selects, over Obligation, what a closed subject would owe again if it came back.
    """
    if not run.families:
        return
    owners = _owners(run)
    if run.families.parted:
        _return(run, owners)
    _pass_on(run, owners, withdrawn_when_closed)


def _owners(run: DutyPass) -> dict[int, _Owner]:
    """Every subject that was ever part of a merger, by its number."""
    part = or_(col(MergerRecord.subject_id) == col(Subject.id), col(MergerRecord.into_id) == col(Subject.id))
    query = (
        select(
            col(Subject.id),
            col(Subject.name),
            col(Subject.code),
            col(Subject.grade),
            named(run.responsible_unit(), "unit"),
        )
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .where(exists().where(part), col(Subject.kind) == run.duty.for_each.subject)
    )
    return {owner.id: owner for owner in rows_of(run.connection, query, _Owner)}


def _pass_on(run: DutyPass, owners: dict[int, _Owner], withdrawn_when_closed: ColumnElement[bool]) -> None:
    """Hand over what merged subjects still owe, unless the one that stands for them owes or has done the same."""
    merged = exists().where(col(MergerRecord.subject_id) == col(Obligation.subject_id), MERGER_STANDS)
    waiting = or_(col(Obligation.closed_at).is_(None), withdrawn_when_closed)
    rows = _obligations(run, and_(merged, waiting))
    if not rows:
        return
    origins = _origins(run, rows)
    why = _reasons(run, owners)
    handed = []
    for row in rows:
        owner = owners[run.families.stands_for(row.subject_id)]
        own = _owed_already(run, row, owner)
        reason = why[row.subject_id]
        details: Details = {ORIGIN: origins[row.id], _TO: owner.id}
        if row.closed_at is not None:  # withdrawn when it was closed
            if own is not None:
                continue
            reopen(run.connection, run.definitions, {row.id: details}, run.cause(reason))
        if own is None:
            handed.append(Handover(row.id, row.unit, owner.unit, reason, owner.id, details))
        elif own.state in ("withdrawn", "superseded"):
            withdraw(run.connection, {row.id: details}, run.cause(_let_off(reason, owner)))
        else:
            give_way(run.connection, {row.id: own.id}, run.cause(_the_same(reason, own)), {row.id: details})
    _hand_over(run, handed)


def _return(run: DutyPass, owners: dict[int, _Owner]) -> None:
    """Bring back what mergers that do not stand any more had brought: obligations of any state, and those they closed."""
    rows = _obligations(run, col(Obligation.subject_id).in_(sorted(run.families.concerned)))
    origins = _origins(run, rows)
    stands_for = run.families.stands_for
    handed = []
    for row in rows:
        owner = stands_for(origins[row.id])
        if stands_for(row.subject_id) != owner:
            reason = _taken_back(owners[row.subject_id])
            details: Details = {ORIGIN: origins[row.id]}
            handed.append(Handover(row.id, row.unit, owners[owner].unit, reason, owner, details))
    for row, into in _closed_by_mergers(run, rows):
        if stands_for(into) != stands_for(origins[row.id]):
            cause = run.cause(_taken_back(owners[into]))
            reinstate(run.connection, run.definitions, {row.id: {ORIGIN: origins[row.id]}}, cause)
    _hand_over(run, handed)


def _hand_over(run: DutyPass, passed: Sequence[Handover]) -> None:
    handed = where_persons_put(run.connection, passed)
    hand_over(run.connection, run.definitions.project, handed, run.cause(""))
    date_by_new_unit(run, between(handed))


def _obligations(run: DutyPass, which: ColumnElement[bool]) -> list[_Owed]:
    query = select(*columns_of(Obligation, _Owed)).where(
        col(Obligation.duty_id) == run.duty.id, col(Obligation.subject_id).is_not(None), which
    )
    return rows_of(run.connection, query.order_by(col(Obligation.id)), _Owed)


def _origins(run: DutyPass, rows: Sequence[_Owed]) -> dict[int, int]:
    """The subject each obligation was first about: as its history says, or the one its fact is about, or its own."""
    origins = {row.id: row.subject_id for row in rows}
    if isinstance(run.duty.cadence.opening, EachFact):
        about: dict[int, int | None] = {}
        for numbers in portions(sorted({row.fact_id for row in rows if row.fact_id is not None})):
            facts = select(col(Fact.id), col(Fact.subject_id)).where(col(Fact.id).in_(numbers))
            about.update(run.connection.execute(facts).tuples().all())
        for row in rows:
            subject = about.get(row.fact_id) if row.fact_id is not None else None
            origins[row.id] = row.subject_id if subject is None else subject
    origin = col(ObligationEvent.details)[ORIGIN].as_integer()
    for numbers in portions(sorted(origins)):
        told = select(col(ObligationEvent.obligation_id), origin).where(
            col(ObligationEvent.obligation_id).in_(numbers), origin.is_not(None)
        )
        origins.update(run.connection.execute(told).tuples().all())
    return origins


def _closed_by_mergers(run: DutyPass, rows: Sequence[_Owed]) -> list[tuple[_Owed, int]]:
    """Those that a merger superseded or withdrew and to which nothing happened since, with the subject it was into."""
    closed = {row.id: row for row in rows if row.state in ("superseded", "withdrawn")}
    found = []
    into = col(ObligationEvent.details)[_TO].as_integer()
    for numbers in portions(sorted(closed)):
        last = select(col(ObligationEvent.obligation_id), into).where(
            col(ObligationEvent.obligation_id).in_(numbers),
            col(ObligationEvent.kind).in_(("supersede", "withdraw")),
            into.is_not(None),
            nothing_since(ObligationEvent),
        )
        found += [(closed[number], subject) for number, subject in run.connection.execute(last).tuples()]
    return found


def _owed_already(run: DutyPass, row: _Owed, owner: _Owner) -> _Same | None:
    """The owner's own obligation for the same thing, whatever became of it: of the same period, or, where the owner's
    grade asks for other visits, the visit that is running.
    """
    same = col(Obligation.period_key) == row.period_key
    cadence = run.duty.cadence
    other_rhythm: ColumnElement[bool] = false()
    visits = cadence.visits(owner.grade) if cadence.grades else None
    if visits is not None and row.deadline >= run.today and not in_rhythm(row.period_key, visits):
        other_rhythm = and_(
            col(Obligation.period_key).like(of_rhythm(visits)),
            col(Obligation.closed_at).is_(None),
            col(Obligation.deadline) >= run.today,
        )
    query = (
        select(col(Obligation.id), col(Obligation.period_key), col(Obligation.state))
        .where(col(Obligation.duty_id) == run.duty.id, col(Obligation.subject_id) == owner.id)
        .where(or_(same, other_rhythm))
        .order_by(same.desc(), col(Obligation.deadline))
        .limit(1)
    )
    return first_of(run.connection, query, _Same)


def _reasons(run: DutyPass, owners: dict[int, _Owner]) -> dict[int, str]:
    """Why what each merged subject owes passes on, in the reader's words."""
    query = select(*columns_of(MergerRecord, _Standing)).where(
        MERGER_STANDS, col(MergerRecord.subject_id).in_(sorted(owners))
    )
    reasons = {}
    for merger in rows_of(run.connection, query, _Standing):
        subject, into = owners[merger.subject_id].called, owners[merger.into_id].called
        reason = say(
            zh=f"{subject}于 {merger.merged_on} 并入{into}",
            en=f"{subject} was merged into {into} on {merger.merged_on}",
        )
        if merger.survivor_id != merger.into_id:
            last = owners[merger.survivor_id].called
            reason += say(zh=f"，后者又并入{last}", en=f", and that into {last}")
        if merger.reason:
            reason += say(zh="：", en=": ") + merger.reason
        reasons[merger.subject_id] = reason
    return reasons


def _let_off(why: str, owner: _Owner) -> str:
    return why + say(
        zh=f"；{owner.called}本期不再应办", en=f"; {owner.called} does not owe it for this period"
    )


def _the_same(why: str, own: _Same) -> str:
    if own.state == "done":
        return why + say(zh="，后者同一事项已经办结", en=", which has done the same")
    return why + say(zh="，后者应办同一事项", en=", which owes the same")


def _taken_back(into: _Owner) -> str:
    return say(zh=f"并入{into.called}一事已撤销", en=f"the merger into {into.called} was taken back")
