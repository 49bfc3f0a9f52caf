"""A unit of the bureau: the city bureau, a county bureau or a station."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from duban.bureau.posts import HEADS, Post

Level = Literal["city", "county", "station"]
LEVELS: tuple[Level, ...] = ("city", "county", "station")


@dataclass(frozen=True)
class Unit:
    """A unit (单位): the city bureau, a county bureau or a station, by its code."""

    code: str  #: its 区划代码, or the project's own
    name: str  #: its full name
    level: Level
    parent: str | None  #: the code of the unit above it; None at the city bureau
    posts: Mapping[str, Post]  #: by name, in the order of the file

    def head_of(self, post: str) -> str | None:
        """The nearest post that heads this one and that the unit has: 科室负责人, then 分管领导, then 主要领导."""
        above = HEADS[HEADS.index(post) + 1 :] if post in HEADS else HEADS
        return next((name for name in above if name in self.posts), None)
