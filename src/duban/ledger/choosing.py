"""Conditions that a database answers from an index, whatever it knows of its own tables.

SQLite has no figures about a table it was never asked to analyse. It then takes an equality for rare, and may walk the
whole history of a kind of fact to find those about a few subjects.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Self, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    SQLColumnExpression,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

First = TypeVar("First")
Second = TypeVar("Second")

AT_A_TIME: Final = 2_000
"""How many rows one statement names by their numbers: a database takes only so many parameters."""


def portions(numbers: Sequence[int], size: int = AT_A_TIME) -> Iterator[Sequence[int]]:
    """The numbers of rows, as many at a time as one statement may name."""
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def among_those(column: SQLColumnExpression[int], called: str = "those") -> ColumnElement[bool]:
    """That a number is one of `those`, or of another list `called` so, that is given to the statement as one value, however many
    they are.

    The statement stays the same then, and is put together and planned once: of an `IN` with a parameter for each number
    that costs more than carrying it out.
    """
    return _AmongThose(column, bindparam(called, type_=_Numbers()))


def among(column: SQLColumnExpression[First], numbers: Iterable[int]) -> ColumnElement[bool]:
    """That the number in `column` is one of these, however many they are: they are given to the statement as one value.

    Of none it is false.
    """
    return _AmongThose(column, literal(sorted(numbers), _Numbers()))


def one_of_pairs(
    first: SQLColumnExpression[First],
    second: SQLColumnExpression[Second],
    pairs: Iterable[tuple[First, Second]],
) -> ColumnElement[bool]:
    """That the columns `first` and `second` hold one of the pairs: a search of the index on both, of which there are few
    firsts.
    """
    seconds: dict[First, set[Second]] = defaultdict(set)
    for one, other in pairs:
        seconds[one].add(other)
    return or_(false(), *(and_(first == one, second.in_(others)) for one, others in seconds.items()))


def sorted_after(column: SQLColumnExpression[int]) -> ColumnElement[int]:
    """The number in `column`, to order by where what is asked for is found first and then sorted: few of very many, which a
    walk through the table in its own order would look for from its beginning.
    """
    return func.coalesce(column, 0)


def as_a_filter(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The column, fit to sort out rows and not to find them: the other conditions choose the index."""
    return column.concat("")


class _Numbers(TypeDecorator[list[int]]):
    """Numbers as one value: an array, or on SQLite a list in JSON."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As the database takes them."""
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else JSON())


class _AmongThose(GenericFunction[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """A condition as it is: SQLAlchemy would compare a function with 1, and SQLite then uses no index."""
        return self


@compiles(_AmongThose)
def _of_an_array(element: _AmongThose, compiler: SQLCompiler, **words: object) -> str:
    column, those = element.clauses
    return compiler.process(column == any_(those), **words)


@compiles(_AmongThose, "sqlite")
def _of_a_list(element: _AmongThose, compiler: SQLCompiler, **words: object) -> str:
    column, those = element.clauses
    numbers = func.json_each(those).table_valued("value")
    return compiler.process(column.in_(select(numbers.c.value)), **words)
