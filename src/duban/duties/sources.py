"""Where facts come from, and how often each source should bring some: `sources:` in `duties/vocabulary.yaml`."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.base.problems import Problem, did_you_mean
from duban.bureau.posts import nobody_has
from duban.bureau.project import Project
from duban.cadence.reading.phrases import Rhythm, read_period, read_rhythm
from duban.cadence.rules import GRACE
from duban.workdays import Period, TimeGrain
from duban.yamlfile import YamlFile
from duban.yamlfile.key import Key
from duban.yamlfile.values import Choices, StrictModel, Text


@dataclass(frozen=True)
class FactSource:
    """A source of facts: which kinds it brings, how often, and which post of the city bureau looks after it.

    It is silent when nothing it brings happened in a whole period, `grace` after that period ended.
    """

    name: str  #: What people call it.
    brings: tuple[str, ...]  #: The kinds of facts it brings.
    every: TimeGrain  #: How often it should bring some.
    grace: Period  #: How long after a period it may take.
    owner: str  #: The post of the city bureau that looks after it.


def source_that_brings(sources: Iterable[FactSource], facts: Collection[str]) -> FactSource | None:
    """Which of `sources` brings one of these kinds of facts; of several the one that takes longest; None if nothing
    does.
    """
    bringing = [source for source in sources if set(source.brings) & set(facts)]
    return max(bringing, key=lambda source: source.grace.amount, default=None)


class SourceEntry(StrictModel):
    """One source as the file writes it."""

    brings: Annotated[Choices, Field(min_length=1), Key("带来哪几种事实", "which kinds of facts it brings")]
    every: Annotated[
        Rhythm,
        BeforeValidator(read_rhythm),
        Key("多久应当有一次", "how often it should bring some", ("每月", "每季度"), phrase=True),
    ]
    grace: Annotated[
        Period,
        BeforeValidator(read_period),
        Key("周期结束后多久之内报齐", "how long after a period it may take", ("10个工作日",), phrase=True),
    ] = GRACE
    owner: Annotated[Text, Key("市局哪个岗位负责", "the post of the city bureau that looks after it")]


def source_of(name: str, written: SourceEntry) -> FactSource:
    """The source a person wrote."""
    return FactSource(name, written.brings, written.every.every, written.grace, written.owner)


def unknown_facts(file: YamlFile, sources: dict[str, SourceEntry], facts: Iterable[str]) -> list[Problem]:
    """Kinds of facts a source is said to bring and nobody defined."""
    known = list(facts)
    return [
        file.problem(
            ("sources", name, "brings", number),
            say(zh=f"没有事实“{kind}”", en=f"there is no fact kind “{kind}”"),
            did_you_mean(kind, known),
        )
        for name, source in sources.items()
        for number, kind in enumerate(source.brings)
        if kind not in known
    ]


def unknown_owners(
    read_file: Callable[[], YamlFile], sources: Iterable[FactSource], project: Project
) -> list[Problem]:
    """A problem for each of `sources` whose post to look after it the city bureau does not have; `read_file` reads the file
    that lists them, only where there is a place to name in it.
    """
    known = {post for unit in project.units_at("city") for post in unit.posts}
    problems = []
    for source in sources:
        loc = ("sources", source.name, "owner")
        if source.owner not in project.posts_known:
            words = nobody_has(source.owner, project.posts_known)
            problems.append(read_file().problem(loc, *words, unknown=True))
        elif source.owner not in known:
            what = say(zh=f"市局没有岗位“{source.owner}”", en=f"the city bureau has no post “{source.owner}”")
            problems.append(read_file().problem(loc, what, did_you_mean(source.owner, known)))
    return problems
