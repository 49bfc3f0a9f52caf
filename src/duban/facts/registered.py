"""The registered subjects a code may mean: one code stands once in a county, and may stand in several counties.

| who asks for a code | is given |
|---|---|
| a county or a station | the one of its own county, where that is in its charge; of another county's it learns nothing |
| the city, where one county has it | that one |
| … where several have it | the one of the unit that was said besides, else a refusal that names the counties |
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.language import say
from duban.bureau.project import Project
from duban.facts.rows import Key, NewSubject, Refusal
from duban.ledger.choosing import one_of_pairs
from duban.ledger.principals import Principal
from duban.ledger.rows import columns_of, each_of
from duban.ledger.tables import Subject


class RegisteredSubject(NamedTuple):
    """A subject as the ledger has it."""

    id: int  #: its row
    kind: str  #: its kind of subject
    code: str  #: its code in the register
    name: str  #: what it is called
    unit: str  #: the code of the unit in whose charge it is
    grade: str | None  #: its risk grade, where it has one
    attributes: Mapping[str, str]  #: what else the register says of it
    active: bool  #: whether it is still in business
    registered_on: date | None  #: the local day it was registered on, where that is known

    @property
    def stated(self) -> NewSubject:
        """As a register would state it."""
        return NewSubject(*self[1:])


FIELDS = tuple(each.name for each in fields(NewSubject))
"""What a register states of a subject."""


def registered_subjects(
    connection: Connection, keys: Iterable[Key], by: Principal
) -> dict[Key, list[RegisteredSubject]]:
    """The subjects with these `keys` (kind, code) in the charge of units that `by` acts for; a key nobody has is left
    out.
    """
    query = select(*columns_of(Subject, RegisteredSubject)).where(
        one_of_pairs(col(Subject.kind), col(Subject.code), keys)
    )
    found: dict[Key, list[RegisteredSubject]] = defaultdict(list)
    for row in each_of(connection, query.order_by(col(Subject.id)), RegisteredSubject):
        if by.acts_for(row.unit):
            found[row.kind, row.code].append(row)
    return dict(found)


def in_county(project: Project, found: Sequence[RegisteredSubject], unit: str) -> list[RegisteredSubject]:
    """Those of the subjects `found` that are in the county of the unit with this code, by `project`; one at most of one code."""
    county = project.county_of(unit)
    return [each for each in found if project.county_of(each.unit) == county]


def meant(
    project: Project, found: Sequence[RegisteredSubject], unit: str | None
) -> RegisteredSubject | Refusal | None:
    """The one of these subjects of one code that is meant, `unit` being the unit that was said besides; None when there
    is none, and why it cannot be told when there are several.
    """
    if unit is not None:
        found = in_county(project, found, unit)
    if len(found) <= 1:
        return found[0] if found else None
    names = say(zh="、", en=", ").join(
        project.name_of(code) for code in unique(project.county_of(each.unit) for each in found)
    )
    return Refusal.said(
        "subject",
        zh=f"{found[0].kind} {found[0].code} 在{names}各登记了一个，请写明归哪个单位管",
        en=f"{found[0].kind} {found[0].code} is registered in each of {names}; say in whose charge it is",
    )


def unique(codes: Iterable[str]) -> Collection[str]:
    """Each once, in their order."""
    return dict.fromkeys(codes)
