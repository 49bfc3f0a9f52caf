"""Opening what facts bring about: one obligation per fact, or per set of facts that meets a threshold.

| awkward case | rule |
|---|---|
| facts older than the duty's `effective.from`, or dated after its `until` | open nothing |
| facts whose deadline was over before the ledger first knew the duty | open nothing: old registers may be imported |
| a fact reported after its deadline, once the duty is known | opens, overdue: the deadline is the law's |
| an event still to come whose duty opens later | is looked at again each day, and opens on its day |
| a fact whose due day lies past the calendar | waits until that year is there; the others open |
| several units report one event (`statements`) | opens once; stays owed while one of their facts stands |
| a corrected fact | its open obligation is superseded by the corrected one's, or withdrawn; a closed one stays closed |
| evidence of a finding corrected | the finding is withdrawn if what is left no longer meets a rule |
| with the correction the same fact completes a set again | a finding of its own, beside the withdrawn one |
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from duban.base.cases import hour_of
from duban.base.clock import business_date
from duban.base.json_values import JsonObject
from duban.cadence.findings import DatedFact, Finding
from duban.cadence.opening import CalendarOpening, EachFact, EventOpening, FactOpening, FindingOpening
from duban.ledger.choosing import among, as_a_filter, portions
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import Fact, MergerRecord, Subject, UnitRecord
from duban.obligations.archived import insert_owed
from duban.obligations.corrections import (
    closed_for,
    findings_taken_back,
    opened_already,
    opened_by_another,
    replace_corrected,
    withdraw_unfounded,
)
from duban.obligations.families import FactAbout, findings_about, of_survivors, survivor
from duban.obligations.one_duty import Columns, DutyPass
from duban.obligations.statements import carrying, counts_for_event, read_to_open
from duban.workdays import Reckoning, UnknownYear, WorkdayCalendar, due_moment, found_at, reckon_hours

PAGE: Final = 5_000
"""Facts, or subjects, looked at in one go."""


class _NewFact(NamedTuple):
    """A fact that may open an obligation, and the unit that would owe it."""

    id: int
    subject_id: int | None
    happened_on: date
    revises: int | None
    recorded_at: datetime
    data: JsonObject
    unit: str


def open_for_facts(run: DutyPass) -> int:
    """Open what the facts newer than the mark of this pass bring about; returns how many obligations are new."""
    opening = run.duty.cadence.opening
    nothing_new = run.mark.fact_id >= run.reached.fact_id and not isinstance(opening, EventOpening)
    if nothing_new and not (run.subjects_changed and run.families):
        return 0
    match opening:
        case EachFact():
            return _open_each(run, opening)
        case FindingOpening():
            return _open_findings(run, opening)
        case CalendarOpening():
            return 0


def _open_each(run: DutyPass, opening: EachFact) -> int:
    reckonings: dict[tuple[date, date, WorkdayCalendar], Reckoning | UnknownYear | None] = {}
    count = 0
    for page in _pages(run, opening):
        closed = closed_for(run, [row.revises for row in page if row.revises])
        rows = []
        for row in page:
            if row.revises in closed:
                continue
            calendar = run.definitions.calendar.for_unit(row.unit)
            if isinstance(opening, FactOpening) and opening.by_hours:
                if (emergency := _emergency(run, opening, row, calendar)) is not None:
                    rows.append(emergency)
                continue
            if (opened_on := _opens_on(run, opening, row, calendar)) is None:
                continue
            key = (row.happened_on, opened_on, calendar)
            if key not in reckonings:
                reckonings[key] = _dated(run, opening, *key)
            reckoning = reckonings[key]
            if isinstance(reckoning, UnknownYear):
                run.held_back[row.id] = str(reckoning)
            elif reckoning is not None:
                rows.append(
                    {
                        "unit": row.unit,
                        "subject_id": row.subject_id,
                        "fact_id": row.id,
                        **run.columns(str(row.id), opened_on, reckoning, calendar),
                    }
                )
        count += insert_owed(run.connection, rows)
    replace_corrected(run)
    return count


def _opens_on(run: DutyPass, opening: EachFact, row: _NewFact, calendar: WorkdayCalendar) -> date | None:
    """The day what a fact brings about opens; None where that is still to come: the fact is looked at again."""
    told_on = business_date(row.recorded_at, run.definitions.project.zone)
    try:
        opened_on = opening.opens_on(calendar, row.happened_on, told_on)
    except UnknownYear:
        return None if row.happened_on > run.today else row.happened_on
    return opened_on if opened_on <= run.today or not isinstance(opening, EventOpening) else None


def _emergency(
    run: DutyPass, opening: FactOpening, row: _NewFact, calendar: WorkdayCalendar
) -> Columns | None:
    """The columns of what is due so many hours after a fact; None where that was over before the duty was known."""
    zone = run.definitions.project.zone
    begins = found_at(row.happened_on, hour_of(row.data), row.recorded_at, zone)
    reckoning = reckon_hours(begins, opening.period, zone)
    if reckoning.deadline < run.known_since:
        return None
    dated = run.columns(str(row.id), row.happened_on, reckoning, calendar, due_moment(begins, opening.period))
    return {"unit": row.unit, "subject_id": row.subject_id, "fact_id": row.id, **dated}


def _dated(
    run: DutyPass, opening: EachFact, happened_on: date, opened_on: date, calendar: WorkdayCalendar
) -> Reckoning | UnknownYear | None:
    """When it is due, None if it was over before the duty was known, or the year that the calendar does not have."""
    try:
        reckoning = opening.due(calendar, happened_on, opened_on)
        run.columns("", opened_on, reckoning, calendar)  # a rung may lie in a year of its own
    except UnknownYear as missing:
        # Older than every calendar: long over.
        return None if happened_on < calendar.first_day else missing
    return reckoning if reckoning.deadline >= run.known_since else None


def _pages(run: DutyPass, opening: EachFact) -> Iterator[Sequence[_NewFact]]:
    """The new facts of a kind that concern the duty, in the order recorded, a page at a time."""
    last = 0 if isinstance(opening, EventOpening) else run.mark.fact_id
    subject = run.duty.for_each.subject
    query = select(
        col(Fact.id),
        named(survivor() if subject else col(Fact.subject_id), "subject_id"),
        col(Fact.happened_on),
        col(Fact.revises),
        col(Fact.recorded_at),
        col(Fact.data),
        named(run.responsible_unit(), "unit"),
    )
    query = of_survivors(query) if subject else query.select_from(Fact)
    query = (
        query.join(UnitRecord, col(UnitRecord.code) == (col(Subject.unit) if subject else col(Fact.unit)))
        .where(col(Fact.kind) == opening.fact, col(Fact.id) <= run.reached.fact_id)
        .where(counts_for_event(read_to_open(run.duty)), ~opened_by_another(run))
        .where(*carrying(opening.where), *_in_force(run))
        .where(*(_new_to_survivor(run) if subject else [col(Fact.subject_id).is_(None)]))
        .where(*(_still_ahead(run) if isinstance(opening, EventOpening) else []))
        .order_by(col(Fact.id))
        .limit(PAGE)
    )
    while page := rows_of(run.connection, query.where(col(Fact.id) > last), _NewFact):
        yield page
        last = page[-1].id


def _still_ahead(run: DutyPass) -> list[ColumnElement[bool]]:
    """That a fact is new, or its event was still to come when the duty was last looked at, and it has opened nothing yet."""
    ahead = col(Fact.happened_on) >= (run.mark.day or date.min)
    return [or_(col(Fact.id) > run.mark.fact_id, ahead), ~opened_already(run)]


def _new_to_survivor(run: DutyPass) -> list[ColumnElement[bool]]:
    """That the subject of this duty stands for a fact's own, and that the fact opened nothing before they were merged."""
    return [*run.of_this_duty(), or_(col(MergerRecord.id).is_(None), ~opened_already(run))]


def _in_force(run: DutyPass) -> list[ColumnElement[bool]]:
    begins, ends = run.duty.effective.from_, run.duty.effective.until
    since = [] if begins is None else [col(Fact.happened_on) >= begins]
    return since if ends is None else [*since, col(Fact.happened_on) <= ends]


def _open_findings(run: DutyPass, opening: FindingOpening) -> int:
    kinds = opening.facts
    touched = (
        select(col(Subject.id))
        .join(Fact, col(Subject.id) == col(Fact.subject_id))
        .where(
            col(Fact.kind).in_(kinds),
            col(Fact.id) > run.mark.fact_id,
            col(Fact.id) <= run.reached.fact_id,
        )
        .where(*run.of_this_duty())
        .distinct()
    )
    found = set(run.connection.execute(touched).scalars())
    if run.families:
        found |= _of_families(run, kinds)
    return sum(_open_findings_about(run, opening, kinds, page) for page in portions(sorted(found), PAGE))


def _of_families(run: DutyPass, kinds: Iterable[str]) -> set[int]:
    """The subjects that stand for others about which there are new facts; all of them when subjects were merged."""
    families = run.families
    if run.subjects_changed:
        found = {families.stands_for(number) for number in families.concerned}
    else:
        about = select(col(Fact.subject_id)).where(
            among(col(Fact.subject_id), families.survivors),
            as_a_filter(col(Fact.kind)).in_(kinds),
            col(Fact.id) > run.mark.fact_id,
            col(Fact.id) <= run.reached.fact_id,
        )
        members = run.connection.execute(about).scalars()
        found = {families.stands_for(number) for number in members if number is not None}
    owing = select(col(Subject.id)).where(among(col(Subject.id), found), *run.of_this_duty())
    return set(run.connection.execute(owing).scalars())


def _open_findings_about(
    run: DutyPass, opening: FindingOpening, kinds: Iterable[str], subjects: Sequence[int]
) -> int:
    everybody = run.families.with_members(subjects)
    facts = (
        select(col(Fact.subject_id), col(Fact.id), col(Fact.happened_on), col(Fact.kind))
        .where(col(Fact.subject_id).in_(everybody), as_a_filter(col(Fact.kind)).in_(kinds))
        .where(col(Fact.id) <= run.reached.fact_id)
        .where(counts_for_event())
    )
    by_subject: dict[int, list[FactAbout]] = {}
    for row in rows_of(run.connection, facts, FactAbout):
        by_subject.setdefault(run.families.stands_for(row.subject_id), []).append(row)
    happened = {
        number: [DatedFact(row.id, row.happened_on, row.kind) for row in rows]
        for number, rows in by_subject.items()
    }
    spent = withdraw_unfounded(run, opening, everybody, happened)
    before = findings_taken_back(run, everybody)
    units = _owing_units(run, subjects)
    rows = [
        {
            "unit": units[number],
            "subject_id": number,
            "fact_id": finding.completed_by,
            "evidence_facts": list(finding.evidence),
            **run.columns(_name_of(finding, before), finding.on, reckoning, calendar),
        }
        for number, known in by_subject.items()
        for calendar in (run.definitions.calendar.for_unit(units[number]),)
        for finding in findings_about(run.families, opening, number, known, spent.get(number, ()))
        if (reckoning := _due_after(run, opening, finding, calendar)) is not None
    ]
    return insert_owed(run.connection, rows)


def _owing_units(run: DutyPass, subjects: Sequence[int]) -> dict[int, str]:
    """The unit that owes the duty for each of these subjects."""
    query = (
        select(col(Subject.id), named(run.responsible_unit(), "unit"))
        .join(UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .where(col(Subject.id).in_(subjects))
    )
    return dict(run.connection.execute(query).tuples().all())


def _name_of(finding: Finding, taken_back: Mapping[int, Sequence[Sequence[int]]]) -> str:
    """A finding's period key: the fact that completed it, and which one it is if others by that fact were taken back.

    The same evidence has the same name, so that what was taken back for another reason does not open again. And while one by
    that fact stands, or was done, every further one has a name that is taken: by one fact, one finding.
    """
    earlier = taken_back.get(finding.completed_by, ())
    place = next(
        (at for at, evidence in enumerate(earlier) if set(evidence) == set(finding.evidence)), len(earlier)
    )
    return f"{finding.completed_by}/{place + 1}" if place else str(finding.completed_by)


def _due_after(
    run: DutyPass, opening: FindingOpening, finding: Finding, calendar: WorkdayCalendar
) -> Reckoning | None:
    """When a finding is due, or None if it lies outside the time in force or was over before the duty was known."""
    if not run.duty.effective.covers(finding.on) or finding.on < calendar.first_day:
        return None
    reckoning = opening.due(calendar, finding.on, finding.on)
    return reckoning if reckoning.deadline >= run.known_since else None
