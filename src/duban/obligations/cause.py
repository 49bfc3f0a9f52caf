"""Why obligations move: what every verb is told, and every event keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from duban.base.clock import Present


@dataclass(frozen=True)
class Cause:
    """Why obligations move: who moves them, when, and for what reason, as their history keeps it."""

    #: a person's name, or ENGINE
    actor: str
    #: aware UTC
    at: datetime
    #: the project's business date of `at`: the day on which a thing is closed
    on: date
    #: in the reader's words; may be empty where a move explains itself
    reason: str = ""

    @property
    def present(self) -> Present:
        """When it is, by the clock and by the business date."""
        return Present(self.on, self.at)

    def because(self, reason: str) -> Cause:
        """The same for another reason."""
        return replace(self, reason=reason)
