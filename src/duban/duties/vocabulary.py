"""What the duties speak of: kinds of subjects (监管对象) and kinds of facts (事实), from `duties/vocabulary.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.duties.sources import Source, SourceEntry, source_of, unknown_facts
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.values import Strict, Text

VOCABULARY_FILE = "duties/vocabulary.yaml"
OF_UNIT = "单位"
NUMBER = ("数字",)
"""What a particular of a fact is written as when it holds a number."""
CREDIT_CODE = "统一社会信用代码"


@dataclass(frozen=True)
class SubjectKind:
    """A kind of subject: its attributes with the values each may have (empty: any text), and its risk grades.

    `credit_code`: its code is a unified social credit code, whose check sign is verified.
    """

    name: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grades: tuple[str, ...] = ()
    credit_code: bool = False


@dataclass(frozen=True)
class FactKind:
    """A kind of fact: what people call it, what it is about, and which of its dates counts.

    `about` lists subject kinds. `of_unit`: it is about a unit itself (a report handed in, an analysis held). `data` are
    the particulars it may carry, each with the values it may have (empty: any text) or NUMBER.
    """

    name: str
    title: str
    about: tuple[str, ...] = ()
    of_unit: bool = False
    date: str = ""
    data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def wrong_data(self, data: Mapping[str, Any]) -> str | None:
        """What is wrong with the particulars of a fact of this kind, in the reader's words; None when nothing is.

        Particulars the vocabulary does not know are kept as they are.
        """
        for name, allowed in self.data.items():
            value = data.get(name)
            if value is None:
                continue
            if allowed == NUMBER:
                if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                    return say(
                        zh=f"“{name}”要写数字，写的是“{value}”",
                        en=f"“{name}” must be a number, not “{value}”",
                    )
            elif allowed and value not in allowed:
                return say(
                    zh=f"“{name}”没有“{value}”这个值，", en=f"“{name}” is never “{value}”, "
                ) + did_you_mean(str(value), allowed)
        return None


@dataclass(frozen=True)
class Vocabulary:
    """Every kind of subject and of fact, and every source of facts with a rhythm, by name."""

    subjects: Mapping[str, SubjectKind]
    facts: Mapping[str, FactKind]
    sources: Mapping[str, Source] = field(default_factory=dict)


def without_credit_codes(vocabulary: Vocabulary) -> Vocabulary:
    """The same vocabulary for made-up subjects, whose codes are mere labels."""
    subjects = {name: replace(kind, credit_code=False) for name, kind in vocabulary.subjects.items()}
    return replace(vocabulary, subjects=subjects)


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


def _code_name(name: str) -> str:
    if name != CREDIT_CODE:
        raise ValueError(
            say(
                zh=f"code 只能写“{CREDIT_CODE}”，编号另有规则的不写 code",
                en=f"code is “{CREDIT_CODE}” or left out",
            )
        )
    return name


class _Subject(Strict):
    code: Annotated[str, AfterValidator(_code_name)] | None = None
    attributes: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    grades: tuple[Text, ...] = ()


def _particular(value: Any) -> Any:
    return NUMBER if value in ("数字", "number") else value


class _Fact(Strict):
    title: Text
    about: tuple[Text, ...]
    date: Text
    data: dict[str, Annotated[tuple[Text, ...], BeforeValidator(_particular)]] = Field(default_factory=dict)


class _VocabularyFile(Strict):
    subjects: dict[str, _Subject]
    facts: dict[_FactName, _Fact]
    sources: dict[Text, SourceEntry] = Field(default_factory=dict)


def load_vocabulary(root: Path) -> Vocabulary:
    """Read the vocabulary. Raises ProblemsFound with every mistake of the file."""
    file, written, problems = load_file(root / VOCABULARY_FILE, _VocabularyFile, root=root)
    if file is None or written is None:
        raise ProblemsFound(problems)
    problems += _unknown_subjects(file, written)
    problems += unknown_facts(file, written.sources, written.facts)
    if problems:
        raise ProblemsFound(problems)
    return Vocabulary(
        subjects={
            name: SubjectKind(name, subject.attributes, subject.grades, subject.code is not None)
            for name, subject in written.subjects.items()
        },
        facts={name: _fact_kind(name, fact) for name, fact in written.facts.items()},
        sources={name: source_of(name, source) for name, source in written.sources.items()},
    )


def _fact_kind(name: str, written: _Fact) -> FactKind:
    about = tuple(subject for subject in written.about if subject != OF_UNIT)
    return FactKind(name, written.title, about, OF_UNIT in written.about, written.date, written.data)


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
