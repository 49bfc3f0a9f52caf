"""Whether the lines (条线) are divided so that everybody knows whom to ask: each known, nobody's twice, none left out."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.bureau.posts import HEADS, Post, nobody_has
from duban.bureau.project import PROJECT_FILE, Project
from duban.bureau.unit_tree import unit_places
from duban.bureau.units import LEVELS, Level, Unit
from duban.duties.grammar import Duty
from duban.duties.work_plan import load_plan
from duban.yamlfile import Loc, YamlFile, read


def lines_of_posts(duties: Collection[Duty]) -> dict[str, set[str]]:
    """The lines of the duties that posts owe, by the post's name."""
    found: dict[str, set[str]] = defaultdict(set)
    for duty in duties:
        found[duty.owner.post].add(duty.line)
    return found


def line_mistakes(root: Path, project: Project, duties: Collection[Duty]) -> Iterator[Problem]:
    """What is wrong with the `lines` and `own_lines` that posts say they stand for; those of a line only while the duties can be read."""
    written = [
        (at, unit)
        for at, unit in unit_places(project.units.values())
        if any(
            post.serves_as or (post.lines is not None and not post.own_lines) for post in unit.posts.values()
        )
    ]
    file = read(root / PROJECT_FILE, root=root)
    posts = project.posts_known
    for number, name in enumerate(file.data.get("own_lines") or ()):
        if name not in posts:
            yield file.problem(("own_lines", number), *nobody_has(name, posts), unknown=True)
    if not written:
        return
    reached: dict[Level, dict[str, None]] = {
        level: {duty.line: None for duty in duties if not set(duty.owner.levels).isdisjoint(LEVELS[number:])}
        for number, level in enumerate(LEVELS)
    }
    known = {duty.line for duty in duties}
    for at, unit in written:
        if known:
            yield from _misspelt(root, file, (*at, "posts"), unit, known)
            yield from _nobodys(file, at, unit, reached[unit.level])
        yield from _twice(file, (*at, "posts"), unit)


def lines_of_no_duty(root: Path, project: Project, duties: Collection[Duty]) -> Iterator[Problem]:
    """Lines that posts of `project` stand for and none of `duties` is of, by their places in its file under `root`.

    Those that are misspelt are mistakes already, and are not told again.
    """
    known = {duty.line for duty in duties}
    file: YamlFile | None = None
    for at, unit in unit_places(project.units.values()):
        for loc, line, meant in _unknown(unit, known):
            if not meant:
                file = file or read(root / PROJECT_FILE, root=root)
                yield file.problem(
                    (*at, "posts", *loc),
                    say(zh=f"没有事项属于条线“{line}”", en=f"no duty is of the line “{line}”"),
                    say(
                        zh="条线是 duties/ 里各文件第一行 line 写的名称",
                        en="lines are named in the files of duties/",
                    ),
                )


def _misspelt(root: Path, file: YamlFile, at: Loc, unit: Unit, known: Collection[str]) -> Iterator[Problem]:
    for loc, line, meant in _unknown(unit, known):
        if meant and line not in _lines_of_plan(
            root
        ):  # else it is misspelt in the file of duties, and told there
            yield file.problem(
                (*at, *loc),
                say(zh=f"没有条线“{line}”", en=f"there is no line “{line}”"),
                did_you_mean(line, [meant]),
            )


def _lines_of_plan(root: Path) -> tuple[str, ...]:
    try:
        return load_plan(root).lines
    except ProblemsFound:
        return ()


def _unknown(unit: Unit, known: Collection[str]) -> Iterator[tuple[Loc, str, str]]:
    """Each line that no duty is of: where it stands, and which is meant, if one like it is given to none of these posts."""
    for these in _by_role(unit).values():
        given = {line for post in these for line in post.lines or ()}
        for post in these:
            for place, line in enumerate(post.lines or ()):
                if line not in known and not post.own_lines:
                    near = (each for each in sorted(set(known) - given) if _slip(line, each))
                    yield (post.name, "lines", place), line, next(near, "")


def _slip(written: str, meant: str) -> bool:
    """Whether one sign is wrong, too many or missing, or a part of the name stands for it: names of lines are much alike."""
    alike = sum(block.size for block in SequenceMatcher(None, written, meant).get_matching_blocks())
    return alike >= max(len(written), len(meant)) - 1 or written in meant


def _nobodys(file: YamlFile, at: Loc, unit: Unit, lines: Mapping[str, None]) -> Iterator[Problem]:
    """Lines that none of the heads has among whom a unit divides them."""
    for role, these in _by_role(unit).items():
        if role == "" or any(post.lines is None for post in these):
            continue
        left = [line for line in lines if not any(line in (post.lines or ()) for post in these)]
        if left:
            listed = say(zh="、", en=", ").join(left[:5]) + (
                say(zh=f" 等 {len(left)} 条", en=f" and {len(left) - 5} more") if len(left) > 5 else ""
            )
            yield file.problem(
                (*at, "posts", these[0].name),
                say(
                    zh=f"{unit.name}没有{role}负责这些条线：{listed}",
                    en=f"no {role} of {unit.name} has: {listed}",
                ),
                say(
                    zh=f"请写进其中一位{role}的 lines，或留一位不写 lines（负责其余全部）",
                    en=f"add them to the lines of one {role}, or leave one without lines: it has all others",
                ),
            )


def _twice(file: YamlFile, at: Loc, unit: Unit) -> Iterator[Problem]:
    """Posts of a unit that are both the same head, or both the section, for a line."""
    for role, these in _by_role(unit).items():
        holders: dict[str, str] = {}
        for post in these:
            if post.own_lines or (post.lines is None and role == ""):
                continue
            for place, line in enumerate(post.lines if post.lines is not None else [""]):
                other = holders.setdefault(line, post.name)
                if other != post.name:
                    yield file.problem(
                        (*at, post.name, "lines", place) if line else (*at, post.name),
                        _both(unit, line, other, post.name),
                        say(zh="一个条线只写给一个岗位", en="leave a line to one of them"),
                    )


def _both(unit: Unit, line: str, one: str, other: str) -> str:
    """That two posts of a unit have a line, or all that is left (no line)."""
    meant = say(zh=f"“{line}”" if line else "其余条线", en=f"“{line}”" if line else "what is left")
    return say(
        zh=f"{unit.name}的{meant}既由“{one}”又由“{other}”负责，催办不知道找谁",
        en=f"{meant} at {unit.name} belongs to {one} and to {other}: nobody knows whom to ask",
    )


def _by_role(unit: Unit) -> dict[str, list[Post]]:
    """The posts of a unit by the head they are, those that are none under an empty word."""
    found: dict[str, list[Post]] = defaultdict(list)
    for post in unit.posts.values():
        found[post.role if post.role in HEADS else ""].append(post)
    return found
