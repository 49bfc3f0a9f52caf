"""The key of a visit: `2026#2/4` is the second of the four visits of 2026. Written and read here only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duban.base.language import say

_KEY = re.compile(r"(\d{4})#(\d{1,3})/(\d{1,3})")


@dataclass(frozen=True, slots=True, order=True)
class VisitKey:
    """One of the visits that a subject gets in a year."""

    year: int
    """The calendar year."""
    number: int
    """Which visit of the year it is, from 1."""
    visits: int
    """How many visits that year has for the subject's grade: the rhythm the visit belongs to."""

    @classmethod
    def parse(cls, key: str) -> VisitKey | None:
        """The visit that a period key names; None for the key of anything but a visit."""
        found = _KEY.fullmatch(key)
        return cls(*(int(part) for part in found.groups())) if found else None

    @property
    def in_words(self) -> str:
        """The visit as people name it: 2026年第2次（共4次）."""
        return say(
            zh=f"{self.year}年第{self.number}次（共{self.visits}次）",
            en=f"{self.year}, visit {self.number} of {self.visits}",
        )

    def __str__(self) -> str:
        return f"{self.year:04}#{self.number}/{self.visits}"


def of_rhythm(visits: int) -> str:
    """The pattern (SQL `LIKE`) of the keys of subjects that get so many visits a year."""
    return f"%/{visits}"


def of_year(year: int) -> str:
    """The pattern (SQL `LIKE`) of the keys of a year's visits, of every rhythm."""
    return f"{year:04}#%"


def in_rhythm(key: str, visits: int) -> bool:
    """Whether a period key is that of a visit of which a year has so many.

    `visits` is how many a year has: `2026#2/4` is no visit of a year with two. False for what is no visit's
    key.
    """
    visit = VisitKey.parse(key)
    return visit is not None and visit.visits == visits
