"""How often a duty is owed (频次规则): what the engine asks of every kind of cadence, and what a kind is.

A kind is one module: its model, which answers what `Cadence` asks; its keys, which read it; its words. `registry` lists
them. Nothing else knows one kind from another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from duban.base.language import say
from duban.cadence.counting import Aim
from duban.cadence.occurrence import Occurrence
from duban.cadence.opening import CalendarOpening, Opening, OwedFor
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import Reference
from duban.cadence.rules import ValueModel
from duban.workdays import Festivals, Period, WorkdayCalendar
from duban.yamlfile import Loc
from duban.yamlfile.values import StrictModel


class Cadence(ValueModel):
    """What every kind answers. A kind overrides what it has to say; the rest is said here for those that have nothing."""

    if TYPE_CHECKING:
        kind: str  #: The kind's name; the model of each kind sets it.

    owed_for: ClassVar[OwedFor] = OwedFor.EITHER  #: Units or subjects.
    spread: ClassVar[bool] = False  #: Whether the safe days of many subjects are spread over a window.
    measured: ClassVar[bool] = False  #: Whether facts tell its progress; `aim` is then not None.

    @property
    def opening(self) -> Opening:
        """What opens its obligations."""
        return CalendarOpening()

    @property
    def aim(self) -> Aim | None:
        """What facts are measured against; None where a fact or a person completes it."""
        return None

    def with_figures_after(self, grace: Period) -> "Cadence":
        """The same, its figures being in so long after each period, where nothing else is said."""
        return self

    @property
    def statute(self) -> str | None:
        """The law that states its period, where the duty names one."""
        return None

    @property
    def grades(self) -> tuple[str, ...]:
        """The risk grades it tells apart; none where all subjects owe alike."""
        return ()

    def visits(self, grade: str | None) -> int | None:
        """How many times a year a subject of this grade owes it; None where that is not what it counts."""
        return None

    def occurrences(self, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
        """What the calendar opens from `first` to `last`, both inclusive, for every grade, oldest first.

        Raises UnknownYear when a date that is needed lies past the calendar.
        """
        return []

    def occurrences_for(
        self, grade: str | None, calendar: WorkdayCalendar, first: date, last: date
    ) -> list[Occurrence]:
        """What the calendar opens for subjects of one `grade` (None: without one), from `first` to `last` as `occurrences`."""
        return self.occurrences(calendar, first, last)

    def occurrence(self, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
        """The occurrence that a period key names, or None when it has none of that name.

        Raises UnknownYear outside the calendar.
        """
        return None

    def references(self) -> Iterable[Reference]:
        """What it refers to outside its own file."""
        return ()

    def most_workdays(self) -> float | None:
        """The most working days there can be between opening and due; None when there is plenty."""
        return None

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("due",)

    def note(self) -> str:
        """The rule in one sentence, for kinds whose occurrences do not show it."""
        return ""

    def over_since(self, on: date) -> date | None:
        """The day it was owed by, if it is owed no more on `on`; None while more may come."""
        return None

    @property
    def seldom(self) -> bool:
        """Whether its next occurrence may lie further ahead than a year."""
        return False

    def name_of_days(self, period_key: str) -> str | None:
        """What people call the days of an occurrence, where they have a name of their own: 国庆假期."""
        return None

    def why_nothing(self, festivals: Festivals, first: date, last: date) -> str:
        """Why nothing of it opens from `first` to `last`, to a person."""
        return say(zh=f"{first} 至 {last} 一次也不开办", en=f"nothing of it opens from {first} to {last}")


class CadenceKeys(StrictModel):
    """The keys of a duty that belong to a kind, as a person writes them; the first one opens it."""

    def read(self, place: DutyPlace) -> Cadence | None:
        """The cadence they mean, or None with the reasons noted in `place`."""
        raise NotImplementedError


@dataclass(frozen=True)
class CadenceKind:
    """One kind of cadence: its model, how it is read, what people call it, when to use it, and an example that runs."""

    model: type[Cadence]  #: The parsed cadence, with what it answers.
    keys: type[CadenceKeys]  #: How it is written and read.
    zh: str  #: What people call it, in Chinese.
    en: str  #: … and in English.
    for_zh: str  #: When to use it, in a sentence or two, in Chinese.
    for_en: str  #: … and in English.
    example: str  #: A whole file of duties that runs as it stands.
    #: The keys its page of documentation explains, where they are not those of `keys` in their order.
    explained: tuple[str, ...] = ()
    short_zh: str = ""  #: What lists and totals call it in Chinese, where that is not `zh`.

    @cached_property
    def name(self) -> str:
        """Its name in tables, tags and files."""
        return str(self.model.model_fields["kind"].default)

    @cached_property
    def key(self) -> str:
        """The key of a duty that opens it."""
        return next(iter(self.keys.model_fields))

    @property
    def title(self) -> str:
        """What people call it, in the reader's language."""
        return say(zh=self.zh, en=self.en)

    @property
    def word(self) -> str:
        """What lists and totals call it, in the reader's language."""
        return say(zh=self.short_zh or self.zh, en=self.name)

    @property
    def purpose(self) -> str:
        """When to use it, in the reader's language."""
        return say(zh=self.for_zh, en=self.for_en)
