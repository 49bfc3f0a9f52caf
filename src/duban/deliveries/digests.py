"""What one message says: everything one recipient is told over one channel, grouped by duty, worst first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from duban.base.language import say
from duban.ladders.stages import stage_word, weight


@dataclass(frozen=True)
class Basis:
    """The clause a duty rests on, and its words."""

    clause: str
    quote: str


@dataclass(frozen=True)
class Entry:
    """One obligation in a message. Days are working days; `days_left` counts to the safe target.

    `owner` is the post that owes it, empty when the message goes to that post itself. `progress` is how far it has come,
    for what facts measure.
    """

    ref: str
    whom: str
    stage: str
    target: date
    deadline: date
    provisional: bool
    overdue: bool
    overdue_days: int | None = None
    days_left: int | None = None
    period: str = ""
    note: str = ""
    owner: str = ""
    past_target: bool = False
    progress: str = ""

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
class Group:
    """The obligations of one duty in a message."""

    title: str
    line: str
    basis: tuple[Basis, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Digest:
    """One message before it is put into words. `as_of` is local time; `more` are obligations named by id alone."""

    unit: str
    post: str
    holder: str
    acting_for: str
    groups: tuple[Group, ...]
    as_of: str
    message_id: str
    confidential: bool = False
    more: tuple[str, ...] = ()
    unnamed: int = 0
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


def grouped(rows: Iterable[tuple[str, Group, Entry]]) -> tuple[Group, ...]:
    """Entries with the key of their duty and its heading, as groups; the worst group and the worst entry first."""
    headings: dict[str, Group] = {}
    entries: dict[str, list[Entry]] = {}
    for key, heading, entry in rows:
        headings.setdefault(key, heading)
        entries.setdefault(key, []).append(entry)
    groups = [
        replace(headings[key], entries=tuple(sorted(found, key=lambda entry: entry.badness)))
        for key, found in entries.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.entries[0].badness, group.title)))


def fitted(digest: Digest, most_bytes: int, put: Callable[[Digest], tuple[str, str]]) -> tuple[str, str]:
    """The longest form of the message that fits into `most_bytes` of UTF-8, title included.

    What does not fit is still named by its id; only what does not even fit as an id is counted, and the message says
    where to read it.
    """
    words = put(digest)
    if _size(words) <= most_bytes:
        return words
    total = digest.count

    def fits(first: int, named: int) -> bool:
        return _size(put(digest.told_in_full(first, named))) <= most_bytes

    everything_named = _most(range(total), lambda first: fits(first, total - first))
    if everything_named is not None:
        return put(digest.told_in_full(everything_named, total - everything_named))
    named = _most(range(total), lambda named: fits(0, named))
    return put(digest.told_in_full(0, named or 0))


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
