"""A mapping as a person writes it in `duties/imports/*.yaml`: how one system's table becomes facts.

What each key means stands in `docs/zh/importing.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.yamlfile.values import Strict, Text, Truth

Outcome = Literal["nothing", "withdraw", "uphold"]
OUTCOME_WORDS: dict[str, Outcome] = {"不记": "nothing", "撤销": "withdraw", "维持": "uphold"}
"""What a row may say besides a kind of fact: nothing of interest; that the fact never stood; that it stands."""
READ_WORDS = {"文字": "text", "编号": "code", "日期": "day", "数字": "number", "比例": "share"}


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _read_as(value: Any) -> Any:
    if not isinstance(value, str) or value in READ_WORDS.values():
        return value
    if value not in READ_WORDS:
        unknown = say(zh=f"不能读成“{value}”，", en=f"nothing is read as “{value}”, ")
        raise ValueError((unknown + did_you_mean(value, READ_WORDS)).rstrip("，, "))
    return READ_WORDS[value]


def _translation(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _on(value: Any) -> Any:
    return {"day": value} if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Names = Annotated[tuple[Text, ...], BeforeValidator(_one_or_more)]
ReadAs = Annotated[Literal["text", "code", "day", "number", "share"], BeforeValidator(_read_as)]


class Kind(Strict):
    """One kind by its bare name, or `{column: 检验结论, values: {不合格: sample.failed}}`: what each value means."""

    name: Text | None = None
    column: Text | None = None
    values: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _either(self) -> Kind:
        if (self.name is None) == (self.column is None) or bool(self.column) != bool(self.values):
            raise ValueError(
                say(
                    zh="写一个种类的名字，或者写 {column: 列名, values: {值: 种类}}",
                    en="write a kind's name, or {column: …, values: {value: kind}}",
                )
            )
        return self

    @property
    def meant(self) -> tuple[str, ...]:
        """Every kind and outcome it may come to."""
        return (self.name,) if self.name else tuple(self.values.values())


Kinds = Annotated[
    tuple[Annotated[Kind, BeforeValidator(_named)], ...], BeforeValidator(_one_or_more), Field(min_length=1)
]


class Activity(Strict):
    """`active: {column: 状态, values: {有效: 是, 注销: 否}}`: whether the subject still works."""

    column: Text
    values: Annotated[dict[str, Truth], Field(min_length=1)]


class Cell(Strict):
    """A column whose text is taken over, translated first if `values` says so. A column's bare name will do."""

    column: Text
    values: dict[str, Text] = Field(default_factory=dict)
    read: ReadAs = "text"


class On(Strict):
    """The column with the day it happened, or with the month a tally is for. A day column's bare name will do."""

    day: Text | None = None
    month: Text | None = None

    @property
    def column(self) -> str:
        """The column it is read from."""
        return self.day or self.month or ""


CellOrColumn = Annotated[Cell, BeforeValidator(_translation)]
OnColumn = Annotated[On, BeforeValidator(_on)]


class SubjectMapping(Strict):
    """`subject:` whom a row is about. With `register` the row also brings the subject in or up to date."""

    kind: Kinds
    code: Text
    name: Text | None = None
    register_: Truth = Field(default=False, alias="register")
    unit: Text | None = None
    grade: CellOrColumn | None = None
    registered: Text | None = None
    active: Activity | None = None
    attributes: dict[str, CellOrColumn] = Field(default_factory=dict)


class FactMapping(Strict):
    """`fact:` what a row says has happened. Of several `kind`s the first decides whose column is filled in."""

    kind: Kinds
    on: OnColumn
    data: dict[str, CellOrColumn] = Field(default_factory=dict)


class MappingFile(Strict):
    """One mapping: the columns of a system's table, and what its rows say."""

    title: Text
    source: Text
    columns: Annotated[dict[str, tuple[Text, ...]], Field(min_length=1)]
    required: Annotated[tuple[Text, ...], Field(min_length=1)]
    ref: Names = ()
    subject: SubjectMapping | None = None
    unit: Text | None = None
    fact: FactMapping | None = None

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
