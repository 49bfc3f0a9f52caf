"""Conditions that a database answers from an index, whatever it knows of its own tables.

SQLite has no figures about a table it was never asked to analyse. It then takes an equality for rare, and may walk the
whole history of a kind of fact to find those about a few subjects.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, or_

First = TypeVar("First")
Second = TypeVar("Second")

AT_A_TIME: Final = 2_000
"""How many rows one statement names by their numbers: a database takes only so many parameters."""


def portions(numbers: Sequence[int], size: int = AT_A_TIME) -> Iterator[Sequence[int]]:
    """The numbers of rows, as many at a time as one statement may name."""
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def one_of_pairs(
    first: SQLColumnExpression[First],
    second: SQLColumnExpression[Second],
    pairs: Iterable[tuple[First, Second]],
) -> ColumnElement[bool]:
    """That two columns hold one of the pairs: a search of the index on both, of which there are few firsts."""
    seconds: dict[First, set[Second]] = defaultdict(set)
    for one, other in pairs:
        seconds[one].add(other)
    return or_(false(), *(and_(first == one, second.in_(others)) for one, others in seconds.items()))


def as_a_filter(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The column, fit to sort out rows and not to find them: the other conditions choose the index."""
    return column.concat("")
