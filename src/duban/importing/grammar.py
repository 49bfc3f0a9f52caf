"""A mapping as a person writes it in `duties/imports/*.yaml`: how one system's table becomes facts.

What each key means stands in `docs/zh/importing.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import did_you_mean
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text, Truth

Outcome = Literal["nothing", "withdraw", "uphold"]
OUTCOME_WORDS: dict[str, Outcome] = {"不记": "nothing", "撤销": "withdraw", "维持": "uphold"}
"""What a row may say besides a kind of fact: nothing of interest; that the fact never stood; that it stands."""
READ_WORDS = {"文字": "text", "编号": "code", "日期": "day", "数字": "number", "比例": "share"}


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _read_as(value: object) -> object:
    if not isinstance(value, str) or value in READ_WORDS.values():
        return value
    if value not in READ_WORDS:
        unknown = say(zh=f"不能读成“{value}”，", en=f"nothing is read as “{value}”, ")
        raise ValueError((unknown + did_you_mean(value, READ_WORDS)).rstrip("，, "))
    return READ_WORDS[value]


def _translation(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _on(value: object) -> object:
    return {"day": value} if isinstance(value, str) else value


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


Names = Annotated[tuple[Text, ...], BeforeValidator(_one_or_more)]
ReadAs = Annotated[Literal["text", "code", "day", "number", "share"], BeforeValidator(_read_as)]


class KindColumn(StrictModel):
    """The kind, or the column that says it: one kind by its bare name, or `{column: 检验结论, values: {不合格: sample.failed}}`: what each value means."""

    name: Annotated[Text | None, Key("种类的名字", "the kind's name")] = None
    column: Annotated[Text | None, Key("由哪一列决定", "the column that decides")] = None
    values: Annotated[
        dict[str, Text],
        Key("列里的值各是哪一类；不记、撤销、维持", "the kind each value means; 不记, 撤销, 维持"),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _either(self) -> KindColumn:
        if (self.name is None) == (self.column is None) or bool(self.column) != bool(self.values):
            raise WrongValue(
                zh="写一个种类的名字，或者写 {column: 列名, values: {值: 种类}}",
                en="write a kind's name, or {column: …, values: {value: kind}}",
            )
        return self

    @property
    def meant(self) -> tuple[str, ...]:
        """Every kind and outcome it may come to."""
        return (self.name,) if self.name else tuple(self.values.values())


Kinds = Annotated[
    tuple[Annotated[KindColumn, BeforeValidator(_named)], ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
]


class Activity(StrictModel):
    """`active: {column: 状态, values: {有效: 是, 注销: 否}}`: whether the subject still works."""

    column: Annotated[Text, Key("哪一列，写本文件里的称呼", "which column, as this file calls it")]
    values: Annotated[
        dict[str, Truth], Field(min_length=1), Key("哪些值算在营", "which values mean that it still works")
    ]


class Cell(StrictModel):
    """A column whose text is taken over, translated first if `values` says so. A column's bare name will do."""

    column: Annotated[Text, Key("哪一列，写本文件里的称呼", "which column, as this file calls it")]
    values: Annotated[dict[str, Text], Key("列里的值各是什么意思", "what each value of the column means")] = (
        Field(default_factory=dict)
    )
    read: Annotated[
        ReadAs,
        Key(
            "怎样读；不写就是文字",
            "how it is read; as text unless written",
            words=("文字", "编号", "日期", "数字", "text", "code", "day", "number"),
        ),
    ] = "text"


class DayColumn(StrictModel):
    """The column with the day it happened, or with the month a tally is for. A day column's bare name will do."""

    day: Annotated[Text | None, Key("日期在哪一列", "the column with the day")] = None
    month: Annotated[
        Text | None, Key("月份在哪一列；记在当月最后一天", "the column with the month; its last day counts")
    ] = None

    @property
    def column(self) -> str:
        """The column it is read from."""
        return self.day or self.month or ""


CellOrColumn = Annotated[Cell, BeforeValidator(_translation)]
OnColumn = Annotated[DayColumn, BeforeValidator(_on)]


class SubjectMapping(StrictModel):
    """`subject:` whom a row is about. With `register` the row also brings the subject in or up to date."""

    kind: Annotated[
        Kinds,
        Key(
            "哪一类监管对象，或者由哪一列决定",
            "the kind of subject, or the column that decides",
            alone_too=True,
        ),
    ]
    code: Annotated[Text, Key("编号在哪一列", "the column with its code")]
    name: Annotated[Text | None, Key("名称在哪一列", "the column with its name")] = None
    register_: Annotated[
        Truth, Key("是：登记或更新这些对象", "true: the rows register subjects or bring them up to date")
    ] = Field(default=False, alias="register")
    unit: Annotated[
        Text | None,
        Key(
            "主管单位在哪一列；几个县都登记了的编号也看它",
            "the column with the unit in charge; it tells a code of several counties apart",
        ),
    ] = None
    grade: Annotated[
        CellOrColumn | None, Key("风险等级在哪一列", "the column with its risk grade", text_too=True)
    ] = None
    registered: Annotated[
        Text | None, Key("登记日期在哪一列", "the column with the day it was registered")
    ] = None
    active: Annotated[
        Activity | None, Key("是否还在营，由哪一列决定", "whether it still works, and which column says so")
    ] = None
    attributes: Annotated[
        dict[str, CellOrColumn], Key("属性各在哪一列", "its attributes and their columns")
    ] = Field(default_factory=dict)


class FactMapping(StrictModel):
    """`fact:` what a row says has happened. Of several `kind`s the first decides whose column is filled in."""

    kind: Annotated[
        Kinds,
        Key(
            "哪一种事实，或者由哪一列决定；不记、撤销、维持",
            "the kind of fact, or the column that decides",
            alone_too=True,
        ),
    ]
    on: Annotated[OnColumn, Key("日期在哪一列", "the column with its day", text_too=True)]
    data: Annotated[
        dict[str, CellOrColumn], Key("随事实记下的内容各在哪一列", "its particulars and their columns")
    ] = Field(default_factory=dict)
    together: Annotated[
        Names,
        Key(
            "同一编号分几行写的，哪几项内容合成一条",
            "the particulars of which one number has a row each: they become one fact's",
            alone_too=True,
        ),
    ] = ()


class MappingFile(StrictModel):
    """One mapping: the columns of a system's table, and what its rows say."""

    title: Annotated[Text, Key("这是什么表，给人看的一句话", "what table this is, in a sentence")]
    source: Annotated[
        Text,
        Key(
            "来源；同一来源、同一编号的事实只记一次", "the source: a number is recorded once for each source"
        ),
    ]
    columns: Annotated[
        dict[str, tuple[Text, ...]],
        Field(min_length=1),
        Key("有哪些列，表头上可能怎么写", "the columns, and what their headings may say"),
    ]
    required: Annotated[
        tuple[Text, ...],
        Field(min_length=1),
        Key("表头里一定要有、每行一定要填的列", "columns that must be there and filled in"),
    ]
    ref: Annotated[
        Names,
        Key("哪一列（几列）是每行不变的编号", "which columns are a row's stable number", alone_too=True),
    ] = ()
    subject: Annotated[SubjectMapping | None, Key("这一行关于哪个监管对象", "the subject a row is about")] = (
        None
    )
    unit: Annotated[Text | None, Key("这一行关于哪个单位", "the unit a row is about")] = None
    fact: Annotated[FactMapping | None, Key("这一行说发生了什么", "what a row says has happened")] = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that hold numbers of cases, people, firms."""
        return (
            tuple(cell.column for cell in self.fact.data.values() if cell.read == "number")
            if self.fact
            else ()
        )

    def translations(self, column: str) -> list[Mapping[str, object]]:
        """What the values of a column mean, wherever the mapping translates them."""
        return [values for of, values in self._translated() if of == column and values]

    def _translated(self) -> Iterator[tuple[str | None, Mapping[str, object]]]:
        if subject := self.subject:
            yield from ((kind.column, kind.values) for kind in subject.kind)
            if subject.active:
                yield subject.active.column, subject.active.values
            cells = (subject.grade, *subject.attributes.values())
            yield from ((cell.column, cell.values) for cell in cells if cell)
        if fact := self.fact:
            yield from ((kind.column, kind.values) for kind in fact.kind)
            yield from ((cell.column, cell.values) for cell in fact.data.values())
