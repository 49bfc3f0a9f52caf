"""Many subjects that come to owe the same at once: each at its place in the window, all in one statement, or where they
are too many for one in portions between which others may write.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    bindparam,
    case,
    func,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import col

from duban.ledger.bulk import upsert
from duban.ledger.database import let_others_write, own_connection, transaction
from duban.ledger.rows import named
from duban.ledger.tables import OBLIGATION, Obligation, Subject, UnitRecord
from duban.obligations.archived import archived_of_subject
from duban.obligations.one_duty import Columns, DutyPass

AT_ONCE: Final = 5_000
"""Subjects whose obligations open in one transaction whatever that takes, and the size of the first portion of more."""
HELD_SECONDS: Final = 0.4
"""How long a portion is to keep others from writing."""
SMALLEST: Final = 1_000
LARGEST: Final = 50_000
_PLACED: Final = Table(
    "placed_subject",
    MetaData(),
    Column("subject_id", OBLIGATION.c.subject_id.type, primary_key=True, autoincrement=False),
    Column("unit", OBLIGATION.c.unit.type, nullable=False),
    Column("place", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
_LAST: Final = bindparam("last", type_=Integer)
_UNTIL: Final = bindparam("until", type_=Integer)
_PORTION: Final = (_PLACED.c.subject_id > _LAST, _PLACED.c.subject_id <= _UNTIL)
_COUNTS: Final = {"preserve_rowcount": True}


@dataclass(frozen=True)
class Placing:
    """Subjects that come to owe an occurrence on one day."""

    #: the columns of their obligations but for unit and subject, at each place of the occurrence's window in turn
    columns: Sequence[Columns]
    #: that a subject is one of them, in a statement over Subject and UnitRecord
    owing: Sequence[ColumnElement[bool]]


def open_placing(run: DutyPass, placing: Placing) -> int:
    """One obligation for every subject of a placing, in one statement; returns how many are new."""
    statement = _to_open(run.connection, placing.columns, placed(run, placing).subquery())
    return run.connection.execute(statement, execution_options=_COUNTS).rowcount


def placed(run: DutyPass, placing: Placing) -> Select[tuple[str, int, int]]:
    """Every subject of a placing with the unit that owes and its place, each unit's subjects placed as
    `spreading.place_of` says; without those of whom it was archived.
    """
    owing = (
        select(named(run.responsible_unit(), "unit"), named(col(Subject.id), "subject_id"))
        .join_from(Subject, UnitRecord, col(UnitRecord.code) == col(Subject.unit))
        .where(*placing.owing)
        .cte("owing", nesting=True)
    )
    # The few units are counted for themselves: a window over every subject for each figure costs twice as much.
    unit = owing.c.unit
    counted = (
        select(
            unit,
            func.count().label("subjects"),
            func.row_number().over(order_by=unit).label("rank"),
            func.count().over().label("units"),
        )
        .group_by(unit)
        .subquery("counted")
    )
    there = counted.c
    number = func.row_number().over(partition_by=unit, order_by=owing.c.subject_id)
    earlier = number * there.units - there.rank + 1
    everybody = (
        select(
            unit,
            owing.c.subject_id,
            ((earlier * len(placing.columns) - 1) // (there.subjects * there.units)).label("place"),
        )
        .join_from(owing, counted, there.unit == unit)
        .subquery()
        .c
    )
    return select(everybody.unit, everybody.subject_id, everybody.place).where(
        ~archived_of_subject(run.duty.id, placing.columns[0]["period_key"], everybody.subject_id)
    )


def _to_open(
    connection: Connection, columns: Sequence[Columns], placed_there: FromClause, *these: ColumnElement[bool]
) -> Executable:
    """What opens one obligation for each row of `placed_there` (unit, subject, place) that is one of `these`."""
    there = placed_there.c
    values = {
        name: _in_place([literal(each[name], OBLIGATION.c[name].type) for each in columns], there.place)
        for name in columns[0]
    }
    source = select(there.unit, there.subject_id, *values.values()).where(*these).order_by(there.subject_id)
    return (
        upsert(connection, Obligation)
        .from_select(["unit", "subject_id", *values], source, include_defaults=False)
        .on_conflict_do_nothing()
    )


def _in_place(
    values: Sequence[BindParameter[Any]], place: ColumnElement[int], first: int = 0
) -> ColumnElement[Any]:
    """The value at each place, of which the first is `first`: found by halving, as a year has some fifty."""
    if all(each.value == values[0].value for each in values):
        return null() if values[0].value is None else values[0]
    half = len(values) // 2
    return case(
        (place < first + half, _in_place(values[:half], place, first)),
        else_=_in_place(values[half:], place, first + half),
    )


def many_subjects(run: DutyPass) -> bool:
    """Whether a duty is owed for more subjects than may open at once."""
    kind = run.duty.for_each.subject
    if kind is None:
        return False
    last = select(col(Subject.id)).where(col(Subject.kind) == kind).order_by(col(Subject.code))
    return run.connection.execute(last.offset(AT_ONCE).limit(1)).scalar() is not None


def size_after(size: int, held: float) -> int:
    """How many subjects the next portion takes, after one of so many held others for so many seconds."""
    return round(min(max(size * HELD_SECONDS / held, SMALLEST), LARGEST))


class Portions(NamedTuple):
    """What opening in portions came to."""

    opened: int  #: how many obligations are new
    whole: bool  #: whether all are in; False where somebody else came between


def open_in_portions(
    run: DutyPass, placings: Iterable[Placing], ledger: Engine, nobody_came: Callable[[Connection], bool]
) -> Portions:
    """Open what is placed, in transactions each of which holds other writers for a moment only.

    Who owes and at which place is worked out before, under no lock. `nobody_came` is asked in each transaction whether the
    duty is still ours to open. What a program that dies leaves open stays; whoever comes next opens the others.
    """
    opened, size = 0, AT_ONCE
    with own_connection(ledger) as connection:
        for placing in placings:
            last, newest = 0, _take_down(connection, run, placing)
            to_open = _to_open(connection, placing.columns, _PLACED, *_PORTION)
            while last < newest:
                began = perf_counter()
                with transaction(connection, to_write=True):
                    if not nobody_came(connection):
                        return Portions(opened, whole=False)
                    until = _after(connection, last, size) or newest
                    portion = {_LAST.key: last, _UNTIL.key: until}
                    opened += connection.execute(to_open, portion, execution_options=_COUNTS).rowcount
                held = perf_counter() - began
                size = size_after(size, held)
                last = until
                let_others_write(connection)
    return Portions(opened, whole=True)


def _take_down(connection: Connection, run: DutyPass, placing: Placing) -> int:
    """Take down where each subject of a placing is placed, but for those of whom it is open; returns the last of them."""
    places = placed(run, placing).subquery()
    open_already = select(col(Obligation.id)).where(
        col(Obligation.duty_id) == run.duty.id,
        col(Obligation.subject_id) == places.c.subject_id,
        col(Obligation.period_key) == placing.columns[0]["period_key"],
    )
    with transaction(connection, to_write=False):
        connection.execute(DropTable(_PLACED, if_exists=True))
        connection.execute(CreateTable(_PLACED))
        found = select(places.c.subject_id, places.c.unit, places.c.place).where(~open_already.exists())
        connection.execute(insert(_PLACED).from_select(["subject_id", "unit", "place"], found))
        return connection.execute(select(func.max(_PLACED.c.subject_id))).scalar() or 0


def _after(connection: Connection, last: int, size: int) -> int | None:
    """The subject with which a portion after `last` is full; None where it is the last one."""
    following = select(_PLACED.c.subject_id).where(_PLACED.c.subject_id > last)
    return connection.execute(following.order_by(_PLACED.c.subject_id).offset(size - 1).limit(1)).scalar()
