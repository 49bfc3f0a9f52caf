"""How much work one rendering of a template may be: it counts what is made, looked through and written.

Each character counts as one, each part of a list as twenty, each round of a loop and each use of a filter as a hundred, each
call as four hundred, about what they cost. With `MOST` of it a rendering ends within seconds and in some ten megabytes.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

from jinja2.exceptions import SecurityError

from duban.base.language import say

ROUND: Final = 100
CALL: Final = 400
MOST: Final = 200_000 * ROUND
MAPPED: Final = (dict, MappingProxyType)
SIZED: Final = (str, bytes, range, list, tuple, set, frozenset, dict, MappingProxyType)
"""What has a length; the parts of anything else are not looked through."""
_PART: Final = 20
_left: ContextVar[int] = ContextVar("work left", default=MOST)


def begin() -> None:
    """A rendering begins, with all its work before it."""
    _left.set(MOST)


def step(cost: int = ROUND) -> bool:
    """True, once a round, or something of this `cost`, has counted. Raises SecurityError when no work is left."""
    left = _left.get() - cost
    if left < 0:
        raise SecurityError(say(zh="模板里的循环太多", en="the template's loops have too many rounds"))
    _left.set(left)
    return True


def spend(characters: int) -> None:
    """So many characters count. Raises SecurityError when no work is left."""
    left = _left.get() - characters
    if left < 0:
        raise too_long()
    _left.set(left)


def weight(value: object) -> int:
    """As how many characters a value counts, once it has. Raises SecurityError when no work is left."""
    if not isinstance(value, SIZED):
        return 1
    if isinstance(value, str | bytes | range):
        whole = len(value)
    else:
        parts = value.items() if isinstance(value, MAPPED) else value
        whole = _PART * (1 + len(value)) + sum(weight(each) for each in parts if isinstance(each, SIZED))
    spend(whole)
    return whole


def seen(value: object) -> object:
    """The value, once it has counted."""
    weight(value)
    return value


def made(value: object) -> object:
    """What a filter or a call has made, once it has counted; what it has still to make counts as it comes."""
    return _coming(value) if isinstance(value, Iterator) else seen(value)


def too_long() -> SecurityError:
    """What is raised where a template would make too much."""
    return SecurityError(say(zh="模板填出来太长", en="the template makes too long a text"))


def _coming(parts: Iterator[object]) -> Iterator[object]:
    for each in parts:
        step()
        yield seen(each)
