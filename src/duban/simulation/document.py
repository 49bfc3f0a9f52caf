"""A simulation as a document: the figures, the load, the days, and what a person should look at."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from duban.base.language import say
from duban.base.weekdays import with_weekday
from duban.cadence.registry import kind_word
from duban.documents import (
    ON_A_PAGE,
    ON_A_SCREEN,
    READ,
    CalendarDay,
    Column,
    ColumnKind,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatRow,
    HeatTable,
    LineStyle,
    Months,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
)
from duban.ladders.stages import stage_word
from duban.simulation import lists, words
from duban.simulation.assumptions import assumptions, how_to_give, left_out
from duban.simulation.results import DayAhead, Simulation
from duban.workdays import DayKind


def simulation_document(simulation: Simulation) -> Document:
    """The simulation as a document. What to look at stands first on a page, and on a screen last, by the prompt."""
    scope = simulation.scope or simulation.bureau
    title = say(
        zh=f"{scope}督办预演（{simulation.first} 至 {simulation.last}）",
        en=f"Simulation, {scope}, {simulation.first} to {simulation.last}",
    )
    return Document(title, tuple(_parts(simulation)))


def _parts(simulation: Simulation) -> Iterator[Part]:
    yield Sentence(_summary(simulation))
    yield Figures(_figures(simulation), forms=frozenset({Form.HTML}))
    rests_on = [Sentence(told, Tone.QUIET) for told in assumptions(simulation)]
    if left_out(simulation) and not simulation.with_given:
        rests_on.append(Sentence(how_to_give(), Tone.QUIET, forms=ON_A_SCREEN))
    yield TextLines(tuple(rests_on), LineStyle.LISTED)
    dead = Section(
        say(
            zh="这段日子里不会触发的事项、没有人收的级",
            en="What never fires in this span, and rungs nobody hears",
        ),
        tuple(_dead(simulation)),
        Tone.WRONG if simulation.dead else Tone.PLAIN,
        forms=ON_A_PAGE,
    )
    flooded = Section(
        say(zh="会被淹没的岗位", en="Posts that would be flooded"),
        tuple(_flooded(simulation)),
        forms=ON_A_PAGE,
    )
    yield from (dead, flooded)
    if simulation.total:
        yield from _counted(simulation)
    yield from lists.whole(simulation)
    yield from (replace(flooded, forms=ON_A_SCREEN), replace(dead, forms=ON_A_SCREEN))


def _summary(simulation: Simulation) -> str:
    """One sentence: what would open, and what people would receive."""
    messages = sum(simulation.messages.values())
    return say(
        zh=f"{simulation.duties} 个事项，{simulation.units} 个单位：开办 {simulation.total:,} 项，"
        f"催办 {simulation.notices:,} 次，合并成 {messages:,} 条消息。",
        en=f"{simulation.duties} duties, {simulation.units} units: {simulation.total:,} obligations, "
        f"{simulation.notices:,} notices, {messages:,} messages after digesting.",
    )


def _figures(simulation: Simulation) -> tuple[tuple[str, int], ...]:
    return (
        (say(zh="应办事项", en="obligations"), simulation.total),
        (say(zh="催办", en="notices"), simulation.notices),
        (say(zh="消息（合并后）", en="messages"), sum(simulation.messages.values())),
        (say(zh="会被淹没的岗位", en="posts flooded"), len(simulation.flooded)),
        (say(zh="不会触发", en="never fire"), len(simulation.dead)),
    )


def _dead(simulation: Simulation) -> Iterator[Part]:
    if simulation.dead:
        yield lists.dead(simulation, simulation.dead)
    else:
        fine = say(
            zh="没有结束的事项个个开得出来，每一级都有人收。",
            en="Every duty that is not over can open, every rung has a receiver.",
        )
        yield Sentence(fine, Tone.FINE)
    if count := len(simulation.ended):
        told = say(
            zh=f"另有 {count} 个事项在 {simulation.first} 以前已经结束（失效，或只办一次、期限已过）。",
            en=f"{count} more duties were over before {simulation.first} (no longer in force, or owed once).",
        )
        ended = [duty_id for duty_id in simulation.never_fires if duty_id in simulation.ended]
        yield FoldedParts(told, (lists.dead(simulation, ended),))


def _flooded(simulation: Simulation) -> Iterator[Part]:
    limits = simulation.limits
    told = say(
        zh=f"一条消息超过 {limits.in_a_message} 项，或一周超过 {limits.in_a_week} 项（--most-in-message、--most-in-week 可改）",
        en=f"more than {limits.in_a_message} obligations in one message or {limits.in_a_week} in one week "
        "(--most-in-message, --most-in-week)",
    )
    yield Sentence(told, Tone.QUIET)
    if simulation.flooded:
        yield lists.posts(simulation.flooded)
    else:
        yield Sentence(say(zh="没有哪个岗位收得太多。", en="No post receives too much."), Tone.FINE)


def _counted(simulation: Simulation) -> Iterator[Part]:
    heading = say(zh="按条线和应办日所在的月份", en="By line and period of the safe day")
    yield Section(heading, (_by_line(simulation),))
    heading = say(zh="按频次、单位和催办", en="By kind, level, stage and channel")
    yield Section(heading, (TablesAbreast(tuple(_shares(simulation))),))
    heading = say(zh="各单位每周到应办日的项数", en="Obligations due, by unit and week")
    yield Section(heading, (_load(simulation),))
    yield Section(say(zh="最忙的日子", en="Busiest days"), (lists.busiest(simulation),), forms=READ)
    heading = say(zh="日历（到应办日的项数）", en="Calendar (obligations due)")
    yield Section(heading, (*_provisional(simulation), _calendar(simulation)), forms=READ)


def _by_line(simulation: Simulation) -> HeatTable:
    counts = simulation.by_line_and_period
    total = say(zh="合计", en="Total")
    return HeatTable(
        corner=say(zh="条线", en="Line"),
        columns=simulation.periods,
        short=[words.month_short(period) for period in simulation.periods],
        rows=[
            HeatRow(line, [counts.get((line, period), 0) for period in simulation.periods], [all_told])
            for line, all_told in simulation.by_line.items()
        ],
        sums=[total],
        foot=HeatRow(total, [*simulation.by_period.values()], [simulation.total]),
    )


def _shares(simulation: Simulation) -> Iterator[DataTable]:
    """The totals by kind, level, stage and channel; none that has nothing in it."""
    total = say(zh="合计", en="Total")
    for heading, counts in (
        (say(zh="频次", en="Kind"), {kind_word(kind): n for kind, n in simulation.by_kind.items()}),
        (
            say(zh="单位级别", en="Level"),
            {words.level_name(each): n for each, n in simulation.by_level.items()},
        ),
        (
            say(zh="催办", en="Notices"),
            {stage_word(each): n for each, n in simulation.by_stage.items()},
        ),
        (
            say(zh="消息", en="Messages"),
            {words.channel_name(each): n for each, n in simulation.messages.items()},
        ),
    ):
        if counts:
            columns = (Column(heading, ColumnKind.NAME), Column(total, ColumnKind.NUMBER))
            yield DataTable(columns, [*counts.items()])


def _load(simulation: Simulation) -> HeatTable:
    total = say(zh="合计", en="Total")
    sums = [sum(counts) for counts in zip(*(unit.weeks for unit in simulation.load), strict=True)]
    months = [simulation.period(max(monday, simulation.first)) for monday in simulation.weeks]
    groups = [(month, len([*weeks])) for month, weeks in groupby(months)]
    return HeatTable(
        corner=say(zh="单位", en="Unit"),
        columns=[f"{monday:%m-%d}" for monday in simulation.weeks],
        groups=[(words.month_short(month), weeks) for month, weeks in groups],
        marks=[month[5:].removeprefix("0") or month for month, _ in groups],
        rows=[HeatRow(unit.name, unit.weeks, [unit.most, unit.total]) for unit in simulation.load],
        sums=[say(zh="最多一周", en="Fullest week"), total],
        foot=HeatRow(total, sums, [max(sums, default=0), simulation.total]),
        stepped=lambda weeks: say(zh=f"每格 {weeks} 周", en=f"each bar is {weeks} weeks"),
        sheet=say(zh="每周负荷", en="Load"),
    )


def _provisional(simulation: Simulation) -> Iterator[Part]:
    """Said when days without a notice are in the span."""
    first = next((day.on for day in simulation.days if day.provisional), None)
    if first is not None:
        note = say(
            zh=f"{first} 起的放假安排尚未公布，标“暂”的日期公布后会重新推算；“?”的日子可能调休。",
            en=f"No holiday notice yet for days from {first} on: dates marked “prov.” and days marked “?” may move.",
        )
        yield Sentence(note, Tone.DOUBTFUL)


def _calendar(simulation: Simulation) -> Months:
    key = say(
        zh="粗体是到应办日的项数，~ 表示日期暂定；* 放假，+ 调休上班，? 放假安排未定，下划线是节点行动期间。",
        en="bold: obligations due, ~ provisional; * holiday, + make-up workday, ? not settled yet, underlined: in a campaign.",
    )
    return Months([_day(day) for day in simulation.days], key)


def _day(day: DayAhead) -> CalendarDay:
    sign = {DayKind.MAKE_UP: "+", DayKind.STATUTORY: "*", DayKind.SWAPPED_REST: "*"}.get(day.kind, "")
    unsettled = "?" if day.uncertain else ""
    mark = words.mark(day)
    return CalendarDay(
        on=day.on,
        count=day.due_count,
        rests=day.rests,
        mark=mark or unsettled,
        sign=sign or unsettled,
        works=bool(mark) and not day.rests,
        unsure=words.provisional_mark() if day.due_provisional else "",
        running=bool(day.campaigns),
        begins=day.campaigns_begin,
        told="\n".join(
            told
            for told in (with_weekday(day.on), mark, *day.campaigns, *map(words.due_text, day.due))
            if told
        ),
        due=tuple(map(words.due_text, day.due)),
    )
