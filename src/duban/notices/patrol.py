"""The patrol: rungs that have fallen due become notices, and notices become deliveries that wait to be sent.

| promise | kept by |
|---|---|
| a notice once per obligation, rung and course, whoever patrols, however often | the unique key: the INSERT is the claim |
| no notice without its deliveries, no delivery without its notice | one transaction per batch |
| nothing is missed while the engine is off | due is “next rung at or before now”, never “today is the day” |
| several patrols add up | PostgreSQL: rows are claimed with FOR UPDATE SKIP LOCKED; SQLite: one writer at a time |
| cost follows what is due, not what exists | a partial index on the next rung of open obligations |
"""

from dataclasses import dataclass
from datetime import datetime

from duban.ledger.content import still_in_force
from duban.ledger.database import reading, writing
from duban.ledger.lateness import keep_hours_over
from duban.notices.batch import PatrolPlace, anything_due, claim_batch
from duban.notices.decide import Decider
from duban.notices.record import record
from duban.workspace.ahead import refuse_ahead
from duban.workspace.workspace import Workspace

__all__ = ["PatrolTally", "patrol"]

BATCH = 2_000
"""Obligations per transaction: long enough to be set-wise, short enough that other writers get their turn."""
LIMIT = 100_000
"""Obligations per patrol. What is left over is due again at the next one, five minutes later."""


@dataclass(frozen=True)
class PatrolTally:
    """What one patrol decided."""

    #: rungs decided
    notices: int = 0
    #: messages that wait to be sent
    deliveries: int = 0
    #: notices that went to a later rung's posts, theirs being empty
    passed: int = 0
    #: obligations that could not be decided (a year without calendar) and stay due
    undecided: int = 0
    #: whether the limit was reached and more is due
    truncated: bool = False


def patrol(ws: Workspace, now: datetime, limit: int = LIMIT) -> PatrolTally:
    """Decide every rung that is due at `now` (aware UTC) of at most `limit` open obligations. Raises MomentAhead."""
    refuse_ahead(ws.clock, now)
    with reading(ws.ledger) as connection:
        if not anything_due(connection, now):
            return PatrolTally()
    with writing(ws.ledger) as connection:
        keep_hours_over(connection, now)
    decider = Decider(ws, now)
    notices = deliveries = passed = undecided = seen = 0
    after: PatrolPlace | None = None
    truncated = False
    while True:
        wanted = min(BATCH, limit - seen)
        if wanted <= 0:
            truncated = True
            break
        with writing(ws.ledger) as connection:
            batch = claim_batch(connection, now, after, wanted)
            if not batch or not still_in_force(connection, ws.version):
                break
            done = record(connection, batch, decider, now)
        notices += done.notices
        deliveries += done.deliveries
        passed += done.passed
        undecided += done.undecided
        seen += len(batch)
        if len(batch) < wanted:
            break
        after = batch[-1].place
    return PatrolTally(notices, deliveries, passed, undecided, truncated)
