"""A post of a unit, as the ledger and the plans write it: `350402/产品质量科`.

Whoever receives a message is named so (`recipient`): the post stays when its holder changes. Written and read here only.
"""

from __future__ import annotations

from dataclasses import dataclass

_BETWEEN = "/"


@dataclass(frozen=True, slots=True, order=True)
class UnitPost:
    """A post (岗位) of a unit (单位); whether the project has both is for whoever asks it."""

    unit: str
    """The unit's code, never with a slash in it."""
    post: str
    """The post's name."""

    @classmethod
    def parse(cls, written: str) -> UnitPost:
        """The post that `unit/post` names. Text without a slash is a unit without a post: no project has such a one."""
        unit, _, post = written.replace("／", _BETWEEN).partition(_BETWEEN)
        return cls(unit.strip(), post.strip())

    def __str__(self) -> str:
        return f"{self.unit}{_BETWEEN}{self.post}"


def any_post_of(unit: str) -> str:
    """What every post of a unit, as written, begins with: to look for them in the ledger."""
    return str(UnitPost(unit, ""))


def anywhere(post: str) -> str:
    """What the post of this name, as written, ends with at every unit."""
    return str(UnitPost("", post))
