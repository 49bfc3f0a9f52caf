"""A batch's decisions written into the ledger, set-wise, inside the transaction that claimed the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION, OBLIGATION_EVENT, Notice, Obligation
from duban.notices.batch import DueObligation
from duban.notices.decide import Decider, Decision
from duban.workdays import UnknownYear

ENGINE = "duban"
PASSED_ON = "passed_on"
NOBODY_TOLD = "nobody_told"


@dataclass(frozen=True)
class Recorded:
    """What one batch added to the ledger."""

    notices: int
    deliveries: int
    passed: int
    undecided: int


def record(
    connection: Connection, batch: Sequence[DueObligation], decider: Decider, now: datetime
) -> Recorded:
    """Write the batch's notices, their deliveries, and when each obligation's ladder speaks next.

    A rung that already has its notice (one that fired before an extension, or was carried over from a superseded
    obligation) is passed over silently: it has been said.
    """
    decider.learn_versions(connection, {due.duty_version_id for due in batch})
    said = _already_said(connection, [due.id for due in batch])
    decided: dict[tuple[int, str], Decision] = {}
    moved: list[dict[str, Any]] = []
    undecided = 0
    for due in batch:
        try:
            decisions, next_rung_at = decider.decide(due)
        except UnknownYear:
            undecided += 1
            continue
        for decision in decisions:
            if (due.id, decision.rung.key) not in said:
                decided[due.id, decision.rung.key] = decision
        moved.append({"obligation": due.id, "next": next_rung_at})
    deliveries = _enqueue(connection, decided, now)
    if moved:
        connection.execute(_NEXT_RUNG, moved)
    passed = [(number, decision) for (number, _), decision in decided.items() if decision.passed]
    if passed:
        insert_ignore(
            connection, OBLIGATION_EVENT, [_event(number, decision, now) for number, decision in passed]
        )
    return Recorded(len(decided), deliveries, len(passed), undecided)


_NEXT_RUNG = (
    update(OBLIGATION)
    .where(col(Obligation.id) == bindparam("obligation"))
    .values(next_rung_at=bindparam("next"))
)


def _already_said(connection: Connection, obligations: Sequence[int]) -> set[tuple[int, str]]:
    query = select(col(Notice.obligation_id), col(Notice.rung)).where(
        col(Notice.obligation_id).in_(obligations)
    )
    return {(row.obligation_id, row.rung) for row in connection.execute(query)}


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
    numbers = {number for number, _ in decided}
    query = (
        select(col(Notice.id), col(Notice.obligation_id), col(Notice.rung))
        .where(col(Notice.obligation_id).in_(numbers))
        .order_by(col(Notice.id))
    )
    rows = [
        {
            "notice_id": row.id,
            "obligation_id": row.obligation_id,
            "recipient": str(sending.recipient),
            "channel": sending.channel,
            "state": "pending",
            "not_before": sending.not_before,
            "attempts": 0,
            "next_attempt_at": sending.not_before,
        }
        for row in connection.execute(query)
        if (decision := decided.get((row.obligation_id, row.rung))) is not None
        for sending in decision.sendings
    ]
    if rows:
        insert_ignore(connection, DELIVERY, rows)
    return len(rows)


def _event(number: int, decision: Decision, now: datetime) -> dict[str, Any]:
    """Why somebody else was told: the empty posts that were passed over, and who heard in their place."""
    told = decision.told
    return {
        "obligation_id": number,
        "at": now,
        "kind": PASSED_ON if told.recipients else NOBODY_TOLD,
        "actor": ENGINE,
        "reason": "",
        "details": {
            "rung": decision.rung.key,
            "told_as": told.told_as,
            "empty": [str(each) for each in told.empty],
            "recipients": [str(each) for each in told.recipients],
        },
    }
