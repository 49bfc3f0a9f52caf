"""What was assigned once (临时交办) under a changed calendar: its days are reckoned anew, from how they were written.

No file of duties holds it, so that no edit meets it; a holiday notice moves it as it moves everything else. What is due by
the hour stays.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import col

from duban.assignments.assignment_book import called_so
from duban.assignments.until_when import by_hours, read_until, reckoned
from duban.base.assignment_numbers import ASSIGNED, AssignmentNumber
from duban.base.clock import business_date
from duban.duties.grammar import Duty, duty_from_content
from duban.edits.carrying_out import OPEN, EditedDuty
from duban.edits.edition import Edition
from duban.edits.model import DutyEffect, NewObligations
from duban.edits.touched import CALENDAR, TouchedDuty
from duban.ledger.sessions import session_on
from duban.ledger.tables import Assignment, DutyVersion, Obligation
from duban.obligations.obligation_groups import ObligationGroup
from duban.obligations.verdicts import Verdict, dated


def redate_assigned(edition: Edition) -> Iterator[DutyEffect]:
    """Date anew what is open of every assignment, where the calendar changed. Raises UnknownYear past it."""
    if edition.before.calendar.version == edition.after.calendar.version:
        return
    query = (
        select(col(DutyVersion.content))
        .join(Obligation, col(Obligation.duty_version_id) == col(DutyVersion.id))
        .where(OPEN, col(DutyVersion.duty_id).startswith(ASSIGNED, autoescape=True))
        .order_by(col(DutyVersion.id))
    )
    with session_on(edition.connection) as session:
        contents = {content["id"]: content for content in session.scalars(query)}
        for duty_id, content in contents.items():
            number = AssignmentNumber.of_duty(str(duty_id))
            assert number is not None  # noqa: S101 - its id begins so
            assignment = session.scalars(select(Assignment).where(*called_so(number))).one()
            duty = duty_from_content(dict(content))
            touched = TouchedDuty(duty.id, duty, duty, (), frozenset({CALENDAR}))
            effect = DutyEffect(duty.id, touched.title, touched.change, touched.shown)
            if not duty.urgent:
                yield _Assigned(edition, touched, duty, assignment).carry_out(effect)


class _Assigned(EditedDuty):
    """What one assignment says to one post, under another calendar."""

    def __init__(self, edition: Edition, touched: TouchedDuty, duty: Duty, assignment: Assignment) -> None:
        super().__init__(edition, touched, duty)
        self._assigned_at = assignment.assigned_at
        self._on = business_date(assignment.assigned_at, edition.after.project.zone)
        self._until = read_until(assignment.due, self._on)
        assert not by_hours(self._until)  # noqa: S101 - it is not urgent

    def verdict(self, group: ObligationGroup) -> Verdict:
        """Its days, from the day it was assigned."""
        zone = self.edition.after.project.zone
        reckoning, _ = reckoned(group.calendar, self._until, self._on, self._assigned_at, zone)
        return dated(group, reckoning)

    def open_running(self, newest: int) -> tuple[NewObligations, ...]:
        """Nothing opens: it was written with its obligations."""
        return ()
