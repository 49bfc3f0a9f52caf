"""How obligations stand, for whoever may act on them: who owes each, who has it in hand, who reviews it, what waits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Executable, Select, select
from sqlmodel import col

from duban.base.days import ONE_DAY
from duban.base.json_values import JsonObject
from duban.bureau.unit_posts import UnitPost
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty, duty_from_content
from duban.ledger.choosing import among_those, portions
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import CLOSED_STATES, OPEN_STATES, DutyVersion, Obligation
from duban.obligations.co_handlers import co_handlers
from duban.obligations.counts import PeriodDays
from duban.obligations.reported import unreported
from duban.obligations.review import lacking
from duban.obligations.reviewers import decider, reviewers
from duban.obligations.submissions import SubmissionSummary, submissions
from duban.obligations.undoable import UndoableEvent, undoable_events
from duban.workdays import period_span


class _Row(NamedTuple):
    id: int
    duty_version_id: int
    unit: str
    period_key: str
    state: str
    deadline: date
    reported_on: date | None
    dispatched_to: str | None
    confidential: bool


@dataclass(frozen=True)
class ObligationStanding:
    """How one obligation stands, for whoever may act on it."""

    #: its number
    id: int
    #: what its duty said when it opened
    duty: Duty
    #: the code of the unit that owes it
    unit: str
    #: one of `STATES`
    state: str
    #: the last day by law
    deadline: date
    #: the local day it was done by what was reported, while that waits for review
    reported_on: date | None
    #: whom it was given to; else the post that owes it
    handler: UnitPost
    #: whether it was given to somebody
    dispatched: bool
    #: who works along
    co_handlers: tuple[UnitPost, ...]
    #: whether only its own posts may know of it
    confidential: bool
    #: who reviews it; None where nobody does
    reviewer: UnitPost | None
    #: who decides on a later day or a waiver; None where nobody is above its owner
    decider: UnitPost | None
    #: what waits for a decision
    waiting: SubmissionSummary | None
    #: the evidence that is missing
    missing: tuple[str, ...]
    #: what happened last, where that can be undone
    undoable: UndoableEvent | None
    #: the periods whose figures its unit has not told, oldest first; of what is not closed and is judged by figures
    untold: tuple[str, ...]

    @property
    def owner(self) -> UnitPost:
        """The post that owes it, whoever it was given to."""
        return UnitPost(self.unit, self.duty.owner.post)


def obligation_standings(
    connection: Connection, definitions: Definitions, obligations: Collection[int]
) -> dict[int, ObligationStanding]:
    """How these obligations stand, by number; without those that are not there."""
    rows = [
        row
        for portion in portions(sorted(obligations))
        for row in rows_of(connection, _of_those(), _Row, {"those": portion})
    ]
    versions = {"those": sorted({row.duty_version_id for row in rows})}
    duties = {number: _duty(content) for number, content in connection.execute(_said(), versions).tuples()}
    waiting = {
        each.obligation_id: each
        for each in submissions(connection, [row.id for row in rows])
        if each.settled_at is None
    }
    absent = lacking(connection, [row.id for row in rows])
    untold = _untold(connection, definitions, rows, duties)
    along = co_handlers(connection, [row.id for row in rows])
    undoable = undoable_events(connection, [row.id for row in rows if row.state in OPEN_STATES])
    project = definitions.project
    by_duty: dict[int, dict[int, str]] = {}
    for row in rows:
        by_duty.setdefault(row.duty_version_id, {})[row.id] = row.unit
    reviewed = {
        number: post
        for version, owing in by_duty.items()
        for number, post in reviewers(connection, project, duties[version], owing).items()
    }
    return {
        row.id: ObligationStanding(
            row.id,
            duty := duties[row.duty_version_id],
            row.unit,
            row.state,
            row.deadline,
            row.reported_on,
            UnitPost.parse(row.dispatched_to) if row.dispatched_to else UnitPost(row.unit, duty.owner.post),
            row.dispatched_to is not None,
            along.get(row.id, ()),
            row.confidential,
            reviewed.get(row.id),
            decider(project, duty, row.unit),
            waiting.get(row.id),
            absent.get(row.id, ()),
            undoable.get(row.id),
            untold.get(row.id, ()),
        )
        for row in rows
    }


def _untold(
    connection: Connection, definitions: Definitions, rows: Collection[_Row], duties: Mapping[int, Duty]
) -> dict[int, tuple[str, ...]]:
    """The periods that nobody has told the figures of, by obligation: of the whole period it is owed for, whatever the day."""
    owing: dict[tuple[int, str], list[_Row]] = {}
    for row in rows:
        if row.state not in CLOSED_STATES:
            owing.setdefault((row.duty_version_id, row.period_key), []).append(row)
    found: dict[int, tuple[str, ...]] = {}
    for (version, key), alike in owing.items():
        if (aim := duties[version].cadence.aim) is None:
            continue
        span, units = PeriodDays(*period_span(key)), {row.unit for row in alike}
        silent = unreported(connection, definitions, duties[version], aim, span, units, span.last + ONE_DAY)
        found |= {row.id: tuple(silent[row.unit]) for row in alike if row.unit in silent}
    return found


@cache
def _of_those() -> Executable:
    return select(*columns_of(Obligation, _Row)).where(among_those(col(Obligation.id)))


@cache
def _said() -> Select[tuple[int, JsonObject]]:
    """What duties said when they were opened."""
    return select(col(DutyVersion.id), col(DutyVersion.content)).where(among_those(col(DutyVersion.id)))


def _duty(content: JsonObject) -> Duty:
    return duty_from_content(dict(content))
