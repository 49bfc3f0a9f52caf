"""Duties for which nothing can have come since they were last opened: they cost one statement together.

A batch of facts concerns a few duties, a new day a few more. Which ones is told from the marks, the calendar and the
kinds of the new facts, without looking at any obligation.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, String, column, func, select, update, values
from sqlmodel import col

from duban.base.days import ONE_DAY
from duban.cadence.counting import ShareToKeep
from duban.cadence.opening import CalendarOpening, EventOpening
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.duties.schedules import opening_days
from duban.ledger.tables import Fact, Watermark
from duban.ledger.watermarks import (
    Mark,
    Progress,
    WatermarkReading,
    mark_names,
)
from duban.workdays import UnknownYear


def quiet_duties(
    connection: Connection,
    definitions: Definitions,
    duties: Sequence[Duty],
    marks: WatermarkReading,
    reached: Progress,
    today: date,
) -> list[Mark]:
    """The marks of those duties that owe nothing new, and of which no new fact can complete or change anything."""
    known = [mark for duty in duties if (mark := marks.mark(duty.id)) is not None]
    if not known:
        return []
    newest = _newest_facts(connection, {kind for duty in duties for kind in duty.fact_kinds})
    return [
        mark
        for mark in known
        if mark.subjects == reached.subjects
        and not _has_new_facts(definitions.duties[mark.duty_id], newest, mark)
        and not _day_matters(definitions, definitions.duties[mark.duty_id], mark, today)
    ]


def _newest_facts(connection: Connection, kinds: Collection[str]) -> Mapping[str, int]:
    """The newest fact of each kind that has any: one search of the index for a kind, however many facts there are."""
    if not kinds:
        return {}
    asked = values(column("kind", String), name="asked").data([(kind,) for kind in sorted(kinds)]).cte()
    newest = select(func.max(col(Fact.id))).where(col(Fact.kind) == asked.c.kind).scalar_subquery()
    rows = connection.execute(select(asked.c.kind, newest)).tuples()
    return {kind: number for kind, number in rows if number is not None}


def move_on(connection: Connection, marks: Collection[Mark], today: date, reached: Progress) -> None:
    """Move the marks of quiet duties, never backward, in one statement."""
    names = [name for mark in marks for name in mark_names(mark.duty_id)[:1]]
    connection.execute(
        update(Watermark)
        .where(
            col(Watermark.name).in_(names),
            col(Watermark.day) <= today,
            col(Watermark.fact_id) <= reached.fact_id,
        )
        .values(day=today, fact_id=reached.fact_id)
    )


def _has_new_facts(duty: Duty, newest: Mapping[str, int], mark: Mark) -> bool:
    return any(newest.get(kind, 0) > mark.fact_id for kind in duty.fact_kinds)


def _day_matters(definitions: Definitions, duty: Duty, mark: Mark, today: date) -> bool:
    """Whether something can open, or a share has to be judged, because days have gone by."""
    if mark.day is None:
        return True
    opening = duty.cadence.opening
    if mark.day < today and isinstance(opening, EventOpening):
        return opening.opens is not None  # an event told of before may have come near
    if mark.day >= today or not isinstance(opening, CalendarOpening):
        return False
    if isinstance(duty.cadence.aim, ShareToKeep) or duty.for_each.subject is not None:
        return True  # a deadline may be over; a subject's registration may have come
    try:
        return bool(opening_days(duty, definitions.calendar, mark.day + ONE_DAY, today))
    except UnknownYear:
        return True  # refused with its reason where it is opened
