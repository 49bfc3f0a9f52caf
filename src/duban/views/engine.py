"""How the engine stands, for whoever looks after it: loops, what is held, queues, dead letters, channels, silent sources."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlmodel import col

from duban.channels.answer_words import in_words
from duban.channels.current import current_channels
from duban.deliveries.holding import HeldDuty, HoldRecord, all_holds, held_duties
from duban.deliveries.trial import ChannelRecord, channel_records
from duban.facts.feeds import SilentFeed, silent_feeds
from duban.ledger.database import reading, writing
from duban.ledger.heartbeats import LoopBeat, loop_beats
from duban.ledger.rows import named, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import GIVEN_UP, Delivery, DutyVersion, Obligation
from duban.views.sight import Sight

MOST = 200
"""Dead letters shown at once, and sent again at once."""
MOST_HOLDS = 10


class Queue(NamedTuple):
    """What waits for one channel in one state."""

    channel: str  #: the channel
    state: str  #: pending, failed, sending or unknown
    number: int  #: how many deliveries
    oldest: datetime  #: since when the oldest of them may go out, aware UTC


class DeadLetter(NamedTuple):
    """A delivery that was given up."""

    id: int  #: its number
    obligation_id: int  #: what it was about
    title: str  #: the duty's title
    recipient: str  #: `unit/post`
    channel: str  #: the channel
    last_error: str | None  #: why, without secrets
    settled_at: datetime  #: when it was given up, aware UTC

    @property
    def obligation(self) -> str:
        """The number people know what it was about by."""
        return short_id(self.obligation_id)


@dataclass(frozen=True)
class EngineView:
    """How the engine stands at one moment."""

    beats: list[LoopBeat]  #: when each loop went round last
    holds: list[HoldRecord]  #: when delivery was held, the newest first; one may stand
    held: list[HeldDuty]  #: what the one that stands keeps back, of the duties that exist for whoever looks
    queues: list[Queue]  #: what waits, by channel
    dead: list[DeadLetter]  #: what was given up, of what there is for whoever looks; the newest first
    channels: list[ChannelRecord]  #: how each channel has served
    silent: list[SilentFeed]  #: sources that should have brought facts and have not

    @property
    def hold(self) -> HoldRecord | None:
        """The hold that stands."""
        return next((each for each in self.holds if each.ended_at is None), None)

    @property
    def last_ended(self) -> HoldRecord | None:
        """The hold that was decided last, where none stands: what was decided can be undone."""
        return None if self.hold else next(iter(self.holds), None)


def engine_view(sight: Sight) -> EngineView:
    """How the engine stands now. Of queues the numbers alone, of dead letters those of what exists for whoever looks."""
    ws = sight.ws
    with reading(ws.ledger) as connection:
        holds = all_holds(connection, MOST_HOLDS)
        stands = any(each.ended_at is None for each in holds)
        held = held_duties(connection, ws, sight.principal) if stands else []
        return EngineView(
            loop_beats(connection, sight.now),
            holds,
            held,
            queues(connection),
            dead_letters(connection, sight),
            channel_records(connection, current_channels(ws).channels),
            silent_feeds(connection, ws.definitions, sight.now),
        )


def queues(connection: Connection) -> list[Queue]:
    """What waits to be sent, by channel and state, with how many and the oldest; what has come to its end does not
    wait.
    """
    waiting = (
        select(
            col(Delivery.channel),
            col(Delivery.state),
            named(func.count(), "number"),
            named(func.min(col(Delivery.not_before)), "oldest"),
        )
        .where(col(Delivery.settled_at).is_(None))
        .group_by(col(Delivery.channel), col(Delivery.state))
        .order_by(col(Delivery.channel), col(Delivery.state))
    )
    return rows_of(connection, waiting, Queue)


def dead_letters(connection: Connection, sight: Sight) -> list[DeadLetter]:
    """What was given up, of what exists for whoever looks."""
    given_up = (
        select(
            col(Delivery.id),
            col(Delivery.obligation_id),
            col(DutyVersion.title),
            col(Delivery.recipient),
            col(Delivery.channel),
            col(Delivery.last_error),
            col(Delivery.settled_at),
        )
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .where(GIVEN_UP, *sight.visible())
        .order_by(col(Delivery.settled_at).desc(), col(Delivery.id).desc())
        .limit(MOST)
    )
    return [
        each._replace(last_error=in_words(each.last_error)) if each.last_error else each
        for each in rows_of(connection, given_up, DeadLetter)
    ]


def send_again(sight: Sight, numbers: list[int] | None) -> int:
    """Put dead letters back into the queue, those with these `numbers` or all that `sight` shows; returns how many.

    Before one goes out its obligation is looked at again: what is no longer owed is cancelled, with the reason.
    """
    with writing(sight.ws.ledger) as connection:
        shown = {each.id for each in dead_letters(connection, sight)}
        wanted = shown if numbers is None else shown & set(numbers)
        back = update(Delivery).where(col(Delivery.id).in_(wanted), GIVEN_UP)
        return connection.execute(
            back.values(
                state="failed",
                settled_at=None,
                attempts=0,
                next_attempt_at=sight.now,
                message_id=None,
                lease_holder=None,
                lease_until=None,
            )
        ).rowcount
