"""Why an edit is refused: a rung nobody can receive, a rule that can never fire, obligations left without their unit."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.language import say
from duban.base.problems import Problem
from duban.bureau.project import PROJECT_FILE
from duban.checks.checking import unreachable_rungs
from duban.definitions.definitions import Definitions
from duban.deliveries.checking import notification_problems
from duban.ledger.tables import Obligation, UnitRecord
from duban.simulation import never_fires

A_YEAR = timedelta(days=365)


def reasons_to_refuse(definitions: Definitions, edited: Collection[str], today: date) -> list[Problem]:
    """What is wrong with the draft itself; `edited` are the duties that are new or say something else than before, and
    of which nothing is owed at present.

    A duty that has ended is not dead, nor one that ends within the year and had its turn in the year before its end: when
    a plan nears its end, its spring's duties have no turn left.
    """
    problems = {*unreachable_rungs(definitions), *notification_problems(definitions.root)[0]}
    problems |= {*_dead(definitions, edited, today)}
    return sorted(problems)


def orphans(connection: Connection, definitions: Definitions) -> Iterator[Problem]:
    """Open obligations whose unit the edit takes out of the tree, once everything else was carried out."""
    code = col(UnitRecord.code)
    gone = list(connection.scalars(select(code).where(code.not_in(list(definitions.project.units)))))
    if not gone:
        return
    query = (
        select(col(Obligation.unit), func.count())
        .where(col(Obligation.closed_at).is_(None), col(Obligation.unit).in_(gone))
        .group_by(col(Obligation.unit))
        .order_by(col(Obligation.unit))
    )
    for unit, count in connection.execute(query).tuples():
        yield Problem(
            PROJECT_FILE,
            0,
            0,
            say(
                zh=f"单位 {unit} 不见了，它还有 {count} 件未办结的应办事项",
                en=f"unit {unit} is gone and still has {count} open obligations",
            ),
            say(
                zh="请先把它的监管对象划给别的单位，并办结或免办这些事项",
                en="move its subjects to another unit and close these obligations first",
            ),
        )


def _dead(definitions: Definitions, edited: Collection[str], today: date) -> Iterator[Problem]:
    calendar = definitions.calendar
    first = max(calendar.first_day, today)
    last = min(calendar.last_day, first + A_YEAR)
    if first > last or not edited:
        return
    dead_till = cache(lambda ends: never_fires(definitions, max(calendar.first_day, ends - A_YEAR), ends))
    for duty_id, why in never_fires(definitions, first, last).items():
        duty = definitions.duties[duty_id]
        ends = duty.effective.until
        if duty_id not in edited or (ends is not None and ends < today):
            continue
        if ends is not None and ends < last and duty_id not in dead_till(ends):
            continue
        yield Problem(
            duty.path or duty.id,
            duty.line_no,
            1 if duty.line_no else 0,
            say(
                zh=f"这条规则一年之内永远不会触发：{why}", en=f"this rule can never fire within a year: {why}"
            ),
            "",
            duty_id,
        )
