"""Rule examples as a person writes them in `duties/tests/*.yaml`. What each key means stands in `docs/zh/rule-tests.md`."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from duban.base.folding import fold_code
from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.ladders.ladder import STAGE_WORDS, Stage
from duban.workdays.festivals import NoticedSpan
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, StrictModel, Text, Truth

STATE_WORDS = {
    "在办": "open",
    "待复核": "reported",
    "办结": "done",
    "被替换": "superseded",
    "撤回": "withdrawn",
}


def _word_of(words: dict[str, object], zh: str, en: str) -> object:
    def read(value: object) -> object:
        if not isinstance(value, str) or value in words.values():
            return value
        if value not in words:
            unknown = say(zh=f"没有{zh}“{value}”，", en=f"there is no {en} “{value}”, ")
            raise ValueError((unknown + did_you_mean(value, words)).rstrip("，, "))
        return words[value]

    return read


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


StageName = Annotated[Stage, BeforeValidator(_word_of(STAGE_WORDS, "这一级", "stage"))]
StateName = Annotated[str, BeforeValidator(_word_of(STATE_WORDS, "状态", "state"))]
Days = Annotated[tuple[Day, ...], BeforeValidator(_one_or_more)]
Code = Annotated[Text, AfterValidator(fold_code)]
"""A code or a number as the ledger keeps it: what is written `s1` is `S1`."""


class ExampleSubject(StrictModel):
    """`subjects:` a subject that is registered."""

    code: Annotated[Code, Key("编号", "its code")]
    kind: Annotated[Text, Key("哪一类监管对象", "the kind of subject")]
    unit: Annotated[Text, Key("由哪个单位管辖", "the unit in charge")]
    name: Annotated[Text | None, Key("名称", "its name")] = None
    grade: Annotated[Text | None, Key("风险等级", "its risk grade")] = None
    attributes: Annotated[dict[str, Text], Key("属性", "its attributes")] = Field(default_factory=dict)
    registered: Annotated[Day | None, Key("哪天登记的", "the day it was registered")] = None
    active: Annotated[Truth, Key("是否在营", "whether it is active")] = True


class ExampleFact(StrictModel):
    """`facts:` something that happened."""

    of: Annotated[Text, Key("哪种事实", "the kind of fact")]
    about: Annotated[Code, Key("关于哪个监管对象或单位", "the subject or unit it is about")]
    on: Annotated[Day, Key("哪天发生的", "the day it happened")]
    recorded: Annotated[
        Day | None, Key("哪天报来的；不写就是当天", "the day it was reported; the same day unless said")
    ] = None
    id: Annotated[Code | None, Key("在例子里叫什么", "what the example calls it")] = None
    corrects: Annotated[Code | None, Key("更正前面的哪一条", "which earlier fact it corrects")] = None
    withdrawn: Annotated[Truth, Key("是：更正的那条本来就没有", "true: the corrected fact never was")] = False
    data: Annotated[dict[str, Any], Key("事实上写的内容", "its particulars")] = Field(default_factory=dict)

    @property
    def known_on(self) -> date:
        """The business date it is taken down: the day it happened, unless it was reported later."""
        return self.recorded or self.on


class Expectation(StrictModel):
    """`expect:` one obligation. What is not written is not compared, but for the state: open unless written."""

    about: Annotated[Code, Key("哪个监管对象或单位的", "the subject or unit")]
    unit: Annotated[Text | None, Key("由哪个单位承办", "the unit that owes it")] = None
    period: Annotated[Text | None, Key("周期", "the period")] = None
    fact: Annotated[Code | None, Key("由哪个事实引起", "the fact that brought it about")] = None
    opens: Annotated[Day | None, Key("开办日", "the day it opens")] = None
    target: Annotated[Day | None, Key("应办日：提醒以此为准", "the safe day: reminders aim at it")] = None
    deadline: Annotated[
        Day | None, Key("最后期限：次日起算逾期", "the legal deadline: overdue begins the day after")
    ] = None
    provisional: Annotated[Truth | None, Key("是否暂定", "whether it is provisional")] = None
    state: Annotated[
        StateName,
        Key(
            "状态；不写就是在办",
            "its state; open unless said",
            words=("在办", "待复核", "办结", "被替换", "撤回"),
        ),
    ] = "open"
    closed: Annotated[Day | None, Key("哪天办好的", "the day it was done")] = None
    progress: Annotated[
        Text | None,
        Key("进度里的话：还差几件、照此到年底多少", "words of its progress: what is missing, the forecast"),
    ] = None
    rungs: Annotated[
        dict[StageName, Days], Key("每一级催办在哪天", "the days of its rungs: 提醒, 催办, 督办, 通报, 约谈")
    ] = Field(default_factory=dict)


class Case(StrictModel):
    """`cases:` one example: what is given, up to when the engine runs, and what is then owed."""

    name: Annotated[Text, Key("说的是什么情形", "what the example is about")]
    duty: Annotated[
        Text | None, Key("哪个事项，与文件开头的不同时写", "the duty, where it is another than the file's")
    ] = None
    subjects: Annotated[
        tuple[ExampleSubject, ...], Key("这个例子里的监管对象", "subjects of this example")
    ] = ()
    facts: Annotated[tuple[ExampleFact, ...], Key("发生过的事实", "what happened")] = ()
    announced: Annotated[
        dict[Text, NoticedSpan],
        Key("这一年的通知已经定下来的时段", "the windows whose notice of the year has come"),
    ] = Field(default_factory=dict)
    from_: Annotated[Day | None, Key("引擎从哪天开始运行", "the day the engine first runs")] = Field(
        default=None, alias="from"
    )
    until: Annotated[Day, Key("运行到哪天", "the day it last runs")]
    units: Annotated[tuple[Text, ...], Key("只看这些单位", "only these units are looked at")] = ()
    expect: Annotated[
        tuple[Expectation, ...],
        Key("到那天应当有哪些应办事项；没有就写 []", "what is then owed; [] for nothing"),
    ]


class ExamplesFile(StrictModel):
    """One file of examples. `duty` and `subjects` hold for every case that does not say otherwise."""

    duty: Annotated[Text | None, Key("这是哪个事项的例子", "the duty these examples are about")] = None
    subjects: Annotated[
        tuple[ExampleSubject, ...], Key("每个例子都有的监管对象", "subjects that every example knows")
    ] = ()
    cases: Annotated[tuple[Case, ...], Field(min_length=1), Key("例子", "the examples")]
