"""Everything the content folders define, read together: nothing of it can be used while any of it is wrong."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from duban.base.problems import Problem, ProblemsFound
from duban.bureau.posts import nobody_has
from duban.bureau.project import Project
from duban.bureau.project_file import load_project
from duban.definitions.line_division import line_mistakes, lines_of_posts
from duban.duties.crosschecks import Surroundings
from duban.duties.grammar import Duty
from duban.duties.loader import load_duties
from duban.duties.sources import unknown_owners
from duban.duties.vocabulary import VOCABULARY_FILE, Vocabulary, load_vocabulary
from duban.ladders.ladder import Addressee, Ladder
from duban.ladders.ladder_file import LADDERS_FILE, load_ladders
from duban.workdays import WorkdayCalendar, load_calendar, load_closures
from duban.yamlfile import YamlFile, read

CALENDAR_FOLDER = "calendar"
Part = TypeVar("Part")


@dataclass(frozen=True)
class Definitions:
    """The project with its calendar, ladders, vocabulary and duties."""

    root: Path  #: The folder they were read from.
    project: Project  #: The bureau, its units and posts.
    calendar: WorkdayCalendar  #: Working days, festivals and local closures.
    ladders: Mapping[str, Ladder]  #: The ladders, by name.
    vocabulary: Vocabulary  #: The kinds of subjects and facts.
    duties: Mapping[str, Duty]  #: The duties, by id, file by file.
    fingerprint: str  #: The fingerprint of what all of it means.


class UnusableDefinitions(ProblemsFound):
    """The content has mistakes; `readable` is what is in order of it, None while a whole part cannot be read."""

    def __init__(self, problems: Iterable[Problem], readable: Definitions | None) -> None:
        self.readable = readable
        super().__init__(problems)


def load_definitions(root: Path) -> Definitions:
    """Read a project's content. Raises UnusableDefinitions with every problem of every file at once."""
    problems: list[Problem] = []
    project = _part(load_project, root, problems)
    calendar = _part(load_calendar, root / CALENDAR_FOLDER, problems)
    if calendar is not None:
        calendar = _with_closures(calendar, root / CALENDAR_FOLDER, project, problems)
    ladders = _part(load_ladders, root, problems)
    vocabulary = _part(load_vocabulary, root, problems)
    festivals = calendar.festivals if calendar is not None else None
    duties, wrong = load_duties(root, Surroundings(project, ladders, vocabulary, festivals))
    problems += wrong
    if project is not None:
        problems += line_mistakes(root, project, () if wrong else duties.values())
        project = project.with_own_lines(lines_of_posts(duties.values()))
    if project is not None and ladders is not None:
        problems += _unknown_posts(root, project, ladders)
    if project is not None and vocabulary is not None and vocabulary.sources:
        vocabulary_file = partial(read, root / VOCABULARY_FILE, root=root)
        problems += unknown_owners(vocabulary_file, vocabulary.sources.values(), project)
    if project is None or calendar is None or ladders is None or vocabulary is None:
        raise UnusableDefinitions(_from_root(problems, root), None)
    fingerprint = _fingerprint(project, calendar, ladders, vocabulary, duties)
    definitions = Definitions(root, project, calendar, ladders, vocabulary, duties, fingerprint)
    if problems:
        raise UnusableDefinitions(_from_root(problems, root), definitions)
    return definitions


def _part(load: Callable[[Path], Part], place: Path, problems: list[Problem]) -> Part | None:
    try:
        return load(place)
    except ProblemsFound as found:
        problems.extend(found.problems)
        return None


def _with_closures(
    calendar: WorkdayCalendar, folder: Path, project: Project | None, problems: list[Problem]
) -> WorkdayCalendar:
    """The calendar that tells closed units apart. While the project cannot be read, no unit is called unknown."""
    units = project.units if project else {}
    chains = {code: [unit.code for unit in project.chain(code)] for code in units} if project else {}
    closures = _part(lambda place: load_closures(place, chains, calendar), folder, problems)
    return calendar.with_closures(closures, chains) if closures else calendar


def _from_root(problems: list[Problem], root: Path) -> list[Problem]:
    """The same problems, each path relative to the project."""
    prefix = f"{root.as_posix()}/"
    return [replace(problem, path=problem.path.removeprefix(prefix)) for problem in problems]


def _unknown_posts(root: Path, project: Project, ladders: Mapping[str, Ladder]) -> list[Problem]:
    """Posts a ladder names that no unit has at all: a slip of the pen."""
    posts = [post for unit in project.units.values() for post in unit.posts.values()]
    known = {name for post in posts for name in (post.name, post.role)}
    problems: list[Problem] = []
    file: YamlFile | None = None
    for name, ladder in ladders.items():
        for number, rung in enumerate(ladder.rungs):
            for place, addressee in enumerate(rung.to):
                if addressee.post is None or addressee.post in known:
                    continue
                file = file or read(root / LADDERS_FILE, root=root)
                problems.append(_unknown_post(file, ("ladders", name, number, "to", place), addressee, known))
    return problems


def _unknown_post(
    file: YamlFile, loc: tuple[str | int, ...], addressee: Addressee, known: set[str]
) -> Problem:
    return file.problem(loc, *nobody_has(addressee.post or "", known), unknown=True)


def _fingerprint(
    project: Project,
    calendar: WorkdayCalendar,
    ladders: Mapping[str, Ladder],
    vocabulary: Vocabulary,
    duties: Mapping[str, Duty],
) -> str:
    meaning = hashlib.sha256()
    for part in (project, calendar.version, dict(ladders), vocabulary):
        meaning.update(repr(part).encode())
    for duty in duties.values():
        meaning.update(duty.fingerprint.encode())
    return meaning.hexdigest()
