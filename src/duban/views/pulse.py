"""What the top line of every page says: which day it is, how fresh the data, whether the engine lives, what is on its way."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, exists, func, select
from sqlmodel import col

from duban.ledger.database import reading
from duban.ledger.heartbeats import EngineStanding, engine_standing
from duban.ledger.rows import named, one_of
from duban.ledger.tables import UNCERTAIN, Delivery, Fact, Hold
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
    data_as_of: datetime | None  #: when the newest fact was recorded, aware UTC; None: none yet
    engine: EngineStanding  #: when the engine last found itself sound, and whether that is too long ago
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
        engine = engine_standing(connection, sight.now, sight.ws.definitions.project.zone)
        stands = one_of(connection, _standing(), _Standing)
        unread = unread_messages(connection, sight)
    return Pulse(
        sight.on, works, name, provisional, stands.newest, engine, stands.held, stands.unknown, unread
    )


class _Standing(NamedTuple):
    newest: datetime | None
    unknown: int
    held: bool


@cache
def _standing() -> Executable:
    """When the newest fact was recorded, how many deliveries are unknown, whether a hold stands: every page asks, at once."""
    newest = select(col(Fact.recorded_at)).order_by(col(Fact.id).desc()).limit(1)
    unknown = select(func.count()).select_from(Delivery).where(UNCERTAIN)
    held = exists(select(col(Hold.id)).where(col(Hold.ended_at).is_(None)))
    return select(
        named(newest.scalar_subquery(), "newest"),
        named(unknown.scalar_subquery(), "unknown"),
        named(held, "held"),
    )
