"""Letting examples happen, each on an empty ledger, and comparing what is owed in the end with what they expect."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from duban.base.problems import Problem
from duban.definitions.definitions import Definitions
from duban.examples.comparing import Mismatch, compare
from duban.examples.examples import Example
from duban.examples.rehearsal import Rehearsals, rehearsals


@dataclass(frozen=True)
class ExampleResult:
    """One example and what came of it."""

    example: Example  #: The example.
    differences: tuple[Mismatch, ...]  #: What is not as expected.
    problems: tuple[Problem, ...] = ()  #: What kept it from happening.

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences and not self.problems


def judge(definitions: Definitions, examples: Iterable[Example]) -> Iterator[ExampleResult]:
    """Let each example happen under these definitions, in a ledger of its own, and compare what came of it.

    One at a time, in their order, so that a long run can be watched.
    """
    with rehearsals(definitions) as place:
        for example in examples:
            yield judge_one(place, example)


def judge_one(place: Rehearsals, example: Example) -> ExampleResult:
    """Let one example happen at `place` and compare."""
    owed, problems = place.owed(example)
    if problems:
        return ExampleResult(example, (), tuple(problems))
    return ExampleResult(example, tuple(compare(example, owed)))
