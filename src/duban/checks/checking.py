"""Everything `duban check` says about a project: what stops it from being used, and what deserves a look.

A problem is a mistake: content that has one cannot be applied. A remark is not: a post is
empty and its reminders pass to the next rung, a channel has no address yet, a closed day rests anyway.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from duban.base.clock import Clock, business_date
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, told_once
from duban.bureau.posts import Post
from duban.bureau.project import PROJECT_FILE, Project
from duban.bureau.unit_tree import unit_places
from duban.bureau.units import Unit
from duban.checks.tip_off import tip_offs
from duban.checks.unread import unread_files
from duban.checks.ways_in import WaysIn
from duban.checks.windows import window_remarks
from duban.checks.work_plan import plan_remarks
from duban.definitions.definitions import (
    CALENDAR_FOLDER,
    Definitions,
    UnusableDefinitions,
    load_definitions,
)
from duban.definitions.line_division import lines_of_no_duty
from duban.duties.grammar import Duty
from duban.duties.vocabulary import load_vocabulary
from duban.ladders.addressing import addressed
from duban.ladders.ladder import Ladder
from duban.ladders.ladder_file import LADDERS_FILE
from duban.workdays import closure_remarks
from duban.yamlfile import YamlFile, read


@dataclass(frozen=True)
class CheckResult:
    """What is wrong with a project, and what is not wrong but deserves a look; each sorted by place."""

    problems: tuple[Problem, ...]  #: what is wrong
    remarks: tuple[Problem, ...]  #: what is allowed but deserves a look
    definitions: Definitions | None = None  #: what could be read, if all of it could
    readable: Definitions | None = None  #: what is in order beside what is not


def examine(root: Path, clock: Clock, project: Path | None = None) -> CheckResult:
    """Read the whole project once and say everything about it. While there are problems there are no remarks.

    `clock` says whose year's notices are missing; `project` is the project's folder where `root` is content in force that was laid out elsewhere.
    """
    project = project or root
    wrong, doubtful = _notification_problems(root)
    wrong += unread_files(root)
    try:
        definitions = load_definitions(root)
    except UnusableDefinitions as found:
        wrong += _mapping_problems(root)
        if found.readable is not None:
            wrong += [*tip_offs(found.readable), *WaysIn(found.readable, project).wrong()]
        return CheckResult(told_once([*found.problems, *wrong]), (), readable=found.readable)
    ways_in = WaysIn(definitions, project)
    if project == root:  # content in force is laid out without the mappings
        wrong += ways_in.misread
    problems = told_once(
        [
            *unreachable_rungs(definitions),
            *tip_offs(definitions),
            *ways_in.wrong(),
            *wrong,
        ]
    )
    if problems:
        return CheckResult(problems, (), definitions)
    calendar, zone = definitions.calendar, definitions.project.zone
    idle = closure_remarks(definitions.root / CALENDAR_FOLDER, calendar.closures, calendar)
    return CheckResult(
        (),
        told_once(
            [
                *_empty_posts(definitions),
                *lines_of_no_duty(definitions.root, definitions.project, definitions.duties.values()),
                *plan_remarks(definitions, project),
                *window_remarks(definitions, business_date(clock.now(), zone).year),
                *ways_in.lacking(),
                *ways_in.hourless(),
                *doubtful,
                *idle,
                *_channel_remarks(definitions),
            ]
        ),
        definitions,
    )


def _notification_problems(root: Path) -> tuple[list[Problem], list[Problem]]:
    from duban.deliveries.checking import notification_problems

    return notification_problems(root)


def _channel_remarks(definitions: Definitions) -> list[Problem]:
    from duban.channels.loading import load_channels
    from duban.channels.remarks import channel_remarks

    return channel_remarks(definitions.root, definitions.project, load_channels(definitions.root))


def _mapping_problems(root: Path) -> list[Problem]:
    """What is wrong with the mappings for tables while something else is, too; nothing while the vocabulary they speak
    cannot be read.
    """
    from duban.importing.mappings import load_mappings

    try:
        return load_mappings(root, load_vocabulary(root))[1]
    except ProblemsFound:
        return []


def unreachable_rungs(definitions: Definitions) -> Iterable[Problem]:
    """Rungs that nobody can receive: at some unit no post of the rung, nor of any rung after it, is filled.

    An empty post passes to the next rung at once; where the ladder ends, the reminder would be lost.
    """
    project = definitions.project
    file: YamlFile | None = None
    seen: set[tuple[str, int, str]] = set()
    alike: dict[tuple[str, str, str, str], int | None] = {}
    for duty in definitions.duties.values():
        ladder = definitions.ladders[duty.ladder]
        for unit in (each for level in duty.owner.levels for each in project.units_at(level)):
            asked = (ladder.name, unit.code, duty.owner.post, duty.line)
            if asked not in alike:
                alike[asked] = first_unheard(project, ladder, duty, unit)
            number = alike[asked]
            if number is None or (ladder.name, number, unit.code) in seen:
                continue
            seen.add((ladder.name, number, unit.code))
            file = file or read(definitions.root / LADDERS_FILE, root=definitions.root)
            yield file.problem(
                ("ladders", ladder.name, number, "to"),
                say(
                    zh=f"{unit.name}没有人能收到这一级，后面各级也没有人",
                    en=f"nobody at {unit.name} can receive this rung, nor any rung after it",
                ),
                say(
                    zh="请在 duban.yaml 里补上岗位，或在这里多写一个对象",
                    en="fill a post in duban.yaml, or name another addressee here",
                ),
                duty.id,
            )


def first_unheard(project: Project, ladder: Ladder, duty: Duty, unit: Unit) -> int | None:
    """From which rung of `ladder` on, counted from 0, nobody hears what `unit` owes by `duty`; None when somebody hears the last.

    Somebody is there where a post that is asked, at the unit or above, has a person.
    """
    unheard = None
    for number in range(len(ladder.rungs) - 1, -1, -1):
        asked = addressed(project, ladder.rungs[number], unit.code, duty.owner.post, duty.line)
        if any(_filled(project.post(each.unit, each.post)) for each in asked):
            break
        unheard = number
    return unheard


def _filled(post: Post | None) -> bool:
    return post is not None and not post.vacant


def _empty_posts(definitions: Definitions) -> Iterable[Problem]:
    file = read(definitions.root / PROJECT_FILE, root=definitions.root)
    for loc, unit in unit_places(definitions.project.units.values()):
        for name, post in unit.posts.items():
            if post.vacant:
                yield file.problem(
                    (*loc, "posts", name, "vacant"),
                    say(zh=f"{unit.name}的“{name}”空缺", en=f"{name} of {unit.name} is vacant"),
                    say(zh="催办会直接转给下一级", en="its reminders pass to the next rung"),
                )
