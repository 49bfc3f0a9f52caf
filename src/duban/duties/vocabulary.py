"""What the duties speak of: kinds of subjects (监管对象) and kinds of facts (事实), from `duties/vocabulary.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from duban.language import say
from duban.problems import Problem, ProblemsFound, did_you_mean
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.values import Strict, Text

VOCABULARY_FILE = "duties/vocabulary.yaml"
OF_UNIT = "单位"


@dataclass(frozen=True)
class SubjectKind:
    """A kind of subject: its attributes with the values each may have (empty: any text), and its risk grades."""

    name: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grades: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactKind:
    """A kind of fact: what people call it, what it is about, and which of its dates counts.

    `about` lists subject kinds. `of_unit`: it is about a unit itself (a report handed in, an analysis held).
    """

    name: str
    title: str
    about: tuple[str, ...] = ()
    of_unit: bool = False
    date: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Every kind of subject and of fact, by name."""

    subjects: Mapping[str, SubjectKind]
    facts: Mapping[str, FactKind]


def _fact_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+", name):
        raise ValueError(
            say(
                zh=f"事实的名字“{name}”的写法不对，请用小写英文和点，例如 inspection.done",
                en=f"“{name}” is not a fact's name: small letters and dots, for example inspection.done",
            )
        )
    return name


_FactName = Annotated[str, AfterValidator(_fact_name)]


class _Subject(Strict):
    attributes: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    grades: tuple[Text, ...] = ()


class _Fact(Strict):
    title: Text
    about: tuple[Text, ...]
    date: Text


class _VocabularyFile(Strict):
    subjects: dict[str, _Subject]
    facts: dict[_FactName, _Fact]


def load_vocabulary(root: Path) -> Vocabulary:
    """Read the vocabulary. Raises ProblemsFound with every mistake of the file."""
    file, written, problems = load_file(root / VOCABULARY_FILE, _VocabularyFile, root=root)
    if file is None or written is None:
        raise ProblemsFound(problems)
    problems += _unknown_subjects(file, written)
    if problems:
        raise ProblemsFound(problems)
    return Vocabulary(
        subjects={
            name: SubjectKind(name, subject.attributes, subject.grades)
            for name, subject in written.subjects.items()
        },
        facts={name: _fact_kind(name, fact) for name, fact in written.facts.items()},
    )


def _fact_kind(name: str, written: _Fact) -> FactKind:
    about = tuple(subject for subject in written.about if subject != OF_UNIT)
    return FactKind(name, written.title, about, OF_UNIT in written.about, written.date)


def _unknown_subjects(file: YamlFile, written: _VocabularyFile) -> list[Problem]:
    return [
        file.problem(
            ("facts", name, "about", number),
            say(zh=f"没有监管对象“{subject}”", en=f"there is no subject kind “{subject}”"),
            did_you_mean(subject, [*written.subjects, OF_UNIT]),
        )
        for name, fact in written.facts.items()
        for number, subject in enumerate(fact.about)
        if subject != OF_UNIT and subject not in written.subjects
    ]
