"""How the made-up offices work: most do what they owe before it is due, a few counties let much of it lie."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlmodel import col

from duban.base.language import say
from duban.bureau.project import Project
from duban.demo.made_up import MARK, SEED
from duban.duties.grammar import Duty
from duban.duties.vocabulary import Vocabulary
from duban.ledger.database import reading, writing
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import OPEN_STATES, Obligation
from duban.obligations.acknowledgement import acknowledge
from duban.obligations.act_standings import obligation_standings
from duban.obligations.cause import Cause
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.feedback import Feedback, report
from duban.obligations.reviewers import decider, is_reviewed
from duban.obligations.transitions import NOTHING
from duban.workspace.workspace import Workspace

DILIGENT, LAZY = 0.985, 0.84
SIGNING = 0.3
"""So many of those that an office has not got round to are signed for."""
AHEAD = timedelta(days=10)
"""So long before its safe day an office sits down to what it owes."""


class _Owed(NamedTuple):
    id: int
    duty_id: str
    unit: str
    target: date
    state: str


def _by_statistics(duty: Duty, vocabulary: Vocabulary) -> bool:
    """Whether it is judged by figures that units tell month by month, which are made up; not by enterprises and cases."""
    told = duty.cadence.aim.reported_by if duty.cadence.aim is not None else None
    return told is not None and told.amount is not None and vocabulary.facts[told.fact].of_unit


def lazy_counties(project: Project) -> set[str]:
    """The counties that let things lie."""
    return {unit.code for unit in project.units_at("county")[3::4]}


def office() -> str:
    """Whoever works in a made-up office."""
    return f"{say(zh='经办人', en='the office')}{MARK}"


def work(ws: Workspace, now: datetime, on: date, facts: Collection[str]) -> None:
    """Let the offices do by business date `on` what no made-up fact does: report what is reviewed, complete the rest, and
    sign for some of what they have not got round to. What waits for figures is left to the figures, as in every office.

    `facts` are the kinds that were made up. Who gets round to what is decided by the obligation itself, so that it comes out
    the same for everybody.
    """
    project, duties = ws.definitions.project, ws.definitions.duties
    lazy = lazy_counties(project)
    by_hand = [duty.id for duty in duties.values() if duty.done_by not in facts]
    waiting = select(*columns_of(Obligation, _Owed)).where(
        col(Obligation.closed_at).is_(None),
        col(Obligation.due_at).is_(None),
        col(Obligation.confidential).is_(False),
        col(Obligation.state).in_(OPEN_STATES),
        or_(
            col(Obligation.subject_id).is_(None),
            col(Obligation.duty_id).in_(by_hand),
            col(Obligation.returns) > 0,
        ),
    )
    with reading(ws.ledger) as connection:
        rows = rows_of(connection, waiting.order_by(col(Obligation.id)), _Owed)
        told = [
            row.id
            for row in rows
            if row.duty_id in duties and _by_statistics(duties[row.duty_id], ws.definitions.vocabulary)
        ]
        standings = obligation_standings(connection, ws.definitions, told)
        waits = {number for number, standing in standings.items() if standing.untold}
    done: dict[int, Fulfilment] = {}
    said: dict[int, Feedback] = {}
    signed = []
    for row in rows:
        rng = Random(SEED + row.id)
        gets_round = rng.random() < (LAZY if row.unit in lazy else DILIGENT)
        # What was assigned once is no duty of the content: it is left to the visitor.
        duty = duties.get(row.duty_id)
        if duty is not None and gets_round and row.target <= on + AHEAD and row.id not in waits:
            reviewer = decider(project, duty, row.unit) if is_reviewed(duty) else None
            if reviewer is None:
                done[row.id] = Fulfilment(on)
            else:
                said[row.id] = Feedback(on, reviewer)
        elif row.state == "open" and rng.random() < SIGNING:
            signed.append(row.id)
    reason = say(zh="演示：已经办好，材料附后", en="made up: done, the evidence is with it")
    cause = Cause(office(), now, on, reason)
    with writing(ws.ledger) as connection:
        complete(connection, done, cause)
        report(connection, said, cause)
        acknowledge(connection, dict.fromkeys(signed, NOTHING), cause.because(""))
