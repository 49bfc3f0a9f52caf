"""The tables of a simulation: posts, days, obligations, and what never fires."""

from collections.abc import Iterable, Iterator, Sequence

from duban.base.language import say
from duban.base.weekdays import with_weekday
from duban.documents import IN_LISTS, OFF_THE_SCREEN, Cell, Column, ColumnKind, Cut, DataTable, Part
from duban.documents.months import weekdays
from duban.simulation import words
from duban.simulation.results import PostLoad, Simulation
from duban.workdays.period_keys import period_word

POSTS_ON_A_SCREEN, POSTS_ON_A_PAGE = 15, 20
BUSIEST = 10
NAMED = 4
"""Duties named for one of the busiest days; the rest are counted."""


def whole(simulation: Simulation) -> Iterator[Part]:
    """What a workbook lists: every day, every obligation, every post, all that never fires."""
    yield _days(simulation)
    yield _obligations(simulation)
    yield posts(simulation.posts, sheet=say(zh="岗位收信", en="Posts"))
    if simulation.never_fires:
        ended = [duty_id for duty_id in simulation.never_fires if duty_id in simulation.ended]
        yield dead(simulation, [*simulation.dead, *ended], sheet=say(zh="不会触发", en="Never fires"))


def posts(loads: Sequence[PostLoad], sheet: str = "") -> DataTable:
    """What posts receive; with a sheet it is the workbook's list of them all."""
    columns = (
        Column(say(zh="单位", en="Unit")),
        Column(say(zh="岗位", en="Post")),
        Column(say(zh="一条消息最多", en="Most in one message"), ColumnKind.NUMBER),
        Column(say(zh="哪天", en="On"), ColumnKind.DAY),
        Column(say(zh="一周最多", en="Most in one week"), ColumnKind.NUMBER),
        Column(say(zh="哪一周", en="Week"), ColumnKind.ID),
        Column(say(zh="全期项数", en="Told in all"), ColumnKind.NUMBER),
        Column(say(zh="全期消息", en="Messages"), ColumnKind.NUMBER, forms=OFF_THE_SCREEN),
    )
    rows: list[list[Cell]] = [
        [
            load.unit,
            load.post,
            load.most_in_a_message,
            load.on,
            load.most_in_a_week,
            words.week_name(load.week),
            load.told,
            load.messages,
        ]
        for load in loads
    ]
    if sheet:
        return DataTable(columns, rows, sheet=sheet, forms=IN_LISTS)
    return DataTable(columns, rows, cut=Cut(POSTS_ON_A_SCREEN, POSTS_ON_A_PAGE, _more, _the_others))


def _more(shown: int, total: int) -> str:
    return say(
        zh=f"另有 {total - shown} 个，见 HTML 或 Excel。",
        en=f"{total - shown} more: see the HTML or Excel form.",
    )


def _the_others(count: int) -> str:
    return say(zh=f"另外 {count} 个", en=f"{count} more")


def busiest(simulation: Simulation) -> DataTable:
    """The fullest days, most first."""
    columns = (
        Column(say(zh="日期", en="Day"), ColumnKind.ID),
        Column(say(zh="到应办日", en="Due"), ColumnKind.NUMBER),
        Column(say(zh="催办", en="Notices"), ColumnKind.NUMBER),
        Column(say(zh="消息", en="Messages"), ColumnKind.NUMBER),
        Column(say(zh="主要是", en="Mostly")),
    )
    rows: list[list[Cell]] = []
    for day in simulation.busiest(BUSIEST):
        told = [words.due_text(due) for due in day.due[:NAMED]]
        if (more := len(day.due) - NAMED) > 0:
            told.append(say(zh=f"另 {more} 种", en=f"{more} more"))
        mostly = say(zh="；", en="; ").join(told)
        rows.append([with_weekday(day.on), day.due_count, day.notices, day.messages, mostly])
    return DataTable(columns, rows)


def dead(simulation: Simulation, duties: Iterable[str], sheet: str = "") -> DataTable:
    """Why these duties, by id, never fire; with a sheet it is the workbook's list of them all."""
    columns = (
        Column(say(zh="事项", en="Duty")),
        Column(say(zh="名称", en="Title")),
        Column(say(zh="原因", en="Reason")),
    )
    rows = [[duty_id, simulation.titles[duty_id], simulation.never_fires[duty_id]] for duty_id in duties]
    if sheet:
        return DataTable(columns, rows, sheet=sheet, forms=IN_LISTS)
    return DataTable(columns, rows)


def _days(simulation: Simulation) -> DataTable:
    columns = (
        Column(say(zh="日期", en="Day"), ColumnKind.DAY),
        Column(say(zh="周", en="Weekday")),
        Column(say(zh="放假、调休", en="Rest, work")),
        Column(say(zh="开办", en="Opened"), ColumnKind.NUMBER),
        Column(say(zh="到应办日", en="Due"), ColumnKind.NUMBER),
        Column(say(zh="催办", en="Notices"), ColumnKind.NUMBER),
        Column(say(zh="消息", en="Messages"), ColumnKind.NUMBER),
        Column(say(zh="到应办日的事项", en="What is due")),
    )
    names = weekdays()
    rows = [
        [
            day.on,
            names[day.on.weekday()],
            words.mark(day) or (words.provisional_mark() if day.uncertain else None),
            day.opened or None,
            day.due_count or None,
            day.notices or None,
            day.messages or None,
            say(zh="；", en="; ").join(map(words.due_text, day.due)) or None,
        ]
        for day in simulation.days
    ]
    return DataTable(columns, rows, sheet=say(zh="逐日", en="Days"), forms=IN_LISTS)


def _obligations(simulation: Simulation) -> DataTable:
    """Every obligation, those of one unit and one period in one row."""
    columns = (
        Column(say(zh="条线", en="Line")),
        Column(say(zh="事项", en="Duty")),
        Column(say(zh="名称", en="Title")),
        Column(say(zh="周期", en="Period")),
        Column(say(zh="单位", en="Unit")),
        Column(say(zh="开始日", en="Opened"), ColumnKind.DAY),
        Column(say(zh="应办日", en="Target"), ColumnKind.DAY),
        Column(say(zh="最后期限", en="Deadline"), ColumnKind.DAY),
        Column(say(zh="暂定", en="Prov.")),
        Column(say(zh="项数", en="Number"), ColumnKind.NUMBER),
    )
    names = {unit.code: unit.name for unit in simulation.load}
    rows = [
        [
            each.owing.duty.line,
            each.owing.duty.id,
            each.owing.duty.title,
            period_word(each.owing.period_key) or None,
            names.get(code, code),
            each.owing.opened_on,
            each.owing.reckoning.target,
            each.owing.reckoning.deadline,
            words.provisional_mark() if each.owing.reckoning.provisional else None,
            count,
        ]
        for each in simulation.obligations
        for code, count in each.owing.by_unit
    ]
    return DataTable(columns, rows, sheet=say(zh="应办事项", en="Obligations"), forms=IN_LISTS)
