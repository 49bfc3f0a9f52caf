"""A simulated year of the whole plan, summed up so that a person can read it in a minute."""

from datetime import date
from itertools import chain
from pathlib import Path

from duban.cadence.registry import kind_word
from duban.ladders.stages import stage_word
from duban.simulation import Premises, SubjectGroup, simulate
from duban.simulation.words import channel_name, due_text, level_name

FOLDER = Path(__file__).parent
YEARS = (2023, 2026)
CALENDAR_LINES = 60
HEADING = """\
# {year} 年全部事项的预演：没有人办结，每个县局每类监管对象每个等级各一户，没有事实。条数按应办日所在的月份。
# 这个文件由测试逐字比较。事项、日历或阶梯有意改了，就重写：DUBAN_WRITE_GOLDEN=1 python -m pytest tests/golden/test_simulated.py
"""


def golden(year):
    """Where the summary of a year is kept."""
    return FOLDER / f"simulated-{year}.txt"


def one_of_each(definitions):
    """One subject of every kind and grade, and one without a grade, in the charge of each county."""
    return tuple(
        SubjectGroup(
            kind.name, unit.code, grade, {name: each[0] for name, each in kind.attributes.items() if each}
        )
        for kind in definitions.vocabulary.subjects.values()
        for unit in definitions.project.units_at("county")
        for grade in (None, *kind.grades)
    )


def of_year(definitions, year):
    """The simulated year."""
    given = Premises(one_of_each(definitions))
    return simulate(definitions, date(year, 1, 1), date(year, 12, 31), given)


def summary(simulation, year):
    """The year in words and figures, line by line."""
    shares = {
        "频次": {kind_word(kind): count for kind, count in simulation.by_kind.items()},
        "单位": {level_name(level): count for level, count in simulation.by_level.items()},
        "催办": {stage_word(stage): count for stage, count in simulation.by_stage.items()},
        "消息": {channel_name(channel): count for channel, count in simulation.messages.items()},
    }
    lines = chain(
        [f"{simulation.duties} 个事项，{simulation.units} 个单位，开办 {simulation.total} 项", ""],
        (f"{name}：{_listed(counts)}" for name, counts in shares.items()),
        _section("各条线各月"),
        (
            f"{line}：{' '.join(str(simulation.by_line_and_period.get((line, month), 0)) for month in simulation.periods)}"
            f"，共 {count}"
            for line, count in simulation.by_line.items()
        ),
        [f"合计：{' '.join(map(str, simulation.by_period.values()))}，共 {simulation.total}"],
        _section("没有计入（没有给出事实）"),
        simulation.left_out.without_facts,
        _section("没有计入（没有给出监管对象）"),
        simulation.left_out.without_subjects,
        _section("没有计入（日历不够长）"),
        (f"{duty_id}：{why}" for duty_id, why in simulation.left_out.refused.items()),
        _section("不会触发、没有人收"),
        (f"{duty_id}：{why}" for duty_id, why in simulation.dead.items()),
        [f"另有 {len(simulation.ended)} 个在这一年以前已经结束"] if simulation.ended else [],
        _section(f"日历的前 {CALENDAR_LINES} 行"),
        [*_calendar(simulation)][:CALENDAR_LINES],
    )
    return HEADING.format(year=year) + "\n" + "\n".join(lines) + "\n"


def _section(title):
    return ["", f"## {title}"]


def _listed(counts):
    return "，".join(f"{name} {count}" for name, count in counts.items())


def _calendar(simulation):
    for day in simulation.days:
        named = "、".join(part for part in (day.name, *day.campaigns_begin) if part)
        if day.due or day.campaigns_begin:
            yield f"{day.on} 周{'一二三四五六日'[day.on.weekday()]}{f'（{named}）' if named else ''}"
            yield from (f"  {due_text(due)}" for due in day.due)
