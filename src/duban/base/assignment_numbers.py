"""The number of an assignment (临时交办), 2026-3, and the ids of its duties: `assigned.2026.3.1`.

An assignment has a duty for each level and post it was given to. No file of duties can hold such an id: the dot is ours,
so that no edit ever meets one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ASSIGNED: Final = "assigned."
"""What the id of every such duty begins with."""


class AssignmentNumber(NamedTuple):
    """Which assignment: 2026-3."""

    year: int  #: the year it was made in
    sequence: int  #: its place among that year's, from 1

    @classmethod
    def parse(cls, written: str) -> AssignmentNumber | None:
        """The assignment that `2026-3` names; None for any other text."""
        year, _, sequence = written.strip().partition("-")
        if not all(part.isascii() and part.isdigit() and len(part) < 9 for part in (year, sequence)):
            return None
        return cls(int(year), int(sequence))

    @classmethod
    def of_duty(cls, duty_id: str) -> AssignmentNumber | None:
        """The assignment a duty belongs to; None for a duty of the content."""
        if not duty_id.startswith(ASSIGNED):
            return None
        return cls.parse("-".join(duty_id.removeprefix(ASSIGNED).split(".")[:2]))

    def __str__(self) -> str:
        return f"{self.year}-{self.sequence}"

    @property
    def duties(self) -> str:
        """What the ids of its duties begin with."""
        return f"{ASSIGNED}{self.year}.{self.sequence}."

    def duty_id(self, place: int) -> str:
        """The id of its duty for the level and post that come `place`-th, from 1."""
        return f"{self.duties}{place}"
