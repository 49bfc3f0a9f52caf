"""Who looks, when, at which project: what every view is asked with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement

from duban.base.clock import business_date
from duban.bureau.unit_posts import UnitPost
from duban.ledger.principals import Principal
from duban.ledger.visibility import visible
from duban.workdays import UnknownYear

if TYPE_CHECKING:
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
        return frozenset(duty.id for duty in self.ws.definitions.duties.values() if duty.line in lines)

    def visible(self) -> list[ColumnElement[bool]]:
        """What exists for them, as conditions over Obligation alone."""
        return [visible(self.principal)]

    def sees(self, unit: str, duty_id: str, *, undisclosed: bool) -> bool:
        """Whether what a unit owes for a duty exists for them: what `visible` says, of counts. What one of their posts was told
        of without owing it is in no count.
        """
        duty = self.ws.definitions.duties.get(duty_id)
        owes = duty is not None and str(UnitPost(unit, duty.owner.post)) in self.principal.posts
        return (
            self.principal.acts_for(unit)
            and (self.duties is None or duty_id in self.duties)
            and (self.principal.undisclosed or owes or not undisclosed)
        )
