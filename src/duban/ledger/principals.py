"""A principal (操作人): who acts or looks, for which units, and what of it may be known to them.

Whoever writes the ledger or reads it for somebody is one of these: a person with an account on the page, a program with
a token, a person at the machine with a command. One value, made by the entrance that recognised them, and handed down:
no room below asks again who it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from duban.bureau.project import Project

from duban.base.language import say

Role = Literal["officer", "supervisor", "admin", "auditor"]
"""What a person may do (角色): 经办人, 督办人, 管理员, 审计员."""

Entrance = Literal["page", "api", "command"]
"""Where somebody came in."""


@dataclass(frozen=True)
class Principal:
    """Who acts or looks."""

    #: as the history names them: a person's name, or a token's
    name: str
    #: the code of the unit they belong to or stand for
    unit: str
    #: the codes of the units they act and look for, their own and those below; None for the whole city
    units: frozenset[str] | None
    #: where they came in
    entrance: Entrance
    #: whether they may change anything
    may_write: bool
    #: whether confidential obligations of their units exist for them before they are done
    undisclosed: bool
    #: what they may do; several for one person; programs and commands have none
    roles: frozenset[Role] = frozenset()
    #: the posts they hold or act for today, as `unit/post`
    posts: frozenset[str] = frozenset()
    #: of these posts, those they stand in for as deputy today
    standing_in: frozenset[str] = frozenset()
    #: the only lines they see, where their posts say so; None for every line
    lines: frozenset[str] | None = None
    #: the id of their account, where they signed in on the page
    account: int | None = None
    #: the id of the token, where a program calls
    token: int | None = None

    def acts_for(self, unit: str) -> bool:
        """Whether the unit with this code is one of theirs."""
        return self.units is None or unit in self.units

    def signs_for(self, post: str) -> str:
        """As the history names them when they act for `unit/post`: the deputy says for which post."""
        if post not in self.standing_in:
            return self.name
        return say(
            zh=f"{self.name}（代{post.rpartition('/')[2]}）",
            en=f"{self.name} (for {post.rpartition('/')[2]})",
        )

    def is_a(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return not self.roles.isdisjoint(roles)


def operator(project: Project, name: str) -> Principal:
    """Whoever gives a command at the machine: for the whole city, under the name they gave or logged in with."""
    [city] = project.units_at("city")
    return Principal(name, city.code, None, "command", may_write=True, undisclosed=True)
