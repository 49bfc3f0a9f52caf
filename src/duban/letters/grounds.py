"""What must be so before a letter may say it: what it calls overdue is, and whom it summons the ladder has come to 约谈 for.

A number nobody confirmed never climbs above 催办 (`ladders`), so that nobody is summoned for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import Present
from duban.base.language import say
from duban.ladders.stages import stage_word, weight
from duban.ledger.lateness import over
from duban.ledger.tables import Notice, Obligation
from duban.obligations.calls import of_the_ladder
from duban.obligations.listed import listed_of
from duban.obligations.rungs import in_present_course

if TYPE_CHECKING:
    from duban.letters.kinds import LetterKind
    from duban.obligations.listed import ShownObligation
    from duban.workdays import WorkdayCalendar


def without_grounds(
    connection: Connection, kind: LetterKind, about: Sequence[ShownObligation], present: Present
) -> dict[int, str]:
    """Of these obligations those that a letter of this kind may not speak of at `present`, by number, with why, in
    the reader's words.
    """
    found: dict[int, str] = {}
    reached = _reached(connection, [each.id for each in about]) if kind.after else {}
    for each in about:
        now = reached.get(each.id)
        if kind.overdue and not listed_of(each, present).overdue:
            found[each.id] = say(zh="没有逾期", en="not overdue")
        elif kind.after and (now is None or weight(now) < weight(kind.after)):
            zh, en = (
                (f"现在到“{stage_word(now)}”", f"at {stage_word(now)}")
                if now
                else ("还没有提醒过", "nothing said yet")
            )
            found[each.id] = say(
                zh=f"{zh}，还没有到“{stage_word(kind.after)}”",
                en=f"{en}, not yet at {stage_word(kind.after)}",
            )
    return found


def late_word(each: ShownObligation, present: Present, calendar: WorkdayCalendar) -> str:
    """How late it is at `present`, as a letter says it: in working days of its unit's `calendar`; before one is over,
    by its hour or merely late. Letters are in Chinese. Raises UnknownYear where the calendar ends.
    """
    if not over(each.deadline, each.due_at, present):
        return "未逾期"
    if days := calendar.count(each.deadline, present.on):
        return f"{days}个工作日"
    return "已过时限" if each.due_at else "已逾期"


def _reached(connection: Connection, obligations: Sequence[int]) -> dict[int, str]:
    """The heaviest stage a rung of each has spoken at for the day it has; without those of which nothing was said."""
    said = (
        select(col(Notice.obligation_id), col(Notice.stage))
        .join(Obligation, col(Obligation.id) == col(Notice.obligation_id))
        .where(col(Notice.obligation_id).in_(obligations), of_the_ladder(), in_present_course())
    )
    found: dict[int, str] = {}
    for number, stage in connection.execute(said).tuples():
        found[number] = max(found.get(number, stage), stage, key=weight)
    return found
