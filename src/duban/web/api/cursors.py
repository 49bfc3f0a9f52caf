"""Where a list goes on: an opaque text that names the last row of a page, so that nothing is seen twice or missed."""

import base64
import json
from datetime import date
from typing import Annotated, Final, TypeVar

from fastapi import Query
from pydantic import ConfigDict, Field, TypeAdapter

from duban.base.language import say
from duban.web.api.words import NO_ZERO, both
from duban.web.problems import ApiProblem

MOST = 500
Position = TypeVar("Position")
_STRICT = ConfigDict(strict=True)
_Number = Annotated[int, Field(ge=0, lt=2**63)]
_Name = Annotated[str, *NO_ZERO]

BY_NUMBER: Final[TypeAdapter[tuple[int]]] = TypeAdapter(tuple[_Number], config=_STRICT)
"""A list in the order of numbers."""
BY_NAME: Final[TypeAdapter[tuple[str]]] = TypeAdapter(tuple[_Name], config=_STRICT)
"""A list in the order of names."""
BY_DAY: Final[TypeAdapter[tuple[date, int]]] = TypeAdapter(tuple[date, _Number], config=_STRICT)
"""A list in the order of days, and of numbers within a day."""

Limit = Annotated[
    int,
    Query(
        ge=1,
        le=MOST,
        description=both(zh=f"每页几条，最多 {MOST}。", en=f"How many on a page, at most {MOST}."),
    ),
]
Cursor = Annotated[
    str | None,
    Query(
        alias="cursor",
        max_length=200,
        description=both(zh="上一页答复里的 next。", en="The next of the previous page's answer."),
    ),
]


def cursor(*last: str | int | date) -> str:
    """The cursor after a row with these sort values."""
    values = [value.isoformat() if isinstance(value, date) else value for value in last]
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(written: str, position: TypeAdapter[Position]) -> Position:
    """The sort values a cursor was made of. Raises ApiProblem for one the API did not make."""
    try:
        padded = written + "=" * (-len(written) % 4)
        return position.validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:
        reason = say(zh="不是上一页给的 cursor", en="not a cursor of a previous page")
        raise ApiProblem(
            "invalid", f"cursor: {reason}", errors=[{"field": "cursor", "reason": reason}]
        ) from None
