"""What the ledger knows of a page's subjects and reference numbers, in a handful of questions for the whole page."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, select

from duban.facts import NewFact, NewSubject
from duban.importing.drafts import STATE, licence_of
from duban.ledger.choosing import as_a_filter, one_of_pairs
from duban.ledger.tables import FACT, SUBJECT

if TYPE_CHECKING:
    from sqlalchemy import Connection

Key = tuple[str, str]
_BRACKETS = str.maketrans("()", "（）")


@dataclass(frozen=True)
class Chain:
    """A fact of a source with everything that revised it.

    The newest fact of the chain may be another's (a correction by hand). `own_content` is what this source stated last,
    `own_stands` whether it has not withdrawn it since.
    """

    ref: str
    kind: str
    subject: Key | None
    unit: str | None
    happened_on: date
    newest: Key
    stands: bool
    own_stands: bool
    own_count: int
    own_content: tuple[object, ...]

    @classmethod
    def of_file(cls, fact: NewFact) -> Chain:
        """The chain of a fact that the same file brought a few rows before."""
        base, _, number = fact.ref.partition("#")
        return cls(
            ref=base,
            kind=fact.kind,
            subject=fact.subject,
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


def subjects_by_code(connection: Connection, keys: Collection[Key]) -> dict[Key, NewSubject]:
    """The registered subjects among these (kind, code)."""
    if not keys:
        return {}
    query = select(
        SUBJECT.c.kind,
        SUBJECT.c.code,
        SUBJECT.c.name,
        SUBJECT.c.unit,
        SUBJECT.c.grade,
        SUBJECT.c.attributes,
        SUBJECT.c.active,
        SUBJECT.c.registered_on,
    ).where(SUBJECT.c.kind.in_({kind for kind, _ in keys}), SUBJECT.c.code.in_({code for _, code in keys}))
    found = {(row.kind, row.code): NewSubject(*row) for row in connection.execute(query)}
    return {key: subject for key, subject in found.items() if key in keys}


def subjects_by_name(connection: Connection, keys: Collection[Key]) -> dict[Key, list[Key]]:
    """The (kind, code) of the subjects that bear these (kind, name), whatever the width of their brackets."""
    if not keys:
        return {}
    forms: dict[Key, list[Key]] = defaultdict(list)
    for kind, name in keys:
        folded = unicodedata.normalize("NFKC", name)
        for form in {name, folded, folded.translate(_BRACKETS)}:
            forms[kind, form].append((kind, name))
    query = select(SUBJECT.c.kind, SUBJECT.c.code, SUBJECT.c.name).where(
        SUBJECT.c.kind.in_({kind for kind, _ in forms}), SUBJECT.c.name.in_({name for _, name in forms})
    )
    found: dict[Key, list[Key]] = defaultdict(list)
    for row in connection.execute(query):
        for asked in forms.get((row.kind, row.name), ()):
            found[asked].append((row.kind, row.code))
    return dict(found)


def chains(connection: Connection, source: str, refs: Collection[str]) -> dict[str, Chain]:
    """What the ledger has under each of these numbers of a source, corrections followed to the newest."""
    if not refs:
        return {}
    links = {
        row.ref: [row]
        for row in connection.execute(_facts().where(FACT.c.source == source, FACT.c.ref.in_(list(refs))))
    }
    growing = dict(links)
    while growing:
        ends = {rows[-1].id: ref for ref, rows in growing.items()}
        later: dict[str, Row[Any]] = {}
        for row in connection.execute(_facts().where(FACT.c.revises.in_(list(ends))).order_by(FACT.c.id)):
            later[ends[row.revises]] = row
        growing = {}
        for ref, row in later.items():
            links[ref].append(row)
            growing[ref] = links[ref]
    return {ref: _chain(source, ref, rows) for ref, rows in links.items()}


def licences(
    connection: Connection, source: str, keys: Collection[Key]
) -> dict[Key, dict[str, tuple[date, bool]]]:
    """The licences that the source has told of these subjects: since when, and whether each is valid still."""
    if not keys:
        return {}
    query = (
        _facts()
        .where(one_of_pairs(SUBJECT.c.kind, SUBJECT.c.code, keys), as_a_filter(FACT.c.source) == source)
        .order_by(FACT.c.id)
    )
    stated = {
        (row.subject_kind, row.subject_code, row.ref.partition("#")[0]): row
        for row in connection.execute(query)
    }
    found: dict[Key, dict[str, tuple[date, bool]]] = defaultdict(dict)
    for (kind, code, ref), row in stated.items():
        number = licence_of(ref)
        since = found[kind, code].get(number)
        if not row.data.get("withdrawn") and (since is None or row.happened_on >= since[0]):
            found[kind, code][number] = row.happened_on, STATE not in row.data
    return found


def _facts() -> Select[Any]:
    return select(
        FACT.c.id,
        FACT.c.kind,
        FACT.c.unit,
        FACT.c.happened_on,
        FACT.c.source,
        FACT.c.ref,
        FACT.c.data,
        FACT.c.revises,
        SUBJECT.c.kind.label("subject_kind"),
        SUBJECT.c.code.label("subject_code"),
    ).outerjoin_from(FACT, SUBJECT, SUBJECT.c.id == FACT.c.subject_id)


def _chain(source: str, ref: str, rows: Iterable[Row[Any]]) -> Chain:
    links = list(rows)
    own = [row for row in links if row.source == source]
    newest = links[-1]
    said = next((row for row in reversed(own) if not row.data.get("withdrawn")), own[-1])
    about = (newest.subject_kind, newest.subject_code) if newest.subject_code is not None else None
    said_of = (said.subject_kind, said.subject_code) if said.subject_code is not None else None
    return Chain(
        ref=ref,
        kind=newest.kind,
        subject=about,
        unit=newest.unit,
        happened_on=newest.happened_on,
        newest=(newest.source, newest.ref),
        stands=not newest.data.get("withdrawn"),
        own_stands=not own[-1].data.get("withdrawn"),
        own_count=len(own),
        own_content=_content(said.kind, said_of, said.unit, said.happened_on, said.data),
    )


def _content(
    kind: str, subject: Key | None, unit: str | None, happened_on: date, data: Mapping[str, object]
) -> tuple[object, ...]:
    return kind, subject, unit, happened_on, {key: value for key, value in data.items() if key != "withdrawn"}
