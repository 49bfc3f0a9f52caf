"""What an assignment makes owed: an obligation for each post it goes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from duban.bureau.units import Level
    from duban.workdays import Reckoning


@dataclass(frozen=True)
class AssignedObligation:
    """One obligation that an assignment makes."""

    unit: str  #: the code of the unit that owes it
    level: Level  #: the level of the unit
    post: str  #: the post that owes it
    reckoning: Reckoning  #: its dates and how they came about
    due_at: datetime | None  #: the moment an emergency is due, aware UTC
