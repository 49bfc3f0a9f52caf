"""How far opening has come, duty by duty: the last day, the last fact and the list of subjects it has looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlmodel import col

from duban.ledger.bulk import insert_ignore, upsert
from duban.ledger.rows import columns_of, each_of, one_or_none
from duban.ledger.tables import WATERMARK, Fact, Subject, Watermark

SUBJECTS: Final = "subjects"
"""The watermark that counts changes to subjects; its `fact_id` is that count."""
_PREFIX = "opening:"
_OF_SUBJECTS = ":subjects"
_UNDER_WAY = ":underway"


class _Row(NamedTuple):
    """A watermark as it is read."""

    name: str
    day: date | None
    fact_id: int | None


_MARKS = select(*columns_of(Watermark, _Row))


class Progress(NamedTuple):
    """What there is to be looked at by now."""

    fact_id: int  #: The newest fact.
    subjects: int  #: The present revision of the list of subjects: it grows with every change to one.


@dataclass(frozen=True)
class UnderWay:
    """An opening too large for one transaction: begun, and not at its end, be it that its program has died."""

    day: date  #: The local day on which it began.
    after: int  #: The newest obligation there was; those above it may be of this opening.


@dataclass(frozen=True)
class Mark:
    """How far one duty has been opened."""

    duty_id: str  #: the duty's id, as its file has it
    day: date | None  #: The last local day it was opened for; None: never.
    fact_id: int  #: The last fact it has looked at.
    subjects: int  #: The revision of the list of subjects it has looked at; -1: none.
    under_way: UnderWay | None = None  #: What was begun since; None: nothing.

    @property
    def first_sight(self) -> bool:
        """Whether the duty has never been opened before."""
        return self.day is None

    def move(self, connection: Connection, day: date, reached: Progress) -> None:
        """Move on to `day` and what was reached; never backward."""
        day = max(day, self.day) if self.day else day
        fact_id = max(reached.fact_id, self.fact_id)
        for name, number in zip(mark_names(self.duty_id), (fact_id, reached.subjects), strict=True):
            connection.execute(
                update(Watermark).where(col(Watermark.name) == name).values(day=day, fact_id=number)
            )
        if self.under_way is not None:
            _note(connection, self.duty_id, None, None)

    def begin(self, connection: Connection, today: date, newest_obligation: int) -> Mark:
        """The mark with an opening under way: begun `today` (the project's day), when `newest_obligation` was the last
        number given, or before by a program that died.
        """
        if self.under_way is not None:
            return self
        _note(connection, self.duty_id, today, newest_obligation)
        return replace(self, under_way=UnderWay(today, newest_obligation))


@dataclass(frozen=True)
class WatermarkReading:
    """Every duty's mark, as read without claiming it."""

    marks: dict[str, tuple[date | None, int]]  #: Watermark → its day, and its fact; -1 when it has seen none.

    def mark(self, duty_id: str) -> Mark | None:
        """How far a duty has been opened, None if it has no mark yet."""
        own, of_subjects = mark_names(duty_id)
        if own not in self.marks:
            return None
        day, fact_id = self.marks[own]
        return Mark(duty_id, day, max(fact_id, 0), self.marks.get(of_subjects, (None, -1))[1])

    def up_to_date(self, duty_id: str, today: date, reached: Progress) -> bool:
        """Whether nothing has come since the duty was last opened: no later day than `today`, no fact or subject beyond
        `reached`.
        """
        day, fact_id = self.marks.get(_name(duty_id), (None, 0))
        subjects = self.marks.get(_name(duty_id) + _OF_SUBJECTS, (None, -1))[1]
        return (
            day is not None and day >= today and fact_id >= reached.fact_id and subjects == reached.subjects
        )


def progress(connection: Connection) -> Progress:
    """How far facts and subjects have come by now: what a duty's mark is compared with. A changed subject counts like a new one."""
    facts = connection.execute(select(func.max(col(Fact.id)))).scalar() or 0
    newest_subject = connection.execute(select(func.max(col(Subject.id)))).scalar() or 0
    changes = (
        connection.execute(select(col(Watermark.fact_id)).where(col(Watermark.name) == SUBJECTS)).scalar()
        or 0
    )
    return Progress(facts, newest_subject + changes)


def seen(connection: Connection) -> WatermarkReading:
    """How far every duty has come, read without claiming: good for telling what is due to be looked at, not for opening by it."""
    rows = each_of(connection, _MARKS.where(col(Watermark.name).startswith(_PREFIX)), _Row)
    return WatermarkReading({row.name: (row.day, -1 if row.fact_id is None else row.fact_id) for row in rows})


def begin(connection: Connection, duty_ids: Iterable[str]) -> None:
    """Give every duty its mark, so that it can be claimed; one that has its mark keeps it."""
    names = [name for duty_id in duty_ids for name in mark_names(duty_id)]
    insert_ignore(connection, WATERMARK, [{"name": name, "day": None, "fact_id": None} for name in names])


def claim(connection: Connection, duty_id: str) -> Mark | None:
    """Take the duty's mark for this transaction, or None while another transaction holds it."""
    locked = _MARKS.where(col(Watermark.name) == _name(duty_id)).with_for_update(skip_locked=True)
    if one_or_none(connection, locked, _Row) is None:
        return None
    return mark_of(connection, duty_id)


def mark_of(connection: Connection, duty_id: str) -> Mark:
    """How far the duty has come, without taking its mark: for whoever keeps other writers away."""
    own, of_subjects = mark_names(duty_id)
    names = (own, of_subjects, own + _UNDER_WAY)
    known = {row.name: row for row in each_of(connection, _MARKS.where(col(Watermark.name).in_(names)), _Row)}
    mark, subjects, begun = (known.get(name) for name in names)
    return Mark(
        duty_id,
        mark.day if mark else None,
        (mark.fact_id if mark else None) or 0,
        -1 if subjects is None or subjects.fact_id is None else subjects.fact_id,
        UnderWay(begun.day, begun.fact_id or 0) if begun is not None and begun.day is not None else None,
    )


def subjects_changed(connection: Connection) -> None:
    """Note that subjects were added or changed, so that duties owed for each subject look at the list again."""
    counted = upsert(connection, Watermark).values(name=SUBJECTS, day=None, fact_id=1)
    connection.execute(
        counted.on_conflict_do_update(
            index_elements=[col(Watermark.name)], set_={"fact_id": col(Watermark.fact_id) + 1}
        )
    )


def mark_names(duty_id: str) -> tuple[str, str]:
    """The names of a duty's two watermarks: of days and facts, and of the list of subjects."""
    return _name(duty_id), _name(duty_id) + _OF_SUBJECTS


def _note(connection: Connection, duty_id: str, day: date | None, number: int | None) -> None:
    """Note what is under way of a duty, or that nothing is."""
    values = {"day": day, "fact_id": number}
    noted = upsert(connection, Watermark).values(name=_name(duty_id) + _UNDER_WAY, **values)
    connection.execute(noted.on_conflict_do_update(index_elements=[col(Watermark.name)], set_=values))


def _name(duty_id: str) -> str:
    return _PREFIX + duty_id
