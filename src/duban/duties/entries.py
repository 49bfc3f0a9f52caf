"""The duty files as a person writes them: one model per mapping, one field per key.

The keys of each kind of cadence stand with the kind; here is what all duties share. Only the form of single values is
decided; what must fit together is checked by each kind's `read` and in `crosschecks`.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, Optional

from pydantic import AfterValidator, BeforeValidator, Field, create_model
from pydantic.fields import FieldInfo

from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import did_you_mean
from duban.cadence.reading.keys import Texts, one_or_more
from duban.cadence.registry import KINDS
from duban.duties.done_by_entries import DoneByOrText
from duban.duties.grammar import CatchUp, Credit
from duban.duties.owner_entries import ForEachOrText, OwnerOrText
from duban.duties.review_entries import EXTENSION, REVIEWED_BY, ExtensionOrText, ReviewOrText
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, StrictModel, Text, Truth

_CATCH_UP_WORDS = {"全部补办": "all", "只补最近一期": "latest", "不补": "none"}
_CREDIT_WORDS = {"可并用": "shared", "单独": "alone"}
LONGEST_ID = 64
"""A duty's id stands in messages, lists and the names of files and of Prefect's deployments."""
_DUTY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CLAUSE_ID = re.compile(r"[A-Z]{2}-\d{2,3}")


def _duty_id(value: str) -> str:
    if not _DUTY_ID.fullmatch(value):
        raise WrongValue(
            zh=f"编号“{value}”只能用小写字母、数字和连字符，例如 cp-first-inspection",
            en=f"the id “{value}” may hold small letters, digits and hyphens, for example cp-first-inspection",
        )
    if len(value) > LONGEST_ID:
        raise WrongValue(
            zh=f"编号“{value[:20]}…”太长，最多 {LONGEST_ID} 个字符",
            en=f"the id “{value[:20]}…” is too long: at most {LONGEST_ID} characters",
        )
    return value


def _near_clause(value: str) -> str:
    """The number that was meant, where another width or case makes one of it; else an example."""
    plain = unicodedata.normalize("NFKC", value).upper().replace("—", "-")
    if short := re.fullmatch(r"([A-Z]{2})[-_ ]?(\d)", plain):
        plain = f"{short[1]}-0{short[2]}"
    return plain if _CLAUSE_ID.fullmatch(plain) else "CP-01"


def _clause_id(value: str) -> str:
    if not _CLAUSE_ID.fullmatch(value):
        raise WrongValue(
            zh=f"条款编号“{value}”的写法不对，请写成 {_near_clause(value)}",
            en=f"“{value}” is not a clause's number: write it like {_near_clause(value)}",
        )
    return value


def _one_of(words: dict[str, str], zh: str, en: str) -> Callable[[object], object]:
    """Reads a word people use as the engine's; `zh` and `en` say of an unknown one that there is none such."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        if value not in {*words, *words.values()}:
            known = say(zh=" ".join(words), en=" ".join(words.values())).split()
            raise ValueError(say(zh=zh, en=en).format(value) + did_you_mean(value, known))
        return words.get(value, value)

    return read


_catch_up = _one_of(_CATCH_UP_WORDS, "没有“{}”这种补办方式，", "there is no way “{}” to catch up, ")
_credit = _one_of(_CREDIT_WORDS, "没有“{}”这种计法，", "there is no credit “{}”, ")


ClauseId = Annotated[Text, AfterValidator(_clause_id)]


class BasisEntry(StrictModel):
    """`basis:` what it rests on."""

    clause: Annotated[
        Annotated[tuple[ClauseId, ...], BeforeValidator(one_or_more)],
        Key("计划条款的编号", "the clause's number in the plan", ("CP-01",), alone_too=True),
    ] = ()
    source: Annotated[
        Text | None,
        Key("不是计划条款的，写法规名称和条号", "the law and its article, where it is no clause of the plan"),
    ] = None
    quote: Annotated[Text, Key("原文，逐字照抄", "the text, word for word")]
    checked: Annotated[
        Text | None,
        Key(
            "条文核对到哪一步；没有对过官方文本的要写明",
            "how far the words were checked, where it was not against the official text",
        ),
    ] = None


class EffectiveEntry(StrictModel):
    """`effective:` from when to when it is in force."""

    from_: Annotated[Day | None, Key("从哪一天起", "the first day")] = Field(default=None, alias="from")
    until: Annotated[
        Day | None,
        Key("到哪一天止，当天包括在内；不写就到计划那一年的年底", "the last day, inclusive; else the plan's"),
    ] = None
    standing: Annotated[Truth, Key("是：长期有效，计划到期也不结束", "true: it outlasts the plan")] = False


CreditEntry = Annotated[Credit, BeforeValidator(_credit)]
CatchUpEntry = Annotated[CatchUp, BeforeValidator(_catch_up)]


class SharedKeys(StrictModel):
    """The keys that may stand under `defaults:` as well as in a duty."""

    owner: Annotated[
        OwnerOrText | None,
        Key(
            "由哪一级单位的哪个岗位承办；也可以写成 县局/产品质量科",
            "which post of which unit level owes it; county/post for short",
            ("县局/产品质量科",),
            text_too=True,
        ),
    ] = None
    for_each: Annotated[
        ForEachOrText | None,
        Key(
            "为谁开：一级单位（每个单位各一件），或者一类监管对象",
            "what it is owed for: each unit of a level, or each subject of a kind",
            ("县局",),
            text_too=True,
        ),
    ] = None
    ladder: Annotated[
        Text | None,
        Key("催办阶梯的名称，见 notifications/ladders.yaml", "the ladder, from notifications/ladders.yaml"),
    ] = None
    evidence: Annotated[
        Texts | None,
        Key("办结要交的材料，一个或几个", "what has to be handed in when it is done", alone_too=True),
    ] = None
    done_by: Annotated[
        DoneByOrText | None,
        Key(
            "发生哪种事实就算办结；不写就要由人办结",
            "which kind of fact completes it; else a person does",
            ("inspection.done",),
            text_too=True,
        ),
    ] = None
    urgent: Annotated[
        Truth | None,
        Key(
            "是：紧急事项，任何时候都立即告知，按小时计、不顺延，没人签收就再告知，排在最前",
            "true: an emergency: told at once at any hour, counted in hours, repeated until somebody signs",
        ),
    ] = None
    reviewed_by: Annotated[ReviewOrText | None, REVIEWED_BY] = None
    extension: Annotated[ExtensionOrText | None, EXTENSION] = None
    confidential: Annotated[
        Truth | None,
        Key(
            "是：办完以前不进群、不进汇总、不让被查一方看到",
            "true: kept out of groups and digests until it is done",
        ),
    ] = None
    effective: Annotated[
        EffectiveEntry | None, Key("从哪天到哪天有效", "from which day to which it is in force")
    ] = None
    catch_up: Annotated[
        CatchUpEntry | None,
        Key(
            "停机或补录以后，错过的怎么办",
            "what becomes of what was missed while the engine was away",
            words=("全部补办", "只补最近一期", "不补", "all", "latest", "none"),
        ),
    ] = None
    credit: Annotated[
        CreditEntry | None,
        Key(
            "一次检查能不能同时办结几个事项：可并用（默认），或 单独",
            "whether one fact may complete this duty and others too: shared, or alone",
            words=("可并用", "单独", "shared", "alone"),
        ),
    ] = None


SOFT_WORDS = ("力争", "争取", "原则上", "工作重点")


def _soft_word(word: str) -> str:
    if word not in SOFT_WORDS:
        raise WrongValue(
            zh=f"soft 写计划里的词：{'、'.join(SOFT_WORDS)}", en=f"soft is one of {', '.join(SOFT_WORDS)}"
        )
    return word


class DutyHead(SharedKeys):
    """One duty without its cadence."""

    soft: Annotated[
        Annotated[Text, AfterValidator(_soft_word)] | None,
        Key(
            "计划只是努力目标的，写它的词（力争、争取、原则上、工作重点）：没有确认以前只提醒、催办，不督办、不通报",
            "the plan's word (力争, 争取, 原则上, 工作重点) where it is a goal striven for: urged at most until confirmed",
            words=SOFT_WORDS,
        ),
    ] = None

    id: Annotated[
        Text,
        AfterValidator(_duty_id),
        Key(
            "编号：小写字母、数字、连字符，全部文件里不能重复，定了不要改",
            "the id: small letters, digits, hyphens; unique, and never changed",
            ("ts-quarterly-risk-analysis",),
        ),
    ]
    title: Annotated[Text, Key("名称，提醒和报表里显示", "the name, as reminders and reports show it")]
    basis: Annotated[
        tuple[BasisEntry, ...],
        BeforeValidator(one_or_more),
        Field(min_length=1),
        Key("依据：条款和原文", "what it rests on: clause and quotation", alone_too=True),
    ]


def _may_be_missing(field: FieldInfo) -> object:
    """The field of a kind's keys as a duty of another kind has it: left out."""
    said = [each for each in field.metadata if isinstance(each, Key)]
    read = [each for each in field.metadata if not isinstance(each, Key)]
    value = Annotated[(field.annotation, *read)] if read else field.annotation
    return (Annotated[(Optional[value], *said)], None)  # noqa: UP045 - a value, not a type


def _cadence_keys() -> dict[str, Any]:
    """The keys of every kind: first those that open one, then those that go with several, each as the first kind has it."""
    keys = {kind.key: kind.keys.model_fields[kind.key] for kind in KINDS}
    for kind in KINDS:
        for name, field in kind.keys.model_fields.items():
            keys.setdefault(name, field)
    return {name: _may_be_missing(field) for name, field in keys.items()}


DutyEntry: type[DutyHead] = create_model(
    "DutyEntry", __base__=DutyHead, __doc__="One duty.", __module__=__name__, **_cadence_keys()
)


class DutiesFile(StrictModel):
    """One file: the duties of one business line."""

    line: Annotated[
        Text, Key("业务条线的全称，报表按它分行", "the business line in full; reports have a row for each")
    ]
    defaults: Annotated[
        dict[str, object], Key("本文件各事项共用的值", "values that all duties of this file share")
    ] = Field(default_factory=dict)
    duties: Annotated[list[object], Field(min_length=1), Key("事项的列表", "the duties")]
