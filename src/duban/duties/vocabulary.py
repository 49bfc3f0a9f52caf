"""What the duties speak of: kinds of subjects (监管对象) and kinds of facts (事实), from `duties/vocabulary.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from duban.base.cases import CASE_PARTICULARS, is_amount, is_hour
from duban.base.json_values import Json
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.cadence.reading.keys import Texts
from duban.duties.fact_names import fact_name
from duban.duties.reporters import ANYBODY, Reporters, ReportersEntry, reporters_of, unknown_sources
from duban.duties.sources import FactSource, SourceEntry, source_of, unknown_facts
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.key import Key
from duban.yamlfile.values import Choices, StrictModel, Text, Truth

VOCABULARY_FILE = "duties/vocabulary.yaml"
OF_UNIT = "单位"
NUMBER = ("数字",)
"""What a particular of a fact is written as when it holds a number."""
HOUR = ("时刻",)
"""What a particular of a fact is written as when it holds an hour of the day: 10:05."""
_AT_MOST = "不多于"
CREDIT_CODE = "统一社会信用代码"
ADDRESS, IN_CHARGE, TELEPHONE = "地址", "负责人", "联系电话"
CONTACT = (ADDRESS, IN_CHARGE, TELEPHONE)
"""What every subject may have without being asked: who goes there must know where it is and whom to ask for."""


@dataclass(frozen=True)
class SubjectKind:
    """A kind of subject: its attributes and its risk grades."""

    name: str  #: What people call it.
    #: Its attributes, each with the values it may have; none: any text.
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    grades: tuple[str, ...] = ()  #: Its risk grades.
    #: Whether its code is a unified social credit code, whose check sign is verified.
    credit_code: bool = False

    @property
    def particulars(self) -> Mapping[str, tuple[str, ...]]:
        """Its attributes, and what every subject may have."""
        return {**dict.fromkeys(CONTACT, ()), **self.attributes}


@dataclass(frozen=True)
class FactKind:
    """A kind of fact: what people call it, what it is about, and which of its dates counts."""

    name: str  #: complaint.tallied
    title: str  #: what people call it
    about: tuple[str, ...] = ()  #: the kinds of subjects it may be about
    of_unit: bool = False  #: whether it may be about a unit itself: a report handed in, an analysis held
    date: str = ""  #: which of its dates counts
    #: its particulars, each with the values it may have (empty: any text) or NUMBER
    data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: particulars that are a part of another: 按时办结数 is no more than 应办结数
    at_most: Mapping[str, str] = field(default_factory=dict)
    #: whether each is a case of its own, with what it is about, where, and by which document
    case: bool = False
    reported_by: Reporters = ANYBODY  #: who may report it
    #: how it gets in: mappings of duties/imports by name, and posts that enter it, as 县局/餐饮科
    comes_by: tuple[str, ...] = ()
    ahead: bool = False  #: whether it is told of before its day: a banquet, the end of a design life

    def wrong_data(self, data: Mapping[str, Json]) -> str | None:
        """What is wrong with the particulars of a fact of this kind, in the reader's words; None when nothing is.

        Particulars the vocabulary does not know are kept as they are.
        """
        for name, allowed in self.data.items():
            value = data.get(name)
            if value is None:
                continue
            if allowed == NUMBER:
                whole = name in (*self.at_most, *self.at_most.values())  # counted one by one
                if not is_amount(value, whole=whole):
                    return say(
                        zh=f"“{name}”要写{'整数（0 或更多）' if whole else '数字'}，写的是“{value}”",
                        en=f"“{name}” must be a {'whole number, 0 or more' if whole else 'number'}, not “{value}”",
                    )
            elif allowed == HOUR:
                if not is_hour(value):
                    return say(
                        zh=f"“{name}”要写时刻，例如 10:05，写的是“{value}”",
                        en=f"“{name}” is an hour, such as 10:05, not “{value}”",
                    )
            elif allowed and value not in allowed:
                return say(
                    zh=f"“{name}”没有“{value}”这个值，", en=f"“{name}” is never “{value}”, "
                ) + did_you_mean(str(value), allowed)
        return None

    def too_many(self, data: Mapping[str, object]) -> tuple[str, str] | None:
        """A particular that is more than the whole it is a part of, and why it cannot be; None if there is none."""
        for part, whole in self.at_most.items():
            few, all_ = data.get(part), data.get(whole)
            if isinstance(few, int | float) and isinstance(all_, int | float) and few > all_:
                return part, say(
                    zh=f"“{part}”有 {few:g}，比“{whole}”{all_:g} 还多，不可能",
                    en=f"“{part}” is {few:g}, more than “{whole}” {all_:g}: that cannot be",
                )
        return None


@dataclass(frozen=True)
class Vocabulary:
    """Every kind of subject and of fact, and every source of facts with a rhythm, by name."""

    subjects: Mapping[str, SubjectKind]  #: The kinds of subjects, by name.
    facts: Mapping[str, FactKind]  #: The kinds of facts, by name.
    sources: Mapping[str, FactSource] = field(default_factory=dict)  #: The sources of facts, by name.


def for_examples(vocabulary: Vocabulary) -> Vocabulary:
    """The same vocabulary for made-up subjects, whose codes are mere labels, and facts, which nobody reports."""
    subjects = {name: replace(kind, credit_code=False) for name, kind in vocabulary.subjects.items()}
    facts = {name: replace(kind, reported_by=ANYBODY) for name, kind in vocabulary.facts.items()}
    return replace(vocabulary, subjects=subjects, facts=facts)


_FactName = Annotated[str, AfterValidator(fact_name)]


def _code_name(name: str) -> str:
    if name != CREDIT_CODE:
        raise WrongValue(
            zh=f"code 只能写“{CREDIT_CODE}”，编号另有规则的不写 code",
            en=f"code is “{CREDIT_CODE}” or left out",
        )
    return name


class _Subject(StrictModel):
    code: Annotated[
        Annotated[str, AfterValidator(_code_name)] | None,
        Key(
            "统一社会信用代码：登记时核对编号的校验码；编号另有规则的不写",
            "统一社会信用代码: the check sign of its code is verified",
            ("统一社会信用代码",),
        ),
    ] = None
    attributes: Annotated[
        dict[str, Choices],
        Key("有哪些属性、各可取哪些值；空着就可以写任何文字", "attributes and their values; none: any text"),
    ] = Field(default_factory=dict)
    grades: Annotated[Choices, Key("有哪些风险等级", "the risk grades")] = ()


def _particular(value: object) -> object:
    if isinstance(value, str) and value.startswith((_AT_MOST, "at most ")):
        return (_AT_MOST + value.removeprefix(_AT_MOST).removeprefix("at most ").strip(),)
    if value in ("时刻", "hour"):
        return HOUR
    return NUMBER if value in ("数字", "number") else value


def _whole(allowed: tuple[str, ...]) -> str | None:
    """The particular that one written 不多于应办结数 is a part of."""
    one = allowed[0] if len(allowed) == 1 else ""
    return one.removeprefix(_AT_MOST) if one.startswith(_AT_MOST) else None


class _Fact(StrictModel):
    title: Annotated[Text, Key("叫什么", "what people call it")]
    about: Annotated[
        Choices, Key("关于谁：监管对象，或者 单位", "what it is about: subjects, or 单位 for a unit")
    ]
    date: Annotated[Text, Key("以哪一天为准", "which of its dates counts")]
    comes_by: Annotated[
        Texts,
        Key(
            "从哪里来：导入对照的名称，或者由谁录入（填报表、网页或命令）",
            "how it gets in: a mapping of duties/imports, or who enters it by form, page or command",
            ("监督抽检结果", "县局/餐饮科"),
            alone_too=True,
        ),
    ] = ()
    case: Annotated[
        Truth,
        Key(
            "是：每条是单独一件事，另记编号、事由、地点、来源文件，由它引起的事项都带着这些显示",
            "true: each is a case of its own, with 编号, 事由, 地点 and 来源文件, shown with whatever it opens",
        ),
    ] = False
    ahead: Annotated[
        Truth,
        Key(
            "是：日子还没有到就报，例如报备的聚餐、设计使用年限届满日",
            "true: told of before its day, such as a banquet or the end of a design life",
        ),
    ] = False
    reported_by: Annotated[
        ReportersEntry,
        Key("谁可以报；不写就不限", "who may report it; without it, whoever acts for the unit"),
    ] = ReportersEntry()
    data: Annotated[
        dict[str, Annotated[Choices, BeforeValidator(_particular)]],
        Key(
            "还写哪些内容：可取的值，空着任何文字都行，或者 数字、时刻",
            "particulars: their values, none for any text, or 数字 (a number), 时刻 (an hour)",
        ),
    ] = Field(default_factory=dict)


class _VocabularyFile(StrictModel):
    subjects: Annotated[dict[str, _Subject], Key("监管对象有哪几类", "the kinds of subjects")]
    facts: Annotated[
        dict[_FactName, _Fact],
        Key("事实有哪几种：先说什么事，再说怎么了", "the kinds of facts: what, then what became of it"),
    ]
    sources: Annotated[
        dict[Text, SourceEntry],
        Key("数据来源，各多久应当有数据", "the sources of facts, and how often each brings some"),
    ] = Field(default_factory=dict)


def load_vocabulary(root: Path) -> Vocabulary:
    """Read `duties/vocabulary.yaml` of the project at `root`: kinds of subjects and facts, and the sources that bring them.

    Raises ProblemsFound with every mistake of the file, names that it uses and does not define included.
    """
    file, written, problems = load_file(root / VOCABULARY_FILE, _VocabularyFile, root=root)
    if file is None or written is None:
        raise ProblemsFound(problems)
    problems += _unknown_subjects(file, written)
    problems += _unknown_wholes(file, written)
    reporters = {name: fact.reported_by for name, fact in written.facts.items()}
    problems += unknown_sources(file, reporters, written.sources)
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
    wholes = {name: whole for name, allowed in written.data.items() if (whole := _whole(allowed))}
    data = {name: NUMBER if name in wholes else allowed for name, allowed in written.data.items()}
    if written.case:
        data = dict.fromkeys(CASE_PARTICULARS, ()) | data
    of_unit, may = OF_UNIT in written.about, reporters_of(written.reported_by)
    return FactKind(
        name,
        written.title,
        about,
        of_unit,
        written.date,
        data,
        wholes,
        written.case,
        may,
        written.comes_by,
        written.ahead,
    )


def _unknown_wholes(file: YamlFile, written: _VocabularyFile) -> list[Problem]:
    return [
        file.problem(
            ("facts", name, "data", part),
            say(zh=f"没有内容“{whole}”可比，", en=f"there is no particular “{whole}” to compare with, ")
            + did_you_mean(whole, [each for each in fact.data if each != part]),
        )
        for name, fact in written.facts.items()
        for part, allowed in fact.data.items()
        if (whole := _whole(allowed)) and (whole == part or whole not in fact.data)
    ]


def _unknown_subjects(file: YamlFile, written: _VocabularyFile) -> list[Problem]:
    return [
        file.problem(
            ("facts", name, "about", number),
            say(zh=f"没有监管对象“{subject}”", en=f"there is no subject kind “{subject}”"),
            did_you_mean(subject, [*written.subjects, OF_UNIT]),
            unknown=True,
        )
        for name, fact in written.facts.items()
        for number, subject in enumerate(fact.about)
        if subject != OF_UNIT and subject not in written.subjects
    ]
