"""Where a list goes on: an opaque text that names the last row of a page, so that nothing is seen twice or missed."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date
from typing import Annotated, Any

from fastapi import Query

from duban.base.language import say
from duban.web.api.words import both
from duban.web.problems import ApiProblem

MOST = 500
_GREATEST = 2**63 - 1

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


def read_cursor(written: str, *kinds: type) -> tuple[Any, ...]:
    """The sort values a cursor was made of. Raises ApiProblem for one the API did not make."""
    try:
        padded = written + "=" * (-len(written) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return tuple(_value(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        reason = say(zh="不是上一页给的 cursor", en="not a cursor of a previous page")
        raise ApiProblem(
            "invalid", f"cursor: {reason}", errors=[{"field": "cursor", "reason": reason}]
        ) from None


def _value(value: Any, kind: type) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    if kind is int and type(value) is int and 0 <= value <= _GREATEST:
        return value
    if kind is str and isinstance(value, str) and "\0" not in value:
        value.encode()
        return value
    raise ValueError(value)
