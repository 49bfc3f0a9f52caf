"""What the top line of every page says: which day it is, how fresh the data, whether the engine lives, what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col

from duban.deliveries.holding import standing_hold
from duban.ledger.counting import how_many
from duban.ledger.database import reading
from duban.ledger.heartbeats import last_sound, loop_beats, silent_words
from duban.ledger.tables import Delivery
from duban.reports.overdue_board import newest_fact
from duban.views.messages import unread_messages
from duban.views.sight import Sight
from duban.workdays import UnknownYear


@dataclass(frozen=True)
class Pulse:
    """How the service and its data stand at the moment somebody looks."""

    on: date  #: the business date
    works: bool | None  #: whether it is a working day; None past the calendar
    day_name: str  #: the holiday it belongs to; empty on an ordinary day
    provisional: bool  #: whether that still waits for a holiday notice
    data_as_of: datetime | None  #: when the newest fact was recorded
    engine_alive: datetime | None  #: when the engine last found itself sound
    silent_loops: str  #: the rounds of the engine that fell silent, by name
    held: bool  #: whether delivery is held until a person has looked
    unknown: int  #: deliveries nobody knows the outcome of
    unread: int  #: messages of their posts that nobody has read


def pulse(sight: Sight) -> Pulse:
    """The top line for whoever looks; of deliveries only that there are some, never whose."""
    calendar = sight.ws.definitions.calendar
    try:
        works: bool | None = calendar.is_workday(sight.on)
        name, provisional = calendar.name(sight.on) or "", calendar.is_uncertain(sight.on)
    except UnknownYear:
        works, name, provisional = None, "", True
    with reading(sight.ws.ledger) as connection:
        beats, newest = loop_beats(connection, sight.now), newest_fact(connection)
        unknown = how_many(
            connection, Delivery, col(Delivery.settled_at).is_(None), col(Delivery.state) == "unknown"
        )
        unread = unread_messages(connection, sight)
        held = standing_hold(connection) is not None
    alive, silent = last_sound(beats), silent_words(beats)
    return Pulse(sight.on, works, name, provisional, newest, alive, silent, held, unknown, unread)
