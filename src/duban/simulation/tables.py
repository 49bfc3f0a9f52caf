"""The tables of a simulation, as every form shows them: their headings and their rows."""

from __future__ import annotations

from datetime import date

from duban.base.language import say
from duban.simulation import words
from duban.simulation.model import DayAhead, PostLoad, Simulation


def share_headings() -> tuple[str, str, str, str]:
    """Over the four small tables: kind, level, stage, channel."""
    return (
        say(zh="频次", en="Kind"),
        say(zh="单位级别", en="Level"),
        say(zh="催办", en="Notices"),
        say(zh="消息", en="Messages"),
    )


def flooded_columns() -> list[str]:
    """The headings of the posts that receive too much."""
    return [
        say(zh="单位", en="Unit"),
        say(zh="岗位", en="Post"),
        say(zh="一条消息最多", en="Most in one message"),
        say(zh="哪天", en="On"),
        say(zh="一周最多", en="Most in one week"),
        say(zh="哪一周", en="Week"),
        say(zh="全期项数", en="Told in all"),
        say(zh="全期消息", en="Messages"),
    ]


def flooded_row(post: PostLoad) -> list[str | int]:
    """One post under `flooded_columns`."""
    return [
        post.unit,
        post.post,
        post.most_in_a_message,
        post.on.isoformat(),
        post.most_in_a_week,
        words.week_name(post.week),
        post.told,
        post.messages,
    ]


def busiest_columns() -> list[str]:
    """The headings of the fullest days."""
    return [
        say(zh="日期", en="Day"),
        say(zh="到应办日", en="Due"),
        say(zh="催办", en="Notices"),
        say(zh="消息", en="Messages"),
        say(zh="主要是", en="Mostly"),
    ]


def busiest_row(day: DayAhead, shown: int = 4) -> list[str | int]:
    """One day under `busiest_columns`."""
    told = say(zh="；", en="; ").join(words.due_text(due) for due in day.due[:shown])
    more = len(day.due) - shown
    told += say(zh=f"；另 {more} 种", en=f"; {more} more") if more > 0 else ""
    return [words.day_name(day.on), day.due_count, day.notices, day.messages, told]


def dead_columns() -> list[str]:
    """The headings of what never fires."""
    return [say(zh="事项", en="Duty"), say(zh="名称", en="Title"), say(zh="原因", en="Reason")]


def dead_rows(simulation: Simulation) -> list[list[str]]:
    """What never fires though it is not over, under `dead_columns`."""
    return [[duty_id, simulation.titles[duty_id], why] for duty_id, why in simulation.dead.items()]


def ended_rows(simulation: Simulation) -> list[list[str]]:
    """What was over when the span began, under `dead_columns`."""
    return [
        [duty_id, simulation.titles[duty_id], why]
        for duty_id, why in simulation.never_fires.items()
        if duty_id in simulation.ended
    ]


def shares(simulation: Simulation) -> list[tuple[str, list[tuple[str, int]]]]:
    """The four small tables: heading, then names with their counts."""
    by_kind, by_level, by_stage, by_channel = share_headings()
    return [
        (by_kind, [(words.kind_name(kind), count) for kind, count in simulation.by_kind.items()]),
        (by_level, [(words.level_name(level), count) for level, count in simulation.by_level.items()]),
        (by_stage, [(words.stage_name(stage), count) for stage, count in simulation.by_stage.items()]),
        (by_channel, [(words.channel_name(name), count) for name, count in simulation.messages.items()]),
    ]


def day_columns() -> list[str]:
    """The headings of the list of days."""
    return [
        say(zh="日期", en="Day"),
        say(zh="周", en="Weekday"),
        say(zh="放假、调休", en="Rest, work"),
        say(zh="开办", en="Opened"),
        say(zh="到应办日", en="Due"),
        say(zh="催办", en="Notices"),
        say(zh="消息", en="Messages"),
        say(zh="到应办日的事项", en="What is due"),
    ]


def day_rows(simulation: Simulation) -> list[list[str | int | date | None]]:
    """Every day of the span, under `day_columns`."""
    return [
        [
            day.on,
            words.weekdays()[day.on.weekday()],
            words.mark(day) or (words.provisional_mark() if day.uncertain else None),
            day.opened or None,
            day.due_count or None,
            day.notices or None,
            day.messages or None,
            say(zh="；", en="; ").join(map(words.due_text, day.due)) or None,
        ]
        for day in simulation.days
    ]


def obligation_columns() -> list[str]:
    """The headings of the list of obligations."""
    return [
        say(zh="条线", en="Line"),
        say(zh="事项", en="Duty"),
        say(zh="名称", en="Title"),
        say(zh="周期", en="Period"),
        say(zh="单位", en="Unit"),
        say(zh="开始日", en="Opened"),
        say(zh="应办日", en="Target"),
        say(zh="法定期限", en="Deadline"),
        say(zh="暂定", en="Prov."),
        say(zh="项数", en="Number"),
    ]


def obligation_rows(simulation: Simulation) -> list[list[str | int | date | None]]:
    """Every obligation, those of one unit and one period in one row, under `obligation_columns`."""
    names = {unit.code: unit.name for unit in simulation.load}
    return [
        [
            each.owing.duty.line,
            each.owing.duty.id,
            each.owing.duty.title,
            each.owing.period_key or None,
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
