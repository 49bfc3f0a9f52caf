"""An act of a person, in one transaction: the obligation is found, held, and looked at; whoever acts may do this."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import business_date
from duban.base.folding import legible
from duban.ledger.database import writing
from duban.ledger.principals import Principal
from duban.ledger.rows import one_of
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import DutyVersion, Obligation, ObligationEvent
from duban.obligations import evidence as evidence_files
from duban.obligations import requests
from duban.obligations.act_standings import ObligationStanding, obligation_standings
from duban.obligations.archived import not_here
from duban.obligations.cause import Cause
from duban.obligations.evidence import Evidence, KeptEvidence
from duban.obligations.extension import Postponement
from duban.obligations.history import last_event
from duban.obligations.moves import MoveRefused, move_word
from duban.obligations.permissions import allowed
from duban.obligations.transitions import NOTHING, Details
from duban.workdays import reckon
from duban.workdays.steps import steps_in_words
from duban.workspace.workspace import Workspace


class MovedOn(MoveRefused):
    """Somebody else has moved the obligation since the caller looked at it."""


@dataclass(frozen=True)
class ActOutcome:
    """How an obligation stands after an act."""

    #: the number people use
    short_id: str
    #: the duty's id
    duty_id: str
    #: what the duty is called
    title: str
    #: the code of the unit that owes it
    unit: str
    #: one of `STATES`
    state: str
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: the moment an emergency is due, aware UTC; None for what is due by a day
    due_at: datetime | None = None
    #: required evidence that was not handed in
    missing: tuple[str, ...] = ()
    #: how the act came to its new day, a step each; empty where it set none
    steps: tuple[str, ...] = ()


class _Stands(NamedTuple):
    id: int
    duty_id: str
    title: str
    unit: str
    state: str
    target: date
    deadline: date
    due_at: datetime | None


def cause_of(ws: Workspace, who: Principal, now: datetime, reason: str) -> Cause:
    """That somebody does it at `now` (aware UTC), for a reason; closed is closed on the project's business date of that moment."""
    return Cause(who.name, now, business_date(now, ws.definitions.project.zone), reason)


def taken_in(ws: Workspace, evidence: Sequence[Evidence | Path]) -> list[KeptEvidence]:
    """Take in the files that are handed in. Raises EvidenceRefused for one that cannot be.

    `evidence` are files of this machine, or pieces that an entrance has read. Nothing of the ledger is
    touched.
    """
    return [evidence_files.keep(ws.root, _piece(each)) for each in evidence]


def details_of(kept: Sequence[KeptEvidence]) -> Details:
    """What the history keeps of the files that were taken in: their names, where there are any."""
    return {"evidence": [file.name for file in kept]} if kept else NOTHING


def names_of(evidence: Sequence[Evidence | Path]) -> list[str]:
    """Everything the pieces are called."""
    return [name for each in map(_piece, evidence) for name in (each.name, each.path.name)]


def _piece(each: Evidence | Path) -> Evidence:
    return each if isinstance(each, Evidence) else Evidence(each)


def within_limit(
    ws: Workspace, connection: Connection, owed: ObligationStanding, given: Postponement
) -> None:
    """Raise MoveRefused where the duty does not allow it to be put off so often, or so long."""
    limit, calendar = owed.duty.extension, ws.definitions.calendar.for_unit(owed.unit)
    new = given.to if given.by is None else reckon(calendar, owed.deadline, given.by).deadline
    requests.refuse_beyond(connection, calendar, limit, owed.id, owed.deadline, new)


@contextmanager
def held(
    ws: Workspace, number: str, who: Principal, seen: int | None, act: str
) -> Iterator[tuple[Connection, ObligationStanding]]:
    """One transaction, and the obligation in it, held until the end; who acts may do this."""
    if not who.name.strip():
        raise MoveRefused(zh="请写明经办人", en="say who is acting")
    try:
        obligation_id = parse_short_id(number)
    except ValueError as error:
        raise MoveRefused(str(error)) from error
    with writing(ws.ledger) as connection:
        held = select(col(Obligation.id)).where(col(Obligation.id) == obligation_id).with_for_update()
        if connection.execute(held).one_or_none() is None:
            raise MoveRefused(not_here(connection, obligation_id, who))
        if seen is not None and last_event(connection, obligation_id) != seen:
            raise MovedOn(
                zh=f"{number} 在您查看之后有变动，请看过再办",
                en=f"{number} has changed since you looked; look again",
            )
        owed = obligation_standings(connection, ws.definitions, [obligation_id])[obligation_id]
        permission = allowed(ws.definitions, who, owed, act)
        if not permission.allowed:
            raise MoveRefused(permission.why_not)
        yield connection, owed


def acted(connection: Connection, owed: ObligationStanding, missing: tuple[str, ...] = ()) -> ActOutcome:
    """How it stands after the act, with the evidence that is still missing."""
    query = (
        select(
            col(Obligation.id),
            col(Obligation.duty_id),
            col(DutyVersion.title),
            col(Obligation.unit),
            col(Obligation.state),
            col(Obligation.target),
            col(Obligation.deadline),
            col(Obligation.due_at),
        )
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .where(col(Obligation.id) == owed.id)
    )
    stands = one_of(connection, query, _Stands)
    last = select(col(ObligationEvent.details)).where(col(ObligationEvent.obligation_id) == owed.id)
    details = connection.execute(last.order_by(col(ObligationEvent.id).desc()).limit(1)).scalar() or {}
    return ActOutcome(
        short_id(stands.id),
        stands.duty_id,
        stands.title,
        stands.unit,
        stands.state,
        stands.target,
        stands.deadline,
        stands.due_at,
        missing,
        steps_in_words(details.get("steps")),
    )


def need_reason(which: str, reason: str) -> None:
    """Raise MoveRefused for a move that needs a reason and has none."""
    if not legible(reason).strip():
        raise MoveRefused(
            zh=f"{move_word(which)}要写明原因", en=f"to {move_word(which)} an obligation, give the reason"
        )
