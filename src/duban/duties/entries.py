"""The duty files as a person writes them: one model per mapping, one field per key.

What each key means stands in `docs/zh/duties.md` (a test holds that page against these fields). Only the form of single
values is decided here; what must fit together is checked in `cadence_reading` and `crosschecks`.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.bureau.unit_posts import UnitPost
from duban.duties.phrases import (
    PhrasedDue,
    PhrasedOpens,
    Rhythm,
    read_due,
    read_opens,
    read_period,
    read_rhythm,
    read_streak,
    read_times_a_year,
)
from duban.duties.target_phrases import Goal, Share, Term, read_goal, read_share, read_term
from duban.workdays import Period
from duban.yamlfile.values import Day, Strict, Text, Truth

_LEVEL_WORDS = {
    "市局": "city",
    "全市": "city",
    "县局": "county",
    "每个县局": "county",
    "监管所": "station",
    "每个监管所": "station",
    "city": "city",
    "county": "county",
    "station": "station",
}
YEAR_BEFORE = ("上年同期", "the year before")
_CATCH_UP_WORDS = {"全部补办": "all", "只补最近一期": "latest", "不补": "none"}
_CREDIT_WORDS = {"可并用": "shared", "单独": "alone"}
_DUTY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CLAUSE_ID = re.compile(r"[A-Z]{2}-\d{2,3}")


def _level(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value not in _LEVEL_WORDS:
        raise ValueError(
            say(zh=f"没有“{value}”这一级单位", en=f"there is no unit level “{value}”")
            + say(zh="，", en=", ")
            + did_you_mean(value, say(zh="市局 县局 监管所", en="city county station").split())
        )
    return _LEVEL_WORDS[value]


def _owner(value: Any) -> Any:
    """县局/产品质量科 for {unit: 县局, post: 产品质量科}."""
    if isinstance(value, str):
        written = UnitPost.parse(value)
        return {"unit": written.unit, "post": written.post}
    return value


def _for_each(value: Any) -> Any:
    return {"level": value} if isinstance(value, str) else value


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _duty_id(value: str) -> str:
    if not _DUTY_ID.fullmatch(value):
        raise ValueError(
            say(
                zh=f"编号“{value}”只能用小写字母、数字和连字符，例如 cp-first-inspection",
                en=f"the id “{value}” may hold small letters, digits and hyphens, for example cp-first-inspection",
            )
        )
    return value


def _clause_id(value: str) -> str:
    if not _CLAUSE_ID.fullmatch(value):
        raise ValueError(
            say(
                zh=f"条款编号“{value}”的写法不对，请写成 CP-01",
                en=f"“{value}” is not a clause's number: write it like CP-01",
            )
        )
    return value


def _catch_up(value: Any) -> Any:
    if isinstance(value, str) and value not in {*_CATCH_UP_WORDS, *_CATCH_UP_WORDS.values()}:
        words = say(zh=" ".join(_CATCH_UP_WORDS), en=" ".join(_CATCH_UP_WORDS.values())).split()
        raise ValueError(
            say(zh=f"没有“{value}”这种补办方式，", en=f"there is no way “{value}” to catch up, ")
            + did_you_mean(value, words)
        )
    return _CATCH_UP_WORDS.get(value, value) if isinstance(value, str) else value


def _credit(value: Any) -> Any:
    if isinstance(value, str) and value not in {*_CREDIT_WORDS, *_CREDIT_WORDS.values()}:
        words = say(zh=" ".join(_CREDIT_WORDS), en=" ".join(_CREDIT_WORDS.values())).split()
        raise ValueError(
            say(zh=f"没有“{value}”这种计法，", en=f"there is no credit “{value}”, ")
            + did_you_mean(value, words)
        )
    return _CREDIT_WORDS.get(value, value) if isinstance(value, str) else value


LevelEntry = Annotated[Literal["city", "county", "station"], BeforeValidator(_level)]
PeriodEntry = Annotated[Period, BeforeValidator(read_period)]
TimesEntry = Annotated[int, BeforeValidator(read_times_a_year), Field(ge=0, le=365)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_more)]
ClauseId = Annotated[Text, AfterValidator(_clause_id)]


class OwnerEntry(Strict):
    """`owner:` who owes it."""

    unit: LevelEntry
    post: Text


class ForEachEntry(Strict):
    """`for_each:` what it is owed for."""

    level: LevelEntry | None = None
    subject: Text | None = None
    where: dict[str, Texts] = Field(default_factory=dict)


class BasisEntry(Strict):
    """`basis:` what it rests on."""

    clause: Annotated[tuple[ClauseId, ...], BeforeValidator(_one_or_more)] = ()
    source: Text | None = None
    quote: Text


class EffectiveEntry(Strict):
    """`effective:` from when to when it is in force."""

    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None


class RuleEntry(Strict):
    """One rule under `when:`."""

    count: Annotated[int, Field(ge=1, le=9999)] | None = None
    streak: Annotated[Period, BeforeValidator(read_streak)] | None = None
    of: Text
    in_: PeriodEntry | None = Field(default=None, alias="in")


class WhenEntry(Strict):
    """`when:` which facts set it off."""

    any: Annotated[tuple[RuleEntry, ...], Field(min_length=1)] | None = None
    all: Annotated[tuple[RuleEntry, ...], Field(min_length=1)] | None = None


class CountedEntry(Strict):
    """`of:` which facts count: a fact's name alone, or with the values it must carry and the number it counts for."""

    fact: Text
    where: dict[str, Texts] = Field(default_factory=dict)
    amount: Text | None = None


class AmongEntry(Strict):
    """`among:` what the share is taken of: facts, or the subjects on the register."""

    fact: Text | None = None
    subject: Text | None = None
    where: dict[str, Texts] = Field(default_factory=dict)
    amount: Text | None = None


def _counted(value: Any) -> Any:
    return {"fact": value} if isinstance(value, str) else value


def _among(value: Any) -> Any:
    if value in YEAR_BEFORE:
        return "year_before"
    return _counted(value)


class VisitsEntry(Strict):
    """`visits:` how often a year; further keys are the grades."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, TimesEntry]

    per_year: TimesEntry | None = None
    by: Literal["风险等级", "grade"] | None = None
    ungraded: TimesEntry | None = None


def _visits(value: Any) -> Any:
    return value if isinstance(value, dict) else {"per_year": value}


OwnerOrText = Annotated[OwnerEntry, BeforeValidator(_owner)]
ForEachOrText = Annotated[ForEachEntry, BeforeValidator(_for_each)]
CountedOrText = Annotated[CountedEntry, BeforeValidator(_counted)]
AmongOrText = Annotated[AmongEntry | Literal["year_before"], BeforeValidator(_among)]
CreditEntry = Annotated[Literal["shared", "alone"], BeforeValidator(_credit)]
CatchUpEntry = Annotated[Literal["all", "latest", "none"], BeforeValidator(_catch_up)]


class Shared(Strict):
    """The keys that may stand under `defaults:` as well as in a duty."""

    owner: OwnerOrText | None = None
    for_each: ForEachOrText | None = None
    ladder: Text | None = None
    evidence: Texts | None = None
    done_by: CountedOrText | None = None
    confidential: Truth | None = None
    effective: EffectiveEntry | None = None
    catch_up: CatchUpEntry | None = None
    credit: CreditEntry | None = None


class DutyEntry(Shared):
    """One duty."""

    id: Annotated[Text, AfterValidator(_duty_id)]
    title: Text
    basis: Annotated[tuple[BasisEntry, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
    every: Annotated[Rhythm, BeforeValidator(read_rhythm)] | None = None
    review: Annotated[Rhythm, BeforeValidator(read_rhythm)] | None = None
    within: PeriodEntry | None = None
    when: WhenEntry | None = None
    visits: Annotated[VisitsEntry, BeforeValidator(_visits)] | None = None
    quota: Annotated[Goal, BeforeValidator(read_goal)] | None = None
    ratio: Annotated[Share, BeforeValidator(read_share)] | None = None
    campaign: Texts | None = None
    once: Annotated[Term, BeforeValidator(read_term)] | None = None
    of: CountedOrText | None = None
    among: AmongOrText | None = None
    due: Annotated[PhrasedDue, BeforeValidator(read_due)] | None = None
    opens: Annotated[PhrasedOpens, BeforeValidator(read_opens)] | None = None
    law: Text | None = None


class DutiesFile(Strict):
    """One file: the duties of one business line."""

    line: Text
    defaults: dict[str, Any] = Field(default_factory=dict)
    duties: Annotated[list[Any], Field(min_length=1)]
