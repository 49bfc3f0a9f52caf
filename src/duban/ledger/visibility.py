"""What of the obligations there is for somebody: the one condition of every list, count, feed, search and export.

An obligation of another unit, of a line that is not theirs, or a confidential one they may not know of does not exist
for them: it is in no number, and its address answers as one that never was.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, false, or_, select, true, union_all
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from duban.base.assignment_numbers import ASSIGNED
from duban.bureau.unit_posts import UnitPost, any_post_of
from duban.ledger.principals import Principal
from duban.ledger.tables import CoHandler, Delivery, DutyVersion, Obligation, Submission


def visible(principal: Principal) -> ColumnElement[bool]:
    """The obligations that exist for `principal`: a condition on `Obligation`, whatever it is joined with, answered from the
    index of the board alone where nothing is confidential.

    Of their units and lines, what was given to a post of theirs, and what was assigned to one once; confidential ones before they are done only where they may know of them, or where one of
    their posts owes them, was told of them, or is to decide on them.
    """
    conditions: list[ColumnElement[bool]] = []
    if principal.units is not None:
        conditions.append(of_units(principal.units))
    if principal.lines is not None:
        of_lines = select(col(DutyVersion.duty_id)).where(col(DutyVersion.line).in_(sorted(principal.lines)))
        conditions.append(
            or_(col(Obligation.duty_id).in_(of_lines), and_(_of_no_line(), _addressed_to(principal.posts)))
        )
    if not principal.undisclosed:
        conditions.append(or_(disclosed(), _addressed_to(principal.posts)))
    theirs = and_(true(), *conditions)
    return or_(theirs, given_to(principal.posts)) if principal.posts and conditions else theirs


def of_units(units: Collection[str]) -> ColumnElement[bool]:
    """What the units with these codes owe, were given by one above them (派单), or work along on (会办)."""
    return or_(col(Obligation.unit).in_(sorted(units)), _brought_to(units))


def of_one_unit(principal: Principal) -> list[ColumnElement[bool]]:
    """The ways in which something exists for whoever sees one unit alone, of which one must hold: each goes by an index of
    its own, where the whole would be looked for among what all units owe. None for whoever sees more.
    """
    if principal.units is None or len(principal.units) != 1:
        return []
    ways = [col(Obligation.unit).in_(sorted(principal.units)), _brought_to(principal.units)]
    return [*ways, given_to(principal.posts)] if principal.posts else ways


def _brought_to(units: Collection[str]) -> ColumnElement[bool]:
    given = aliased(Obligation, name="given")
    to_them = select(col(given.id)).where(
        col(given.dispatched_to).is_not(None), _any_of(col(given.dispatched_to), units)
    )
    along = select(col(CoHandler.obligation_id)).where(_any_of(col(CoHandler.whom), units))
    return col(Obligation.id).in_(union_all(to_them, along))


def _any_of(whom: Mapped[str] | Mapped[str | None], units: Collection[str]) -> ColumnElement[bool]:
    """That a post is one of these units."""
    return or_(false(), *(whom.startswith(any_post_of(unit), autoescape=True) for unit in sorted(units)))


def given_to(posts: Collection[str]) -> ColumnElement[bool]:
    """What one of these posts (`unit/post`) was given, or works along on, of whichever line it is."""
    given = aliased(Obligation, name="given_to_posts")
    along = select(col(CoHandler.obligation_id)).where(col(CoHandler.whom).in_(sorted(posts)))
    to_them = select(col(given.id)).where(col(given.dispatched_to).in_(sorted(posts)))
    return col(Obligation.id).in_(union_all(to_them, along))


def disclosed() -> ColumnElement[bool]:
    """What everybody may see: a flight check is announced to nobody before it is done."""
    return or_(~col(Obligation.confidential), col(Obligation.state) == "done")


def assigned(duties: str = ASSIGNED) -> ColumnElement[bool]:
    """What was assigned once, found by the key of what units owe: by one assignment where its `duties` are said."""
    theirs = select(col(DutyVersion.duty_id)).where(
        col(DutyVersion.duty_id).startswith(duties, autoescape=True)
    )
    return and_(col(Obligation.subject_id).is_(None), col(Obligation.duty_id).in_(theirs))


def _of_no_line() -> ColumnElement[bool]:
    """What was assigned once: whichever line it was given, it is for whom it was assigned to."""
    return col(Obligation.duty_id).startswith(ASSIGNED, autoescape=True)


def _addressed_to(posts: Collection[str]) -> ColumnElement[bool]:
    """What one of these posts (`unit/post`) owes, was told of, or is to decide on: also before the next round tells it."""
    if not posts:
        return false()
    told = (
        select(col(Delivery.id))
        .where(col(Delivery.obligation_id) == col(Obligation.id), col(Delivery.recipient).in_(sorted(posts)))
        .correlate(Obligation)
        .exists()
    )
    waits = (
        select(col(Submission.id))
        .where(col(Submission.obligation_id) == col(Obligation.id), col(Submission.settled_at).is_(None))
        .where(col(Submission.reviewer).in_(sorted(posts)))
        .correlate(Obligation)
        .exists()
    )
    return or_(told, waits, *(_owed_by(UnitPost.parse(post)) for post in sorted(posts)))


def _owed_by(post: UnitPost) -> ColumnElement[bool]:
    """What the post owes, as the duty says or once said."""
    owner = col(DutyVersion.content)["owner"]["post"].as_string()
    theirs = select(col(DutyVersion.duty_id)).where(owner == post.post)
    return and_(col(Obligation.unit) == post.unit, col(Obligation.duty_id).in_(theirs))
