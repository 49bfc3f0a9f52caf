"""What the ledger knows of a page's subjects and reference numbers, in a handful of questions for the whole page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select
from sqlmodel import col

from duban.base.folding import name_key
from duban.facts import NewFact
from duban.importing.drafts import STATE, licence_of
from duban.ledger.choosing import as_a_filter, one_of_pairs
from duban.ledger.principals import Principal
from duban.ledger.rows import columns_of, each_of, named, rows_of
from duban.ledger.tables import Fact, Subject

Key = tuple[str, str]
_BRACKETS = str.maketrans("()", "（）")


class _Link(NamedTuple):
    """A fact of a chain, and the subject it is about."""

    id: int
    kind: str
    unit: str | None
    happened_on: date
    source: str
    ref: str
    data: dict[str, object]
    revises: int | None
    subject_kind: str | None
    subject_code: str | None
    subject_unit: str | None

    @property
    def about(self) -> Key | None:
        return (
            None
            if self.subject_kind is None or self.subject_code is None
            else (self.subject_kind, self.subject_code)
        )


class _Named(NamedTuple):
    """A subject, its name, and the unit in whose charge it is."""

    kind: str
    code: str
    name: str
    unit: str


@dataclass(frozen=True)
class Chain:
    """A fact of a source with everything that revised it. The newest may be another's: a correction by hand."""

    ref: str  #: its number in the source
    kind: str  #: the newest fact's kind
    subject: Key | None  #: whom the newest is about
    subject_unit: str | None  #: in whose charge that one is
    unit: str | None  #: or which unit
    happened_on: date  #: the newest fact's day
    newest: Key  #: the newest fact's source and number
    stands: bool  #: whether the newest does not withdraw it
    own_stands: bool  #: whether this source has not withdrawn it since it stated it last
    own_count: int  #: how many facts of the chain are this source's
    own_content: tuple[object, ...]  #: what this source stated last

    @classmethod
    def of_file(cls, fact: NewFact) -> Chain:
        """The chain of a fact that the same file brought a few rows before."""
        base, _, number = fact.ref.partition("#")
        return cls(
            ref=base,
            kind=fact.kind,
            subject=fact.subject,
            subject_unit=fact.subject_unit,
            unit=fact.unit,
            happened_on=fact.happened_on,
            newest=(fact.source, fact.ref),
            stands=not fact.withdrawn,
            own_stands=not fact.withdrawn,
            own_count=int(number or 1),
            own_content=_content(fact.kind, fact.subject, fact.unit, fact.happened_on, fact.data),
        )

    def own_says(self, fact: NewFact) -> bool:
        """Whether the source stated last what it states now. Repeating what was withdrawn since is nothing new."""
        return self.own_content == _content(fact.kind, fact.subject, fact.unit, fact.happened_on, fact.data)


class SubjectNames:
    """Finds subjects by their names, whatever the width of their brackets, blanks or letters.

    Names as people mostly write them are found by an index; the odd ones are looked through once, when first needed.
    """

    def __init__(self) -> None:
        self._odd: dict[str, dict[str, list[Key]]] = {}

    def find(self, connection: Connection, keys: Collection[Key], by: Principal) -> dict[Key, list[Key]]:
        """The (kind, code) of the subjects that bear these names, by (kind, name); names that none bears are not there.

        Names are compared folded, with either kind of brackets. `by` finds those of its own units; several may bear one name.
        """
        forms: dict[Key, list[Key]] = defaultdict(list)
        for kind, name in keys:
            folded = name_key(name)
            for form in {name, folded, folded.translate(_BRACKETS)}:
                forms[kind, form].append((kind, name))
        found: dict[Key, list[Key]] = defaultdict(list)
        query = select(*columns_of(Subject, _Named)).where(
            one_of_pairs(col(Subject.kind), col(Subject.name), forms)
        )
        for row in _of_units(rows_of(connection, query, _Named), by):
            for asked in forms.get((row.kind, row.name), ()):
                found[asked].append((row.kind, row.code))
        for kind, name in {key for key in keys if key not in found}:
            if odd := self._odd_ones(connection, kind, by).get(name_key(name)):
                found[kind, name] += odd
        return dict(found)

    def _odd_ones(self, connection: Connection, kind: str, by: Principal) -> Mapping[str, list[Key]]:
        """The subjects of a kind whose names are not written as their folded forms, by these."""
        if kind not in self._odd:
            odd: dict[str, list[Key]] = defaultdict(list)
            query = select(*columns_of(Subject, _Named)).where(col(Subject.kind) == kind)
            for row in _of_units(each_of(connection, query, _Named), by):
                folded = name_key(row.name)
                if row.name not in {folded, folded.translate(_BRACKETS)}:
                    odd[folded].append((kind, row.code))
            self._odd[kind] = odd
        return self._odd[kind]


def _of_units(rows: Iterable[_Named], by: Principal) -> Iterator[_Named]:
    return (row for row in rows if by.acts_for(row.unit))


def chains(connection: Connection, source: str, refs: Collection[str], by: Principal) -> dict[str, Chain]:
    """What the ledger has under each of these numbers of a source of the principal's unit, corrections followed to the
    newest.

    `source` and `refs` are folded; numbers the ledger does not have are not there. A number that the unit of `by` and nobody
    had is the unit's own.
    """
    if not refs:
        return {}
    query = _facts().where(col(Fact.source) == source, col(Fact.ref).in_(list(refs)), _owned(by))
    query = query.order_by(col(Fact.owner).is_not(None), col(Fact.id))  # the unit's own goes before nobody's
    links = {link.ref: [link] for link in rows_of(connection, query, _Link)}
    growing = dict(links)
    while growing:
        ends = {rows[-1].id: ref for ref, rows in growing.items()}
        query = _facts().where(col(Fact.revises).in_(list(ends))).order_by(col(Fact.id))
        later = {
            ends[link.revises]: link for link in rows_of(connection, query, _Link) if link.revises in ends
        }
        growing = {}
        for ref, link in later.items():
            links[ref].append(link)
            growing[ref] = links[ref]
    return {ref: _chain(source, ref, rows) for ref, rows in links.items()}


def licences(
    connection: Connection, source: str, keys: Collection[Key], by: Principal
) -> dict[Key, dict[str, tuple[date, bool]]]:
    """The licences that a source has told of these subjects, by their numbers: the local day since when, and whether each is
    valid still.

    `keys` are kinds and folded codes of subjects; `by` sees what its own unit was told. Corrections count in place of what they
    correct, what was withdrawn not at all.
    """
    if not keys:
        return {}
    query = (
        _facts()
        .where(
            one_of_pairs(col(Subject.kind), col(Subject.code), keys),
            as_a_filter(col(Fact.source)) == source,
            _owned(by),
        )
        .order_by(col(Fact.id))
    )
    stated = {(link.about, link.ref.partition("#")[0]): link for link in rows_of(connection, query, _Link)}
    found: dict[Key, dict[str, tuple[date, bool]]] = defaultdict(dict)
    for (about, ref), link in stated.items():
        if about is None or link.data.get("withdrawn"):
            continue
        number = licence_of(ref)
        since = found[about].get(number)
        if since is None or link.happened_on >= since[0]:
            found[about][number] = link.happened_on, STATE not in link.data
    return found


def _owned(by: Principal) -> ColumnElement[bool]:
    """Facts that are the principal's unit's, or were recorded before owners were kept and concern its units."""
    nobodys = col(Fact.owner).is_(None)
    if by.units is None:
        return or_(col(Fact.owner) == by.unit, nobodys)
    theirs = or_(col(Fact.unit).in_(by.units), col(Subject.unit).in_(by.units))
    return or_(col(Fact.owner) == by.unit, and_(nobodys, theirs))


def _facts() -> Select[Any]:
    return select(
        col(Fact.id),
        col(Fact.kind),
        col(Fact.unit),
        col(Fact.happened_on),
        col(Fact.source),
        col(Fact.ref),
        col(Fact.data),
        col(Fact.revises),
        named(col(Subject.kind), "subject_kind"),
        named(col(Subject.code), "subject_code"),
        named(col(Subject.unit), "subject_unit"),
    ).outerjoin_from(Fact, Subject, col(Subject.id) == col(Fact.subject_id))


def _chain(source: str, ref: str, links: Sequence[_Link]) -> Chain:
    own = [link for link in links if link.source == source]
    newest = links[-1]
    said = next((link for link in reversed(own) if not link.data.get("withdrawn")), own[-1])
    return Chain(
        ref=ref,
        kind=newest.kind,
        subject=newest.about,
        subject_unit=newest.subject_unit,
        unit=newest.unit,
        happened_on=newest.happened_on,
        newest=(newest.source, newest.ref),
        stands=not newest.data.get("withdrawn"),
        own_stands=not own[-1].data.get("withdrawn"),
        own_count=len(own),
        own_content=_content(said.kind, said.about, said.unit, said.happened_on, said.data),
    )


def _content(
    kind: str, subject: Key | None, unit: str | None, happened_on: date, data: Mapping[str, object]
) -> tuple[object, ...]:
    return kind, subject, unit, happened_on, {key: value for key, value in data.items() if key != "withdrawn"}
