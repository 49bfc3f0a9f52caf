"""Which messages an edit sends at once: the rungs that are due after it and were not due before."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.definitions.definitions import Definitions
from duban.edits.model import ImmediateMessages
from duban.ladders.ladder import Stage
from duban.ledger.tables import OPEN_STATES, Delivery, Notice, Obligation
from duban.notices.batch import PatrolPlace, claim_batch
from duban.notices.decide import Decider
from duban.notices.patrol import BATCH
from duban.notices.record import record
from duban.workspace.workspace import Workspace

Said = dict[tuple[int, str], tuple[str, str, tuple[str, ...]]]
"""By obligation and rung: the duty, the stage and who is told."""


def due_now(
    connection: Connection, ws: Workspace, definitions: Definitions, duty_ids: Collection[str], now: datetime
) -> Said:
    """The messages the next patrol would make for these duties under these definitions; nothing stays written."""
    waiting = select(col(Obligation.id)).where(
        col(Obligation.next_rung_at) <= now,
        col(Obligation.state).in_(OPEN_STATES),
        col(Obligation.duty_id).in_(duty_ids),
    )
    if connection.execute(waiting.limit(1)).first() is None:
        return {}
    newest = connection.execute(select(func.max(col(Notice.id)))).scalar() or 0
    taken_back = connection.begin_nested()
    decider = Decider(replace(ws, definitions=definitions), now)
    after: PatrolPlace | None = None
    while batch := claim_batch(connection, now, after, BATCH):
        record(connection, batch, decider, now)
        after = batch[-1].place
    query = (
        select(
            col(Notice.obligation_id),
            col(Notice.rung),
            col(Notice.stage),
            col(Obligation.duty_id),
            col(Delivery.recipient),
        )
        .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .join(Delivery, col(Delivery.notice_id) == col(Notice.id))
        .where(col(Notice.id) > newest, col(Obligation.duty_id).in_(duty_ids))
        .distinct()
        .order_by(col(Notice.obligation_id), col(Notice.rung), col(Delivery.recipient))
    )
    said: Said = {}
    for number, rung, stage, duty_id, recipient in connection.execute(query).tuples():
        _, _, told = said.get((number, rung), (duty_id, stage, ()))
        said[number, rung] = (duty_id, stage, (*told, recipient))
    taken_back.rollback()
    return said


def by_duty(said: Said, before: Said) -> dict[str, tuple[ImmediateMessages, ...]]:
    """What is said that was not going to be said before, by duty and stage."""
    counted: dict[str, dict[str, list[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(list))
    for key, (duty_id, stage, told) in said.items():
        if key not in before:
            counted[duty_id][stage].append(told)
    order = [stage.value for stage in Stage]
    return {
        duty_id: tuple(
            ImmediateMessages(
                stage,
                sum(len(told) for told in stages[stage]),
                len({recipient for told in stages[stage] for recipient in told}),
            )
            for stage in sorted(stages, key=order.index)
        )
        for duty_id, stages in counted.items()
    }
