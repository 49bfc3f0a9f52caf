"""One obligation with all that is known of it: what, why, every date with its steps, who holds it, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from duban.bureau.posts import HEADS, TELEPHONES
from duban.bureau.unit_posts import UnitPost
from duban.channels.current import current_channels
from duban.channels.routes import Channels
from duban.duties.certainty import last_day_word, set_by_statute
from duban.duties.grammar import Duty, duty_from_content
from duban.duties.work_plan import clause_places
from duban.explanations import Explanation
from duban.explanations.obligation import explained
from duban.explanations.timeline import outcome_words
from duban.ladders.stages import stage_word, weight
from duban.ledger.sessions import looking
from duban.ledger.tables import OPEN_STATES, Delivery, EvidenceFile, Notice, Obligation, ObligationEvent
from duban.obligations.co_handlers import co_handlers
from duban.obligations.evidence import missing
from duban.obligations.listed import listed_of
from duban.obligations.listing import Filter, one
from duban.views.lists import ListRow, list_rows
from duban.views.sight import Sight


class PostContact(NamedTuple):
    """A post of a unit and how to reach whoever holds it."""

    unit: str  #: the unit's name
    post: str  #: the post's name
    holder: str  #: empty while nobody is named
    phone: str  #: empty where none is known
    mail: str  #: empty where none is known
    vacant: bool  #: whether nobody holds it
    deputy: str  #: the post that stands in while the holder is away; empty while they are there


class KeptFile(NamedTuple):
    """A file that was handed in."""

    id: int  #: its row
    name: str  #: what it was called when it was handed in
    size: int  #: bytes
    stored_as: str  #: where it is kept, below the folder of evidence
    added_at: datetime  #: when it was handed in, aware UTC
    added_by: str  #: by whom


class SentMessage(NamedTuple):
    """A message that spoke of the obligation, however many of its rungs it brought."""

    message_id: str  #: its number, the same in every channel
    recipient: str  #: as `unit/post`
    stages: Sequence[str]  #: of the rungs it brought, the lightest first
    channel: str  #: as people call it
    at: datetime  #: when it was sent, or is tried next, aware UTC
    outcome: str  #: in the reader's words


@dataclass(frozen=True)
class OwedView:
    """One obligation for a page."""

    row: ListRow  #: the obligation as a list shows it
    told: Explanation  #: how its days came about, and its history
    holder: PostContact  #: who has it in hand
    given_to: PostContact | None  #: whom the unit has given it to
    along: Sequence[PostContact]  #: who works along
    above: Sequence[PostContact]  #: the heads of the unit and of the unit above it, to be rung next
    required: Sequence[str]  #: the evidence the duty asks for
    missing: Sequence[str]  #: of it, what nobody handed in
    files: Sequence[KeptFile]  #: the evidence that was handed in
    messages: Sequence[SentMessage]  #: the newest first
    last_day: str  #: what its deadline is called: 法定期限 where a statute sets it
    places: Mapping[str, str]  #: where each clause stands in the paper, by its number
    seen: int  #: the number of its last event, 0 while there is none
    last_kind: str  #: what that event was; empty while there is none
    sent_back: ObligationEvent | None  #: why and by whom it was sent back last, while it is to be done again
    acknowledged_at: datetime | None  #: when it was signed for, aware UTC; None: not yet


def owed_view(sight: Sight, number: int) -> OwedView | None:
    """The obligation of this number; None for one that is not there, and for one outside the reader's `sight`."""
    with looking(sight.ws.ledger) as session:
        shown = one(session.connection(), number, Filter(also=sight.visible()))
        if shown is None:
            return None
        owed = session.get_one(Obligation, number)
        duty = duty_from_content(owed.version.content)
        files = [
            KeptFile(each.id, each.name, each.size, each.stored_as, each.added_at, each.added_by)
            for each in owed.evidence
        ]
        return OwedView(
            row=list_rows(sight, [listed_of(shown, sight.present)])[0]._replace(post=duty.owner.post),
            told=explained(session, sight.ws, owed),
            holder=contact(sight, UnitPost(owed.unit, duty.owner.post)),
            given_to=contact(sight, UnitPost.parse(owed.dispatched_to)) if owed.dispatched_to else None,
            along=[
                contact(sight, each) for each in co_handlers(session.connection(), [number]).get(number, ())
            ],
            above=_above(sight, owed.unit, duty),
            required=duty.evidence,
            missing=missing(duty.evidence, [each.name for each in files]),
            files=files,
            messages=_messages(session, number, current_channels(sight.ws).channels),
            last_day=last_day_word(statutory=set_by_statute(owed.version.content)),
            places=clause_places(sight.ws.root),
            seen=owed.events[-1].id if owed.events else 0,
            last_kind=owed.events[-1].kind if owed.events else "",
            sent_back=next((each for each in reversed(owed.events) if each.kind == "return"), None)
            if owed.state in OPEN_STATES
            else None,
            acknowledged_at=owed.acknowledged_at,
        )


def evidence_file(sight: Sight, number: int, file: int) -> EvidenceFile | None:
    """The file of this number handed in for the obligation of that; None unless the obligation is in the reader's
    `sight`.
    """
    with looking(sight.ws.ledger) as session:
        if one(session.connection(), number, Filter(also=sight.visible())) is None:
            return None
        kept = session.get(EvidenceFile, file)
        return kept if kept is not None and kept.obligation_id == number else None


def contact(sight: Sight, whom: UnitPost) -> PostContact:
    """Who holds a post, and how they are reached."""
    project = sight.ws.definitions.project
    post = project.post(whom.unit, whom.post)
    addresses = post.addresses if post else {}
    return PostContact(
        unit=project.name_of(whom.unit),
        post=whom.post,
        holder=(post.holder if post else None) or "",
        phone=next((addresses[name] for name in TELEPHONES if name in addresses), ""),
        mail=addresses.get("mail", ""),
        vacant=post is None or post.vacant,
        deputy=post.deputy if post and post.deputy and post.is_away(sight.on) else "",
    )


def _above(sight: Sight, unit: str, duty: Duty) -> list[PostContact]:
    """Whom to ask next: the head of the office, and the counterpart sections of the units above."""
    project = sight.ws.definitions.project
    if unit not in project.units:
        return []
    owner = duty.owner.post
    own, *above = project.chain(unit)
    asked = [(own, own.filled_by(HEADS[0], duty.line, owner))]
    asked += [(each, each.section_for(duty.line, owner)) for each in above]
    return [contact(sight, UnitPost(each.code, post.name)) for each, post in asked if post is not None]


def _messages(session: Session, number: int, channels: Channels) -> list[SentMessage]:
    query = (
        select(Delivery, col(Notice.stage))
        .join(Notice, col(Notice.id) == col(Delivery.notice_id))
        .where(col(Delivery.obligation_id) == number, col(Delivery.message_id).is_not(None))
        .order_by(col(Delivery.id).desc())
    )
    found: dict[tuple[str, str], SentMessage] = {}
    brought: dict[tuple[str, str], set[str]] = {}
    for delivery, stage in session.exec(query):
        outcome = outcome_words(delivery)
        key = (delivery.message_id or "", outcome)
        brought.setdefault(key, set()).add(stage)
        found.setdefault(
            key,
            SentMessage(
                delivery.message_id or "",
                delivery.recipient,
                (),
                channels.word(delivery.channel),
                delivery.settled_at or delivery.next_attempt_at,
                outcome,
            ),
        )
    return [
        each._replace(stages=[stage_word(stage) for stage in sorted(brought[key], key=weight)])
        for key, each in found.items()
    ]
