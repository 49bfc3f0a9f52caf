"""How far opening has come, duty by duty: the last day, the last fact and the list of subjects it has looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col

from duban.ledger.database import insert_ignore
from duban.ledger.tables import WATERMARK, Fact, Subject, Watermark

SUBJECTS: Final = "subjects"
"""The watermark that counts changes to subjects; its `fact_id` is that count."""
_PREFIX = "opening:"
_OF_SUBJECTS = ":subjects"


class Progress(NamedTuple):
    """The newest fact, and the present revision of the list of subjects: it grows with every change to one."""

    fact_id: int
    subjects: int


@dataclass(frozen=True)
class Mark:
    """How far one duty has been opened. `day` None: never."""

    duty_id: str
    day: date | None
    fact_id: int
    subjects: int

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


@dataclass(frozen=True)
class Seen:
    """Every duty's mark, as read without claiming it."""

    marks: dict[str, tuple[date | None, int]]

    def mark(self, duty_id: str) -> Mark | None:
        """How far a duty has been opened, None if it has no mark yet."""
        own, of_subjects = mark_names(duty_id)
        if own not in self.marks:
            return None
        day, fact_id = self.marks[own]
        return Mark(duty_id, day, max(fact_id, 0), self.marks.get(of_subjects, (None, -1))[1])

    def up_to_date(self, duty_id: str, today: date, reached: Progress) -> bool:
        """Whether nothing has come since the duty was last opened."""
        day, fact_id = self.marks.get(_name(duty_id), (None, 0))
        subjects = self.marks.get(_name(duty_id) + _OF_SUBJECTS, (None, -1))[1]
        return (
            day is not None and day >= today and fact_id >= reached.fact_id and subjects == reached.subjects
        )


def progress(connection: Connection) -> Progress:
    """What there is to be looked at by now."""
    facts = connection.execute(select(func.max(col(Fact.id)))).scalar() or 0
    newest_subject = connection.execute(select(func.max(col(Subject.id)))).scalar() or 0
    changes = (
        connection.execute(select(col(Watermark.fact_id)).where(col(Watermark.name) == SUBJECTS)).scalar()
        or 0
    )
    return Progress(facts, newest_subject + changes)


def seen(connection: Connection) -> Seen:
    """How far every duty has come."""
    rows = connection.execute(select(Watermark).where(col(Watermark.name).startswith(_PREFIX)))
    return Seen({row.name: (row.day, -1 if row.fact_id is None else row.fact_id) for row in rows})


def begin(connection: Connection, duty_ids: Iterable[str]) -> None:
    """Give every duty its mark, so that it can be claimed."""
    names = [name for duty_id in duty_ids for name in mark_names(duty_id)]
    rows: list[dict[str, Any]] = [{"name": name, "day": None, "fact_id": None} for name in names]
    insert_ignore(connection, WATERMARK, rows)


def claim(connection: Connection, duty_id: str) -> Mark | None:
    """Take the duty's mark for this transaction, or None while another transaction holds it."""
    name = _name(duty_id)
    locked = select(Watermark).where(col(Watermark.name) == name).with_for_update(skip_locked=True)
    row = connection.execute(locked).one_or_none()
    if row is None:
        return None
    subjects = connection.execute(
        select(col(Watermark.fact_id)).where(col(Watermark.name) == name + _OF_SUBJECTS)
    ).scalar()
    return Mark(duty_id, row.day, row.fact_id or 0, -1 if subjects is None else subjects)


def mark_of(connection: Connection, duty_id: str) -> Mark:
    """How far the duty has come, without taking its mark: for whoever keeps other writers away."""
    name = _name(duty_id)
    rows = connection.execute(
        select(Watermark).where(col(Watermark.name).in_((name, name + _OF_SUBJECTS)))
    ).all()
    known = {row.name: row for row in rows}
    mark, subjects = known.get(name), known.get(name + _OF_SUBJECTS)
    return Mark(
        duty_id,
        mark.day if mark else None,
        (mark.fact_id if mark else None) or 0,
        -1 if subjects is None or subjects.fact_id is None else subjects.fact_id,
    )


def subjects_changed(connection: Connection) -> None:
    """Note that subjects were added or changed, so that duties owed for each subject look at the list again."""
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    counted = insert(Watermark).values(name=SUBJECTS, day=None, fact_id=1)
    connection.execute(
        counted.on_conflict_do_update(
            index_elements=[col(Watermark.name)], set_={"fact_id": col(Watermark.fact_id) + 1}
        )
    )


def mark_names(duty_id: str) -> tuple[str, str]:
    """The names of a duty's two watermarks: of days and facts, and of the list of subjects."""
    return _name(duty_id), _name(duty_id) + _OF_SUBJECTS


def _name(duty_id: str) -> str:
    return _PREFIX + duty_id
