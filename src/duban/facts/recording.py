"""In which transactions rows are written: page by page, or whole; one recorder at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.facts.rows import Intake, RefusedRow
from duban.ledger.database import insert_ignore, let_others_write, reading, writing
from duban.ledger.tables import WATERMARK, Watermark
from duban.workspace.workspace import Workspace

PAGE = 5_000
T = TypeVar("T")
Rows = Sequence[tuple[int, T]]
"""Rows with their places in what was given, from 1."""
_QUEUE = "facts"


class _NothingWritten(Exception):
    """One row was refused and the rows were to be taken whole."""


def record(
    ws: Workspace,
    rows: Iterable[T | RefusedRow],
    write: Callable[[Connection, Rows[T], Intake], None],
    *,
    whole: bool,
) -> Intake:
    """Write every page of `rows` with `write`: each in a transaction of its own, or `whole`, all in one or none."""
    recorded = Intake()
    try:
        if whole:
            with recording(ws) as connection:
                for page in _pages(rows):
                    write(connection, _readable(page, recorded), recorded)
                if recorded.refused:
                    raise _NothingWritten
        else:
            for number, page in enumerate(_pages(rows)):
                if number:  # else who waits to write would wait for the last page
                    with reading(ws.ledger) as connection:
                        let_others_write(connection)
                with recording(ws) as connection:
                    write(connection, _readable(page, recorded), recorded)
    except _NothingWritten:
        recorded.written = False
    recorded.refused.sort(key=lambda refused: refused.row)
    return recorded


def _readable(page: Rows[T | RefusedRow], recorded: Intake) -> Rows[T]:
    """The rows of a page without those refused before they came here; they are told with the others."""
    readable: list[tuple[int, T]] = []
    for number, row in page:
        if isinstance(row, RefusedRow):
            recorded.refused.append(replace(row, row=number))
        else:
            readable.append((number, row))
    return readable


@contextmanager
def recording(ws: Workspace) -> Iterator[Connection]:
    """One transaction in which rows may be taken down: all of the block happens, or nothing does.

    One recorder at a time: facts become visible in the order of their numbers, and opening misses none.
    """
    with writing(ws.ledger) as connection:
        insert_ignore(connection, WATERMARK, [{"name": _QUEUE, "day": None, "fact_id": None}])
        connection.execute(
            select(col(Watermark.name)).where(col(Watermark.name) == _QUEUE).with_for_update()
        ).one()
        yield connection


def _pages(rows: Iterable[T]) -> Iterable[list[tuple[int, T]]]:
    numbered = iter(enumerate(rows, 1))
    while page := list(islice(numbered, PAGE)):
        yield page
