"""Superseding (替换): another obligation takes the place of one; what was said of the old one stays said."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import portions
from duban.ledger.rows import columns_of, named, rows_of
from duban.ledger.tables import NOTICE, OBLIGATION, Notice, Obligation
from duban.obligations.cause import Cause
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import NOTHING, Details, move


class Succession(NamedTuple):
    """An obligation that another takes the place of."""

    #: the obligation's number
    id: int
    #: the code of the unit that owes it
    unit: str
    #: the number of the other
    successor: int


class _Course(NamedTuple):
    id: int
    course: int
    course_at: datetime | None


class _Said(NamedTuple):
    obligation_id: int
    rung: str
    stage: str
    due_on: date
    decided_at: datetime
    late: bool


def successors_in(run: DutyPass, these: ColumnElement[bool], period: str) -> list[Succession]:
    """Each of `these`, over Obligation, with the open obligation of the same unit or subject for `period`, where there is
    one under the duty's present version.
    """
    new = aliased(Obligation, name="new")
    if run.duty.for_each.subject is not None:
        same = and_(col(new.subject_id) == col(Obligation.subject_id), col(new.subject_id).is_not(None))
    else:
        same = and_(col(new.unit) == col(Obligation.unit), col(new.subject_id).is_(None))
    query = (
        select(col(Obligation.id), col(Obligation.unit), named(col(new.id), "successor"))
        .join(
            new,
            and_(
                col(new.duty_id) == run.duty.id,
                col(new.period_key) == period,
                col(new.duty_version_id) == run.version_id,
                col(new.closed_at).is_(None),
                same,
            ),
        )
        .where(these)
    )
    return rows_of(run.connection, query, Succession)


def supersede(
    connection: Connection, successors: Mapping[int, int], cause: Cause, details: Details = NOTHING
) -> None:
    """Put another obligation in the place of each of these: `successors` leads from the old one's number to the new one's.

    The new one names the oldest that it replaces, and its ladder goes on in the course theirs had come to, without saying again
    what was said of them. `details` is kept by every event beside the successor. Raises MoveRefused for one that is closed already; KeyError for one that is
    not there.
    """
    give_way(connection, successors, cause, dict.fromkeys(successors, details))
    _name_predecessors(connection, successors)
    _carry_course(connection, successors)
    _carry_spoken(connection, successors)


def give_way(
    connection: Connection, successors: Mapping[int, int], cause: Cause, details: Mapping[int, Details]
) -> None:
    """As `supersede`, where the other was owed already in its own right: what it is and what was said of it stays its own.

    `details` has what else each event keeps, by the old number.
    """
    told: dict[int, Details] = {
        old: {"superseded_by": new, **details.get(old, {})} for old, new in successors.items()
    }
    move(connection, told, "supersede", cause)


def _name_predecessors(connection: Connection, successors: Mapping[int, int]) -> None:
    first = {new: old for old, new in sorted(successors.items(), reverse=True)}
    # Many rows with values of their own: the table takes them in one call of the driver.
    named = (
        update(OBLIGATION)
        .where(OBLIGATION.c.id == bindparam("successor"), OBLIGATION.c.supersedes.is_(None))
        .values(supersedes=bindparam("older"))
    )
    if first:
        connection.execute(named, [{"successor": new, "older": old} for new, old in first.items()])


def _carry_course(connection: Connection, successors: Mapping[int, int]) -> None:
    """The ladder has begun as often for a successor as for the one it replaces; of several, as for the one of the most."""
    reached: dict[int, _Course] = {}
    for portion in portions(sorted(successors)):
        query = select(*columns_of(Obligation, _Course)).where(col(Obligation.id).in_(portion))
        for row in rows_of(connection, query.where(col(Obligation.course) > 1), _Course):
            new = successors[row.id]
            reached[new] = max(row, reached.get(new, row), key=lambda each: each.course)
    carried = (
        update(OBLIGATION)
        .where(OBLIGATION.c.id == bindparam("successor"))
        .values(course=bindparam("reached"), course_at=bindparam("since"))
    )
    if reached:
        told = [
            {"successor": new, "reached": row.course, "since": row.course_at} for new, row in reached.items()
        ]
        connection.execute(carried, told)


def _carry_spoken(connection: Connection, successors: Mapping[int, int]) -> None:
    """Rungs that have spoken for the old ones have spoken for their successors."""
    for portion in portions(sorted(successors)):
        query = (
            select(
                col(Notice.obligation_id),
                col(Notice.rung),
                col(Notice.stage),
                col(Notice.due_on),
                col(Notice.decided_at),
                col(Notice.late),
            )
            .where(col(Notice.obligation_id).in_(portion))
            .order_by(col(Notice.id))
        )
        said = rows_of(connection, query, _Said)
        insert_ignore(
            connection,
            NOTICE,
            [each._replace(obligation_id=successors[each.obligation_id])._asdict() for each in said],
        )
