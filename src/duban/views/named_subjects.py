"""Subjects by a part of their name: a common part (有限公司) along the names in their order, a rare one by the pairs of letters
in it, of which PostgreSQL keeps an index; SQLite reads the index of names for it. Neither reads the subjects themselves.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, exists, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlmodel import col

from duban.base.folding import fold_name
from duban.ledger.tables import Obligation, Subject

WALKED: Final = 20_000
"""So many names are looked through in their order before a part is looked for by its letters."""
FEW: Final = 2_000
"""Subjects of a name that are looked up before the obligations about them; of more, the obligations are asked."""


def first_named(connection: Connection, text: str, units: Collection[str] | None, most: int) -> list[int]:
    """The rows of the first `most` subjects, by name, that have the text in their names: all, or those of these units."""
    within = true() if units is None else col(Subject.unit).in_(sorted(units))
    along = (
        select(col(Subject.id), col(Subject.name), col(Subject.unit))
        .order_by(col(Subject.name), col(Subject.unit), col(Subject.id))
        .limit(WALKED)
        .subquery()
    )
    inside = true() if units is None else along.c.unit.in_(sorted(units))
    first = (
        select(along.c.id)
        .where(along.c.name.contains(text, autoescape=True), inside)
        .order_by(along.c.name, along.c.unit, along.c.id)
        .limit(most)
    )
    found = list(connection.execute(first).scalars())
    if len(found) == most:
        return found
    order = col(Subject.name), col(Subject.unit), col(Subject.id)
    return list(
        connection.execute(_named(connection, text).where(within).order_by(*order).limit(most)).scalars()
    )


def of_code(code: str, kinds: Collection[str]) -> ColumnElement[bool]:
    """That a subject of one of these kinds has this code: a search of the index on both."""
    return and_(col(Subject.kind).in_(sorted(kinds)), col(Subject.code) == code)


def about_named(connection: Connection, text: str) -> ColumnElement[bool]:
    """That an obligation is about a subject with the text in its name."""
    found: Sequence[int] = connection.execute(_named(connection, text).limit(FEW + 1)).scalars().all()
    if len(found) <= FEW:
        return col(Obligation.subject_id).in_(found)
    has = col(Subject.name).contains(text, autoescape=True)
    return exists().where(col(Subject.id) == col(Obligation.subject_id), has)


def _named(connection: Connection, text: str) -> Select[tuple[int]]:
    has: list[ColumnElement[bool]] = [col(Subject.name).contains(text, autoescape=True)]
    pairs = ["".join(each) for each in pairwise(fold_name(text))]
    if pairs and connection.dialect.name == "postgresql":
        letters = func.duban_name_pairs(col(Subject.name), type_=ARRAY(Text))
        has.append(letters.contains(cast(array(pairs), ARRAY(Text))))
    return select(col(Subject.id)).where(and_(*has))
