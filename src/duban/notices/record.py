"""A batch's decisions written into the ledger, set-wise, inside the transaction that claimed the batch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Connection, Select, Update, bindparam, select, update
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import among_those
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION, Notice
from duban.notices.batch import DueObligation
from duban.notices.decide import Decider, Decision
from duban.obligations.transitions import Details, note
from duban.workdays import UnknownYear

PASSED_ON: Final = "passed_on"
NOBODY_TOLD: Final = "nobody_told"


@dataclass(frozen=True)
class RecordedDecisions:
    """What one batch added to the ledger."""

    #: rungs decided
    notices: int
    #: messages that wait to be sent
    deliveries: int
    #: notices that went to a later rung's posts
    passed: int
    #: obligations whose rungs lie in a year without calendar
    undecided: int


def record(
    connection: Connection, batch: Sequence[DueObligation], decider: Decider, now: datetime
) -> RecordedDecisions:
    """Write the notices that `decider` finds due in the batch at `now` (aware UTC), their deliveries, and when each
    obligation's ladder speaks next.

    A rung that already has its notice in this course (one that fired before the days moved, or was carried over from a
    superseded obligation) is passed over silently: it has been said.
    """
    decider.learn_versions(connection, {due.duty_version_id for due in batch})
    decider.learn_calls(connection, batch)
    said = _already_said(connection, [due.id for due in batch])
    decided: dict[tuple[int, str], Decision] = {}
    moved: dict[datetime | None, list[int]] = defaultdict(list)
    undecided = 0
    for due in batch:
        try:
            decisions, next_rung_at = decider.decide(due)
        except UnknownYear:
            undecided += 1
            continue
        for decision in decisions:
            if (due.id, decision.key) not in said:
                decided[due.id, decision.key] = decision
        moved[next_rung_at].append(due.id)
    deliveries = _enqueue(connection, decided, now)
    for next_rung_at, those in moved.items():
        connection.execute(_next_rung(), {"next": next_rung_at, "those": those})
    passed = [(number, decision) for (number, _), decision in decided.items() if decision.passed]
    if passed:
        _note(connection, passed, decider)
    return RecordedDecisions(len(decided), deliveries, len(passed), undecided)


@cache
def _next_rung() -> Update:
    """When some obligations speak next, many of which do so at the same moment."""
    return update(OBLIGATION).where(among_those(OBLIGATION.c.id)).values(next_rung_at=bindparam("next"))


def _already_said(connection: Connection, obligations: Sequence[int]) -> set[tuple[int, str]]:
    return {
        (number, rung) for _, number, rung in connection.execute(_notices(), {"those": obligations}).tuples()
    }


@cache
def _notices() -> Select[tuple[int, int, str]]:
    """Every notice about some obligations; put together once."""
    return (
        select(col(Notice.id), col(Notice.obligation_id), col(Notice.rung))
        .where(among_those(col(Notice.obligation_id)))
        .order_by(col(Notice.id))
    )


def _enqueue(connection: Connection, decided: Mapping[tuple[int, str], Decision], now: datetime) -> int:
    if not decided:
        return 0
    insert_ignore(
        connection,
        NOTICE,
        [
            {
                "obligation_id": number,
                "rung": rung,
                "stage": decision.rung.stage.value,
                "due_on": decision.due_on,
                "decided_at": now,
                "late": decision.late,
            }
            for (number, rung), decision in decided.items()
        ],
    )
    about = sorted({number for number, _ in decided})
    rows = [
        {
            "notice_id": notice,
            "obligation_id": number,
            "recipient": str(sending.recipient),
            "channel": sending.channel,
            "state": "pending",
            "not_before": sending.not_before,
            "attempts": 0,
            "next_attempt_at": sending.not_before,
        }
        for notice, number, rung in connection.execute(_notices(), {"those": about}).tuples()
        if (decision := decided.get((number, rung))) is not None
        for sending in decision.sendings
    ]
    if rows:
        insert_ignore(connection, DELIVERY, rows)
    return len(rows)


def _note(connection: Connection, passed: Iterable[tuple[int, Decision]], decider: Decider) -> None:
    """Why somebody else was told: the empty posts that were passed over, and who heard in their place."""
    by_kind: dict[str, list[tuple[int, Details]]] = {PASSED_ON: [], NOBODY_TOLD: []}
    for number, decision in passed:
        audience = decision.audience
        details = {
            "rung": decision.key,
            "told_as": audience.told_as,
            "empty": [str(each) for each in audience.empty],
            "recipients": [str(each) for each in audience.recipients],
        }
        by_kind[PASSED_ON if audience.recipients else NOBODY_TOLD].append((number, details))
    for kind, events in by_kind.items():
        note(connection, events, kind, decider.cause)
