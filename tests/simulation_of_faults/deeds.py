"""What people do in a small bureau, drawn by chance: tell of facts, take one back, act on what is owed."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import select

from duban.base.clock import SHANGHAI
from duban.facts import NewFact
from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION
from duban.obligations import actions, review_actions
from tests.obligations.small_bureau import SELLER
from tests.principals import OPERATOR

SHOPS = ("S1", "S2", "S3")
IN_OFFICE = 0.75
"""How often time passes until somebody is in the office: at night nothing goes out but what is urgent."""


def until_office(moment):
    """Seconds until the next office hours of a Monday to Friday, 0 within them; holidays are not looked at."""
    local = day = moment.astimezone(SHANGHAI)
    if day.time() >= time(17, 30):
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    opens = datetime.combine(day.date(), time(8, 30), SHANGHAI)
    return max(0.0, (opens - local).total_seconds())


def a_fact(random, number, on):
    """Something that has happened at a shop on a day."""
    kind = random.choice(["certificate.issued", "sample.failed", "sample.failed", "inspection.done"])
    return NewFact(kind, (SELLER, random.choice(SHOPS)), None, on, "所里", f"N{number}")


def a_withdrawal(random, number, told):
    """One of the facts that were told is taken back."""
    fact = random.choice(sorted(told.values(), key=lambda each: each.ref))
    return replace(fact, ref=f"N{number}", revises=(fact.source, fact.ref), withdrawn=True)


def an_act(random, ws, now):
    """Somebody does something about what is owed, if anything is. Raises what refuses it."""
    with reading(ws.ledger) as connection:
        open_ones = connection.execute(
            select(OBLIGATION.c.id, OBLIGATION.c.deadline).where(OBLIGATION.c.closed_at.is_(None))
        ).all()
    if not open_ones:
        return
    chosen = random.choice(open_ones)
    number, who = short_id(chosen.id), OPERATOR
    later = max(chosen.deadline, now.astimezone(SHANGHAI).date()) + timedelta(days=10)
    random.choice(
        [
            lambda: actions.acknowledge(ws, number, now, who=who),
            lambda: actions.complete(ws, number, now, who=who),
            lambda: review_actions.report(ws, number, now, who=who),
            lambda: review_actions.approve(ws, number, now, who=who),
            lambda: review_actions.send_back(ws, number, now, who=who, reason="不全", to=later),
            lambda: actions.extend(ws, number, now, who=who, reason="停业", to=later),
            lambda: actions.suspend(ws, number, now, who=who, reason="停业"),
            lambda: actions.resume(ws, number, now, who=who, reason="复业"),
        ]
    )()
