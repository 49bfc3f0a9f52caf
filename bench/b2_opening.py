"""B2: open one obligation for each of 1,000,000 subjects on SQLite.

The peer writes the very same rows, read beforehand, into the same table with the same indexes and triggers by a raw
`executemany`, in one transaction of an empty ledger. Each side runs in a process of its own, on a copy of the same
file, so that its peak memory is its own. `python -m bench.b2_opening --rows 50000` for a quick look.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bench.memory import peak_memory
from bench.rows import Row
from duban.base.clock import FixedClock
from duban.cadence.kinds.frequency import FrequencyCadence
from duban.definitions.definitions import load_definitions
from duban.duties.grammar import Basis, Duty, ForEach, Owner
from duban.facts import NewSubject
from duban.ledger.database import insert_ignore, migrate, open_ledger, reading, writing
from duban.ledger.tables import OBLIGATION, SUBJECT, Obligation
from duban.obligations.opening import open_owed
from duban.workspace.workspace import Workspace, sync

ROOT = Path(__file__).resolve().parents[1]
MORNING = datetime(2023, 1, 9, 1, tzinfo=UTC)
SUBJECT_KIND = "食品销售者"
FULL, QUICK = 1_000_000, 100_000
TIME_BUDGET, MEMORY_BUDGET = 2.0, 600


def _copied(database: Path, name: str) -> Path:
    """A copy of `database` beside it."""
    return Path(shutil.copy(database, database.with_name(name)))


def run(*, quick: bool = False, rows: int | None = None) -> list[Row]:
    """Both rows of B2: the time against the peer's, and the peak memory."""
    size = rows or (QUICK if quick else FULL)
    ours, peer = sides(size)
    ratio = ours["seconds"] / peer["seconds"]
    return [
        Row(
            "B2",
            f"open {size:,} per-subject obligations on SQLite",
            f"{ours['seconds']:.2f} s",
            f"{peer['seconds']:.2f} s (raw executemany of the same rows)",
            f"{ratio:.2f}×",
            f"≤ {TIME_BUDGET:.0f}×",
            ratio <= TIME_BUDGET,
        ),
        Row(
            "B2",
            "peak memory of that run",
            f"{ours['megabytes']:.0f} MB",
            f"{peer['megabytes']:.0f} MB (raw executemany)",
            f"{ours['megabytes']:.0f} MB",
            f"≤ {MEMORY_BUDGET} MB",
            ours["megabytes"] <= MEMORY_BUDGET,
        ),
    ]


def sides(size: int) -> tuple[dict[str, float], dict[str, float]]:
    """Our side and the peer's, of so many subjects: `seconds` and `megabytes` of each."""
    with tempfile.TemporaryDirectory(prefix="duban-b2-") as folder:
        empty = Path(folder) / "empty.db"
        prepare(empty, size)
        ours = _child("ours", _copied(empty, "ours.db"), size)
        return ours, _child("peer", _copied(empty, "peer.db"), size, Path(folder) / "ours.db")


def workspace(path: Path) -> Workspace:
    """The starter project with one duty: every seller is inspected once a year."""
    duty = Duty(
        id="bench-visits",
        title="每年检查一次",
        line="食品流通安全监督管理",
        basis=(Basis(quote="每年至少一次"),),
        owner=Owner(unit="county", post="食品流通科"),
        for_each=ForEach(subject=SUBJECT_KIND),
        cadence=FrequencyCadence(per_year=1),
        ladder="standard",
    )
    definitions = replace(load_definitions(ROOT), duties={duty.id: duty}, fingerprint="bench")
    return Workspace(ROOT, definitions, open_ledger(f"sqlite:///{path}"), FixedClock(MORNING))


def subjects(ws: Workspace, size: int) -> Iterator[dict[str, Any]]:
    """Made-up sellers, spread over the stations."""
    stations = [unit.code for unit in ws.definitions.project.units_at("station")]
    for number in range(size):
        seller = NewSubject(
            SUBJECT_KIND, f"S{number:07}", f"虚构食品店{number}", stations[number % len(stations)]
        )
        yield {"attributes": {}, **{name: getattr(seller, name) for name in ("kind", "code", "name", "unit")}}


def prepare(path: Path, size: int) -> None:
    """A ledger with so many sellers, of whom nothing is owed yet."""
    ws = workspace(path)
    migrate(ws.ledger)
    sync(ws.ledger, ws.definitions, {}, MORNING)
    with writing(ws.ledger) as connection:
        insert_ignore(connection, SUBJECT, subjects(ws, size))
    _settle(ws)


def _settle(ws: Workspace) -> None:
    with ws.ledger.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ws.ledger.dispose()


def _child(side: str, path: Path, size: int, model: Path | None = None) -> dict[str, float]:
    """Run one side in a process of its own; returns its seconds and its peak memory."""
    command = [
        sys.executable,
        "-m",
        "bench.b2_opening",
        "--side",
        side,
        "--ledger",
        str(path),
        "--rows",
        str(size),
    ]
    if model:
        command += ["--model", str(model)]
    ended = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def _ours(path: Path, size: int) -> float:
    ws = workspace(path)
    began = perf_counter()
    opened = open_owed(ws, MORNING)
    seconds = perf_counter() - began
    assert opened.total == size, opened
    _settle(ws)
    return seconds


def _peer(path: Path, size: int, model: Path) -> float:
    """The rows that our side wrote, written again: they are all read before the clock starts."""
    names = [column.name for column in OBLIGATION.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    source = open_ledger(f"sqlite:///{model}")
    with reading(source) as connection:
        rows = [
            tuple(row) for row in connection.exec_driver_sql(f"SELECT {columns} FROM obligation ORDER BY id")
        ]
        reckonings = [dict(row._mapping) for row in connection.exec_driver_sql("SELECT * FROM reckoning")]
    assert len(rows) == size
    ledger = open_ledger(f"sqlite:///{path}")
    with writing(ledger) as connection:
        for row in reckonings:
            places = ", ".join(f":{name}" for name in row)
            connection.connection.execute(f"INSERT INTO reckoning VALUES ({places})", row)
    statement = f"INSERT INTO obligation ({columns}) VALUES ({', '.join('?' * len(names))})"
    began = perf_counter()
    with writing(ledger) as connection:
        connection.exec_driver_sql(statement, rows)
    seconds = perf_counter() - began
    with reading(ledger) as connection:
        assert (
            connection.execute(select(col(Obligation.id)).where(col(Obligation.id) == size)).scalar() == size
        )
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.b2_opening", description=__doc__)
    parser.add_argument("--rows", type=int, default=FULL, help="how many subjects")
    parser.add_argument("--side", choices=["ours", "peer"], help=argparse.SUPPRESS)
    parser.add_argument("--ledger", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--model", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side is None:
        for row in run(rows=asked.rows):
            print(f"{row.code}  {row.work}: {row.ours}, {row.peer}: {row.ratio} (budget {row.budget})")
        return
    side = (
        _ours(asked.ledger, asked.rows)
        if asked.side == "ours"
        else _peer(asked.ledger, asked.rows, asked.model)
    )
    megabytes = peak_memory()
    print(json.dumps({"seconds": side, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
