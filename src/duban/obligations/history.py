"""What the history of obligations says: the last event, the last of a kind, whether anything happened since."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, literal, null, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.language import say
from duban.ledger.choosing import portions
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OBLIGATION, Notice, Obligation, ObligationEvent


class LastEvent(NamedTuple):
    """One event of an obligation."""

    #: the obligation's number
    obligation_id: int
    #: who did it; `duban` where nobody did
    actor: str
    #: aware UTC
    at: datetime


class GivenDay(NamedTuple):
    """That somebody gave an obligation another day."""

    #: the obligation's number
    obligation_id: int
    #: by which move: extend or return
    kind: str
    #: the last day it had before, as ISO 8601
    was: str

    def words(self, deadline: date) -> str:
        """The same as people say it, of the last day there is now."""
        zh, en = {
            "extend": ("已延期至", "extended to"),
            "return": ("退回重办，期限改为", "sent back, due now on"),
        }[self.kind]
        return say(zh=f"{zh} {deadline}（原期限 {self.was}）", en=f"{en} {deadline} (was {self.was})")


def last_event(connection: Connection, obligation_id: int) -> int:
    """The number of the last event of an obligation, 0 while there is none."""
    events = select(func.max(col(ObligationEvent.id))).where(
        col(ObligationEvent.obligation_id) == obligation_id
    )
    return connection.execute(events).scalar() or 0


def last_of_kind(connection: Connection, obligations: Collection[int], kind: str) -> dict[int, LastEvent]:
    """The last event of this kind of each of these obligations, by number; without those that have none."""
    found: dict[int, LastEvent] = {}
    for portion in portions(sorted(obligations)):
        events = (
            select(col(ObligationEvent.obligation_id), col(ObligationEvent.actor), col(ObligationEvent.at))
            .where(col(ObligationEvent.obligation_id).in_(portion), col(ObligationEvent.kind) == kind)
            .order_by(col(ObligationEvent.id))
        )
        found |= {event.obligation_id: event for event in rows_of(connection, events, LastEvent)}
    return found


def given_days(connection: Connection, obligations: Collection[int]) -> dict[int, GivenDay]:
    """By number, what gave each of these obligations the course its ladder is in; without those in their first."""
    found: dict[int, GivenDay] = {}
    for portion in portions(sorted(obligations)):
        events = (
            select(
                col(ObligationEvent.obligation_id),
                col(ObligationEvent.kind),
                named(col(ObligationEvent.details)["was"].as_string(), "was"),
            )
            .join(Obligation, col(Obligation.id) == col(ObligationEvent.obligation_id))
            .where(col(Obligation.id).in_(portion), col(Obligation.course) > 1)
            .where(
                col(ObligationEvent.at) == col(Obligation.course_at),
                col(ObligationEvent.kind).in_(("extend", "return")),
            )
        )
        found |= {event.obligation_id: event for event in rows_of(connection, events, GivenDay)}
    return found


def to_be_told_at(at: datetime) -> ColumnElement[datetime | None]:
    """When a patrol is to look at what ends at `at`, in an update of Obligation: at once where anything was said of it."""
    said = select(col(Notice.id)).where(col(Notice.obligation_id) == col(Obligation.id)).exists()
    return case((said, literal(at, OBLIGATION.c.next_rung_at.type)), else_=null())


def nothing_since(event: type[ObligationEvent]) -> ColumnElement[bool]:
    """That an event is the last of its obligation, in a statement over `event`."""
    later = aliased(ObligationEvent, name="later")
    return ~(
        select(col(later.id))
        .where(col(later.obligation_id) == col(event.obligation_id), col(later.id) > col(event.id))
        .exists()
    )


def last_was(kinds: Collection[str], told: ColumnElement[bool]) -> ColumnElement[bool]:
    """That the last event of an obligation is of one of these kinds and is `told` (a condition over ObligationEvent).

    In a statement over Obligation, and not over ObligationEvent.
    """
    return (
        select(col(ObligationEvent.id))
        .where(
            col(ObligationEvent.obligation_id) == col(Obligation.id),
            col(ObligationEvent.kind).in_(kinds),
            told,
            nothing_since(ObligationEvent),
        )
        .exists()
    )
