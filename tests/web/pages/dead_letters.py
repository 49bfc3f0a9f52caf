"""Reminders that wait or were given up on one channel."""

from datetime import date

from sqlalchemy import insert, select

from duban.ledger.database import writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION


def a_delivery(door, unit, channel, **how):
    """A reminder of a county's analysis on one channel; returns the delivery's number."""
    with writing(door.ws.ledger) as connection:
        owed = connection.execute(
            select(OBLIGATION.c.id).where(OBLIGATION.c.unit == unit, OBLIGATION.c.duty_id == "quarterly")
        ).scalar_one()
        notice = insert(NOTICE).values(
            obligation_id=owed,
            rung="x",
            stage="remind",
            due_on=date(2023, 10, 9),
            decided_at=door.now,
            late=False,
        )
        delivery = insert(DELIVERY).values(
            notice_id=connection.execute(notice.returning(NOTICE.c.id)).scalar_one(),
            obligation_id=owed,
            recipient=f"{unit}/食品流通科",
            channel=channel,
            not_before=door.now,
            next_attempt_at=door.now,
            **how,
        )
        return connection.execute(delivery.returning(DELIVERY.c.id)).scalar_one()
