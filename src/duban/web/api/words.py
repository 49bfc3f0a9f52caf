"""How a description carries both languages, and the texts, days and numbers a caller writes."""

import re
from math import isfinite
from typing import Annotated, Any

from fastapi import Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

from duban.base.day_texts import read_day_text
from duban.base.json_values import JsonObject
from duban.base.objections import WrongValue
from duban.yamlfile.values import Day as WrittenDay


def both(*, zh: str, en: str) -> str:
    """One description in both languages, for readers of either: Chinese first, then English."""
    return f"{zh}\n\n{en}"


def described(*, zh: str, en: str, **more: Any) -> Any:
    """A field of a body with its description in both languages; `more` is what pydantic's `Field` takes."""
    return Field(description=both(zh=zh, en=en), **more)


class RequestBody(BaseModel):
    """What a caller writes: an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerBody(BaseModel):
    """What the API answers; a later version may add fields. A row of the ledger fills the fields called as its columns."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def written(pattern: str, *, zh: str, en: str) -> tuple[AfterValidator, FieldInfo]:
    """What a text must look like: programs read the `pattern` in the description, people what it means."""
    form = re.compile(pattern)

    def look(text: str) -> str:
        if not form.fullmatch(text):
            raise WrongValue(zh=zh, en=en)
        return text

    return AfterValidator(look), Field(json_schema_extra={"pattern": pattern})


Short = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    *written(
        r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
        zh="要有字，写在一行里，不能有制表符、换行等控制符",
        en="write some text on one line, without tabs or other control characters",
    ),
]
"""A name, a code, a number: some text on one line."""

Person = Annotated[
    Short | None,
    described(
        zh="谁办的，记入经过；令牌的名称总是一并记下。",
        en="Who does it, for the record, beside the token's name.",
    ),
]
"""Who acts, if the caller says."""

LineNamed = Annotated[
    Short | None,
    Query(
        description=both(
            zh="条线，或只有它才有的一部分名称，如 食品流通。",
            en="A business line, or a part of its name no other has.",
        )
    ),
]
"""The business line a list is narrowed to."""

NO_ZERO = written(r"^[^\x00]*$", zh="含有不成字的编码", en="not valid text")

Remark = Annotated[str, StringConstraints(max_length=2_000), *NO_ZERO]
"""A reason or a remark; it may be empty."""

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2_000),
    *written(
        r"^[^\x00]*[^\x00\s][^\x00]*$", zh="要写出原因，不能只是空格", en="give a reason, not only blanks"
    ),
]
"""A reason that must be given."""

Day = Annotated[
    WrittenDay,
    BeforeValidator(lambda typed: read_day_text(typed) if isinstance(typed, str) else typed),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-01-31"]}),
]
"""A day, best written 2026-01-31, and read however people type it; a bare number is none."""

Scalar = str | int | float | bool | None
_LONGEST_DATUM = 2_000


def _datum(value: object) -> Scalar:
    """What one field of a fact may hold: a text, a number, a truth value, or nothing. Raises ValueError."""
    if isinstance(value, float) and not isfinite(value):
        raise WrongValue(zh=f"{value} 不是一个数", en=f"{value} is no number")
    if value is not None and not isinstance(value, str | int | float):
        raise WrongValue(
            zh="只能是文字、数、真假值或空", en="only a text, a number, a truth value or nothing"
        )
    if isinstance(value, str):
        if len(value) > _LONGEST_DATUM:
            raise WrongValue(zh=f"最多 {_LONGEST_DATUM} 个字", en=f"at most {_LONGEST_DATUM} characters")
        if "\0" in value or (not value.isascii() and not _is_unicode(value)):
            raise WrongValue(zh="含有不成字的编码", en="not valid text")
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


Datum = Annotated[
    Any,
    AfterValidator(_datum),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": _LONGEST_DATUM},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "null"},
            ]
        }
    ),
]

PROBLEM: JsonObject = {
    "type": "object",
    "title": "Problem",
    "description": both(
        zh="没有办成的原因（RFC 9457）。程序看 type，人看 detail。",
        en="Why something was not done (RFC 9457). Programs look at type, people read detail.",
    ),
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
        "rows": {"type": "array", "items": {"$ref": "#/components/schemas/RowReply"}},
    },
}
