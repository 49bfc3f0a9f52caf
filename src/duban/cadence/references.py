"""What a cadence refers to outside its own file: facts, subjects, grades, named days. Whether they exist is checked
where the vocabulary and the calendar are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from duban.cadence.counting import Cohort, RegisteredSubjects, Tally
from duban.yamlfile import Loc


@dataclass(frozen=True)
class AwaitedFact:
    """A kind of fact about the duty's own unit or subject, without which it never opens."""

    fact: str  #: Its name.
    loc: Loc  #: Where it stands in the duty, or the key under which it stands with `where`.
    #: What its facts are told apart by.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ahead: bool = False  #: Whether it has to be told of before its day.


@dataclass(frozen=True)
class CountedFacts:
    """Facts that are counted."""

    counted: Tally  #: Which.
    key: str  #: The key they stand at.


@dataclass(frozen=True)
class MatchedFacts:
    """Facts that are answered one by one, and what an answer has in common with what it answers."""

    cohort: Cohort  #: What is asked.
    of: Tally  #: The answers.


@dataclass(frozen=True)
class CountedSubjects:
    """The registered subjects a share is taken of."""

    among: RegisteredSubjects  #: Which.
    of: Tally  #: The facts about them.


@dataclass(frozen=True)
class NamedGrades:
    """The risk grades of the duty's subjects, each of which must have a number."""

    named: tuple[str, ...]  #: As written.
    key: str  #: The key they stand at.


@dataclass(frozen=True)
class NamedDays:
    """Festivals and windows of `calendar/festivals.yaml`."""

    names: tuple[str, ...]  #: As written.
    key: str  #: The key they stand at, alone or in a list.


Reference = AwaitedFact | CountedFacts | MatchedFacts | CountedSubjects | NamedGrades | NamedDays
