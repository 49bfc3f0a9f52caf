"""A plan as a workbook has it: tables that can be filtered, every group in full."""

from collections.abc import Iterator, Sequence
from datetime import date

from duban.base.language import say
from duban.documents import IN_LISTS, Cell, Column, ColumnKind, DataTable
from duban.edits.model import DateMove, DutyEffect, GoneObligations, NewObligations, Plan
from duban.ledger.short_ids import short_id
from duban.workdays.period_keys import period_word

_Group = tuple[str, NewObligations | DateMove | GoneObligations]


def change_words() -> dict[str, str]:
    """What an edit does to a duty, in the reader's words."""
    return {
        "new": say(zh="新事项", en="new"),
        "removed": say(zh="删除", en="removed"),
        "edited": say(zh="改动", en="edited"),
        "touched": say(zh="受影响", en="affected"),
    }


def plan_tables(plan: Plan) -> Iterator[DataTable]:
    """What is written otherwise, duty by duty in numbers, and every group of obligations; none that is empty."""
    yield from (table for table in _tables(plan) if table.rows)


def _tables(plan: Plan) -> Iterator[DataTable]:
    words = change_words()
    written: list[Sequence[Cell]] = [["", each.key, each.was, each.now] for each in plan.content]
    written += [[duty.duty_id, each.key, each.was, each.now] for duty in plan.duties for each in duty.keys]
    yield _table(
        say(zh="改了什么", en="Written"),
        say(zh="事项 哪里 原来 现在", en="duty where was now"),
        written,
        "id text text text",
    )
    yield _table(
        say(zh="事项", en="Duties"),
        say(
            zh="编号 事项 改动 新增 恢复 移动 撤回 替换 承接 移交 办结 待复核 重新打开 立即发出",
            en="duty title change added reinstated moved withdrawn superseded carried handed-over completed reported "
            "reopened messages",
        ),
        [[duty.duty_id, duty.title, words[duty.change], *_numbers(duty)] for duty in plan.duties],
        "id text id" + " n" * 11,
    )
    yield _table(
        say(zh="应办事项", en="Obligations"),
        say(
            zh="事项 变化 件数 周期 单位 原期限 期限 原因 应办事项编号",
            en="duty change count period units was due because ids",
        ),
        [_row(plan, duty, *group) for duty in plan.duties for group in _groups(duty)],
        "id id n id text day day text text",
    )


def _table(sheet: str, headings: str, rows: Sequence[Sequence[Cell]], kinds: str) -> DataTable:
    columns = zip(headings.split(), kinds.split(), strict=True)
    return DataTable(
        tuple(Column(heading, ColumnKind(kind)) for heading, kind in columns),
        rows,
        sheet=sheet,
        forms=IN_LISTS,
    )


def _numbers(duty: DutyEffect) -> list[Cell]:
    sums = (
        *(
            sum(each.count for each in groups)
            for groups in (duty.added, duty.reinstated, duty.moved, duty.withdrawn, duty.superseded)
        ),
        duty.carried,
        duty.rehomed,
        duty.completed,
        duty.reported,
        duty.reopened,
        sum(each.count for each in duty.messages),
    )
    return [count or None for count in sums]


def _groups(duty: DutyEffect) -> Iterator[_Group]:
    yield from ((say(zh="新增", en="added"), each) for each in duty.added)
    yield from ((say(zh="恢复", en="reinstated"), each) for each in duty.reinstated)
    yield from ((say(zh="移动", en="moved"), each) for each in duty.moved)
    yield from ((say(zh="撤回", en="withdrawn"), each) for each in duty.withdrawn)
    yield from ((say(zh="替换", en="superseded"), each) for each in duty.superseded)


def _row(
    plan: Plan, duty: DutyEffect, what: str, group: NewObligations | DateMove | GoneObligations
) -> Sequence[Cell]:
    units = plan.definitions.project.units
    names = say(zh="、", en=", ").join(units[code].name if code in units else code for code in group.units)
    was: date | None = None
    due: date | None = None
    why = ""
    ids: tuple[int, ...] = ()
    match group:
        case NewObligations():
            due = group.deadline
        case DateMove():
            was, due, why, ids = group.was, group.now, group.why, group.ids
        case GoneObligations():
            was, why, ids = group.deadline, group.why or period_word(group.instead), group.ids
    numbers = " ".join(short_id(number) for number in ids)
    return [duty.duty_id, what, group.count, period_word(group.period), names, was, due, why, numbers]
