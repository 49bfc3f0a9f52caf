"""Subjects and facts for a simulation, as a person writes them: `subjects:` in groups, `facts:` about them or about units."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.definitions.definitions import Definitions
from duban.simulation.given import GivenFact, Premises, SubjectGroup
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.values import Day, StrictModel, Text


class _Subjects(StrictModel):
    kind: Text
    unit: Text
    count: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    code: Text | None = None
    grade: Text | None = None
    attributes: dict[str, Text] = Field(default_factory=dict)
    registered: Day | None = None


class _Fact(StrictModel):
    of: Text
    about: Text
    on: Day


class _GivenFile(StrictModel):
    subjects: tuple[_Subjects, ...] = ()
    facts: tuple[_Fact, ...] = ()


def read_given(path: Path, definitions: Definitions) -> Premises:
    """The subjects and facts of a file. Raises ProblemsFound with every mistake in it."""
    file, written, problems = load_file(path, _GivenFile, root=None)
    if file is None or written is None:
        raise ProblemsFound(problems)
    problems += [*_subject_mistakes(file, written, definitions), *_fact_mistakes(file, written, definitions)]
    if problems:
        raise ProblemsFound(problems)
    groups = tuple(
        SubjectGroup(each.kind, each.unit, each.grade, each.attributes, each.registered, each.count)
        for each in written.subjects
    )
    named = {each.code: group for each, group in zip(written.subjects, groups, strict=True) if each.code}
    events = tuple(
        GivenFact(fact.of, fact.on, about=fact.about, group=named[fact.about])
        if fact.about in named
        else GivenFact(fact.of, fact.on, unit=fact.about)
        for fact in written.facts
    )
    return Premises(groups, events)


def _subject_mistakes(file: YamlFile, written: _GivenFile, definitions: Definitions) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, each in enumerate(written.subjects):
        at = ("subjects", number)
        kind = definitions.vocabulary.subjects.get(each.kind)
        if kind is None:
            yield _unknown(
                file, (*at, "kind"), "监管对象", "subject kind", each.kind, definitions.vocabulary.subjects
            )
            continue
        if each.unit not in definitions.project.units:
            yield _unknown(file, (*at, "unit"), "单位", "unit", each.unit, definitions.project.units)
        if each.grade is not None and each.grade not in kind.grades:
            yield _unknown(file, (*at, "grade"), "等级", "grade", each.grade, kind.grades)
        for name, value in each.attributes.items():
            values = kind.attributes.get(name)
            if values is None:
                yield _unknown(file, (*at, "attributes", name), "属性", "attribute", name, kind.attributes)
            elif values and value not in values:
                yield _unknown(file, (*at, "attributes", name), "值", "value", value, values)
        if each.code is None:
            continue
        if each.code in seen:
            yield file.problem(
                (*at, "code"),
                say(zh=f"编号“{each.code}”重复了", en=f"the code “{each.code}” stands twice"),
            )
        seen.add(each.code)
        if each.count > 1:
            yield file.problem(
                (*at, "count"),
                say(
                    zh="写了编号的是一户，不能再写户数",
                    en="a subject with a code is one: leave out the count",
                ),
            )


def _fact_mistakes(file: YamlFile, written: _GivenFile, definitions: Definitions) -> Iterator[Problem]:
    kinds = {each.code: each.kind for each in written.subjects if each.code}
    for number, fact in enumerate(written.facts):
        at = ("facts", number)
        kind = definitions.vocabulary.facts.get(fact.of)
        if kind is None:
            yield _unknown(file, (*at, "of"), "事实", "fact kind", fact.of, definitions.vocabulary.facts)
        elif fact.about in kinds:
            if kinds[fact.about] not in kind.about:
                yield file.problem(
                    (*at, "about"),
                    say(
                        zh=f"“{kind.title}”与监管对象“{kinds[fact.about]}”无关",
                        en=f"{fact.of} is not about {kinds[fact.about]}",
                    ),
                )
        elif fact.about not in definitions.project.units:
            known = [*kinds, *definitions.project.units]
            yield _unknown(file, (*at, "about"), "监管对象或单位", "subject or unit", fact.about, known)
        elif not kind.of_unit:
            yield file.problem(
                (*at, "about"),
                say(zh=f"“{kind.title}”要写明监管对象", en=f"{fact.of} is about a subject, not a unit"),
            )


def _unknown(
    file: YamlFile, at: tuple[str | int, ...], zh: str, en: str, word: str, known: Iterable[str]
) -> Problem:
    what = say(zh=f"没有{zh}“{word}”", en=f"there is no {en} “{word}”")
    return file.problem(at, what, did_you_mean(word, known))
