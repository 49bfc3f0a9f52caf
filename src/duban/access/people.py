"""Which principal an account is today: the units below its own, the posts it holds and stands in for, its lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from duban.access.mandates import Mandate, mandate_of
from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.units import units_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duban.bureau.project import Project
    from duban.definitions.definitions import Definitions
    from duban.ledger.tables import Account
    from duban.workspace.workspace import Workspace


def principal_of(ws: Workspace, account: Account, on: date) -> Principal:
    """Who the owner of an account is on business date `on`: their own posts, and those they stand in for that day as deputy.

    The city's accounts look at every unit, the others at theirs and those below.
    """
    project = ws.definitions.project
    mandate = mandate_of(account)
    units = None
    if account.belongs_to.level != "city":
        with reading(ws.ledger) as connection:
            units = units_within(connection, account.unit)
    posts = mandate.posts.union(stands_in_for(project, mandate.posts, on))
    return Principal(
        name=account.full_name,
        unit=account.unit,
        units=units,
        entrance="page",
        may_write=bool(mandate.roles - {"auditor"}),
        undisclosed=mandate.undisclosed,
        roles=mandate.roles,
        posts=posts,
        standing_in=posts - mandate.posts,
        lines=_lines(ws.definitions, mandate, posts),
        account=account.id,
    )


def _lines(definitions: Definitions, mandate: Mandate, posts: frozenset[str]) -> frozenset[str] | None:
    """The only lines the account sees: what an admin said, else those of its posts if every one of them says so."""
    if mandate.lines is not None or mandate.roles & {"admin", "auditor"}:
        return mandate.lines
    held = [UnitPost.parse(written) for written in posts]
    known = [definitions.project.post(each.unit, each.post) for each in held]
    if not held or any(post is None or post.lines is None for post in known):
        return None
    return frozenset(line for post in known if post is not None for line in post.lines or ())


def stands_in_for(project: Project, posts: frozenset[str], on: date) -> Iterator[str]:
    """The posts, as `unit/post`, whose holders are away on `on` and for which one of `posts` is the deputy: the posts whose
    messages come to it.
    """
    for written in sorted(posts):
        held = UnitPost.parse(written)
        unit = project.units.get(held.unit)
        for post in unit.posts.values() if unit else ():
            if post.deputy == held.post and post.is_away(on):
                yield str(UnitPost(held.unit, post.name))
