"""Which duties an edit touches, and how: their own meaning, the calendar they reckon with, their ladder, the units."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.edits.key_words import key_word
from duban.edits.model import KeyChange
from duban.edits.written import WrittenDuties, duty_changes, meaning_changes, standing_changes
from duban.obligations.responsible import owing_units

MEANING: Final = "meaning"
CALENDAR: Final = "calendar"
LADDER: Final = "ladder"
UNITS: Final = "units"
HOURS: Final = "hours"

_NOT_OF_DATES: Final = frozenset(
    (
        "title",
        "basis",
        "owner",
        "ladder",
        "evidence",
        "done_by",
        "confidential",
        "catch_up",
        "credit",
        "for_each",
        "line",
    )
)
"""Keys that move no due day; whatever else a duty has belongs to its rhythm."""


@dataclass(frozen=True)
class TouchedDuty:
    """A duty that an edit touches."""

    #: the duty's id
    duty_id: str
    #: as it was; None: it was not there
    old: Duty | None
    #: as it will be; None: it will not be there
    new: Duty | None
    #: the keys that differ
    keys: tuple[KeyChange, ...]
    #: what touches it: MEANING, CALENDAR, LADDER, UNITS, HOURS
    by: frozenset[str]
    #: what is surer, or less sure, than before
    standing: tuple[KeyChange, ...] = ()

    @property
    def shown(self) -> tuple[KeyChange, ...]:
        """What differs in words that a reader sees; of a duty that is edited and stays there is always something."""
        seen = tuple(each for each in (*self.keys, *self.standing) if each.was != each.now)
        if seen or self.change != "edited" or self.old is None or self.new is None:
            return seen
        return meaning_changes(self.old, self.new)

    @property
    def change(self) -> str:
        """new, removed, edited, or touched."""
        if self.old is None:
            return "new"
        if self.new is None:
            return "removed"
        return "edited" if MEANING in self.by else "touched"

    @property
    def title(self) -> str:
        """The duty's title as it will be."""
        duty = self.new or self.old
        assert duty is not None  # noqa: S101 - one of both is there
        return duty.title

    @property
    def scope_changed(self) -> bool:
        """Whether other units or subjects may owe it than before."""
        if self.old is None or self.new is None:
            return True
        same = (self.old.for_each, self.old.owner.levels, self.old.cadence) == (
            self.new.for_each,
            self.new.owner.levels,
            self.new.cadence,
        )
        return UNITS in self.by or not same

    @property
    def owner_moved(self) -> bool:
        """Whether a duty about subjects is owed by units of another level now."""
        if self.old is None or self.new is None or self.new.for_each.subject is None:
            return False
        return self.old.owner.unit != self.new.owner.unit

    @property
    def dating_keys(self) -> tuple[KeyChange, ...]:
        """The keys that can move a due day."""
        other = {key_word(key) for key in _NOT_OF_DATES}
        return tuple(change for change in self.keys if change.key not in other and change.was != change.now)


def touched_duties(before: Definitions, after: Definitions) -> Iterator[TouchedDuty]:
    """Every duty the edit touches: those in force in their order, then the new ones."""
    calendar = before.calendar.version != after.calendar.version
    hours = (before.project.office_hours, before.project.zone) != (
        after.project.office_hours,
        after.project.zone,
    )
    was, now = WrittenDuties(before), WrittenDuties(after)
    for duty_id in dict.fromkeys((*before.duties, *after.duties)):
        old, new = before.duties.get(duty_id), after.duties.get(duty_id)
        by = set()
        if old is None or new is None or old.fingerprint != new.fingerprint:
            by.add(MEANING)
        if calendar:
            by.add(CALENDAR)
        if hours:
            by.add(HOURS)
        if old is not None and new is not None:
            if before.ladders.get(old.ladder) != after.ladders.get(new.ladder):
                by.add(LADDER)
            if _places(before, old) != _places(after, new):
                by.add(UNITS)
        if by:
            keys = duty_changes(was, now, duty_id) if MEANING in by else ()
            standing: tuple[KeyChange, ...] = ()
            if MEANING in by and old is not None and new is not None:
                standing = standing_changes(was, now, old, new)
            yield TouchedDuty(duty_id, old, new, keys, frozenset(by), standing)


def _places(definitions: Definitions, duty: Duty) -> list[str]:
    """The units that owe a duty by themselves; for one about subjects, the units subjects may lie in."""
    if duty.for_each.subject is not None:
        return list(definitions.project.units)
    return owing_units(definitions.project, duty)
