"""Who owes a duty and what it is owed for, as a person writes it: levels, `owner:` and `for_each:`."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import did_you_mean
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import LEVELS as LEVELS_DOWNWARD
from duban.bureau.units import Level, level_word
from duban.cadence.reading.keys import Texts
from duban.duties.grammar import Owner
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text

_LEVEL_WORDS = {
    "市局": "city",
    "全市": "city",
    "县局": "county",
    "每个县局": "county",
    "监管所": "station",
    "所": "station",
    "每个监管所": "station",
    "city": "city",
    "county": "county",
    "station": "station",
}
LEVELS = ("市局", "县局", "监管所", "所", "city", "county", "station")
"""How a unit level is written, in both languages."""
_LEVELS: dict[str, Level] = {"city": "city", "county": "county", "station": "station"}


def _level(value: object) -> object:
    if isinstance(value, str) and value not in _LEVEL_WORDS:
        raise ValueError(
            say(zh=f"没有“{value}”这一级单位，", en=f"there is no unit level “{value}”, ")
            + did_you_mean(value, map(level_word, LEVELS_DOWNWARD))
        )
    return _LEVEL_WORDS.get(value, value) if isinstance(value, str) else value


def _levels(value: object) -> object:
    """市局+县局 for [市局, 县局]."""
    if isinstance(value, str):
        value = value.split("+")
    return (
        [_level(each.strip() if isinstance(each, str) else each) for each in value]
        if isinstance(value, list)
        else value
    )


def _owner(value: object) -> object:
    """县局/产品质量科 for {unit: 县局, post: 产品质量科}."""
    if isinstance(value, str):
        written = UnitPost.parse(value)
        if not (written.unit and written.post):
            raise WrongValue(
                zh=f"“{value[:40]}”看不出是谁承办，请写成 县局/产品质量科",
                en=f"“{value[:40]}” does not say who owes it: write it as county/产品质量科",
            )
        return {"unit": written.unit, "post": written.post}
    return value


def _for_each(value: object) -> object:
    return {"level": value} if isinstance(value, str) else value


def unit_level(word: str) -> Level | None:
    """The level of units a word means: 县局, county; None for a word that means none."""
    return _LEVELS.get(_LEVEL_WORDS.get(word, ""))


LevelEntry = Annotated[Level, BeforeValidator(_level)]


class OwnerEntry(StrictModel):
    """`owner:` who owes it."""

    unit: Annotated[
        Annotated[list[LevelEntry], BeforeValidator(_levels), Field(min_length=1, max_length=3)],
        Key(
            "哪一级单位；几级都要办的写 [市局, 县局]，每个单位各一件",
            "the unit level, or several as a list: each unit owes one",
            alone_too=True,
            words=LEVELS,
        ),
    ]
    post: Annotated[Text, Key("岗位，duban.yaml 里要有", "the post, as duban.yaml has it")]


def owner_of(entry: OwnerEntry) -> Owner:
    """Who owes it: of several levels the lowest first."""
    lowest, *also = sorted(set(entry.unit), key=LEVELS_DOWNWARD.index, reverse=True)
    return Owner(unit=lowest, post=entry.post, also=tuple(also))


class ForEachEntry(StrictModel):
    """`for_each:` what it is owed for."""

    level: Annotated[
        LevelEntry | None, Key("一级单位，每个单位各一件", "each unit of a level", words=LEVELS)
    ] = None
    subject: Annotated[Text | None, Key("监管对象，词汇里要有", "a kind of subject of the vocabulary")] = None
    where: Annotated[dict[str, Texts], Key("只要符合条件的对象", "only those with these attributes")] = Field(
        default_factory=dict
    )


OwnerOrText = Annotated[OwnerEntry, BeforeValidator(_owner)]
ForEachOrText = Annotated[ForEachEntry, BeforeValidator(_for_each)]
