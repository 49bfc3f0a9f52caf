"""Who is told: a rung's addressees become posts of real units, and an empty post passes to the next rung at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.ladders.ladder import Addressee, Ladder, Rung, Stage


@dataclass(frozen=True)
class Audience:
    """Who hears of a rung."""

    #: the posts that are told
    recipients: tuple[UnitPost, ...]
    #: the rung whose addressees they are: a later one when every post of the rung itself is empty, None when nobody up the whole ladder is there
    told_as: str | None
    #: the empty posts that were passed over
    empty: tuple[UnitPost, ...]


def who_is_told(
    project: Project,
    ladder: Ladder,
    rung: Rung,
    *,
    unit: str,
    owner_post: str,
    on: date,
    given_to: UnitPost | None = None,
) -> Audience:
    """The staffed posts `rung` reaches for an obligation of `unit` on business date `on`.

    An absent step must not swallow the reminder (GoAlert #4548): when no post of the rung is staffed, the next
    rung's addressees are told in its place, now and not when that rung falls due. Of those the ones of the unit itself are
    told, if it has any there: an empty desk in a county is no news for the city's section.
    """
    empty: list[UnitPost] = []
    climbing = ladder.rungs[ladder.rungs.index(rung) :]
    for step in climbing:
        posts = dict.fromkeys(
            place
            for addressee in step.to
            for place in _places(project, step, addressee, unit, owner_post, given_to)
        )
        staffed = [each for each in posts if _is_staffed(project, each, on)]
        empty += [each for each in posts if not _is_staffed(project, each, on)]
        if step is not rung:
            staffed = [each for each in staffed if each.unit == unit] or staffed
        if staffed:
            return Audience(tuple(staffed), step.key, tuple(dict.fromkeys(empty)))
    return Audience((), None, tuple(dict.fromkeys(empty)))


def _places(
    project: Project,
    step: Rung,
    addressee: Addressee,
    unit: str,
    owner_post: str,
    given_to: UnitPost | None,
) -> Iterator[UnitPost]:
    """The posts that one addressee of a rung is, staffed or not."""
    to_owner = addressee.post is None and addressee.unit == "own"
    if given_to is not None and to_owner:
        yield given_to
        if step.stage is Stage.REMIND:
            return
    if (holder := _unit_of(project, unit, addressee.unit)) is not None:
        yield UnitPost(holder, addressee.post or owner_post)


def _unit_of(project: Project, own: str, which: str) -> str | None:
    """The code of the obligation's own unit, the one above it, or the city; at the top, the one above is itself."""
    if own not in project.units:
        return None
    return project.placed(own, which).code


def _is_staffed(project: Project, asked: UnitPost, on: date) -> bool:
    post = project.post(asked.unit, asked.post)
    return post is not None and post.staffed(on)
