"""Who reviews (复核人): the post that looks at what was reported, and decides on a later day or a waiver.

A duty says it (`reviewed_by:`). Where it does not, what needs evidence, and what has come to 督办, is reviewed by the post that
heads the owner's in its own unit.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.duties.grammar import Duty
from duban.ladders.stages import STAGES, weight
from duban.ledger.choosing import portions
from duban.ledger.tables import Notice

FROM_STAGE: Final = "supervise"
"""What has been urged as heavily as this is reviewed, whatever it needs."""


def reviewers(
    connection: Connection, project: Project, duty: Duty, owing: Mapping[int, str]
) -> dict[int, UnitPost]:
    """Those of a duty's obligations, by number with the unit that owes each, that are reviewed, with who does."""
    if duty.reviewed_by is not None and duty.reviewed_by.nobody:
        return {}
    asked = set(owing) if is_reviewed(duty) else _pressed(connection, owing)
    found = {number: decider(project, duty, owing[number]) for number in asked}
    return {number: post for number, post in found.items() if post is not None}


def is_reviewed(duty: Duty) -> bool:
    """Whether what it owes is reviewed from the beginning: it says by whom, or needs evidence."""
    return bool(duty.evidence) if duty.reviewed_by is None else not duty.reviewed_by.nobody


def decider(project: Project, duty: Duty, unit: str) -> UnitPost | None:
    """Who decides for what this unit owes: the duty's reviewer, else the post that heads the owner's; None where the unit
    is no longer there, or has nobody above the owner.
    """
    if unit not in project.units:
        return None
    if duty.reviewed_by is not None and not duty.reviewed_by.nobody:
        where = project.placed(unit, duty.reviewed_by.unit)
        if where.code != unit or duty.reviewed_by.post not in (None, duty.owner.post):
            named = where.asked_for(duty.reviewed_by.post, duty.line, duty.owner.post)
            return None if named is None else UnitPost(where.code, named.name)
    head = next(project.units[unit].heads_over(duty.owner.post, duty.line, duty.owner.post), None)
    return None if head is None else UnitPost(unit, head)


def _pressed(connection: Connection, owing: Mapping[int, str]) -> set[int]:
    """Those that have come to 督办 or further."""
    heavy = [stage for stage in STAGES if weight(stage) >= weight(FROM_STAGE)]
    found: set[int] = set()
    for portion in portions(sorted(owing)):
        said = select(col(Notice.obligation_id)).where(
            col(Notice.obligation_id).in_(portion), col(Notice.stage).in_(heavy)
        )
        found |= set(connection.execute(said.distinct()).scalars())
    return found
