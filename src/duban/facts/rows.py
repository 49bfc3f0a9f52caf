"""What is given to be taken down, and what became of each row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, Self

from duban.base.folding import fold_code, fold_name
from duban.base.json_values import Json
from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cadence.counting import ZERO_OF, ZERO_REPORTED
from duban.duties.vocabulary import SubjectKind
from duban.facts.unmatched import UnmatchedAnswer

Key = tuple[str, str]
"""A subject by its kind and code, a fact by its source and number."""
Outcome = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True)
class NewSubject:
    """A subject as a register states it: `unit` is the code of the unit in whose charge it is.

    Its code and its name are folded (`duban.base.folding`), whoever states it.
    """

    kind: str  #: its kind of subject
    code: str  #: its code in the register
    name: str  #: what it is called
    unit: str  #: the code of the unit in whose charge it is
    grade: str | None = None  #: its risk grade, where it has one
    attributes: Mapping[str, str] = field(default_factory=dict)  #: what else the register says of it
    active: bool = True  #: whether it is still in business
    registered_on: date | None = None  #: the local day it was registered on, where that is known

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", fold_code(self.code))
        object.__setattr__(self, "name", fold_name(self.name))


@dataclass(frozen=True)
class NewFact:
    """Something that happened on a local business date, as `source` reports it under its own number `ref`.

    It is about a `subject` (kind, code) or about a `unit` (code), never both. `revises` is the (source, ref) of a fact
    this one corrects; `withdrawn` says that the corrected fact never was. `subject_unit` (code) says in whose charge the
    subject is where several counties have one of that code, `revised_unit` which unit reported what is corrected where
    several reported that number. Codes, the source and its numbers are folded
    (`duban.base.folding`), whoever states the fact.
    """

    kind: str  #: the kind of fact
    subject: tuple[str, str] | None  #: kind and code of the subject it is about; None: a unit's own
    unit: str | None  #: the code of the unit that reports it; None: the subject's
    happened_on: date  #: the local day it happened on
    source: str  #: who brings it: a source of the project
    ref: str  #: its number with the source
    data: Mapping[str, Json] = field(default_factory=dict)  #: its particulars
    revises: tuple[str, str] | None = None  #: source and number of the fact that this one corrects
    withdrawn: bool = False  #: that the fact it corrects never was
    subject_unit: str | None = None  #: the code of the unit in whose charge the subject has to be
    revised_unit: str | None = None  #: the code of the unit whose fact is corrected

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", fold_name(self.source))
        object.__setattr__(self, "ref", fold_code(self.ref))
        if self.subject is not None:
            object.__setattr__(self, "subject", (self.subject[0], fold_code(self.subject[1])))
        if self.revises is not None:
            source, ref = self.revises
            object.__setattr__(self, "revises", (fold_name(source), fold_code(ref)))


def zero_report(of: str, unit: str, happened_on: date, source: str, ref: str) -> NewFact:
    """That a unit reports that nothing happened (零报告): no fact, or no subject, of the kind `of`, in the period that
    holds `happened_on`. Silence says nothing; this does.
    """
    return NewFact(ZERO_REPORTED, None, unit, happened_on, source, ref, {ZERO_OF: of})


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken: its place in what was given (from 1), what it calls itself, why, and in which field."""

    row: int  #: its place in what was given, from 1
    ref: str  #: what it calls itself
    reason: str  #: why, in the reader's words
    field: str = ""  #: the field to look at; empty: the whole row


class Refusal(NamedTuple):
    """Why a row is refused, and the field to look at."""

    field: str  #: the field to look at
    reason: str  #: why, in the reader's words

    @classmethod
    def said(cls, field: str, *, zh: str, en: str) -> Self:
        """The refusal for the field, said in the reader's language."""
        return cls(field, say(zh=zh, en=en))


@dataclass
class Intake:
    """How many rows were new, how many the ledger had already, and which were refused.

    For subjects, `changed` counts those whose name, unit, grade, attributes or state is another than before. `outcomes`
    says for each row that was not refused whether it was new, changed or unchanged. `written` is False when the rows
    were to be taken whole and one was refused: then the ledger is as before, and the counts say what would have been.
    """

    new: int = 0  #: rows that were new
    unchanged: int = 0  #: rows the ledger had already
    changed: int = 0  #: rows that changed what the ledger had
    refused: list[RefusedRow] = field(default_factory=list)  #: rows that were not taken
    outcomes: dict[int, Outcome] = field(default_factory=dict)  #: by row, from 1, what became of it
    written: bool = True  #: False for a rehearsal
    unmatched: dict[int, UnmatchedAnswer] = field(
        default_factory=dict
    )  #: by row, those taken that answer nothing: a number nothing was recorded under, or none

    def refuse(self, row: int, ref: str, why: Refusal) -> None:
        """Note that the row of this number (from 1) is not taken, and why; `ref` is what people know it by."""
        self.refused.append(RefusedRow(row, ref, why.reason, why.field))


def unknown(field: str, sentence: str, word: str, known: Iterable[str]) -> Refusal:
    """A word that is not known, with the nearest known one."""
    mend = did_you_mean(word, known)
    return Refusal(field, sentence + (say(zh="，", en=", ") + mend if mend else ""))


def no_grade(field: str, grade: str, kind: SubjectKind) -> Refusal:
    """A risk grade that subjects of the kind do not have."""
    return unknown(field, say(zh=f"没有等级“{grade}”", en=f"there is no grade “{grade}”"), grade, kind.grades)


def outside(field: str, unit: str) -> Refusal:
    """A unit for which the caller does not act."""
    return Refusal.said(field, zh=f"单位“{unit}”不归您管", en=f"the unit “{unit}” is not one of yours")
