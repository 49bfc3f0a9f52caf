"""What stands over the obligations of a duty in a message: its title, what it rests on, whom to ring, who reviews it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

from duban.base.language import say, within_quotes
from duban.bureau.project import Project
from duban.deliveries.contents import Version
from duban.deliveries.digests import DutyGroup, recipient_words
from duban.deliveries.entries import Entry, QuotedBasis
from duban.deliveries.leaders_page import county_of
from duban.duties.certainty import last_day_word, set_by_statute, tentative_words
from duban.obligations.reviewers import decider, is_reviewed
from duban.workdays.period_keys import period_beside

MOST_REMEMBERED: Final = 10_000


class DutyHeading(NamedTuple):
    """A duty's heading, and what each of its entries takes from the duty."""

    key: str  #: versions of a duty that read the same have the same, and stand under one heading
    group: DutyGroup  #: the heading, without entries yet
    owner: str  #: the post that owes what is under it
    last_day: str  #: what the deadline is called: 法定期限 only where a statute sets it


class EntryMemory:
    """The entry that each obligation had last, and what it was made of: whoever is told the same next has the same, made once.

    Any number of threads may ask and keep; it forgets all once it holds many.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Entry]] = {}

    def get(self, number: int, of: object) -> Entry | None:
        """The obligation's entry, where it was made of just this."""
        known = self._known.get(number)
        return known[1] if known is not None and known[0] == of else None

    def keep(self, number: int, of: object, made: Entry) -> None:
        """Keep what was made for the obligation."""
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {}
        self._known[number] = of, made


class Headings:
    """The headings of one run's messages, and what its entries say again and again: each is put together once, however many
    messages have it.

    `places` says where each clause of the plan stands in the paper.
    """

    def __init__(self, project: Project, places: Mapping[str, str]) -> None:
        self._project = project
        self._places = places
        self._known: dict[tuple[int, str, str], DutyHeading] = {}
        #: each obligation as it was told last, and as what
        self.entries = EntryMemory()
        #: the words of a period's key
        self.period: Callable[[str], str] = cache(period_beside)
        #: the name of the county a unit, by its code, belongs to
        self.county: Callable[[str], str] = cache(lambda unit: project.name_of(county_of(project, unit)))

    def of(self, version: Version, reader: str, owing: str) -> DutyHeading:
        """The heading of a duty's version, read in the unit `reader`, over what the unit `owing` owes (codes of units)."""
        alike = version.id, reader, owing
        if alike not in self._known:
            group = replace(
                _group(version, self._places),
                contact=self._above(version, reader),
                reviewer=self._reviewer(version, owing),
            )
            last_day = last_day_word(statutory=set_by_statute(version.content))
            self._known[alike] = DutyHeading(repr(group), group, owner_post(version.content), last_day)
        return self._known[alike]

    def _above(self, version: Version, reader: str) -> str:
        """The section above that the same work belongs to, and how it is reached; empty at the city."""
        chain = self._project.chain(reader) if reader in self._project.units else []
        for unit in chain[1:]:
            post = unit.section_for(version.duty.line, version.duty.owner.post)
            if post is not None:
                return f"{recipient_words(unit.name, post.name)} {post.reached}".rstrip()
        return ""

    def _reviewer(self, version: Version, unit: str) -> str:
        """Who looks at what this unit reports, before it is closed; empty where nobody does, or only once it is pressed."""
        place = decider(self._project, version.duty, unit) if is_reviewed(version.duty) else None
        return "" if place is None else recipient_words(self._project.name_of(place.unit), place.post)


def owner_post(duty: Mapping[str, Any] | None) -> str:
    """The post that owes a duty, from a definition version's content."""
    return str(((duty or {}).get("owner") or {}).get("post") or "")


def _group(version: Version, places: Mapping[str, str]) -> DutyGroup:
    content = version.content
    # Two clauses may be the same words at the same place of the plan: they are told once.
    basis = tuple(
        dict.fromkeys(
            QuotedBasis(_clause(each, places), within_quotes(str(each.get("quote") or "")))
            for each in content.get("basis") or ()
            if isinstance(each, dict)
        )
    )
    return DutyGroup(
        version.title,
        version.line,
        basis,
        (),
        evidence=tuple(str(each) for each in content.get("evidence") or ()),
        tentative=tentative_words(content),
    )


def _clause(basis: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """Where it stands in the paper, or the statute's article; the clause's number where the paper cannot be read."""
    clauses = (places.get(str(each), str(each)) for each in basis.get("clauses") or ())
    parts = dict.fromkeys([str(basis.get("source") or ""), *clauses])
    return say(zh="、", en=", ").join(part for part in parts if part)
