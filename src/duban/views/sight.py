"""Who looks, when, at which project: what every view is asked with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement

from duban.assignments.assignment_book import AssignedDuty, assigned_duties
from duban.base.assignment_numbers import AssignmentNumber
from duban.base.clock import Present, business_date
from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.visibility import visible
from duban.workdays import UnknownYear
from duban.workspace.workspace import Workspace

SOON = 5
"""Working days before its safe day from which an obligation counts as near."""


@dataclass(frozen=True)
class Sight:
    """Who looks, when, at which project."""

    ws: Workspace  #: the project
    principal: Principal  #: who looks
    now: datetime  #: aware UTC

    @cached_property
    def on(self) -> date:
        """The business date."""
        return business_date(self.now, self.ws.definitions.project.zone)

    @cached_property
    def present(self) -> Present:
        """The business date with the moment, by which what is owed is overdue."""
        return Present(self.on, self.now)

    @cached_property
    def soon(self) -> date:
        """The last safe day that counts as near; a week ahead where the calendar does not reach so far."""
        try:
            return self.ws.definitions.calendar.add(self.on, SOON)
        except UnknownYear:
            return self.on + timedelta(days=7)

    @cached_property
    def duties(self) -> frozenset[str] | None:
        """The duties of the lines they see, by id; None for every line."""
        lines = self.principal.lines
        if lines is None:
            return None
        content = (duty.id for duty in self.ws.definitions.duties.values() if duty.line in lines)
        return frozenset((*content, *(key for key, each in self.assigned.items() if each.line in lines)))

    @property
    def lines(self) -> list[str]:
        """The lines they see, in the order of the files."""
        return list(
            dict.fromkeys(
                duty.line
                for duty in self.ws.definitions.duties.values()
                if self.duties is None or duty.id in self.duties
            )
        )

    @cached_property
    def assigned(self) -> Mapping[str, AssignedDuty]:
        """The duties of what was assigned once, by id: they stand in the ledger alone."""
        with reading(self.ws.ledger) as connection:
            return assigned_duties(connection)

    def post_of(self, duty_id: str) -> str:
        """The post that owes a duty in force, or one that was assigned; empty for any other."""
        duty = self.ws.definitions.duties.get(duty_id)
        if duty is not None:
            return duty.owner.post
        if AssignmentNumber.of_duty(duty_id) is None or duty_id not in self.assigned:
            return ""
        return self.assigned[duty_id].post

    def duties_of(self, post: str) -> list[str]:
        """The duties in force, and those that were assigned, that a post of this name owes."""
        content = [duty.id for duty in self.ws.definitions.duties.values() if duty.owner.post == post]
        return content + [key for key, each in self.assigned.items() if each.post == post]

    def visible(self) -> list[ColumnElement[bool]]:
        """What exists for them, as conditions over Obligation alone."""
        return [visible(self.principal)]

    def sees(self, unit: str, duty_id: str) -> bool:
        """Whether what a unit owes for a duty is of their units and lines: what `visible` says of it, confidential or not."""
        owes = str(UnitPost(unit, self.post_of(duty_id))) in self.principal.posts
        ordered = owes and AssignmentNumber.of_duty(duty_id) is not None
        return self.principal.acts_for(unit) and (self.duties is None or duty_id in self.duties or ordered)
