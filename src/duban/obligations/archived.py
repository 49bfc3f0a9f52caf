"""What left the ledger for an archive (归档): it is never owed again, and whoever asks for it is told where it is.

Asked wherever an obligation may open. A duty of which nothing was archived costs one look into an index.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, exists, select
from sqlmodel import col

from duban.base.language import say
from duban.ledger.bulk import insert_ignore
from duban.ledger.choosing import AT_A_TIME
from duban.ledger.principals import Principal
from duban.ledger.rows import columns_of, named, one_or_none, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION, Archive, ArchivedObligation


class ArchivedRow(NamedTuple):
    """An obligation that is in an archive, and no longer in the ledger."""

    unit: str  #: the code of the unit that owed it
    state: str  #: how it ended
    confidential: bool  #: whether only its own posts could see it before it was done
    archive: str  #: what the archive is called
    place: str  #: where it is kept, without secrets


class _Key(NamedTuple):
    unit: object
    subject_id: object
    period_key: object


def insert_owed(connection: Connection, rows: Iterable[Mapping[str, object]]) -> int:
    """Insert the obligations, all of one duty, that neither are there nor were archived; returns how many."""
    return insert_ignore(connection, OBLIGATION, _not_archived(connection, rows))


def _not_archived(
    connection: Connection, rows: Iterable[Mapping[str, object]]
) -> Iterator[Mapping[str, object]]:
    source = iter(rows)
    while portion := list(islice(source, AT_A_TIME)):
        gone = _archived_keys(connection, portion)
        yield from (row for row in portion if not gone or _key_of(row) not in gone)


def _archived_keys(connection: Connection, rows: Sequence[Mapping[str, object]]) -> set[_Key]:
    periods = {str(row["period_key"]) for row in rows}
    query = select(*columns_of(ArchivedObligation, _Key)).where(
        col(ArchivedObligation.duty_id) == rows[0]["duty_id"],
        col(ArchivedObligation.period_key).in_(sorted(periods)),
    )
    # A subject owes once, whichever unit answered for it.
    return {
        each if each.subject_id is None else each._replace(unit="")
        for each in rows_of(connection, query, _Key)
    }


def _key_of(row: Mapping[str, object]) -> _Key:
    subject = row.get("subject_id")
    return _Key(row["unit"] if subject is None else "", subject, row["period_key"])


def archived_of_subject(
    duty_id: str, period_key: object, subject: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    """That what a subject owed for a period was archived, in a statement that knows the subject."""
    return exists().where(
        col(ArchivedObligation.duty_id) == duty_id,
        col(ArchivedObligation.period_key) == period_key,
        col(ArchivedObligation.subject_id) == subject,
        col(ArchivedObligation.subject_id).is_not(None),
    )


def archived_of_fact(duty_id: str, fact: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """That what a fact brought about of a duty was archived, in a statement that knows the fact."""
    return exists().where(col(ArchivedObligation.fact_id) == fact, col(ArchivedObligation.duty_id) == duty_id)


def archived_owed(connection: Connection, number: int) -> ArchivedRow | None:
    """The obligation of this number if it is in an archive."""
    query = (
        select(
            col(ArchivedObligation.unit),
            col(ArchivedObligation.state),
            col(ArchivedObligation.confidential),
            named(col(Archive.name), "archive"),
            col(Archive.place),
        )
        .join(Archive, col(Archive.id) == col(ArchivedObligation.archive_id))
        .where(col(ArchivedObligation.id) == number)
    )
    return one_or_none(connection, query, ArchivedRow)


def not_here(connection: Connection, number: int, who: Principal | None) -> str:
    """Why there is no obligation of this number, to whoever asks (None: the operator): it may be in an archive.

    In the language of the reader; `who` that sees some lines of business alone is not told of an archive.
    """
    called = short_id(number)
    nowhere = say(zh=f"没有编号为 {called} 的应办事项", en=f"there is no obligation {called}")
    return where_archived(connection, number, who) or nowhere


def where_archived(connection: Connection, number: int, who: Principal | None) -> str:
    """In which archive the obligation of this number is, to whoever asks (None: the operator); empty where it is in none.

    Who sees some lines of business alone is not told: what is kept of it here does not say which line it was.
    """
    found = archived_owed(connection, number)
    hidden = found is None or (found.confidential and found.state != "done")
    if (
        found is None
        or hidden
        or (who is not None and (who.lines is not None or not who.acts_for(found.unit)))
    ):
        return ""
    called = short_id(number)
    return say(
        zh=f"{called} 已归档，不再变动：归档 {found.archive}，在 {found.place}",
        en=f"{called} was archived and changes no more: {found.archive} in {found.place}",
    )
