"""Asking (申请): for a later day, for a waiver, or that another unit owe it; the ladder goes on until that is decided.

| asked for | decided by |
|---|---|
| a later day 延期, a waiver 免办 | the reviewer (`reviewers`) |
| that another unit owe it 转办 | the counterpart section of the nearest unit above both, as whoever transfers (`transferring`) |

How often and how long an obligation may be put off is the duty's to say (`extension:`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select
from sqlmodel import col
from sqlmodel import select as one_row

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.sessions import session_on
from duban.ledger.short_ids import short_id
from duban.ledger.tables import ObligationEvent, Submission
from duban.obligations.arming import armed, at_once, dated
from duban.obligations.cause import Cause
from duban.obligations.extension import Postponement, extend
from duban.obligations.moves import MoveRefused
from duban.obligations.submissions import ReviewMatter, settle, submit
from duban.obligations.transferring import hand_on, possible_owners, refuse_other
from duban.obligations.transitions import NOTHING, Changes, Details, move
from duban.obligations.undoable import not_undone
from duban.obligations.waiver import waive
from duban.workdays import WorkdayCalendar, reckon

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.duties.grammar import ExtensionLimit
    from duban.obligations.act_standings import ObligationStanding


def request(
    connection: Connection, definitions: Definitions, these: Mapping[int, ReviewMatter], cause: Cause
) -> None:
    """Ask whoever decides on each of these obligations, by number; the cause says why.

    Raises MoveRefused for one that is not open, or waits for a decision already; KeyError for one that is not there.
    """
    _refuse_second(connection, these)
    changes = armed(connection, definitions, dated(connection, these))
    details: dict[int, Details] = {}
    for number, wish in these.items():
        until = {} if wish.until is None else {"until": wish.until.isoformat()}
        whom = {} if wish.receiver is None else {"whom": str(wish.receiver)}
        details[number] = {"request": wish.kind, **until, **whom, "reviewer": str(wish.reviewer)}
        changes[number]["next_rung_at"] = at_once(changes[number]["next_rung_at"], cause)
    move(connection, details, "request", cause, changes)
    submit(connection, these, cause)


def grant(
    connection: Connection,
    definitions: Definitions,
    owed: ObligationStanding,
    cause: Cause,
    until: date | None = None,
) -> None:
    """Decide for what is asked of one obligation: a later day (the one asked for, unless `until` says another), a waiver, or
    that another unit owe it.

    Raises MoveRefused when nothing is asked, as `extend` and `waive` do, and where the unit has nobody for it any more.
    """
    number = owed.id
    asked = waiting_wish(connection, number)
    if asked.receiver is not None:
        to = UnitPost.parse(asked.receiver)
        refuse_other(definitions.project, owed, to, possible_owners(definitions.project, owed, cause.on))
        settle(connection, [number], "approved", cause)
        hand_on(connection, definitions.project, owed, to, cause.because(cause.reason or asked.reason))
        return
    settle(connection, [number], "approved", cause)
    if asked.kind == "waiver":
        waive(connection, {number: NOTHING}, cause)
        return
    day = until or asked.until
    assert day is not None  # noqa: S101 - a wish for a later day names it
    extend(connection, definitions, [number], Postponement(to=day), cause, told=True)


def refuse(connection: Connection, definitions: Definitions, number: int, cause: Cause) -> None:
    """Decide against what is asked of one obligation; its days and its ladder stay. Raises MoveRefused when nothing is."""
    asked = waiting_wish(connection, number)
    settle(connection, [number], "refused", cause)
    row = dated(connection, [number])
    changes: dict[int, Changes] = armed(connection, definitions, row)
    changes[number]["next_rung_at"] = at_once(changes[number]["next_rung_at"], cause)
    move(connection, {number: {"request": asked.kind}}, "refuse", cause, changes)


def waiting_wish(connection: Connection, number: int) -> Submission:
    """What waits for a decision on one obligation. Raises MoveRefused when nothing was asked."""
    waiting = one_row(Submission).where(
        col(Submission.obligation_id) == number, col(Submission.settled_at).is_(None)
    )
    asked = session_on(connection).exec(waiting).one_or_none()
    if asked is None or asked.kind == "report":
        raise MoveRefused(
            zh=f"{short_id(number)} 没有待决定的申请", en=f"nothing was asked for {short_id(number)}"
        )
    return asked


def refuse_beyond(
    connection: Connection,
    calendar: WorkdayCalendar,
    limit: ExtensionLimit,
    number: int,
    deadline: date,
    new: date | None,
) -> None:
    """Raise MoveRefused where an obligation may not be put off once more, or not until `new` (None: not known yet)."""
    if limit.times is not None:
        extended = select(func.count()).where(
            col(ObligationEvent.obligation_id) == number,
            col(ObligationEvent.kind) == "extend",
            not_undone(),
        )
        if connection.execute(extended).scalar_one() >= limit.times:
            raise MoveRefused(
                say(zh="这个事项不得延期", en="this duty may not be put off")
                if limit.times == 0
                else say(
                    zh=f"这个事项最多延期 {limit.times} 次，已经用完",
                    en=f"this duty may be put off {limit.times} times, and has been",
                )
            )
    if limit.length is not None and new is not None:
        latest = reckon(calendar, deadline, limit.length).deadline
        if new > latest:
            raise MoveRefused(
                zh=f"一次最多延到 {latest}（{limit.length}）",
                en=f"it may be put off to {latest} at most ({limit.length})",
            )


def _refuse_second(connection: Connection, these: Collection[int]) -> None:
    waiting = select(col(Submission.obligation_id)).where(
        col(Submission.obligation_id).in_(sorted(these)), col(Submission.settled_at).is_(None)
    )
    for number in connection.execute(waiting.limit(1)).scalars():
        raise MoveRefused(
            zh=f"{short_id(number)} 已有一项在等复核人决定",
            en=f"{short_id(number)} waits for a decision already",
        )
