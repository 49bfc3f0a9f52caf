"""Whose an obligation is: to do, to give to others, to decide on, to move to another unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from duban.bureau.posts import HEADS
from duban.bureau.unit_posts import UnitPost

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.ledger.principals import Principal
    from duban.obligations.act_standings import ObligationStanding


def owns(project: Project, who: Principal, owed: ObligationStanding) -> bool:
    """Whether it is theirs to do: their post owes it or was given it, or heads that post."""
    return any(holds(project, who, owed, place) for place in (owed.owner, owed.handler))


def oversees(project: Project, who: Principal, owed: ObligationStanding) -> bool:
    """Whether it is theirs to give to others: their post owes it, heads that post, or leads a unit above."""
    return holds(project, who, owed, owed.owner) or _leads(project, who, owed, owed.unit)


def _leads(project: Project, who: Principal, owed: ObligationStanding, unit: str) -> bool:
    """Whether they hold the post of a leader who stands for its line, of the unit or of one above it."""
    above = project.chain(unit) if unit in project.units else ()
    return any(
        str(UnitPost(each.code, post)) in who.posts
        for each in above
        for post in each.heads_over(HEADS[0], owed.duty.line, owed.duty.owner.post)
    )


def stands_over(project: Project, who: Principal, owed: ObligationStanding) -> list[str]:
    """The codes of the units above the one that owes it, nearest first, for which they decide in this matter: as their
    counterpart section, or a head of it; who holds no post acts for them.
    """
    return [section.unit for section in sections_over(project, owed) if holds(project, who, owed, section)]


def sections_over(project: Project, owed: ObligationStanding) -> list[UnitPost]:
    """The counterpart sections of the units above the one that owes it, nearest first."""
    return [
        UnitPost(unit.code, section.name)
        for unit in (project.chain(owed.unit)[1:] if owed.unit in project.units else ())
        if (section := unit.section_for(owed.duty.line, owed.owner.post)) is not None
    ]


def reviews(project: Project, who: Principal, owed: ObligationStanding) -> bool:
    """Whether it is theirs to decide, and not their own report."""
    if own_report(who, owed):
        return False
    place = decider_of(owed)
    return holds(project, who, owed, place) or _leads(project, who, owed, place.unit)


def own_report(who: Principal, owed: ObligationStanding) -> bool:
    """Whether they put forward what waits, whichever post or program they did it by: 张三（代科室负责人）."""
    return owed.waiting is not None and _bare(owed.waiting.submitted_by) == _bare(who.name)


def _bare(signature: str) -> str:
    """A name without for whom it was signed: 张三 of 张三（为三元区市场监管局登记）."""
    return re.split(r"\s*[（(]", signature, maxsplit=1)[0]


def holds(project: Project, who: Principal, owed: ObligationStanding, place: UnitPost) -> bool:
    """Whether somebody holds the post `place` or heads it in the matter of an obligation; who holds none acts for a unit."""
    if who.entrance != "page" or not who.posts:
        return who.acts_for(place.unit)
    unit = project.units.get(place.unit)
    heads = unit.heads_over(place.post, owed.duty.line, owed.duty.owner.post) if unit else ()
    return any(str(UnitPost(place.unit, post)) in who.posts for post in (place.post, *heads))


def decider_of(owed: ObligationStanding) -> UnitPost:
    """Who decides on it: whom it was put before, else its reviewer; where nobody is above its owner, the head of its unit."""
    if owed.waiting is not None:
        return UnitPost.parse(owed.waiting.reviewer)
    return owed.reviewer or owed.decider or UnitPost(owed.unit, HEADS[-1])
