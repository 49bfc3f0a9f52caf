"""One turn of the engine: open what is owed, decide what is due, send what is waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from duban.deliveries.alive import went_round
from duban.deliveries.delivering import deliver
from duban.deliveries.message import DeliveryTally
from duban.ledger.heartbeats import DELIVER, OPENING, PATROL
from duban.notices.patrol import PatrolTally, patrol
from duban.obligations.opening import OpeningTally, open_owed

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class EngineTurn:
    """What one turn did."""

    opened: OpeningTally  #: what was opened and completed, by duty
    patrolled: PatrolTally  #: the rungs that were decided
    delivered: DeliveryTally  #: the messages that went out, and those that did not


def tick(ws: Workspace, now: datetime) -> EngineTurn:
    """Open, patrol and deliver once, as of `now` (aware UTC).

    Safe to run never, once or often, late, and twice at the same moment: each step takes only what the ledger does
    not hold yet.
    """
    opened = open_owed(ws, now)
    went_round(ws, OPENING, now)
    patrolled = patrol(ws, now)
    went_round(ws, PATROL, now)
    delivered = deliver(ws, now)
    went_round(ws, DELIVER, now)
    return EngineTurn(opened, patrolled, delivered)
