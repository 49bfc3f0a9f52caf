"""B11: a million obligations fall due to be opened at once; how long is anybody kept from writing meanwhile?

Somebody else wants to write the whole time, one small transaction after the other, and rests a little between two: what is
measured is the longest any of them took, from the wish to the end.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from bench.b2_opening import FULL, MORNING, QUICK, prepare, workspace
from bench.rows import Row
from duban.ledger.database import open_ledger, writing
from duban.obligations.opening import open_owed

BUDGET_SECONDS = 1.0
_REST = 0.02


def run(*, quick: bool = False) -> list[Row]:
    """One row: the longest wait, beside how long the opening took."""
    size = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="duban-b11-") as folder:
        path = Path(folder) / "ledger.db"
        prepare(path, size)
        waits: list[float] = []
        over = Event()
        beside = Thread(target=_write_again_and_again, args=(path, waits, over))
        beside.start()
        began = perf_counter()
        opened = open_owed(workspace(path), MORNING)
        took = perf_counter() - began
        over.set()
        beside.join()
    if opened.total != size:
        raise AssertionError(opened)
    longest = max(waits)
    return [
        Row(
            code="B11",
            work=f"open {size:,} at once on SQLite: the longest another writer is held",
            ours=f"{longest:.2f} s of {took:.1f} s, {len(waits)} others wrote meanwhile",
            peer="",
            ratio=f"{longest:.2f} s",
            budget=f"≤ {BUDGET_SECONDS:.0f} s",
            met=longest <= BUDGET_SECONDS,
        )
    ]


def _write_again_and_again(path: Path, waits: list[float], over: Event) -> None:
    ledger = open_ledger(f"sqlite:///{path}")
    while not over.is_set():
        began = perf_counter()
        with writing(ledger) as connection:
            connection.exec_driver_sql("UPDATE unit SET name = name WHERE code = '350400'")
        waits.append(perf_counter() - began)
        over.wait(_REST)
    ledger.dispose()
