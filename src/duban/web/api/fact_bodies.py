"""Facts as `/facts` takes them in and tells them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from duban.base.objections import WrongValue
from duban.web.api.authors import AuthorReply
from duban.web.api.batches import MOST_ROWS
from duban.web.api.words import AnswerBody, Datum, Day, RequestBody, Scalar, Short, described
from duban.yamlfile.values import Truth

RESERVED = "withdrawn"
"""The key under which the ledger keeps that a fact never happened; no caller writes it."""


class SubjectReference(RequestBody):
    """A subject by its kind and code."""

    kind: Short  #: its kind
    code: Short  #: its code in the register
    unit: Short | None = described(
        zh="归哪个单位管（代码）；几个县都有这个编号时要写。",
        en="In whose charge it is; to be said where several counties have the code.",
        default=None,
    )


class FactReference(RequestBody):
    """A fact by its source and the number it has there."""

    source: Short  #: who brought it
    ref: Short  #: its number with the source
    unit: Short | None = described(
        zh="哪个单位报的（代码）；不写就是本单位的，本单位没有的看下级。",
        en="The code of the unit that reported it; without it one's own, or else of a unit below.",
        default=None,
    )


class FactRow(RequestBody):
    """One fact: about a subject or about a unit, never both."""

    kind: Short = described(
        zh="事实的种类，见 duties/vocabulary.yaml。",
        en="The kind, see duties/vocabulary.yaml.",
        examples=["sample.failed"],
    )
    subject: SubjectReference | None = None  #: the subject it is about
    unit: Short | None = described(zh="单位（代码或名称）。", en="A unit (code or name).", default=None)
    happened_on: Day = described(zh="哪一天发生的。", en="The day it happened.")
    source: Short = described(zh="哪个系统报来的。", en="The system it comes from.")
    ref: Short = described(
        zh="在来源里的编号；同一编号只记一次。", en="Its number there; a number is recorded once."
    )
    data: dict[Short, Datum] = described(
        zh="其他内容。", en="More about it.", default_factory=dict, max_length=50
    )
    value: Literal[0] | None = described(
        zh="写 0 就是零报告：这个单位在这一期没有发生这种事，或没有这类对象（kind）。不写不等于零。",
        en="0 is a zero report: no fact, or no subject, of this kind in the period. Silence is no zero.",
        default=None,
    )
    corrects: FactReference | None = described(
        zh="更正哪一条。", en="The fact this one corrects.", default=None
    )
    withdrawn: Truth = described(
        zh="被更正的那一条并未发生。", en="The corrected fact never happened.", default=False
    )

    @model_validator(mode="after")
    def _zero_of_a_unit(self) -> Self:
        if self.value is not None and (self.unit is None or self.data or self.corrects or self.withdrawn):
            raise WrongValue(
                zh="零报告只写单位（unit）、kind、日期和编号",
                en="a zero report says unit, kind, day and number, nothing else",
            )
        return self

    @field_validator("data")
    @classmethod
    def _not_reserved(cls, data: dict[str, Scalar]) -> dict[str, Scalar]:
        if RESERVED in data:
            raise WrongValue(
                zh="撤销请写字段 withdrawn 和 corrects",
                en="to withdraw, use the fields withdrawn and corrects",
            )
        return data


class FactBatch(RequestBody):
    """Up to 10,000 facts."""

    #: the facts, in any order
    facts: Annotated[
        list[object],
        Field(min_length=1, max_length=MOST_ROWS),
        WithJsonSchema(
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_ROWS,
                "items": {"$ref": "#/components/schemas/FactRow"},
            }
        ),
    ]


class FactSubject(AnswerBody):
    """The subject a fact is about."""

    kind: str  #: its kind
    code: str  #: its code in the register
    name: str  #: what it is called


class FactReply(AnswerBody):
    """A fact as the ledger has it."""

    kind: str  #: the kind of fact
    subject: FactSubject | None  #: the subject it is about; null: it is a unit's own
    unit: str | None  #: the code of the unit it is about
    happened_on: date  #: the local day it happened on
    recorded_at: datetime  #: when it was recorded, aware UTC
    recorded_by: AuthorReply | None = described(
        zh="谁记的；没有记下登记人的老数据为空。", en="Who recorded it; none in what is older than that."
    )
    source: str  #: who brought it
    ref: str  #: its number with the source
    data: dict[str, object]  #: its particulars
    corrects: FactReference | None  #: the fact it corrects
    withdrawn: bool  #: whether it says that that fact never was


class FactsReply(AnswerBody):
    """One page of facts, in the order they were recorded."""

    facts: list[FactReply]  #: in the order they were recorded
    next: str | None  #: what the next page is asked with; null: this is the last
