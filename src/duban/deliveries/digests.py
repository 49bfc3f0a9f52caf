"""What one message says: everything one recipient is told over one channel, grouped by duty, worst first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from duban.base.language import say
from duban.deliveries.entries import Entry, QuotedBasis, asked, beside, pressing, repeated, to_be_done
from duban.deliveries.leaders_page import LeadersPage
from duban.ladders.stages import stage_word, weight

LONGEST_LETTER = 30
"""So many obligations a letter tells of; of more it has a list."""


@dataclass(frozen=True)
class DutyGroup:
    """The obligations of one duty in a message."""

    title: str  #: the duty's title
    line: str  #: its business line
    basis: tuple[QuotedBasis, ...]  #: what it rests on
    entries: tuple[Entry, ...]  #: the worst first
    evidence: tuple[str, ...] = ()  #: what has to be handed in
    reviewer: str = ""  #: who looks at it before it is closed; empty when nobody has to
    contact: str = ""  #: whom to ring: the section above, with its telephone; empty at the city
    tentative: str = (
        ""  #: that day or number are the bureau's own, unconfirmed; empty where a text gives them
    )

    @property
    def worst(self) -> Entry:
        """The one to act on first."""
        return self.entries[0]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.entries)

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(entry.overdue for entry in self.entries)

    @property
    def owners(self) -> tuple[tuple[str, int], ...]:
        """The posts that owe them with how many each owes, the most first; none when they are the recipient's own."""
        counted = Counter(entry.owner for entry in self.entries if entry.owner)
        return tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


@dataclass(frozen=True)
class Digest:
    """One message before it is put into words."""

    unit: str  #: the name of the recipient's unit
    post: str  #: the recipient's post
    holder: str  #: who holds it; empty when nobody is registered
    acting_for: str  #: the post the recipient stands in for; empty when for none
    groups: tuple[DutyGroup, ...]  #: by duty, the heaviest first
    as_of: str  #: local time
    message_id: str  #: the same when it is sent again
    confidential: bool = False  #: about confidential obligations alone
    more: tuple[str, ...] = ()  #: obligations named by id alone
    unnamed: int = 0  #: obligations that are only counted
    brief: bool = False  #: one line for each duty, with the worst of it
    home: str = ""  #: the county of the recipient's unit, or the city
    top: bool = False  #: nobody stands above the recipient's unit
    link: str = ""  #: the page of exactly these obligations; empty while the project has no page
    summary: LeadersPage | None = None  #: how things stand, for who only sees to it that others act
    attached: bool = False  #: the whole list goes with the message as a table
    _all: tuple[Entry, ...] = field(default=(), repr=False)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All obligations of the message, also those that are only named, worst first."""
        return self._all or tuple(entry for group in self.groups for entry in group.entries)

    @property
    def count(self) -> int:
        """How many obligations the message is about."""
        return len(self.entries)

    @cached_property
    def due(self) -> int:
        """How many of them are to be done; the others are to be reviewed or worked along on, or not owed any more."""
        return len(to_be_done(self.entries))

    @cached_property
    def beside(self) -> str:
        """What it is about beside these: 待复核 2 项，不用再办 1 项; empty for nothing."""
        return beside(self.entries)

    @cached_property
    def own(self) -> bool:
        """Whether the recipient owes any of them, and does not only see to it that others act."""
        return any(not entry.owner and not entry.ended for entry in self.entries)

    @cached_property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(entry.overdue for entry in to_be_done(self.entries))

    @cached_property
    def stage(self) -> str:
        """The heaviest stage in the message, of what is to be done where anything is, and not reviewed alone."""
        heard = to_be_done(self.entries) or self.entries
        return max((entry.stage for entry in heard), key=weight, default="remind")

    @cached_property
    def stage_word(self) -> str:
        """The heaviest stage as people say it, a repeat with its number."""
        stage = self.stage
        times = max((entry.times for entry in self.entries if entry.stage == stage), default=1)
        word = repeated(stage_word(stage), times)
        return pressing(word) if any(entry.hours for entry in self.entries) else word

    @cached_property
    def asked(self) -> str:
        """Who is asked for what, for the title of a message to who does not owe it: 3 个县 12 项需约谈."""
        return asked(self.entries, self.stage, home=self.home, top=self.top)

    @property
    def one_letter(self) -> "Digest":
        """The same with as many obligations as a person reads in one letter, the worst; the rest is counted."""
        return self if self.count <= LONGEST_LETTER else self.told_in_full(LONGEST_LETTER, 0)

    def told_in_full(self, first: int, named: int) -> "Digest":
        """The same message with only the first entries in full, the next ones by id, and the rest counted."""
        everything = self.entries
        full = {entry.ref for entry in everything[:first]}
        groups = tuple(
            replace(group, entries=tuple(entry for entry in group.entries if entry.ref in full))
            for group in self.groups
        )
        rest = everything[first:]
        return replace(
            self,
            groups=tuple(group for group in groups if group.entries),
            more=tuple(entry.ref for entry in rest[:named]),
            unnamed=len(rest[named:]),
            _all=everything,
        )

    def in_brief(self, duties: int) -> "Digest":
        """The same message in one line for each of the first duties, with the worst of each; the rest is counted."""
        first = self.groups[:duties]
        return replace(self, groups=first, unnamed=self.count - len(first), brief=True, _all=self.entries)

    def clipped(self, signs: int) -> "Digest":
        """The same with every name cut to so many signs; where and to whom it goes, which the reader knows, to fewer."""

        def clip(group: DutyGroup) -> DutyGroup:
            entries = (
                replace(each, whom=_cut(each.whom, signs), owner=_cut(each.owner, signs))
                for each in group.entries
            )
            return replace(group, title=_cut(group.title, signs), line="", entries=tuple(entries))

        few = max(signs // 3, 2)
        return replace(
            self, unit=_cut(self.unit, few), post=_cut(self.post, few), groups=tuple(map(clip, self.groups))
        )


def grouped(rows: Iterable[tuple[str, DutyGroup, Entry]]) -> tuple[DutyGroup, ...]:
    """Entries with the key of their duty and its heading, as groups; the worst group and the worst entry first."""
    headings: dict[str, DutyGroup] = {}
    entries: dict[str, list[Entry]] = {}
    for key, heading, entry in rows:
        headings.setdefault(key, heading)
        entries.setdefault(key, []).append(entry)
    groups = [
        replace(headings[key], entries=tuple(sorted(found, key=lambda entry: entry.badness)))
        for key, found in entries.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.entries[0].badness, group.title)))


def recipient_words(unit: str, post: str) -> str:
    """A post as a person reads it."""
    return say(zh=f"{unit}{post}", en=f"{unit} {post}")


def _cut(name: str, signs: int) -> str:
    return name if len(name) <= signs else name[: signs - 1] + "…"
