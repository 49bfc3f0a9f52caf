"""The sentences and headings a simulation uses in every form, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.ladders.stages import stage_word
from duban.reports.coverage_words import kind_word, level_word
from duban.simulation.model import DayAhead, Due, Simulation
from duban.simulation.notices import Acting
from duban.workdays import DayKind

if TYPE_CHECKING:
    from duban.ladders.ladder import Stage

WEEKDAYS = "一二三四五六日"
NAMED = 6
"""Duties named in a sentence; the rest are counted."""


def title(simulation: Simulation) -> str:
    """Whose plan it is, and for which days."""
    scope = simulation.scope or simulation.bureau
    return say(
        zh=f"{scope}督办预演（{simulation.first} 至 {simulation.last}）",
        en=f"Simulation, {scope}, {simulation.first} to {simulation.last}",
    )


def summary(simulation: Simulation) -> str:
    """One sentence: what would open, and what people would receive."""
    messages = sum(simulation.messages.values())
    return say(
        zh=f"{simulation.duties} 个事项，{simulation.units} 个单位：开办 {simulation.total:,} 项，"
        f"催办 {simulation.notices:,} 次，合并成 {messages:,} 条消息。",
        en=f"{simulation.duties} duties, {simulation.units} units: {simulation.total:,} obligations, "
        f"{simulation.notices:,} notices, {messages:,} messages after digesting.",
    )


def assumptions(simulation: Simulation) -> list[str]:
    """What the figures rest on, and what they leave out."""
    told = [_acting(simulation), _beginning(simulation)]
    if simulation.due_later:
        told.append(
            say(
                zh=f"有 {simulation.due_later:,} 项的应办日在 {simulation.last} 以后，不在日历里。",
                en=f"{simulation.due_later:,} obligations are due after {simulation.last}.",
            )
        )
    told += [sentence for sentence in (_measured(simulation),) if sentence]
    return told + left_out(simulation)


def _measured(simulation: Simulation) -> str:
    """How numbers and shares are taken, where the plan has any."""
    kinds = {each.owing.duty.kind for each in simulation.obligations}
    if simulation.acting is Acting.ON_TARGET or not kinds & {"quota", "ratio"}:
        return ""
    return say(
        zh="数量目标按一件也没有报来算，催到底；比率目标按没有人报数算，期限一过就中止，不再往上催。",
        en="Numbers are taken as never reached; shares as reported by nobody, and suspended at their deadline.",
    )


def _acting(simulation: Simulation) -> str:
    if simulation.acting is Acting.NOBODY:
        return say(
            zh="假定没有人办结：每一项都逐级催到底，这是催办最多的情况。",
            en="Nobody completes anything: every ladder is climbed to its end, the most there can be.",
        )
    return say(
        zh="假定人人在应办日当天办结：只有应办日之前的提醒。",
        en="Everybody completes on the safe target day: only what comes before it is sent.",
    )


def _beginning(simulation: Simulation) -> str:
    past = simulation.due_before
    more = say(
        zh=f"，其中 {past:,} 项应办日已过" if past else "",
        en=f", {past:,} of them past their target" if past else "",
    )
    return say(
        zh=f"从 {simulation.first} 的空台账开始，当天已在期间内的一并开办{more}。",
        en=f"It begins on {simulation.first} with an empty ledger; what is running then opens{more}.",
    )


def left_out(simulation: Simulation) -> list[str]:
    """The duties that were not counted, each group with the reason; nothing when all were."""
    out = simulation.left_out
    told = []
    if out.without_facts:
        count, named = len(out.without_facts), _named(simulation, out.without_facts)
        told.append(
            say(
                zh=f"事实触发的 {count} 个事项没有计入，因为没有给出事实：{named}。",
                en=f"{count} duties wait for facts and are not counted, for none were given: {named}.",
            )
        )
    if out.without_subjects:
        count, named = len(out.without_subjects), _named(simulation, out.without_subjects)
        told.append(
            say(
                zh=f"按监管对象开办的 {count} 个事项没有计入，因为没有给出监管对象：{named}。",
                en=f"{count} duties are owed for each subject and not counted, for none were given: {named}.",
            )
        )
    if out.refused:
        count, named = len(out.refused), _named(simulation, out.refused)
        told.append(
            say(
                zh=f"有 {count} 个事项没有算到底，因为要用到日历里还没有的年份：{named}。",
                en=f"{count} duties are not counted to the end: they need a year the calendar does not have: {named}.",
            )
        )
    return told


def _named(simulation: Simulation, duties: Iterable[str]) -> str:
    titles = [simulation.titles[duty_id] for duty_id in duties]
    named = say(zh="、", en=", ").join(titles[:NAMED])
    more = len(titles) - NAMED
    return named + (say(zh=f"等 {len(titles)} 个", en=f" and {more} more") if more > 0 else "")


def how_to_give() -> str:
    """Where subjects and facts can come from."""
    return say(
        zh="要计入它们：加 --with-ledger 用台账里的监管对象和事实，或用 --given 文件写明。",
        en="To count them: --with-ledger takes the ledger's subjects and facts, --given those of a file.",
    )


def kind_name(kind: str) -> str:
    """A cadence kind, in a word."""
    return kind_word(kind)


def level_name(level: str) -> str:
    """A level of units."""
    return level_word(level) if level else say(zh="已撤销的单位", en="units that are gone")


def stage_name(stage: Stage) -> str:
    """A stage of the ladder."""
    return stage_word(stage.value)


def channel_name(channel: str) -> str:
    """A channel as people call it."""
    return say(zh="站内信", en="inbox") if channel == "inbox" else channel


def month_name(month: str) -> str:
    """`2026-01` as a heading."""
    year, _, number = month.partition("-")
    return say(zh=f"{year} 年 {int(number)} 月", en=month)


def month_short(month: str) -> str:
    """`2026-01` in a narrow column, or a year."""
    if "-" not in month:
        return month
    return say(zh=f"{int(month[-2:])}月", en=month[-2:])


def weekdays() -> list[str]:
    """Monday to Sunday, as short as they come."""
    return list(say(zh=WEEKDAYS, en="MTWTFSS"))


def day_name(day: date) -> str:
    """A day with its weekday."""
    return f"{day} {say(zh='周' + WEEKDAYS[day.weekday()], en=day.strftime('%a'))}"


def week_name(monday: date) -> str:
    """A week by its first and last day."""
    return f"{monday:%m-%d}–{monday + timedelta(days=6):%m-%d}"


def day_short(day: date) -> str:
    """A day of the month that is being shown, with its weekday."""
    return say(zh=f"{day.day} 日（周{WEEKDAYS[day.weekday()]}）", en=f"{day.day} {day:%a}")


def day_told(day: DayAhead) -> str:
    """Everything of one day, for who points at it."""
    parts = [day_name(day.on), mark(day), *day.campaigns, *map(due_text, day.due)]
    return "\n".join(part for part in parts if part)


def dues_word(dues: Sequence[object]) -> str:
    """Over the list of what is due in a month."""
    return say(zh=f"逐日列出（{len(dues)} 行）", en=f"Day by day ({len(dues)} entries)")


def figures(simulation: Simulation) -> list[tuple[str, int]]:
    """The large numbers at the head of the page."""
    return [
        (say(zh="应办事项", en="obligations"), simulation.total),
        (say(zh="催办", en="notices"), simulation.notices),
        (say(zh="消息（合并后）", en="messages"), sum(simulation.messages.values())),
        (say(zh="会被淹没的岗位", en="posts flooded"), len(simulation.flooded)),
        (say(zh="不会触发", en="never fire"), len(simulation.dead)),
    ]


def mark(day: DayAhead) -> str:
    """Why a day rests or works: the festival's name, 休 or 班; empty for ordinary days."""
    match day.kind:
        case DayKind.MAKE_UP:
            return say(zh="班", en="work")
        case DayKind.STATUTORY | DayKind.SWAPPED_REST:
            return day.name or say(zh="休", en="rest")
        case _:
            return day.name


def provisional_mark() -> str:
    """Beside what a holiday notice still to come may move."""
    return say(zh="暂", en="prov.")


def provisional_note(simulation: Simulation) -> str:
    """Said when days without a notice are in the span; empty when all are settled."""
    first = next((day.on for day in simulation.days if day.provisional), None)
    if first is None:
        return ""
    return say(
        zh=f"{first} 起的放假安排尚未公布，标“暂”的日期公布后会重新推算；“?”的日子可能调休。",
        en=f"No holiday notice yet for days from {first} on: dates marked “prov.” and days marked “?” may move.",
    )


def due_text(due: Due) -> str:
    """One line of a calendar: what, which period, how many."""
    period = f" {due.period_key}" if due.period_key else ""
    count = f" ×{due.count}" if due.count > 1 else ""
    sign = f" {provisional_mark()}" if due.provisional else ""
    return f"{due.title}{period}{count}{sign}"


def limits_text(simulation: Simulation) -> str:
    """What counts as too much."""
    limits = simulation.limits
    return say(
        zh=f"一条消息超过 {limits.in_a_message} 项，或一周超过 {limits.in_a_week} 项（--most-in-message、--most-in-week 可改）",
        en=f"more than {limits.in_a_message} obligations in one message or {limits.in_a_week} in one week "
        "(--most-in-message, --most-in-week)",
    )


def more(count: int) -> str:
    """Said under a table that was cut."""
    return say(zh=f"另有 {count} 个，见 HTML 或 Excel。", en=f"{count} more: see the HTML or Excel form.")


def the_others(count: int) -> str:
    """Over the rest of a table that is folded away."""
    return say(zh=f"另外 {count} 个", en=f"{count} more")


def no_flood() -> str:
    """Said when every post can bear what it is sent."""
    return say(zh="没有哪个岗位收得太多。", en="No post receives too much.")


def nothing_dead() -> str:
    """Said when every duty can fire and every rung is heard."""
    return say(
        zh="没有结束的事项个个开得出来，每一级都有人收。",
        en="Every duty that is not over can open, every rung has a receiver.",
    )


def heading_counts() -> str:
    """Heading of the totals."""
    return say(zh="按条线和应办日所在的月份", en="By line and period of the target day")


def heading_shares() -> str:
    """Heading of the totals by kind, level, stage and channel."""
    return say(zh="按频次、单位和催办", en="By kind, level, stage and channel")


def heading_load() -> str:
    """Heading of the load of units."""
    return say(zh="各单位每周到应办日的项数", en="Obligations due, by unit and week")


def bars_text(weeks: int) -> str:
    """What one bar stands for, where it is more than a week; else empty."""
    return "" if weeks == 1 else say(zh=f"每格 {weeks} 周", en=f"each bar is {weeks} weeks")


def heading_calendar() -> str:
    """Heading of the months."""
    return say(zh="日历（到应办日的项数）", en="Calendar (obligations due)")


def heading_flooded() -> str:
    """Heading of the posts that receive too much."""
    return say(zh="会被淹没的岗位", en="Posts that would be flooded")


def calendar_key() -> str:
    """What the signs of the terminal's months mean."""
    return say(
        zh="粗体是到应办日的项数，~ 表示日期暂定；* 放假，+ 调休上班，? 放假安排未定，下划线是节点行动期间。",
        en="bold: obligations due, ~ provisional; * holiday, + make-up workday, ? not settled yet, underlined: in a campaign.",
    )


def heading_busiest() -> str:
    """Heading of the fullest days."""
    return say(zh="最忙的日子", en="Busiest days")


def ended_text(simulation: Simulation) -> str:
    """How many duties were over when the span began; empty when none was."""
    count = len(simulation.ended)
    if not count:
        return ""
    return say(
        zh=f"另有 {count} 个事项在 {simulation.first} 以前已经结束（失效，或只办一次、期限已过）。",
        en=f"{count} more duties were over before {simulation.first} (no longer in force, or owed once).",
    )


def heading_dead() -> str:
    """Heading of what never fires."""
    return say(
        zh="这段日子里不会触发的事项、没有人收的级",
        en="What never fires in this span, and rungs nobody hears",
    )


def total_word() -> str:
    """The word over and beside the sums."""
    return say(zh="合计", en="Total")


def line_word() -> str:
    """The heading of business lines."""
    return say(zh="条线", en="Line")


def unit_word() -> str:
    """The heading of units."""
    return say(zh="单位", en="Unit")


def most_word() -> str:
    """The heading of a unit's fullest week."""
    return say(zh="最多一周", en="Fullest week")


def sheet_load() -> str:
    """The name of the sheet with the load."""
    return say(zh="每周负荷", en="Load")


def sheet_dead() -> str:
    """The name of the sheet with what never fires."""
    return say(zh="不会触发", en="Never fires")


def heading_days() -> str:
    """The name of the list of days."""
    return say(zh="逐日", en="Days")


def heading_obligations() -> str:
    """The name of the list of obligations."""
    return say(zh="应办事项", en="Obligations")


def heading_posts() -> str:
    """The name of the list of posts."""
    return say(zh="岗位收信", en="Posts")
