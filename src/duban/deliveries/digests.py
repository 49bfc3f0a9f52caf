"""What one message says: everything one recipient is told over one channel, grouped by duty, worst first."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from duban.base.language import say
from duban.ladders.stages import stage_word, weight

_SHORTEST_NAME, _LONGEST_NAME = 4, 40
"""How many signs of a name are left where there is room for little."""


@dataclass(frozen=True)
class QuotedBasis:
    """The clause a duty rests on, and its words."""

    clause: str  #: chapter and clause as printed, or a statute's article
    quote: str  #: its words


@dataclass(frozen=True)
class Entry:
    """One obligation in a message. Days are working days."""

    ref: str  #: the short id people use: DB-000042
    whom: str  #: the subject's name, or the unit's where there is none, and the case it is owed for
    stage: str  #: the rung's stage: remind, urge …
    target: date  #: the day to act by: the last working day on or before the nominal day
    deadline: date  #: the last day by law, rolled forward over holidays
    provisional: bool  #: the holidays of that year are not published yet
    overdue: bool  #: the deadline is past
    #: Working days past the deadline; None where the calendar ends, or when it is not overdue.
    overdue_days: int | None = (
        None  #: working days past the deadline; None where the calendar ends, or not overdue
    )
    days_left: int | None = None  #: working days left to the target; None when it is past
    period: str = ""  #: the period's words; empty when a fact brought it about
    note: str = ""  #: why it comes, such as a message to another that did not arrive
    owner: str = ""  #: the post that owes it; empty when the message goes to that post itself
    past_target: bool = False  #: the target is past, the deadline not yet
    progress: str = ""  #: how far it has come, for what facts measure

    @property
    def stage_word(self) -> str:
        """The rung's stage as people say it: 催办."""
        return stage_word(self.stage)

    @property
    def command(self) -> str:
        """What to type when it is done."""
        return f"duban done {self.ref}"

    @property
    def badness(self) -> tuple[int, int, int, int, str]:
        """Sorts the worst first: the stage, then the days overdue, then the nearest date."""
        return (
            -weight(self.stage),
            -int(self.overdue),
            -(self.overdue_days or 0),
            self.target.toordinal(),
            self.ref,
        )


@dataclass(frozen=True)
class DutyGroup:
    """The obligations of one duty in a message."""

    title: str  #: the duty's title
    line: str  #: its business line
    basis: tuple[QuotedBasis, ...]  #: what it rests on
    entries: tuple[Entry, ...]  #: the worst first

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
    confidential: bool = False  #: about one confidential obligation
    more: tuple[str, ...] = ()  #: obligations named by id alone
    unnamed: int = 0  #: obligations that are only counted
    brief: bool = False  #: one line for each duty, with the worst of it
    _all: tuple[Entry, ...] = field(default=(), repr=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All obligations of the message, also those that are only named, worst first."""
        return self._all or tuple(entry for group in self.groups for entry in group.entries)

    @property
    def count(self) -> int:
        """How many obligations the message is about."""
        return len(self.entries)

    @property
    def own(self) -> bool:
        """Whether the recipient owes any of them, and does not only see to it that others act."""
        return any(not entry.owner for entry in self.entries)

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(entry.overdue for entry in self.entries)

    @property
    def stage_word(self) -> str:
        """The heaviest stage in the message."""
        return stage_word(max((entry.stage for entry in self.entries), key=weight, default="remind"))

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


def fitted(
    digest: Digest, most_bytes: int, put: Callable[[Digest], tuple[str, str]], *, one_page: bool = False
) -> tuple[str, str]:
    """The longest form of the message that fits into `most_bytes` of UTF-8, title included.

    First some in full and the others by their ids; then one line for each duty; then one line with its names cut. Each says
    what it is about, by when, and where to read on. `one_page`: who only sees to it that others act gets the line for each
    duty instead of the ids.
    """
    words = put(digest)
    if _size(words) <= most_bytes:
        return words
    for form in (_worst_in_full, _line_by_duty, _names_cut)[int(one_page) :]:
        shorter = form(digest, lambda each: _size(put(each)) <= most_bytes)
        if shorter is not None:
            return put(shorter)
    return _cut_off(*put(digest.in_brief(1).clipped(_SHORTEST_NAME)), most_bytes)


def _worst_in_full(digest: Digest, fits: Callable[[Digest], bool]) -> Digest | None:
    """As many as possible in full, the others by their ids; ids that have no room are counted."""
    total = digest.count
    full = _most(range(1, total), lambda first: fits(digest.told_in_full(first, total - first)))
    if full is not None:
        return digest.told_in_full(full, total - full)
    named = _most(range(total), lambda named: fits(digest.told_in_full(1, named)))
    return None if named is None else digest.told_in_full(1, named)


def _line_by_duty(digest: Digest, fits: Callable[[Digest], bool]) -> Digest | None:
    duties = _most(range(1, len(digest.groups) + 1), lambda first: fits(digest.in_brief(first)))
    return None if duties is None else digest.in_brief(duties)


def _names_cut(digest: Digest, fits: Callable[[Digest], bool]) -> Digest | None:
    one = digest.in_brief(1)
    signs = _most(range(_SHORTEST_NAME, _LONGEST_NAME), lambda signs: fits(one.clipped(signs)))
    return None if signs is None else one.clipped(signs)


def recipient_words(unit: str, post: str) -> str:
    """A post as a person reads it."""
    return say(zh=f"{unit}{post}", en=f"{unit} {post}")


def _most(counts: Sequence[int], fits: Callable[[int], bool]) -> int | None:
    """The largest count that fits, if fewer always fit better than more; None if not even the first does."""
    low, high = -1, len(counts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(counts[middle]):
            low = middle
        else:
            high = middle - 1
    return counts[low] if low >= 0 else None


def _size(words: tuple[str, str]) -> int:
    title, body = words
    return len(title.encode()) + 2 + len(body.encode())


def _cut(name: str, signs: int) -> str:
    return name if len(name) <= signs else name[: signs - 1] + "…"


def _cut_off(title: str, body: str, most_bytes: int) -> tuple[str, str]:
    """Words of a template that knows no brief form: cut where they must be."""
    title = _first_bytes(title, most_bytes // 3)
    return title, _first_bytes(body, most_bytes - len(title.encode()) - 2)


def _first_bytes(text: str, most: int) -> str:
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"
