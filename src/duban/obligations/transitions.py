"""Moves are made here: an obligation's state changes, and its history grows by one event, in the caller's transaction.

Every verb of an obligation's life (`completion`, `handover`, `suspension`, …) comes down to `move` or `move_all`. Many
obligations are moved in a few statements; one is a set of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple, TypedDict

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import portions
from duban.ledger.rows import rows_of
from duban.ledger.tables import (
    CLOSED_STATES,
    ENDED_STATES,
    OBLIGATION_EVENT,
    REPORTED,
    SPEAKING_STATES,
    Obligation,
    ObligationEvent,
)
from duban.obligations.cause import Cause
from duban.obligations.history import to_be_told_at
from duban.obligations.moves import BEFORE, MOVES, MoveRefused, refusal
from duban.obligations.submissions import lapse

ENGINE: Final = "duban"
"""Who acts where no person does."""

Details = Mapping[str, object]
"""What the event of a move keeps beside who, when and why: plain JSON."""
NOTHING: Final[Details] = {}


class Changes(TypedDict, total=False):
    """What a move may change besides the state. The rest of an obligation is what it is."""

    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: the moment an emergency is due, aware UTC; None for what is due on a day
    due_at: datetime | None
    #: whether a year its days rest on is not settled yet
    provisional: bool
    #: the row that says how its days came about
    reckoning_id: int
    #: when the ladder speaks next, aware UTC; None when it never does
    next_rung_at: datetime | None
    #: the day it was closed, where that is another than the day of the move
    closed_on: date
    #: the code of the unit that owes it from now on
    unit: str
    #: the number of the subject it is about from now on
    subject_id: int
    #: the row of the duty's version it goes on under
    duty_version_id: int
    #: whether only its own posts may see what it is about
    confidential: bool
    #: the local day it was done by what was reported; None when it does not wait for review any more
    reported_on: date | None
    #: how often it has been sent back
    returns: int
    #: how often its ladder has begun: anew for each day that a person gives
    course: int
    #: when the present course began, aware UTC
    course_at: datetime | None
    #: the first deadline that was over before a later one was given
    missed: date | None
    #: whom its unit has given it to, as `unit/post`
    dispatched_to: str | None
    #: when whoever has it signed for it, aware UTC; None for nobody
    acknowledged_at: datetime | None


CHANGEABLE: Final = frozenset(Changes.__annotations__)
_WAKING: Final = (
    *("extend", "resume", "reopen", "report", "return", "request", "refuse", "recall", "dispatch"),
    *("take-back", "transfer", "co-handle", "release", "contribute", "undo"),
)
"""After these the ladder speaks again, so they must say when."""


class _Standing(NamedTuple):
    id: int
    state: str
    acknowledged_at: datetime | None


def move(
    connection: Connection,
    these: Mapping[int, Details],
    verb: str,
    cause: Cause,
    changes: Mapping[int, Changes] | None = None,
) -> dict[int, str]:
    """Make one move for each of these obligations, by number, with what the event of each keeps; returns the new states.

    `changes` are new values by number; a move after which the ladder speaks again (extend, resume, reopen) must say when,
    as `next_rung_at`. Raises MoveRefused for the first that does not allow the move, and KeyError for one that is not
    there: then none is moved, if the caller's transaction ends with it.
    """
    given = changes or {}
    return {
        number: state
        for portion in portions(sorted(these))
        for number, state in _move(
            connection, {number: these[number] for number in portion}, verb, cause, given
        ).items()
    }


def move_all(
    connection: Connection,
    which: ColumnElement[bool],
    verb: str,
    cause: Cause,
    details: Details = NOTHING,
    changes: Changes | None = None,
) -> int:
    """Make one move for every obligation that `which` selects and whose state allows it; returns how many.

    Two statements for each state there is, however many they are. The caller keeps other writers away, and sets when the
    ladder speaks next (`arming`).
    """
    given: Changes = changes or {}
    return sum(
        _move_alike(connection, which, verb, state, acknowledged, cause, details, given)
        for state in MOVES[verb].starts
        for acknowledged in _told_apart(verb)
    )


def note(connection: Connection, told: Iterable[tuple[int, Details]], kind: str, cause: Cause) -> None:
    """Write something that is no move into the history of obligations, by number, with what each event keeps.

    `told` is what to keep by number, `kind` the event's, `cause` who, when and why. State, days and ladder
    stay.
    """
    insert_ignore(
        connection,
        OBLIGATION_EVENT,
        (
            {
                "obligation_id": number,
                "at": cause.at,
                "kind": kind,
                "actor": cause.actor,
                "reason": cause.reason,
                "details": details,
            }
            for number, details in told
        ),
    )


def _check(verb: str, changes: Changes) -> None:
    if set(changes) - CHANGEABLE:
        raise ValueError(f"a move does not change {', '.join(sorted(set(changes) - CHANGEABLE))}")
    if verb in _WAKING and "next_rung_at" not in changes:
        raise ValueError(f"{verb} must say when the ladder speaks next")


def _move(
    connection: Connection,
    these: Mapping[int, Details],
    verb: str,
    cause: Cause,
    changes: Mapping[int, Changes],
) -> dict[int, str]:
    """As `move`, for as many as one statement may name."""
    query = (
        select(col(Obligation.id), col(Obligation.state), col(Obligation.acknowledged_at))
        .where(col(Obligation.id).in_(these))
        .order_by(col(Obligation.id))
        .with_for_update()
    )
    standing = {row.id: row for row in rows_of(connection, query, _Standing)}
    for number in these:
        if number not in standing:
            raise KeyError(number)
        if standing[number].state not in MOVES[verb].starts:
            raise MoveRefused(refusal(number, verb, standing[number].state))
        _check(verb, changes.get(number, {}))
    new = {
        row.id: MOVES[verb].state_after(row.state, acknowledged=_signed_for(row, changes) is not None)
        for row in standing.values()
    }
    alike: dict[tuple[str, str, tuple[tuple[str, object], ...]], list[int]] = defaultdict(list)
    for row in standing.values():
        alike[row.state, new[row.id], tuple(changes.get(row.id, {}).items())].append(row.id)
    for (state, new_state, changed), numbers in alike.items():
        connection.execute(
            update(Obligation)
            .where(col(Obligation.id).in_(numbers))
            .values(state=new_state, **_columns(verb, state, new_state, cause, dict(changed)))
        )
    told = ((row.id, _told(row.state, new[row.id], these[row.id])) for row in standing.values())
    note(connection, told, verb, cause)
    if not set(new.values()).isdisjoint(CLOSED_STATES):
        lapse(connection, [number for number, state in new.items() if state in CLOSED_STATES], cause)
    return new


def _move_alike(
    connection: Connection,
    which: ColumnElement[bool],
    verb: str,
    state: str,
    acknowledged: bool | None,
    cause: Cause,
    details: Details,
    changes: Changes,
) -> int:
    """Move those of `which` that are in one state, and were signed for or not, where that matters (else None)."""
    new_state = MOVES[verb].state_after(state, acknowledged=bool(acknowledged))
    signed_for = col(Obligation.acknowledged_at)
    apart: ColumnElement[bool] = true()
    if acknowledged is not None:
        apart = signed_for.is_not(None) if acknowledged else signed_for.is_(None)
    these = and_(which, col(Obligation.state) == state, apart)
    written = {
        "at": cause.at,
        "kind": verb,
        "actor": cause.actor,
        "reason": cause.reason,
        "details": _told(state, new_state, details),
    }
    values = [literal(value, OBLIGATION_EVENT.c[name].type) for name, value in written.items()]
    events = insert(ObligationEvent).from_select(
        ["obligation_id", *written],
        select(col(Obligation.id), *values).where(these).order_by(col(Obligation.id)),
        include_defaults=False,
    )
    newest = connection.execute(select(func.max(col(ObligationEvent.id)))).scalar() or 0
    count = connection.execute(events, execution_options={"preserve_rowcount": True}).rowcount
    if count:
        # By its event, not by `which`: that may be about the events themselves.
        told = select(col(ObligationEvent.obligation_id)).where(
            col(ObligationEvent.id) > newest, col(ObligationEvent.kind) == verb
        )
        columns = _columns(verb, state, new_state, cause, dict(changes))
        connection.execute(
            update(Obligation).where(col(Obligation.id).in_(told)).values(state=new_state, **columns)
        )
        if new_state in CLOSED_STATES:
            lapse(connection, told.scalar_subquery(), cause)
    return count


def _signed_for(row: _Standing, changes: Mapping[int, Changes]) -> datetime | None:
    return changes.get(row.id, {}).get("acknowledged_at", row.acknowledged_at)


def _told_apart(verb: str) -> tuple[bool | None, ...]:
    """Whether a move must tell those that were signed for from the others."""
    return (True, False) if MOVES[verb].leads_to == BEFORE else (None,)


def _told(state: str, new_state: str, details: Details) -> Details:
    return {"from": state, "to": new_state, **details}


def _columns(
    verb: str, state: str, new_state: str, cause: Cause, changes: Mapping[str, object]
) -> dict[str, object]:
    columns = dict(changes)
    if new_state != state:  # what was closed before stays closed as of then
        closes = new_state in CLOSED_STATES
        columns["closed_at"] = cause.at if closes else None
        columns["closed_on"] = changes.get("closed_on", cause.on) if closes else None
    if state == new_state == REPORTED and verb not in _WAKING:
        columns.pop("next_rung_at", None)  # its ladder is silent; what the reviewer is told goes on
    elif new_state in CLOSED_STATES or new_state not in SPEAKING_STATES:
        ends = new_state in ENDED_STATES and new_state != state
        columns["next_rung_at"] = to_be_told_at(cause.at) if ends else None
    if verb in ("acknowledge", "dispatch", "take-back", "transfer"):  # whoever has it now signs for it
        columns["acknowledged_at"] = cause.at if verb == "acknowledge" else None
    return columns
