"""Rule examples as a person writes them in `duties/tests/*.yaml`. What each key means stands in `docs/zh/rule-tests.md`."""

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.ladders.ladder import Stage
from duban.yamlfile.values import Day, Strict, Text, Truth

STAGE_WORDS = {
    "提醒": Stage.REMIND,
    "催办": Stage.URGE,
    "督办": Stage.SUPERVISE,
    "通报": Stage.CIRCULATE,
    "约谈": Stage.SUMMON,
}
STATE_WORDS = {
    "在办": "open",
    "办结": "done",
    "被替换": "superseded",
    "撤回": "withdrawn",
}


def _word_of(words: dict[str, Any], zh: str, en: str) -> Any:
    def read(value: Any) -> Any:
        if not isinstance(value, str) or value in words.values():
            return value
        if value not in words:
            unknown = say(zh=f"没有{zh}“{value}”，", en=f"there is no {en} “{value}”, ")
            raise ValueError((unknown + did_you_mean(value, words)).rstrip("，, "))
        return words[value]

    return read


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


StageName = Annotated[Stage, BeforeValidator(_word_of(STAGE_WORDS, "这一级", "stage"))]
StateName = Annotated[str, BeforeValidator(_word_of(STATE_WORDS, "状态", "state"))]
Days = Annotated[tuple[Day, ...], BeforeValidator(_one_or_more)]


class SubjectGiven(Strict):
    """`subjects:` a subject that is registered."""

    code: Text
    kind: Text
    unit: Text
    name: Text | None = None
    grade: Text | None = None
    attributes: dict[str, Text] = Field(default_factory=dict)
    registered: Day | None = None
    active: Truth = True


class FactGiven(Strict):
    """`facts:` something that happened."""

    of: Text
    about: Text
    on: Day
    recorded: Day | None = None
    id: Text | None = None
    corrects: Text | None = None
    withdrawn: Truth = False
    data: dict[str, Any] = Field(default_factory=dict)

    @property
    def known_on(self) -> date:
        """The business date it is taken down: the day it happened, unless it was reported later."""
        return self.recorded or self.on


class Expected(Strict):
    """`expect:` one obligation. What is not written is not compared, but for the state: open unless written."""

    about: Text
    unit: Text | None = None
    period: Text | None = None
    fact: Text | None = None
    opens: Day | None = None
    target: Day | None = None
    deadline: Day | None = None
    provisional: Truth | None = None
    state: StateName = "open"
    closed: Day | None = None
    rungs: dict[StageName, Days] = Field(default_factory=dict)


class Case(Strict):
    """`cases:` one example: what is given, up to when the engine runs, and what is then owed."""

    name: Text
    duty: Text | None = None
    subjects: tuple[SubjectGiven, ...] = ()
    facts: tuple[FactGiven, ...] = ()
    from_: Day | None = Field(default=None, alias="from")
    until: Day
    units: tuple[Text, ...] = ()
    expect: tuple[Expected, ...]


class ExamplesFile(Strict):
    """One file of examples. `duty` and `subjects` hold for every case that does not say otherwise."""

    duty: Text | None = None
    subjects: tuple[SubjectGiven, ...] = ()
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]
