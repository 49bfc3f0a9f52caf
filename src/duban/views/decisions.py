"""What waits for an admin: decisions, changes that need a second person, and what only somebody who administers can mend."""

from collections.abc import Sequence
from dataclasses import dataclass

from duban.deliveries.holding import standing_hold
from duban.edits import waiting_proposals
from duban.edits.proposals import Proposal
from duban.facts.feeds import silent_feeds
from duban.ledger.database import reading
from duban.views.engine import dead_letters
from duban.views.for_review import waiting_for_review
from duban.views.sight import Sight


@dataclass(frozen=True)
class Decisions:
    """What waits, by whom it waits for; 0 where nothing does."""

    review: int  #: reports and wishes that they may decide
    proposals: Sequence[
        Proposal
    ]  #: changes of the rules that wait for a second person; for admins of the top unit
    unconfirmed: int  #: duties with a value that no text gives and nobody confirmed
    vacant: Sequence[str]  #: posts that nobody holds, as `unit/post`, which messages go past
    held: bool  #: whether delivery is held until somebody has looked; for admins of the whole city
    dead: int  #: messages that were given up
    silent: int  #: sources that should have brought facts and have not


def decisions(sight: Sight) -> Decisions:
    """What waits for the admin who looks, of their units and lines."""
    definitions, principal = sight.ws.definitions, sight.principal
    owing = {duty.owner.post for duty in definitions.duties.values()}
    with reading(sight.ws.ledger) as connection:
        held = principal.units is None and standing_hold(connection) is not None
        dead, silent = dead_letters(connection, sight), silent_feeds(connection, definitions, sight.now)
    return Decisions(
        review=sum(any(may.allowed for may in each.may) for each in waiting_for_review(sight)),
        proposals=waiting_proposals(sight.ws) if principal.units is None else (),
        unconfirmed=sum(
            any(not each.confirmed for each in duty.assumptions)
            for duty in definitions.duties.values()
            if sight.duties is None or duty.id in sight.duties
        ),
        vacant=[
            f"{unit.code}/{post.name}"
            for unit in definitions.project.units.values()
            if principal.acts_for(unit.code)
            for post in unit.posts.values()
            if post.vacant and post.name in owing
        ],
        held=held,
        dead=len(dead),
        silent=len(silent),
    )
