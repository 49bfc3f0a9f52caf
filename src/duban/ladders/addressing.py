"""Who is told: a rung's addressees become posts of real units, and an empty post passes to the next rung at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.ladders.ladder import Ladder, Rung, Stage


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
    line: str,
    on: date,
    given_to: UnitPost | None = None,
    along: tuple[UnitPost, ...] = (),
) -> Audience:
    """The staffed posts `rung` reaches for an obligation of `unit`, of a duty of `line`, on business date `on`.

    An absent step must not swallow the reminder (GoAlert #4548): when no post of the rung is staffed, the next rung's
    addressees are told in its place, now and not when that rung falls due. Of those the ones of the unit itself are
    told, if it has any there: an empty desk in a county is no news for the city's section. The owner is `owner_post`,
    or the post it was dispatched to (`given_to`). Who works along (`along`) hears with the owner, and never in its
    place.
    """
    empty: list[UnitPost] = []
    climbing = ladder.rungs[ladder.rungs.index(rung) :]
    for step in climbing:
        posts = dict.fromkeys(place for place in addressed(project, step, unit, owner_post, line, given_to))
        staffed = [each for each in posts if _is_staffed(project, each, on)]
        empty += [each for each in posts if not _is_staffed(project, each, on)]
        if step is not rung:
            staffed = [each for each in staffed if each.unit == unit] or staffed
        if staffed:
            if any(each.post is None and each.unit == "own" for each in rung.to):
                there = [each for each in along if _is_staffed(project, each, on)]
                staffed = list(dict.fromkeys((*staffed, *there)))
            return Audience(tuple(staffed), step.key, tuple(dict.fromkeys(empty)))
    return Audience((), None, tuple(dict.fromkeys(empty)))


def addressed(
    project: Project, rung: Rung, unit: str, owner_post: str, line: str, given_to: UnitPost | None = None
) -> Iterator[UnitPost]:
    """The posts that the addressees of a rung are, staffed or not, for what `owner_post` of `unit` owes in a line.

    `given_to` is the post it was dispatched to, if it was: it stands for the owner. A head is the one that stands for
    the line; the owner's post at another unit is the counterpart section there.
    """
    for addressee in rung.to:
        to_owner = addressee.post is None and addressee.unit == "own"
        if given_to is not None and to_owner:
            yield given_to
            if rung.stage is Stage.REMIND:
                continue
        if unit not in project.units:
            continue
        place = project.placed(unit, addressee.unit)
        if addressee.named or (place.code == unit and addressee.post is None):
            yield UnitPost(place.code, addressee.post or owner_post)
            continue
        post = place.asked_for(addressee.post, line, owner_post)
        yield UnitPost(place.code, post.name if post else addressee.post or owner_post)


def _is_staffed(project: Project, asked: UnitPost, on: date) -> bool:
    post = project.post(asked.unit, asked.post)
    return post is not None and post.staffed(on)
