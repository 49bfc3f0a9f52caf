"""What is overdue today, asked of the ledger set-wise.

Overdue is never stored: an obligation is overdue while it is open and its legal deadline lies before the business
date. A confidential obligation (a flight check before it happens) is on no list; only the city's own report says how
many there are.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import takewhile
from math import ceil
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select
from sqlmodel import col

from duban.base.cases import case_of, whom_and_case
from duban.base.clock import Present
from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.bureau.project import Project
from duban.facts.feeds import silent_feeds
from duban.ladders.ladder import Stage
from duban.ledger.counting import how_many
from duban.ledger.database import reading
from duban.ledger.heartbeats import engine_standing
from duban.ledger.lateness import IS_OPEN, is_over
from duban.ledger.rows import named, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import GIVEN_UP, UNCERTAIN, Delivery, DutyVersion, Fact, Notice, Obligation, Subject
from duban.obligations.judgement import not_reported
from duban.obligations.listing import opening_event
from duban.obligations.rungs import in_present_course
from duban.reports.model import DutyTotal, Matrix, OverdueObligation, OverdueReport
from duban.reports.review_totals import review_totals
from duban.workdays import UnknownYear, WorkdayCalendar
from duban.workspace.workspace import Workspace

STAGES = tuple(Stage)
SUSPECT_FROM = 50
"""Fewer overdue obligations than this are never called suspect, whatever their share."""
SUSPECT_SHARE = 0.5
"""When more than half of what is open became overdue, the data is doubted before the people are."""


def overdue(
    ws: Workspace,
    now: datetime,
    unit: str | None = None,
    *,
    lines: Collection[str] | None = None,
    undisclosed: bool = True,
) -> OverdueReport:
    """The overdue report at `now` (aware UTC), for the whole city or for `unit` and the units under it.

    `lines` are the only ones it is for, None for all; without `undisclosed` it does not even say that there is more.

    Raises KeyError for a unit code the project does not have.
    """
    project = ws.definitions.project
    present = Present.of(now, project.zone)
    today = present.on
    scope = None if unit is None or project.units[unit].level == "city" else project.below(unit)
    with reading(ws.ledger) as connection:
        rows = [
            row for row in _overdue_rows(connection, present, scope) if lines is None or row.line in lines
        ]
        open_total = _open_total(connection, scope)
        hidden = (*_is_overdue(present), col(Obligation.confidential).is_(True))
        whole = scope is None and lines is None and undisclosed
        confidential = how_many(connection, Obligation, *hidden) if whole else None
        review = review_totals(connection, present, scope)
        engine, data_as_of = engine_standing(connection, now, project.zone), newest_fact(connection)
        unknown = how_many(connection, Delivery, UNCERTAIN)
        dead = how_many(connection, Delivery, GIVEN_UP)
        silent = silent_feeds(connection, ws.definitions, now)
    rests_on = {kind for duty in ws.definitions.duties.values() for kind in duty.fact_kinds}
    listed = tuple(_Reader(project, ws.definitions.calendar, today).read(row) for row in rows)
    counts = Counter((entry.line, entry.county) for entry in listed)
    return OverdueReport(
        bureau=project.bureau,
        scope=project.bureau if scope is None or unit is None else project.units[unit].name,
        zone=project.zone,
        on=today,
        made_at=now,
        open_total=open_total,
        matrix=_matrix(project, [duty.line for duty in ws.definitions.duties.values()], counts),
        by_duty=_by_duty(listed),
        obligations=listed,
        review=review,
        confidential=confidential,
        engine=engine,
        data_as_of=data_as_of,
        deliveries_unknown=unknown,
        deliveries_dead=dead,
        suspect=is_suspect(len(listed) + (confidential or 0), open_total),
        silent_feeds=tuple(each.told for each in silent if rests_on & set(each.source.brings)),
    )


def is_suspect(overdue_now: int, open_now: int) -> bool:
    """Whether so much is overdue at once that the data is to be checked before anybody is named."""
    return overdue_now >= SUSPECT_FROM and overdue_now > open_now * SUSPECT_SHARE


def unsuspected_from(overdue_now: int) -> int:
    """Of how many open obligations so many overdue ones are nothing to doubt the data for, however many more are open."""
    return ceil(overdue_now / SUSPECT_SHARE)


class _OverdueRow(NamedTuple):
    """One overdue obligation as the ledger has it."""

    id: int
    duty_id: str
    title: str
    line: str
    unit: str
    subject: str | None
    period_key: str
    fact_id: int | None
    evidence_facts: list[int] | None
    fact_ref: str | None
    fact_data: JsonObject | None
    opened_on: date
    deadline: date
    due_at: datetime | None
    acknowledged_at: datetime | None
    provisional: bool
    returns: int
    unreported: bool
    #: The place in `STAGES` of the highest stage a rung of it has reached for the day it has.
    reached: int | None


def _is_overdue(present: Present) -> tuple[ColumnElement[bool], ...]:
    return (*IS_OPEN, is_over(present))


def _overdue_rows(connection: Connection, present: Present, scope: Sequence[str] | None) -> list[_OverdueRow]:
    stages = {stage.value: rank for rank, stage in enumerate(STAGES)}
    reached = (
        select(func.max(case(stages, value=col(Notice.stage))))
        .where(col(Notice.obligation_id) == col(Obligation.id), in_present_course())
        .scalar_subquery()
    )
    query = (
        select(
            col(Obligation.id),
            col(Obligation.duty_id),
            col(DutyVersion.title),
            col(DutyVersion.line),
            col(Obligation.unit),
            named(col(Subject.name), "subject"),
            col(Obligation.period_key),
            col(Obligation.fact_id),
            col(Obligation.evidence_facts),
            named(col(Fact.ref), "fact_ref"),
            named(col(Fact.data), "fact_data"),
            col(Obligation.opened_on),
            col(Obligation.deadline),
            col(Obligation.due_at),
            col(Obligation.acknowledged_at),
            col(Obligation.provisional),
            col(Obligation.returns),
            named(not_reported(), "unreported"),
            named(reached, "reached"),
        )
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
        .outerjoin(Fact, opening_event())
        .where(*_is_overdue(present), col(Obligation.confidential).is_(False))
        .order_by(col(Obligation.due_at).is_(None), col(Obligation.deadline), col(Obligation.id))
    )
    if scope is not None:
        query = query.where(col(Obligation.unit).in_(scope))
    return rows_of(connection, query, _OverdueRow)


def _open_total(connection: Connection, scope: Sequence[str] | None) -> int:
    if scope is None:
        return how_many(connection, Obligation, *IS_OPEN)
    listed = (col(Obligation.unit).in_(scope), col(Obligation.confidential).is_(False))
    return how_many(connection, Obligation, *IS_OPEN, *listed)


def newest_fact(connection: Connection) -> datetime | None:
    """When the newest fact was recorded."""
    return connection.scalar(select(col(Fact.recorded_at)).order_by(col(Fact.id).desc()).limit(1))


class _Reader:
    """Turns ledger rows into entries, remembering what many rows share: units and distances in working days."""

    def __init__(self, project: Project, calendar: WorkdayCalendar, today: date) -> None:
        self._project, self._calendar, self._today = project, calendar, today
        self._days: dict[tuple[date, WorkdayCalendar], int | None] = {}
        self._places: dict[str, tuple[str, str]] = {}

    def read(self, row: _OverdueRow) -> OverdueObligation:
        county, unit = self._place(row.unit)
        return OverdueObligation(
            short_id=short_id(row.id),
            duty_id=row.duty_id,
            title=row.title,
            line=row.line,
            county=county,
            unit=unit,
            subject=whom_and_case(row.subject or "", case_of(row.fact_ref, row.fact_data)),
            period_key=_period(row),
            opened_on=row.opened_on,
            deadline=row.deadline,
            by_hours=row.due_at is not None,
            workdays_overdue=self._workdays(row.deadline, self._calendar.for_unit(row.unit)),
            stage=None if row.reached is None else STAGES[row.reached],
            acknowledged=row.acknowledged_at is not None,
            returns=row.returns,
            provisional=row.provisional,
            unreported=row.unreported,
        )

    def _workdays(self, deadline: date, calendar: WorkdayCalendar) -> int | None:
        if (deadline, calendar) not in self._days:
            try:
                self._days[deadline, calendar] = calendar.count(deadline, self._today)
            except UnknownYear:
                self._days[deadline, calendar] = None
        return self._days[deadline, calendar]

    def _place(self, code: str) -> tuple[str, str]:
        if code not in self._places:
            self._places[code] = county_and_unit(self._project, code)
        return self._places[code]


def county_and_unit(project: Project, code: str) -> tuple[str, str]:
    """The names of the county a unit belongs to (the city's own units stand under the city) and of the unit.

    A unit that has left the project's unit tree keeps its code as its name.
    """
    unit = project.units.get(code)
    if unit is None:
        return say(zh="已撤并单位", en="former units"), code
    county = next((above for above in project.chain(code) if above.level in ("county", "city")), unit)
    return county.name, unit.name


def _period(row: _OverdueRow) -> str:
    """The key of the period; an obligation that came from facts has a technical one and shows none."""
    by_event = row.fact_id is not None or row.evidence_facts is not None
    return "" if by_event else row.period_key


def _matrix(project: Project, lines: Sequence[str], counts: Counter[tuple[str, str]]) -> Matrix:
    """The board in reading order: lines as the duties list them, counties as the project lists them."""
    seen_lines, seen_counties = {line for line, _ in counts}, {county for _, county in counts}
    places = [unit.name for unit in project.units.values() if unit.level in ("city", "county")]
    return Matrix(
        lines=_in_order(lines, seen_lines),
        counties=_in_order(places, seen_counties),
        counts=dict(counts),
        shared_ending=shared_ending(places),
    )


def shared_ending(names: Sequence[str]) -> str:
    """What all names end with (市场监管局); nothing when one of them would be left without a name."""
    letters = zip(*(reversed(name) for name in names), strict=False)
    shared = [letter[0] for letter in takewhile(lambda letter: len(set(letter)) == 1, letters)]
    ending = "".join(reversed(shared)) if len(names) > 1 else ""
    return "" if ending in names else ending


def _in_order(order: Sequence[str], present: set[str]) -> tuple[str, ...]:
    known = [name for name in dict.fromkeys(order) if name in present]
    return (*known, *sorted(present - set(known)))


def _by_duty(listed: Sequence[OverdueObligation]) -> tuple[DutyTotal, ...]:
    """Totals by duty, the most overdue first; `listed` is oldest first, so the first of a duty is its oldest."""
    first: dict[str, OverdueObligation] = {}
    for entry in listed:
        first.setdefault(entry.duty_id, entry)
    totals = Counter(entry.duty_id for entry in listed)
    return tuple(
        DutyTotal(duty_id, first[duty_id].title, first[duty_id].line, count, first[duty_id].deadline)
        for duty_id, count in totals.most_common()
    )
