"""What may be done to an obligation, and what becomes of it.

| move | from | to |
|---|---|---|
| acknowledge 签收 | open | acknowledged |
| complete 办结 | open, acknowledged, suspended | done |
| extend 延期 | open, acknowledged | as it was |
| waive 免办 | open, acknowledged, suspended | waived |
| suspend 中止 | open, acknowledged | suspended |
| resume 恢复 | suspended | open, or acknowledged if it had been signed for |
| reopen 重新打开 | done, waived, withdrawn | open, or acknowledged if it had been signed for |
| rehome 移交 | any | as it was |
| withdraw 撤回 | open, acknowledged, suspended | withdrawn |
| supersede 替换 | open, acknowledged, suspended | superseded |
| redate 改期 | open, acknowledged, suspended | as it was |
| carry 承接 | open, acknowledged, suspended | as it was |
| reinstate 恢复效力 | withdrawn, superseded | open, or acknowledged if it had been signed for |

Every move leaves one event. Reopening is a person's undo. The last six but withdraw and supersede for wrong facts are the engine's: when facts are corrected, and
when content is applied. Reinstating undoes what applying content withdrew or superseded, when that content is undone, and
what a merger did, when that is taken back. A closed obligation is only rehomed to the subject it was about before a merger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, select, true, update

from duban.base.language import say
from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import portions
from duban.ledger.short_ids import short_id
from duban.ledger.tables import CLOSED_STATES, OBLIGATION, OBLIGATION_EVENT, OPEN_STATES, STATES

__all__ = [
    "CLOSED_STATES",
    "MOVES",
    "OPEN_STATES",
    "STATES",
    "Move",
    "MoveRefused",
    "move",
    "move_all",
    "move_each",
    "move_word",
    "replay",
]

AS_IT_WAS: Final = "as it was"
BEFORE: Final = "open or acknowledged"


@dataclass(frozen=True)
class Move:
    """One kind of move: the states it starts from, and the state it leads to."""

    starts: tuple[str, ...]
    leads_to: str
    zh: str


_WAITING = (*OPEN_STATES, "suspended")

MOVES: Final[Mapping[str, Move]] = {
    "acknowledge": Move(("open",), "acknowledged", "签收"),
    "complete": Move(_WAITING, "done", "办结"),
    "extend": Move(OPEN_STATES, AS_IT_WAS, "延期"),
    "waive": Move(_WAITING, "waived", "免办"),
    "suspend": Move(OPEN_STATES, "suspended", "中止"),
    "resume": Move(("suspended",), BEFORE, "恢复"),
    "reopen": Move(("done", "waived", "withdrawn"), BEFORE, "重新打开"),
    "rehome": Move(STATES, AS_IT_WAS, "移交"),
    "withdraw": Move(_WAITING, "withdrawn", "撤回"),
    "supersede": Move(_WAITING, "superseded", "替换"),
    "redate": Move(_WAITING, AS_IT_WAS, "改期"),
    "carry": Move(_WAITING, AS_IT_WAS, "承接"),
    "reinstate": Move(("withdrawn", "superseded"), BEFORE, "恢复效力"),
}

CHANGEABLE: Final = frozenset(
    (
        "target",
        "deadline",
        "provisional",
        "reckoning_id",
        "next_rung_at",
        "closed_on",
        "unit",
        "subject_id",
        "duty_version_id",
        "confidential",
    )
)
"""What a move may change besides the state. The rest of an obligation is what it is."""

_REARMS = ("extend", "resume", "reopen")


class MoveRefused(Exception):
    """The move is not possible in the obligation's present state; the text says why and what is."""


def move(
    connection: Connection,
    obligation_id: int,
    move: str,
    *,
    actor: str,
    at: datetime,
    on: date,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Make one move in the caller's transaction and append its event; returns the new state.

    `at` is aware UTC, `on` its business date in the project's zone. `changes` are new values for CHANGEABLE columns; a move after which the ladder speaks again
    (extend, resume, reopen) must say when, as `next_rung_at`. Among them `closed_on`, the day the work was
    done where that is not `on`. Raises MoveRefused, also when somebody else was quicker; KeyError for an obligation that is not there.
    """
    given = dict(changes or {})
    if set(given) - CHANGEABLE:
        raise ValueError(f"a move does not change {', '.join(sorted(set(given) - CHANGEABLE))}")
    if move in _REARMS and "next_rung_at" not in given:
        raise ValueError(f"{move} must say when the ladder speaks next")
    row = connection.execute(
        select(OBLIGATION.c.state, OBLIGATION.c.acknowledged_at)
        .where(OBLIGATION.c.id == obligation_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise KeyError(obligation_id)
    state: str = row.state
    if state not in MOVES[move].starts:
        raise MoveRefused(_refusal(obligation_id, move, state))
    new_state = _leads_to(move, state, acknowledged=row.acknowledged_at is not None)
    moved = connection.execute(
        update(OBLIGATION)
        .where(OBLIGATION.c.id == obligation_id, OBLIGATION.c.state == state)
        .values(state=new_state, **_columns(move, state, new_state, at, on, given))
    )
    if moved.rowcount != 1:
        raise MoveRefused(
            say(
                zh=f"{short_id(obligation_id)} 刚被别人改动，请刷新后再试",
                en=f"{short_id(obligation_id)} was changed by somebody else just now; look again",
            )
        )
    connection.execute(
        insert(OBLIGATION_EVENT).values(
            obligation_id=obligation_id,
            at=at,
            kind=move,
            actor=actor,
            reason=reason,
            details={"from": state, "to": new_state, **(details or {})},
        )
    )
    return new_state


def move_all(
    connection: Connection,
    which: ColumnElement[bool],
    move: str,
    *,
    actor: str,
    at: datetime,
    on: date,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> int:
    """Make one move for every obligation that `which` selects and whose state allows it; returns how many.

    Set-wise: two statements for each state there is, one event for each obligation. The caller keeps other writers
    away. When the ladder speaks next is set by whoever knows the rungs that have spoken.
    """
    given = dict(changes or {})
    moved = 0
    event = OBLIGATION_EVENT.c
    for state in MOVES[move].starts:
        for acknowledged in _told_apart(move):
            new_state = _leads_to(move, state, acknowledged=bool(acknowledged))
            signed_for = OBLIGATION.c.acknowledged_at
            apart: ColumnElement[bool] = true()
            if acknowledged is not None:
                apart = signed_for.is_not(None) if acknowledged else signed_for.is_(None)
            these = and_(which, OBLIGATION.c.state == state, apart)
            written = {
                "at": at,
                "kind": move,
                "actor": actor,
                "reason": reason,
                "details": {"from": state, "to": new_state, **(details or {})},
            }
            values = [literal(value, OBLIGATION_EVENT.c[name].type) for name, value in written.items()]
            events = insert(OBLIGATION_EVENT).from_select(
                ["obligation_id", *written],
                select(OBLIGATION.c.id, *values).where(these).order_by(OBLIGATION.c.id),
                include_defaults=False,
            )
            newest = connection.execute(select(func.max(event.id))).scalar() or 0
            count = connection.execute(events, execution_options={"preserve_rowcount": True}).rowcount
            if count:
                # By its event, not by `which`: that may be about the events themselves.
                told = select(event.obligation_id).where(event.id > newest, event.kind == move)
                columns = _columns(move, state, new_state, at, on, given)
                connection.execute(
                    update(OBLIGATION).where(OBLIGATION.c.id.in_(told)).values(state=new_state, **columns)
                )
            moved += count
    return moved


def move_each(
    connection: Connection,
    details: Mapping[int, Mapping[str, Any]],
    move: str,
    *,
    actor: str,
    at: datetime,
    on: date,
    reason: str = "",
) -> int:
    """Make one move for each of these obligations, by number, each with details of its own; returns how many.

    As `move_all`, many at a time.
    """
    moved = 0
    numbers = sorted(details)
    for portion in portions(numbers):
        these = OBLIGATION.c.id.in_(portion)
        for state in MOVES[move].starts:
            here = and_(these, OBLIGATION.c.state == state)
            found = connection.execute(select(OBLIGATION.c.id).where(here)).scalars().all()
            new_state = _leads_to(move, state, acknowledged=False)
            insert_ignore(
                connection,
                OBLIGATION_EVENT,
                (
                    {
                        "obligation_id": number,
                        "at": at,
                        "kind": move,
                        "actor": actor,
                        "reason": reason,
                        "details": {"from": state, "to": new_state, **details[number]},
                    }
                    for number in found
                ),
            )
            if found:
                columns = _columns(move, state, new_state, at, on, {})
                connection.execute(update(OBLIGATION).where(here).values(state=new_state, **columns))
            moved += len(found)
    return moved


def _told_apart(move: str) -> tuple[bool | None, ...]:
    """Whether a move must tell those that were signed for from the others."""
    return (True, False) if MOVES[move].leads_to == BEFORE else (None,)


def replay(kinds: Iterable[str]) -> str:
    """The state an obligation's events lead to, oldest first. Kinds that are no moves (what the engine notes) are skipped.

    Raises ValueError for a history that is not possible.
    """
    state, acknowledged = "open", False
    for kind in kinds:
        if kind not in MOVES:
            continue
        if state not in MOVES[kind].starts:
            raise ValueError(f"{kind} cannot follow in state {state}")
        acknowledged = acknowledged or kind == "acknowledge"
        state = _leads_to(kind, state, acknowledged=acknowledged)
    return state


def move_word(move: str) -> str:
    """A move as people say it."""
    return say(zh=MOVES[move].zh, en=move)


def _leads_to(move: str, state: str, *, acknowledged: bool) -> str:
    match MOVES[move].leads_to:
        case "as it was":
            return state
        case "open or acknowledged":
            return "acknowledged" if acknowledged else "open"
        case new_state:
            return new_state


def _columns(
    move: str, state: str, new_state: str, at: datetime, on: date, given: Mapping[str, Any]
) -> dict[str, Any]:
    columns = dict(given)
    if new_state != state:  # what was closed before stays closed as of then
        closes = new_state in CLOSED_STATES
        columns["closed_at"] = at if closes else None
        columns["closed_on"] = given.get("closed_on", on) if closes else None
    if new_state not in OPEN_STATES:
        columns["next_rung_at"] = None
    if move == "acknowledge":
        columns["acknowledged_at"] = at
    return columns


_STANDS = {
    "open": ("还没有签收", "is open"),
    "acknowledged": ("已经签收", "is acknowledged"),
    "suspended": ("已中止", "is suspended"),
    "done": ("已办结", "is done"),
    "waived": ("已免办", "is waived"),
    "superseded": ("已被新的应办事项替换", "was superseded by another obligation"),
    "withdrawn": ("已撤回", "was withdrawn"),
}
_BY_THE_ENGINE = ("rehome", "withdraw", "supersede", "redate", "carry", "reinstate")


def _refusal(obligation_id: int, move: str, state: str) -> str:
    zh, en = _STANDS[state]
    possible = [name for name, each in MOVES.items() if state in each.starts and name not in _BY_THE_ENGINE]
    stands = say(
        zh=f"{short_id(obligation_id)} {zh}，不能{MOVES[move].zh}",
        en=f"{short_id(obligation_id)} {en}: cannot {move}",
    )
    if not possible:
        return stands + say(zh="；它不会再变动", en="; nothing can be done to it any more")
    words = say(zh="、", en=", ").join(move_word(name) for name in possible)
    return stands + say(zh=f"；现在可以：{words}", en=f"; what can be done: {words}")
