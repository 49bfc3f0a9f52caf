"""What a row says, with every mistake of it, not yet held against the ledger."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from duban.importing.grammar import Outcome

STATE = "状态"
"""The particular of a licence that is no longer valid: what the register calls that."""


class Mistake(NamedTuple):
    """Why a row is refused: the column to blame (from 0; None for the whole row), and the reason."""

    column: int | None  #: the column to blame, from 0; None: the whole row
    reason: str  #: why, in the reader's words


@dataclass(slots=True)
class Draft:
    """What one row says."""

    sheet: int  #: the table it stands in, from 0
    row: int  #: its number, from 1, as the spreadsheet numbers it
    cells: tuple[object, ...]  #: its cells as they were read
    mistakes: list[Mistake] = field(default_factory=list)  #: why it is refused
    ref: str = ""  #: its number in the source
    kinds: tuple[str, ...] = ()  #: the subject kinds it may be about
    said_kind: str = ""  #: the one among them that a column names, should the subject be of several
    code: str = ""  #: the subject's code
    name: str = ""  #: the subject's name
    unit: str | None = None  #: the unit it is about
    given: dict[str, Any] = field(
        default_factory=dict
    )  #: the register's columns, where the row fills them in
    attributes: dict[str, str] = field(default_factory=dict)  #: the subject's attributes, likewise
    kind: str = ""  #: the kind of fact
    outcome: Outcome | None = None  #: what it says instead of a fact
    on: date | None = None  #: the day on which it happened
    data: dict[str, Any] = field(default_factory=dict)  #: the fact's particulars

    @property
    def licence(self) -> str:
        """The licence a register's row is about: its number without the day, which is another at each renewal."""
        return licence_of(self.ref)

    def content(self, together: Collection[str] = ()) -> tuple[object, ...]:
        """What the row says but for the particulars put `together`, to be compared with another of the same number."""
        return (
            self.kinds,
            self.code,
            self.name,
            self.unit,
            self.kind,
            self.outcome,
            self.on,
            tuple(each for each in self.data.items() if each[0] not in together),
        )


def licence_of(ref: str) -> str:
    """The licence's number in a reference made of number and day."""
    return ref.rpartition("/")[0] or ref
