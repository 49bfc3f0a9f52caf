"""What became of a row when it was held against the ledger, and what is to be recorded for it."""

from dataclasses import dataclass, field
from typing import Literal

from duban.facts import NewFact, NewSubject
from duban.importing.drafts import Draft, Mistake

Verdict = Literal["new", "changed", "unchanged", "nothing", "refused"]


@dataclass
class JudgedRow:
    """A row with its verdict, and what is to be recorded for it, in this order."""

    draft: Draft  #: the row as it was read
    verdict: Verdict = "nothing"  #: what became of it
    mistakes: list[Mistake] = field(default_factory=list)  #: why it is refused
    subject: NewSubject | None = None  #: the subject to be registered, or written anew
    subject_is_new: bool = False  #: whether the ledger does not have that subject yet
    charge: str | None = None  #: the code of the unit in charge of its subject
    facts: list[NewFact] = field(default_factory=list)  #: the facts to be recorded


def joined(of_subject: Verdict, of_fact: Verdict) -> Verdict:
    """The verdict on a row that says something of a subject and of a fact."""
    for verdict in ("new", "changed", "unchanged"):
        if verdict in (of_subject, of_fact):
            return verdict
    return "nothing"
