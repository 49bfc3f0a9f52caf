"""A post at a unit: who holds it, which lines it stands for, and whether a message to it reaches somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from duban.base.language import say
from duban.base.problems import did_you_mean

TELEPHONES = ("电话", "phone", "tel", "mobile")
"""Under which of its addresses a post's telephone stands, the best first; messages name it."""
HEADS = ("科室负责人", "分管领导", "主要领导")
"""The posts that head the others of a unit, the nearest first."""


def heads_above(role: str) -> tuple[str, ...]:
    """Which of the heads are above a post of this role, the nearest first."""
    return HEADS[HEADS.index(role) + 1 :] if role in HEADS else HEADS


def nobody_has(post: str, known: Iterable[str]) -> tuple[str, str]:
    """What to say of a post that no unit has, in the same words wherever it is named, and which of the known ones it may be."""
    return say(zh=f"没有一个单位有岗位“{post}”", en=f"no unit has the post “{post}”"), did_you_mean(
        post, known
    )


@dataclass(frozen=True)
class Post:
    """A post (岗位) at a unit: who holds it, where they can be reached, who stands in.

    A post without a holder's name is staffed: the built-in inbox belongs to it.
    """

    name: str  #: what the post is called
    holder: str | None = None  #: who holds it; None: not named
    vacant: bool = False  #: nobody holds it
    addresses: Mapping[str, str] = field(default_factory=dict)  #: a channel's name → the address in it
    deputy: str | None = None  #: another post of the same unit
    away: tuple[tuple[date, date], ...] = ()  #: absences, first and last day included
    serves_as: str = ""  #: which head it is one of several of: 分管领导; empty: none but its own name
    lines: tuple[str, ...] | None = None  #: the lines it stands for, and alone sees; None: every line
    own_lines: bool = False  #: its lines are those of its own duties, whichever these are

    @property
    def role(self) -> str:
        """What ladders, routes and reviews call it: 分管领导 is each of the deputies among whom the lines are divided."""
        return self.serves_as or self.name

    @property
    def reached(self) -> str:
        """Who holds it and its telephone, as far as the project says so; empty when it says neither."""
        telephone = next((self.addresses[name] for name in TELEPHONES if name in self.addresses), "")
        return " ".join(part for part in (self.holder, telephone) if part)

    def is_away(self, on: date) -> bool:
        """Whether the holder is absent on business date `on`."""
        return any(first <= on <= last for first, last in self.away)

    def staffed(self, on: date) -> bool:
        """Whether a message to this post reaches somebody on `on`: not vacant, and not away without a deputy."""
        return not self.vacant and (self.deputy is not None or not self.is_away(on))
